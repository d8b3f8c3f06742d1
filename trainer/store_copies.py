"""Copy snapshots, runs and models from object stores to this machine, and results to a store."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tfrecords_schema import filesystem, object_store
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.snapshot import MANIFEST, open_snapshot
from trainer.checkpointing import digests
from trainer.checkpointing.checkpoints import DAMAGED, DIRECTORY
from trainer.errors import TrainerError
from trainer.run_lock import FILE as LOCK

Say = Callable[[str], None]


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
def local_copy(path: str, say: Say, with_checkpoints: bool = True) -> Iterator[str]:
    """Yield the path of a run, a checkpoint or a model on this machine: itself, or a copy.

    Incomplete checkpoints are not copied, and of a run of which one checkpoint is asked for, no
    other one. A TrainerError of the block names the place in the store.

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
        for name in readable(url, say):
            checkpoint = checkpoint_of(name)
            is_other = checkpoint is not None and asked not in (None, checkpoint)
            if not is_other and (with_checkpoints or checkpoint is None):
                object_store.download(filesystem.join(url, name), copy / name)
        try:
            yield str(copy / asked if asked else copy)
        except TrainerError as error:
            raise TrainerError(str(error).replace(str(copy), url)) from error


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
