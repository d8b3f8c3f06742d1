"""Find out which record is meant: by its id, its first digits, its source's id, or file and line.

Shards, rejections and cached records are mapped and searched for bytes, so that finding one of some
hundred thousand records costs a fraction of a second and needs no index of its own: on 167,199
examples 0.2 to 0.3 CPU seconds for an id, and 0.5 for the first eight digits of one.
"""

import mmap
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import closing

import orjson

from pipelines.checks.record_texts import lines_with, record_paths, records_with
from tfrecords_schema import filesystem, tfrecord
from tfrecords_schema.codec import read_texts
from tfrecords_schema.errors import DataError
from tfrecords_schema.features import ID, RECORD_ID
from tfrecords_schema.kept_records import kept_records
from tfrecords_schema.snapshot import Snapshot
from transforms.records.rejections import decode_rejection

_ID = re.compile(r"[0-9a-f]{32}")
_PREFIX = re.compile(r"[0-9a-f]{4,31}")
# "reviews.csv:17", "task.json: instance 17": as places of records are shown.
_PLACE = re.compile(r".+:(?: \w+ )?\d+")
# Names that are listed where several records have what was asked for.
_LISTED = 8


def examples_that_hold(snapshot: Snapshot, text: str) -> Iterator[tuple[str, str, bytes]]:
    """Yield (split, where, bytes) of the examples in whose bytes a text occurs, CRC checked."""
    word = text.encode()
    for name, split in snapshot.manifest.splits.items():
        for shard in split.shards:
            path = filesystem.join(snapshot.path, shard.path)
            if not filesystem.is_local(path):
                with filesystem.open_read(path) as stream:
                    frames = tfrecord.read_frames(stream, path)
                    yield from ((name, path, data) for data in frames if word in data)
            elif shard.rows:
                yield from ((name, path, data) for data in _mapped(path, word))


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


def identity_of(snapshot: Snapshot, name: str) -> tuple[str, Iterable[tuple[str, str, bytes]]]:
    """Return the id of the record or example that a name refers to, and the examples that hold it.

    The examples are (split, where, bytes): all in whose bytes the id occurs, and maybe others.

    Raises:
      DataError: nothing has this name, or several records have it; which ones.
    """
    if _ID.fullmatch(name.lower()):
        return name.lower(), examples_that_hold(snapshot, name.lower())
    identities = _by_origin(snapshot, name)
    held = None
    if not identities and _PREFIX.fullmatch(name.lower()):
        # An example that holds an id holds the beginning of it.
        held = list(examples_that_hold(snapshot, name.lower()))
        identities = _by_prefix(snapshot, name.lower(), held)
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
    return identity, examples_that_hold(snapshot, identity) if held is None else held


def _by_origin(snapshot: Snapshot, name: str) -> dict[str, str]:
    """Return the records that a source calls so, or that were read from that line of a file."""
    quoted = orjson.dumps(name).decode()
    # A file may be given with or without the directories above it.
    is_place = _PLACE.fullmatch(name) is not None
    records = {}
    for source, path in record_paths(snapshot):
        for record in records_with(path, source, f'{name}"' if is_place else quoted):
            has_place = is_place and f"/{record.place}".endswith(f"/{name}")
            if record.own_id == name or has_place:
                records[record.id] = f"{source}, {record.place}"
    # Without the store, the records that the examples show are still in the snapshot.
    for kept in () if records else kept_records(snapshot, f'{name}"' if is_place else quoted):
        if kept.own_id == name or (is_place and f"/{kept.place}".endswith(f"/{name}")):
            records[kept.id] = f"{kept.source}, {kept.place}"
    if not is_place:
        return records
    for file in snapshot.manifest.rejections:
        for line in lines_with(filesystem.join(snapshot.path, file.path), f"{name}: "):
            row = decode_rejection(line)
            if f"/{row.detail.split(': ')[0]}".endswith(f"/{name}"):
                records[row.id] = f"{row.source}, {row.reason}"
    return records


def _by_prefix(
    snapshot: Snapshot, prefix: str, held: list[tuple[str, str, bytes]]
) -> dict[str, str]:
    """Return the records, or else the examples, whose id begins so.

    Args:
      held: the examples that hold the prefix.
    """
    records: dict[str, str] = {}
    examples: dict[str, str] = {}
    for _, path, data in held:
        identity, origin, task = read_texts(data, (ID, RECORD_ID, "_task_name"), path)
        if origin.startswith(prefix):
            records[origin] = task
        if identity.startswith(prefix):
            examples[identity] = f"example of {task}"
    for file in snapshot.manifest.rejections:
        for line in lines_with(filesystem.join(snapshot.path, file.path), f'"{prefix}'):
            row = decode_rejection(line)
            if row.id.startswith(prefix):
                records[row.id] = f"{row.task}, {row.reason}"
    for source, path in record_paths(snapshot):
        for record in records_with(path, source, f'["{prefix}'):
            if record.id.startswith(prefix):
                records.setdefault(record.id, f"{source}, {record.place}")
    return records | examples
