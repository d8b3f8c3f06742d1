"""Find out which record is meant: by its id, its first digits, its source's id, or file and line.

Examples are found by the ids that their snapshot lists, or in older snapshots by a search of their
bytes, as rejections and cached records are. `python -m benchmarks.explaining` measures it.
"""

import mmap
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np
import orjson
from numpy.typing import NDArray

from pipelines.checks.record_texts import lines_with, record_paths, records_with
from tfrecords_schema import filesystem, tfrecord
from tfrecords_schema.codec import decode_row
from tfrecords_schema.errors import DataError
from tfrecords_schema.features import ID, RECORD_ID, SPLIT, TASK_NAME, Row
from tfrecords_schema.kept_records import KeptRecord, kept_records
from tfrecords_schema.manifest import ShardInfo
from tfrecords_schema.snapshot import Snapshot, ids_path
from transforms.records.rejections import decode_rejection
from transforms.types import Record

_ID = re.compile(r"[0-9a-f]{32}")
_PREFIX = re.compile(r"[0-9a-f]{4,31}")
# "reviews.csv:17", "task.json: instance 17": as places of records are shown.
_PLACE = re.compile(r".+:(?: \w+ )?\d+")
# Names that are listed where several records have what was asked for.
_LISTED = 8
_DIGITS = 32
# A line of a snapshot's ids: two, a space and a line feed.
_LINE_BYTES = 2 * _DIGITS + 2


@dataclass(kw_only=True)
class Found:
    """What a name refers to.

    Attributes:
      identity: the id of a record or an example.
      examples: those that have it, or whose record has it.
      records: raw records that were found on the way, by id.
    """

    identity: str
    examples: list[Row]
    records: Mapping[str, Record | KeptRecord] = field(default_factory=dict)


def examples_that_hold(snapshot: Snapshot, text: str) -> Iterator[tuple[str, str, bytes]]:
    """Yield (split, where, bytes) of the examples in whose bytes a text occurs, CRC checked."""
    for name, split in snapshot.manifest.splits.items():
        for shard in split.shards:
            path = filesystem.join(snapshot.path, shard.path)
            yield from ((name, path, data) for data in _holding(path, shard, text.encode()))


def _holding(path: str, shard: ShardInfo, word: bytes) -> Iterator[bytes]:
    """Yield the examples of a shard that hold a word."""
    if not filesystem.is_local(path):
        with filesystem.open_read(path) as stream:
            yield from (data for data in tfrecord.read_frames(stream, path) if word in data)
    elif shard.rows:
        yield from _mapped(path, word)


def _mapped(path: str, word: bytes) -> Iterator[bytes]:
    """Yield the examples of a local shard that hold a word."""
    offsets: list[int] = []  # reading them costs more than searching: only where a word is
    with (
        open(path, "rb") as stream,
        closing(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)) as shard,
    ):
        place = shard.find(word)
        while place >= 0:
            offsets = offsets or tfrecord.read_index(path)[:, 0].tolist()
            number = bisect_right(offsets, place) - 1
            end = offsets[number + 1] if number + 1 < len(offsets) else len(shard)
            yield tfrecord.unframe(shard[offsets[number] : end], f"{path}: byte {offsets[number]}")
            place = shard.find(word, end)


def examples_with(snapshot: Snapshot, start: str) -> Iterator[Row]:
    """Yield the examples whose id, or whose record's id, begins so."""
    features = snapshot.manifest.row_features
    listed = {file.path for file in snapshot.manifest.reports}
    for name, split in snapshot.manifest.splits.items():
        reader, first = snapshot.reader(name), 0
        for shard in split.shards:
            path = filesystem.join(snapshot.path, shard.path)
            if ids_path(shard.path) in listed:
                numbers = _numbers_with(snapshot, shard, start)
                rows: Iterable[Row] = (reader.row(first + number) for number in numbers)
            else:
                held = _holding(path, shard, start.encode())
                rows = (decode_row(data, path, features) for data in held)
            for row in rows:
                if str(row[ID]).startswith(start) or str(row[RECORD_ID]).startswith(start):
                    yield {**row, SPLIT: name}
            first += shard.rows


def _numbers_with(snapshot: Snapshot, shard: ShardInfo, start: str) -> list[int]:
    """Return the numbers of the shard's examples of which one of the listed ids begins so."""
    path = filesystem.join(snapshot.path, ids_path(shard.path))
    data = filesystem.read_bytes(path)
    if len(data) != shard.rows * _LINE_BYTES:
        raise DataError(f"{path}: not {shard.rows:,} lines of two ids: verify the snapshot")
    table = np.frombuffer(data, np.uint8).reshape(shard.rows, _LINE_BYTES)
    word = np.frombuffer(start.encode(), np.uint8)
    found: NDArray[np.bool_] = np.zeros(shard.rows, bool)
    for column in (0, _DIGITS + 1):
        found |= (table[:, column : column + len(word)] == word).all(axis=1)
    return np.flatnonzero(found).tolist()


def find(snapshot: Snapshot, name: str) -> Found:
    """Return the record or example that a name refers to, with its examples.

    Raises:
      DataError: nothing has this name, or several records have it; which ones.
    """
    digits = name.lower()
    if _ID.fullmatch(digits):
        return Found(identity=digits, examples=list(examples_with(snapshot, digits)))
    prefix = digits if _PREFIX.fullmatch(digits) else None
    records = _records_that_hold(snapshot, name, prefix)
    identities = _by_origin(snapshot, name, records)
    examples = None
    if not identities and prefix:
        examples = list(examples_with(snapshot, prefix))
        identities = _by_prefix(snapshot, prefix, examples, records)
    if not identities:
        raise DataError(
            f"{snapshot.path}: no record is called {name!r}: neither an id, the first 4 digits or "
            "more of one, nor a file and line of its sources, nor an id that they state (the last "
            "two are known of records with an example, of others while the store has them)"
        )
    if len(identities) > 1:
        listed = [f"{identity} ({what})" for identity, what in sorted(identities.items())]
        more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
        raise DataError(
            f"{snapshot.path}: {name!r} names {len(identities)} records, give one of their "
            f"ids: {', '.join(listed[:_LISTED])}{more}"
        )
    (identity,) = identities
    if examples is None:
        examples = list(examples_with(snapshot, identity))
    return Found(identity=identity, examples=examples, records=records)


def _records_that_hold(
    snapshot: Snapshot, name: str, prefix: str | None
) -> Mapping[str, Record | KeptRecord]:
    """Return records by id whose lines hold a name; all cached ones that have it are among them.

    Where the cache has none, those that the snapshot keeps.
    """
    if name == prefix:
        words = [f'"{name}']  # begins an id, or is the source's own
    elif _PLACE.fullmatch(name):
        words = [f'{name}"']  # a file may be given without the directories above it
    else:
        words = [orjson.dumps(name).decode(), *([f'["{prefix}'] if prefix else [])]
    cached = {
        record.id: record
        for source, path in record_paths(snapshot)
        for word in words
        for record in records_with(path, source, word)
    }
    return cached or {kept.id: kept for word in words for kept in kept_records(snapshot, word)}


def _by_origin(
    snapshot: Snapshot, name: str, records: Mapping[str, Record | KeptRecord]
) -> dict[str, str]:
    """Return the records that a source calls so, or that were read from that line of a file."""
    is_place = _PLACE.fullmatch(name) is not None
    named = {}
    for record in records.values():
        has_place = is_place and f"/{record.place}".endswith(f"/{name}")
        if record.own_id == name or has_place:
            named[record.id] = f"{record.source}, {record.place}"
    if not is_place:
        return named
    for file in snapshot.manifest.rejections:
        for line in lines_with(filesystem.join(snapshot.path, file.path), f"{name}: "):
            row = decode_rejection(line)
            if f"/{row.detail.split(': ')[0]}".endswith(f"/{name}"):
                named[row.id] = f"{row.source}, {row.reason}"
    return named


def _by_prefix(
    snapshot: Snapshot,
    prefix: str,
    examples: list[Row],
    records: Mapping[str, Record | KeptRecord],
) -> dict[str, str]:
    """Return the records, or else the examples, whose id begins so.

    Args:
      examples: those whose id or whose record's id begins so.
      records: the cached ones whose id begins so, and others.
    """
    named: dict[str, str] = {}
    for record in records.values():
        if record.id.startswith(prefix):
            named[record.id] = f"{record.source}, {record.place}"
    for file in snapshot.manifest.rejections:
        for line in lines_with(filesystem.join(snapshot.path, file.path), f'"{prefix}'):
            row = decode_rejection(line)
            if row.id.startswith(prefix):
                named[row.id] = f"{row.task}, {row.reason}"
    for example in examples:
        identity, origin = str(example[ID]), str(example[RECORD_ID])
        if origin.startswith(prefix):
            named[origin] = str(example[TASK_NAME])
        if identity.startswith(prefix):
            named[identity] = f"example of {example[TASK_NAME]}"
    return named
