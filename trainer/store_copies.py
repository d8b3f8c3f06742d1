"""Copy snapshots, runs and models from object stores to this machine, and results to a store."""

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tfrecords_schema import filesystem, object_store
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.snapshot import MANIFEST, open_snapshot
from trainer.checkpointing import digests
from trainer.checkpointing.checkpoints import DAMAGED, DIRECTORY, preferred_steps
from trainer.errors import TrainerError
from trainer.run_lock import FILE as LOCK

Say = Callable[[str], None]

# Other formats of the same weights, in directories as they are published.
_OTHER_FORMATS = (".bin", ".h5", ".msgpack", ".onnx", ".ot")


@contextmanager
def local_snapshot(path: str) -> Iterator[str]:
    """Yield the path of a snapshot on this machine: itself, or a copy of what training reads.

    Examples are read in random order, each of which would be a request.

    Raises:
        DataError: there is no snapshot.
    """
    if not object_store.serves(path):
        yield path
        return
    opened = open_snapshot(path)
    shards = [shard.path for split in opened.manifest.splits.values() for shard in split.shards]
    names = [MANIFEST, *(f"{shard}{end}" for shard in shards for end in ("", ".index", ".lengths"))]
    if opened.manifest.vocabulary.file:
        names.append(opened.manifest.vocabulary.file)
    with tempfile.TemporaryDirectory(prefix="flanbeam-snapshot-") as copy:
        for name in names:
            object_store.download(filesystem.join(path, name), Path(copy) / name)
        yield copy


@contextmanager
def local_copy(
    path: str, say: Say, with_checkpoints: bool = True, is_cached: bool = False
) -> Iterator[str]:
    """Yield the path of a run, a checkpoint or a model on this machine: itself, or a copy.

    Of a run, only the checkpoint is copied that would be opened: the one asked for, else the best,
    else the newest, and damaged ones before it. A TrainerError of the block names the place in the
    store.

    Args:
        path: what to read.
        say: receives a line for each incomplete checkpoint.
        with_checkpoints: whether the weights are read.
        is_cached: whether files are kept for the next time, in `~/.cache/flanbeam/weights`.

    Raises:
        ConfigurationError: a URL of no object store.
        OSError: the store cannot be read.
    """
    if not _is_served(path):
        yield path
        return
    url, asked = path.rstrip("/"), None
    run, _, step = url.rpartition(f"/{DIRECTORY}/")
    if run and step.isdigit():
        url, asked = run, f"{DIRECTORY}/{step}"
    with tempfile.TemporaryDirectory(prefix="flanbeam-copy-") as directory:
        copy = Path(directory) / url.rpartition("/")[2]
        names = readable(url, say)
        fetch = _link_cached if is_cached else object_store.download

        def fetch_all(chosen: list[str]) -> None:
            for name in chosen:
                fetch(filesystem.join(url, name), copy / name)

        fetch_all(_without_other_formats([n for n in names if checkpoint_of(n) is None]))
        if with_checkpoints and asked is not None:
            fetch_all([name for name in names if checkpoint_of(name) == asked])
        elif with_checkpoints:
            _fetch_first_whole(copy, names, fetch_all)
        try:
            yield str(copy / asked if asked else copy)
        except TrainerError as error:
            raise type(error)(str(error).replace(str(copy), url)) from error


def _without_other_formats(names: list[str]) -> list[str]:
    if not any(name.endswith(".safetensors") for name in names):
        return names
    return [name for name in names if not name.endswith(_OTHER_FORMATS)]


def _fetch_first_whole(
    copy: Path, names: list[str], fetch_all: Callable[[list[str]], None]
) -> None:
    """Copy the checkpoint that a run is known by, and damaged ones that are preferred to it."""
    of_step: dict[int, list[str]] = {}
    for name in names:
        _, _, step = (checkpoint_of(name) or "").partition("/")
        if step.isdigit():
            of_step.setdefault(int(step), []).append(name)
    for number in preferred_steps(copy, of_step):
        fetch_all(of_step[number])
        if digests.damage(copy / DIRECTORY / str(number)) is None:
            return


@contextmanager
def local_weights(path: str | None, say: Say) -> Iterator[str | None]:
    """Yield the path of weights to start from: itself, or a copy whose files are kept for later.

    A run opens them at each start. A file is copied again where the store has another one.

    Raises:
        ConfigurationError: a URL of no object store.
        OSError: the store cannot be read.
    """
    if path is None:
        yield None
        return
    with local_copy(path, say, is_cached=True) as place:
        yield place


def _link_cached(url: str, target: Path) -> None:
    """Make a link to the cached copy of an object, in just the state that the store has."""
    root = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    cache = Path(root) / "flanbeam" / "weights"
    state = object_store.state(url)
    name = hashlib.sha256(json.dumps([url, state], sort_keys=True).encode()).hexdigest()
    if not (cache / name).is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as directory:
            got = object_store.download(url, Path(directory) / name)
            if got != state:
                raise OSError(errno.EAGAIN, "was replaced while it was copied: run again", url)
            (Path(directory) / name).replace(cache / name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(cache / name)


@contextmanager
def local_output(path: str, is_new: bool = False) -> Iterator[str]:
    """Yield where to write a file or a directory: the path, or a place that is copied to the store.

    Args:
        path: what to write.
        is_new: whether the store must not have files there yet; for local directories their
            writers find out.

    Raises:
        ConfigurationError: a URL of no object store.
        TrainerError: the store has files there, although `is_new`.
        OSError: the store cannot be written.
    """
    if not _is_served(path):
        yield path
        return
    url = path.rstrip("/")
    if is_new and object_store.sizes_below(url):
        raise TrainerError(f"{url} already has files: choose a new directory")
    with tempfile.TemporaryDirectory(prefix="flanbeam-output-") as directory:
        place = Path(directory) / url.rpartition("/")[2]
        yield str(place)
        if place.is_file():
            object_store.write(url, place)
        files = (file for file in place.rglob("*") if file.is_file())
        for name in sorted((f.relative_to(place).as_posix() for f in files), key=is_last):
            object_store.write(filesystem.join(url, name), place / name)


def _is_served(path: str) -> bool:
    if filesystem.is_local(path):
        return False
    if not object_store.serves(path):
        raise ConfigurationError(
            f"{path}: runs and models are read and written on this machine and in s3://, gs:// "
            "and az://: give a path of those"
        )
    return True


def readable(url: str, say: Say) -> list[str]:
    """Return the files of a run, a checkpoint's only if it is complete."""
    names = {name for name in object_store.sizes_below(url) if not name.startswith(f"{DAMAGED}/")}
    complete = {checkpoint_of(name) for name in names if is_last(name)}
    for checkpoint in sorted({checkpoint_of(name) or "" for name in names} - complete - {""}):
        place = filesystem.join(url, checkpoint)
        say(f"{place} has no {digests.FILE}: incomplete, it is not read")
    return sorted(name for name in names - {LOCK} if checkpoint_of(name) in {None, *complete})


def checkpoint_of(name: str) -> str | None:
    """Return `checkpoints/12` for the files of a checkpoint."""
    first, *rest = name.split("/")
    return f"{first}/{rest[0]}" if first == DIRECTORY and len(rest) > 1 else None


def is_last(name: str) -> bool:
    """Return whether a file says that its checkpoint is complete."""
    return checkpoint_of(name) is not None and name.count("/") == 2 and name.endswith(digests.FILE)
