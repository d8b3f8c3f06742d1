"""Read one raw file into record files; every row is kept or counted under a reason."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO

import orjson
from pydantic import TypeAdapter

from tfrecords_schema import filesystem
from tfrecords_schema.errors import UserError
from transforms.records.record_store import encode_record
from transforms.records.rejections import encode_rejection
from transforms.runtime.exchange import Run, is_whole, write_run
from transforms.runtime.parent_watchdog import end_with_parent
from transforms.runtime.progress import count_done
from transforms.sources.forgotten import Forgotten, forget
from transforms.sources.source import (
    INGEST,
    Element,
    SourcePiece,
    UnreadableFileError,
)
from transforms.stable_random import stable_id
from transforms.types import Record, Rejection, Task

# Name of ingest in the progress display.
READ = "read"
# A record file is a unit of work of assembly and is loaded into memory completely.
RECORDS_PER_FILE = 10_000
BYTES_PER_FILE = 32 * 1024 * 1024
_NOTHING = Forgotten()


@dataclass(frozen=True)
class RecordsNote:
    """A file of records in the cache: its name, and the number of records."""

    path: str
    records: int


@dataclass(kw_only=True)
class ReadSummary:
    """The result of reading one raw file.

    Attributes:
      read: rows by task.
      rejected: {task: {reason: rows}}.
      licenses: records by license.
      sha256: digest of the concatenated record files.
      rejections, rejections_sha256: the name of the file of rejections, and its digest.
      error: the reason if the file could not be read.
    """

    tasks: list[Task] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, dict[str, int]] = field(default_factory=dict)
    licenses: dict[str, int] = field(default_factory=dict)
    record_files: list[RecordsNote] = field(default_factory=list)
    sha256: str = hashlib.sha256().hexdigest()
    rejections: str = ""
    rejections_sha256: str = ""
    error: str | None = None

    def count(self, element: Record | Rejection) -> None:
        """Count one row as a record or under the reason of its rejection."""
        self.read[element.task] = self.read.get(element.task, 0) + 1
        if isinstance(element, Rejection):
            reasons = self.rejected.setdefault(element.task, {})
            reasons[element.reason] = reasons.get(element.reason, 0) + 1
        else:
            self.licenses[element.license] = self.licenses.get(element.license, 0) + 1


_SUMMARY = TypeAdapter(ReadSummary)


def read_summary(run: Run) -> ReadSummary:
    """Return the summary in the run of a raw file."""
    return _SUMMARY.validate_json(run.summary)


def _batches(records: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield contents of record files, with the number of records in each."""
    # Joined at once: orjson allocates 8 KiB for the bytes of each record.
    data, count = bytearray(), 0
    for record in records:
        data += record
        count += 1
        if count == RECORDS_PER_FILE or len(data) >= BYTES_PER_FILE:
            yield bytes(data), count
            data, count = bytearray(), 0
    if count:
        yield bytes(data), count


def read_piece(file: SourcePiece, out: str, forgotten: Forgotten = _NOTHING) -> Run:
    """Write `file`'s records and rejections below `out`; reuse finished work."""
    end_with_parent()
    path = run_path(out, file.index)
    stem = path.removesuffix(".run")
    return Run(path) if is_whole(path) else _read(file, stem, path, forgotten)


def run_path(directory: str, index: int) -> str:
    """Return the path of the run of the `index`-th piece in a source's directory."""
    return filesystem.join(directory, f"file-{index:06d}.run")


def _read(file: SourcePiece, stem: str, path: str, forgotten: Forgotten) -> Run:
    rejections = f"{stem}.rejections.jsonl"
    try:
        summary = _write(file, stem, rejections, forgotten)
    except UnreadableFileError as unreadable:
        # Relative, so that the same files give the same manifest in any directory.
        error = str(unreadable).replace(file.piece.path, file.piece.relative, 1)
        lost = _lost(file, error)
        summary = ReadSummary(error=error)
        summary.count(lost)
        filesystem.write_bytes(rejections, encode_rejection(lost))
    summary.rejections = _name(rejections)
    summary.rejections_sha256 = filesystem.sha256_of(rejections)[0]
    run = write_run(path, 0, {}, orjson.dumps(summary, option=orjson.OPT_SORT_KEYS))
    count_done(READ, 0, items=1, source=file.source_name)
    return run


def _write(file: SourcePiece, stem: str, rejections: str, forgotten: Forgotten) -> ReadSummary:
    """Write records and rejections as they are read."""
    summary, digest = ReadSummary(), hashlib.sha256()
    with filesystem.atomic_writer(rejections) as stream:
        for data, count in _batches(_encoded_records(file, summary, stream, forgotten)):
            path = f"{stem}-{len(summary.record_files):04d}.jsonl"
            filesystem.write_bytes(path, data)
            digest.update(data)
            summary.record_files.append(RecordsNote(_name(path), count))
            count_done(READ, count, source=file.source_name)
    summary.sha256 = digest.hexdigest()
    return summary


def _encoded_records(
    file: SourcePiece, summary: ReadSummary, rejections: IO[bytes], forgotten: Forgotten
) -> Iterator[bytes]:
    for element in _read_elements(file):
        if isinstance(element, Task):
            summary.tasks.append(element)
            continue
        if forgotten.covers(element):
            element = forget(element, INGEST)
        summary.count(element)
        if isinstance(element, Rejection):
            rejections.write(encode_rejection(element))
        else:
            yield encode_record(element)


def _read_elements(file: SourcePiece) -> Iterator[Element]:
    """Yield the source's elements; an unexpected error of its reader makes the file unreadable.

    Raises:
      UnreadableFileError: the reader failed. UserError: the recipe is wrong. OSError: no room.
    """
    path = file.piece.path
    try:
        yield from file.source.read(file.source_name, file.piece)
    except UserError:
        raise
    except OSError as error:
        if error.errno in filesystem.FULL:
            raise
        raise UnreadableFileError(f"{path}: {error.strerror or error}") from error
    # Files may be untrusted: one on which a reader fails loses its rows, not the build.
    except Exception as error:
        cause = f"{type(error).__name__}: {error}"
        message = f"{path}: the reader failed ({cause:.200})"
        raise UnreadableFileError(f"{message}; remove the file, and please report this") from error


def _lost(file: SourcePiece, error: str) -> Rejection:
    """Return the rejection that represents a whole file."""
    relative = file.piece.relative
    task = file.piece.task or PurePosixPath(relative).stem
    identity = stable_id(file.source_name, relative, task)
    return Rejection(
        stage=INGEST,
        reason="unreadable_file",
        id=identity,
        source=file.source_name,
        task=task,
        detail=error,
    )


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]
