"""Write digests into checkpoints, and check them: Orbax stores none of the values.

`SHA256SUMS` has the format of sha256sum: `sha256sum -c SHA256SUMS` checks it too.
"""

import hashlib
from pathlib import Path

FILE = "SHA256SUMS"
# Orbax writes these after the digests: the time of its rename, and an empty mark.
_UNCHECKED = (FILE, "_CHECKPOINT_METADATA", "commit_success.txt")


def write_digests(directory: Path) -> None:
    """Write the digest of every file below a directory."""
    lines = [f"{_digest(directory / name)}  {name}\n" for name in _names(directory)]
    (directory / FILE).write_text("".join(lines))


def damage(directory: Path) -> str | None:
    """Return what is wrong with a checkpoint, or None if its files have their digests.

    Checkpoints of version 0.1.0 have no digests; nothing is known to be wrong with them.
    """
    if not (directory / FILE).is_file():
        return None
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


def _names(directory: Path) -> list[str]:
    paths = (path for path in directory.rglob("*") if path.is_file())
    names = (path.relative_to(directory).as_posix() for path in paths)
    return sorted(name for name in names if name not in _UNCHECKED)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
