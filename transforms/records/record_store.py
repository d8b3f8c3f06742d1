"""Records on disk between ingest and assembly: one JSON array per line, addressed by byte range."""

import hashlib
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import IO

import numpy as np
import orjson
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from transforms.types import FieldValue, Record

# A line begins with a bracket and the id, 32 hex digits, in quotation marks.
_ID_BYTES = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile:
    """One file of ingested records: the unit of work of assembly.

    Attributes:
      content: a text that two files share only if they have the same bytes; empty if unknown.
    """

    index: int
    path: str
    source: str
    collection: str
    source_rank: int
    records: int
    content: str = ""


def encode_record(record: Record) -> bytes:
    """Return one line; source and collection are the file's."""
    origin: tuple[object, ...] = (record.own_id, record.place)
    facts = {"row_ids": record.row_ids, "unlearned": record.unlearned}
    if stated := {name: fact for name, fact in facts.items() if fact}:
        origin = (*origin, stated)
    row = [record.id, record.task, *origin, record.license, record.fields]
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def decode_record(line: bytes, file: RecordFile) -> Record:
    """Return the record of one line of `file`."""
    # Caches of earlier versions have no origin; those of format version 1 have the split there.
    record_id, task, *origin, license_name, fields = orjson.loads(line)
    own_id, place, *more = origin if len(origin) >= 2 else ("", "")
    facts = more[0] if more else {}
    return Record(
        id=record_id,
        source=file.source,
        collection=file.collection,
        task=task,
        license=license_name,
        fields=fields,
        own_id=own_id,
        row_ids=tuple(facts.get("row_ids", ())),
        place=place,
        unlearned=tuple(facts.get("unlearned", ())),
    )


def content_digest(record: Record) -> int:
    """Return 64 bits that two records share if license and fields are equal."""
    content = orjson.dumps([record.license, record.fields], option=orjson.OPT_SORT_KEYS)
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest())


def read_records(file: RecordFile) -> Iterator[tuple[Record, int, int]]:
    """Yield (record, offset, length in bytes) in file order."""
    offset = 0
    with filesystem.open_read(file.path) as stream:
        for line in stream:
            yield decode_record(line, file), offset, len(line)
            offset += len(line)


def read_fields(file: RecordFile) -> Iterator[tuple[dict[str, FieldValue], int]]:
    """Yield (fields, offset) of each record in file order, for what needs no more of it."""
    offset = 0
    with filesystem.open_read(file.path) as stream:
        for line in stream:
            yield orjson.loads(line)[-1], offset
            offset += len(line)


def find_records(path: str, source: str, ids: Set[str]) -> Iterator[Record]:
    """Yield the records of the file at `path`, of source `source`, whose id is one of `ids`."""
    starts = {f'["{identity}"'.encode() for identity in ids}
    file = RecordFile(index=0, path=path, source=source, collection="", source_rank=0, records=0)
    with filesystem.open_read(path) as stream:
        for line in stream:
            if line[:_ID_BYTES] in starts:
                yield decode_record(line, file)


def read_lines(path: str, offsets: NDArray[np.int64], lengths: NDArray[np.int64]) -> list[bytes]:
    """Return the lines of a record file at byte ranges, which are in the order of offsets.

    Args:
      offsets, lengths: of the lines in bytes, [lines].
    """
    if not len(offsets):
        return []
    ends = offsets + lengths
    first, size = int(offsets[0]), int(ends[-1] - offsets[0])
    with filesystem.open_read(path) as stream:
        stream.seek(first)
        if 2 * int(lengths.sum()) >= size:
            data = stream.read(size)
            bounds = zip((offsets - first).tolist(), (ends - first).tolist(), strict=True)
            return [data[start:end] for start, end in bounds]
        lines = []
        for offset, length in zip(offsets.tolist(), lengths.tolist(), strict=True):
            stream.seek(offset)
            lines.append(stream.read(length))
        return lines


def read_record_at(stream: IO[bytes], file: RecordFile, offset: int, length: int) -> Record:
    """Return the record at a byte range of `file`, open as `stream`."""
    stream.seek(offset)
    return decode_record(stream.read(length), file)
