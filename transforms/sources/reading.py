"""Read one raw file of a source into record files; every row is kept or counted under a reason."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any

import apache_beam as beam

from tfrecords_schema import filesystem
from transforms.records.record_store import encode_record
from transforms.records.rejections import encode_rejection
from transforms.runtime.coders import DataclassCoder
from transforms.runtime.exchange import Run, finished_run, write_run
from transforms.runtime.parent_watchdog import end_with_parent
from transforms.runtime.progress import report
from transforms.sources.source import INGEST, Piece, Source, UnreadableFileError
from transforms.stable_random import stable_id
from transforms.types import Record, Rejection, Task

# A record file is a unit of work of assembly and is held in memory as a whole.
RECORDS_PER_FILE = 10_000
BYTES_PER_FILE = 32 * 1024 * 1024


@dataclass(frozen=True)
class RawFile:
    """One piece of a raw file of source `name`, the `index`-th of the source's pieces."""

    name: str
    source: Source
    piece: Piece
    index: int


@dataclass(frozen=True)
class WorkItem:
    """The `index`-th piece of the source with this number: all that travels in a job graph."""

    source: int
    index: int
    piece: Piece


beam.coders.registry.register_coder(WorkItem, DataclassCoder)


@dataclass(frozen=True)
class SourceOut:
    """Source `name`, and the directory that its records go to."""

    name: str
    source: Source
    out: str


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


def _batches(records: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """Contents of record files, with the number of records in each."""
    # Not a list: orjson hands out 8 KiB for a record of one.
    data, count = bytearray(), 0
    for record in records:
        data += record
        count += 1
        if count == RECORDS_PER_FILE or len(data) >= BYTES_PER_FILE:
            yield bytes(data), count
            data, count = bytearray(), 0
    if count:
        yield bytes(data), count


def read_raw_file(file: RawFile, out: str) -> Run:
    """Write `file`'s records and rejections below `out`; finished work is taken as it is.

    The summary holds the tasks, the record files with their counts and digest, the rejections with
    theirs, the counts by task, reason and license, and the error if the file could not be read.
    """
    end_with_parent()
    stem = filesystem.join(out, f"file-{file.index:06d}")
    return finished_run(f"{stem}.run", lambda: _read(file, stem))


def _read(file: RawFile, stem: str) -> Run:
    tally, error = _Tally(), None
    try:
        record_files, digest = _write(file, stem, tally)
    except UnreadableFileError as unreadable:
        # Relative, so that the same files give the same manifest wherever they lie.
        error = str(unreadable).replace(file.piece.path, file.piece.relative, 1)
        tally, record_files, digest = _Tally(), [], hashlib.sha256().hexdigest()
        lost = _lost(file, error)
        tally.count(lost)
        filesystem.write_bytes(f"{stem}.rejections.jsonl", encode_rejection(lost))
    summary = {
        "tasks": [asdict(task) for task in tally.tasks],
        "record_files": record_files,
        "rejections": _name(f"{stem}.rejections.jsonl"),
        "rejections_sha256": filesystem.sha256_of(f"{stem}.rejections.jsonl")[0],
        "read": tally.read,
        "rejected": tally.rejected,
        "licenses": tally.licenses,
        "sha256": digest,
        "error": error,
    }
    return write_run(f"{stem}.run", 0, {}, summary)


def _write(file: RawFile, stem: str, tally: _Tally) -> tuple[list[dict[str, Any]], str]:
    """Write records and rejections as they are read; the record files and their digest."""
    record_files: list[dict[str, Any]] = []
    digest = hashlib.sha256()
    with filesystem.atomic_writer(f"{stem}.rejections.jsonl") as rejections:
        for data, count in _batches(_encoded_records(file, tally, rejections)):
            path = f"{stem}-{len(record_files):04d}.jsonl"
            filesystem.write_bytes(path, data)
            digest.update(data)
            record_files.append({"path": _name(path), "records": count})
            report("read", count)
    return record_files, digest.hexdigest()


def _encoded_records(file: RawFile, tally: _Tally, rejections: IO[bytes]) -> Iterator[bytes]:
    for element in file.source.read(file.name, file.piece):
        if isinstance(element, Task):
            tally.tasks.append(element)
            continue
        tally.count(element)
        if isinstance(element, Rejection):
            rejections.write(encode_rejection(element))
        else:
            yield encode_record(element)


def _lost(file: RawFile, error: str) -> Rejection:
    """The rejection that stands for a whole file."""
    relative = file.piece.relative
    task = file.piece.task or PurePosixPath(relative).stem
    identity = stable_id(file.name, relative, task)
    return Rejection(INGEST, "unreadable_file", identity, file.name, task, error)


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def read_work_item(item: WorkItem, sources: Sequence[SourceOut]) -> Run:
    """Read the raw file that `item` stands for."""
    of = sources[item.source]
    return read_raw_file(RawFile(of.name, of.source, item.piece, item.index), of.out)


@dataclass
class ReadRawFiles(beam.PTransform):
    """WorkItem of one of `sources` → Run."""

    sources: Sequence[SourceOut]

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        return items | "Read" >> beam.Map(read_work_item, self.sources)
