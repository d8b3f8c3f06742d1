"""Read one raw file of a source into record files; every row is kept or counted under a reason."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

import apache_beam as beam

from tfrecords_schema import filesystem
from transforms.exchange import Run, finished_run, write_run
from transforms.progress import report
from transforms.record_store import encode_record
from transforms.rejections import encode_rejection
from transforms.sources.source import INGEST, Piece, Source, UnreadableFileError
from transforms.stable_random import stable_id
from transforms.types import Record, Rejection, Task

# A record file is a unit of work of assembly and is held in memory as a whole.
RECORDS_PER_FILE = 10_000


@dataclass(frozen=True)
class RawFile:
    """One piece of a raw file of source `name`, the `index`-th of the source's pieces."""

    name: str
    source: Source
    piece: Piece
    index: int


@dataclass
class _Tally:
    """What one raw file held, counted while it is read."""

    tasks: list[Task] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, dict[str, int]] = field(default_factory=dict)
    licenses: dict[str, int] = field(default_factory=dict)

    def count(self, element: Record | Rejection) -> None:
        self.read[element.task] = self.read.get(element.task, 0) + 1
        if isinstance(element, Rejection):
            reasons = self.rejected.setdefault(element.task, {})
            reasons[element.reason] = reasons.get(element.reason, 0) + 1
        else:
            self.licenses[element.license] = self.licenses.get(element.license, 0) + 1


def _batches(records: Iterator[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for record in records:
        batch.append(record)
        if len(batch) == RECORDS_PER_FILE:
            yield batch
            batch = []
    if batch:
        yield batch


def read_raw_file(file: RawFile, out: str) -> Run:
    """Write `file`'s records and rejections below `out`; finished work is taken as it is.

    The summary holds the tasks, the record files with their counts and digest, the counts by
    task, reason and license, and the error if the file could not be read at all.
    """
    stem = filesystem.join(out, f"file-{file.index:06d}")
    return finished_run(f"{stem}.run", lambda: _read(file, stem))


def _read(file: RawFile, stem: str) -> Run:
    tally, rejections = _Tally(), []
    digest = hashlib.sha256()

    def lines() -> Iterator[bytes]:
        for element in file.source.read(file.name, file.piece):
            if isinstance(element, Task):
                tally.tasks.append(element)
                continue
            tally.count(element)
            if isinstance(element, Rejection):
                rejections.append(encode_rejection(element))
            else:
                yield encode_record(element)

    record_files: list[dict[str, Any]] = []
    error = None
    try:
        for batch in _batches(lines()):
            data = b"".join(batch)
            path = f"{stem}-{len(record_files):04d}.jsonl"
            filesystem.write_bytes(path, data)
            digest.update(data)
            record_files.append({"path": path.rsplit("/", 1)[-1], "records": len(batch)})
            report("read", len(batch))
    except UnreadableFileError as unreadable:
        # Relative, so that the same files give the same manifest wherever they lie.
        error = str(unreadable).replace(file.piece.path, file.piece.relative, 1)
        lost = Rejection(
            INGEST,
            "unreadable_file",
            stable_id(file.name, file.piece.relative),
            file.name,
            PurePosixPath(file.piece.relative).stem,
            error,
        )
        tally, record_files = _Tally(), []
        tally.count(lost)
        rejections = [encode_rejection(lost)]
    filesystem.write_bytes(f"{stem}.rejections.jsonl", b"".join(rejections))
    summary = {
        "tasks": [asdict(task) for task in tally.tasks],
        "record_files": record_files,
        "rejections": f"{stem}.rejections.jsonl".rsplit("/", 1)[-1],
        "read": tally.read,
        "rejected": tally.rejected,
        "licenses": tally.licenses,
        "sha256": digest.hexdigest(),
        "error": error,
    }
    return write_run(f"{stem}.run", 0, {}, summary)


@dataclass
class ReadRawFiles(beam.PTransform):
    """(RawFile, output directory) → Run."""

    def expand(self, files: beam.PCollection) -> beam.PCollection:
        return files | "Read" >> beam.MapTuple(read_raw_file)
