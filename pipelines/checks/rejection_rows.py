"""Rejections in a snapshot, or of the sources in a store's cache."""

from collections.abc import Iterator

from tfrecords_schema import filesystem, snapshot
from tfrecords_schema.channels import resolve
from tfrecords_schema.errors import DataError
from transforms.records.rejections import decode_rejection
from transforms.types import Rejection

_INGEST = "cache/ingest"
_SUFFIX = ".rejections.jsonl"


def rejection_rows(
    address: str, reason: str | None = None, source: str | None = None
) -> Iterator[Rejection]:
    """Yield the rejections of a snapshot or of a store.

    For a store, these are the rejections from the last time that each source was read.

    Raises:
      DataError: there is neither.
    """
    for path in _files(address):
        for line in filesystem.read_bytes(path).splitlines():
            row = decode_rejection(line)
            if reason in (None, row.reason) and source in (None, row.source):
                yield row


def _files(address: str) -> list[str]:
    path = resolve(address)
    if filesystem.exists(filesystem.join(path, snapshot.MANIFEST)):
        rejections = snapshot.open_snapshot(path).manifest.rejections
        return [filesystem.join(path, file.path) for file in rejections]
    root = filesystem.join(path, _INGEST)
    files = [f for f in filesystem.files_below(root) if f.endswith(_SUFFIX)] if path else []
    if not files and not filesystem.exists(root):
        raise DataError(f"{address}: neither a snapshot nor a store with sources that were read")
    return _latest(root, sorted(files))


def _latest(root: str, files: list[str]) -> list[str]:
    """Return, for each source, the files of the directory that was read last."""
    newest: dict[str, tuple[float, str]] = {}
    for file in files:
        path = filesystem.join(root, file)
        with filesystem.open_read(path) as stream:
            line = stream.readline()
        if line:
            name, directory = decode_rejection(line).source, file.split("/")[0]
            stamp = (filesystem.last_change(path), directory)
            newest[name] = max(newest.get(name, stamp), stamp)
    kept = {directory for _, directory in newest.values()}
    return [filesystem.join(root, file) for file in files if file.split("/")[0] in kept]
