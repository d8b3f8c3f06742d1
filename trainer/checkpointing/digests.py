"""Write digests into checkpoints, and check them: Orbax stores none of the values.

`SHA256SUMS` has the format of sha256sum: `sha256sum -c SHA256SUMS` checks it too.
"""

import hashlib
import json
from pathlib import Path

FILE = "SHA256SUMS"
# Orbax writes these after the digests: the time of its rename, and an empty mark.
_ITEMS = "_CHECKPOINT_METADATA"
_UNCHECKED = (FILE, _ITEMS, "commit_success.txt")


def write_digests(directory: Path) -> None:
    """Write the digest of every file below a directory."""
    lines = [f"{_digest(directory / name)}  {name}\n" for name in _names(directory)]
    (directory / FILE).write_text("".join(lines))


def damage(directory: Path) -> str | None:
    """Return what is wrong with a checkpoint, or None if its files have their digests."""
    if not (directory / FILE).is_file():
        return _undigested_damage(directory)
    try:
        lines = (directory / FILE).read_text().splitlines()
        expected = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    except UnicodeDecodeError:
        return f"{FILE} is not text"
    present = _names(directory)
    for name in sorted({*expected, *present}):
        if name not in present:
            return f"{name} is missing"
        if name not in expected:
            return f"{name} is not in {FILE}"
        if _digest(directory / name) != expected[name]:
            return f"{name} has changed"
    return None


def _undigested_damage(directory: Path) -> str | None:
    """Return why a checkpoint without digests is not a whole one of version 0.1.0; None if it is.

    Where a deletion was interrupted, the digests may have been deleted first. Orbax deletes files
    in any order, so each file that tells the versions apart must be there: the list of items, and
    the progress, in which later versions state `plan_version`.
    """
    try:
        items = json.loads((directory / _ITEMS).read_bytes())["item_handlers"]
        for item in items:
            if not (directory / item).is_dir():
                return f"{item} is missing"
        if "progress" not in items:  # imported weights, which no one deletes in part
            return None
        progress = json.loads((directory / "progress" / "metadata").read_bytes())
        return f"{FILE} is missing" if "plan_version" in progress else None
    except FileNotFoundError as error:
        return f"{Path(error.filename).relative_to(directory)} is missing"
    except (ValueError, KeyError, TypeError):
        return f"{_ITEMS} or progress/metadata is not JSON of a checkpoint"


def _names(directory: Path) -> list[str]:
    paths = (path for path in directory.rglob("*") if path.is_file())
    names = (path.relative_to(directory).as_posix() for path in paths)
    return sorted(name for name in names if name not in _UNCHECKED)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
