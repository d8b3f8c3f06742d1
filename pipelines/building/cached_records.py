"""Records in the cache are checked before a build takes them up: a disk may have damaged them.

Their digests were written when they were read. On a local disk alone: an object store sees to the
bytes of its objects itself.
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from pipelines.building.ingest import SUCCESS, ReadSource, run_path
from pipelines.console.report import say
from tfrecords_schema import filesystem
from transforms.runtime.exchange import Run, is_whole
from transforms.sources.reading import RawFile


def drop_damaged(found: ReadSource) -> None:
    """Forget that a raw file of the source was read, where what it gave is no longer that."""
    if not filesystem.is_local(found.directory):
        return
    with ThreadPoolExecutor() as pool:
        damaged = list(pool.map(partial(_is_damaged, found), found.raw_files))
    for raw_file, is_damaged in zip(found.raw_files, damaged, strict=True):
        if is_damaged:
            path = run_path(found, raw_file)
            say(f"{path}: it or its records are damaged; {raw_file.piece.path} is read again")
            filesystem.remove(path)


def unseal(found: ReadSource) -> None:
    """Before some of the source is read once more: whoever has read it seals it again."""
    filesystem.remove(filesystem.join(found.directory, SUCCESS))


def _is_damaged(found: ReadSource, raw_file: RawFile) -> bool:
    """Whether the raw file was read, but its run, its records or its rejections are not whole."""
    path = run_path(found, raw_file)
    if not is_whole(path):
        return filesystem.exists(path)
    summary = Run(path).summary
    records = [file["path"] for file in summary["record_files"]]
    stated = [(records, summary["sha256"]), ([summary["rejections"]], summary["rejections_sha256"])]
    return any(_digest(found.directory, names) != digest for names, digest in stated)


def _digest(directory: str, names: list[str]) -> str | None:
    """sha256 of files one after the other; None where one is missing."""
    digest = hashlib.sha256()
    for name in names:
        try:
            stream = filesystem.open_read(filesystem.join(directory, name))
        except FileNotFoundError:
            return None
        with stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
