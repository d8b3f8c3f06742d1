"""Records on disk between ingest and assembly: one JSON array a line, addressed by byte range."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import orjson

from tfrecords_schema import filesystem
from transforms.types import Record


@dataclass(frozen=True, slots=True)
class RecordFile:
    """One file of ingested records: the unit of work of assembly."""

    index: int
    path: str
    source: str
    collection: str
    source_rank: int
    records: int


def encode_record(record: Record) -> bytes:
    """One line; source and collection are the file's."""
    row = [record.id, record.task, record.split, record.license, record.fields]
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def decode_record(line: bytes, file: RecordFile) -> Record:
    """The record of one line of `file`."""
    record_id, task, split, license_name, fields = orjson.loads(line)
    return Record(record_id, file.source, file.collection, task, split, license_name, fields)


def read_records(file: RecordFile) -> Iterator[tuple[Record, int, int]]:
    """(record, offset, length in bytes) in file order."""
    offset = 0
    with filesystem.open_read(file.path) as stream:
        for line in stream:
            yield decode_record(line, file), offset, len(line)
            offset += len(line)


def read_record_at(stream: IO[bytes], file: RecordFile, offset: int, length: int) -> Record:
    """The record at a byte range of `file`, open as `stream`."""
    stream.seek(offset)
    return decode_record(stream.read(length), file)
