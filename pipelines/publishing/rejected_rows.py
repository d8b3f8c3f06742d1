"""Find rows that are to be forgotten among the rejected ones, whose files quote them.

A row that became no record is quoted in the detail of its rejection. Rows of `contamination/`
quote the words of a record that a held-out item has.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress

import orjson

from pipelines.checks.record_texts import lines_with
from pipelines.publishing.holders import Holder, advice_on, unreadable
from pipelines.publishing.retention import pointed_at
from pipelines.stores.store import Store
from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import CONTAMINATION, Snapshot
from transforms.records.rejections import decode_rejection, place_of
from transforms.sources.forgotten import FORGOTTEN, Forgotten
from transforms.types import Rejection

REJECTIONS = "rejections"
_CACHED = ".rejections.jsonl"


def rejected_called(snapshots: Iterable[Snapshot], source: str, name: str) -> dict[str, Rejection]:
    """Return the rejections of a source's rows with this id, own id, or place, by id."""
    quoted = orjson.dumps(name).decode()
    texts = (quoted, quoted[1:-1]) if ":" in name else (quoted,)
    found = {}
    for path in dict.fromkeys(_rejection_files(snapshots, source)):
        # `in_rejections` names damaged files.
        with suppress(ValueError, TypeError):
            for row in (
                decode_rejection(line) for text in texts for line in lines_with(path, text)
            ):
                called = (row.id, row.own_id, *row.row_ids)
                is_called = name in called or is_rejected_at(row, name)
                if is_called and row.source == source and row.reason != FORGOTTEN:
                    found[row.id] = row
    return found


def is_rejected_at(row: Rejection, name: str) -> bool:
    """Return whether a row was read from FILE:LINE, with or without the directories above it."""
    return ":" in name and f"/{place_of(row)}".endswith(f"/{name}")


def in_rejections(
    store: Store, snapshots: Iterable[Snapshot], source: str, rows: Forgotten
) -> Iterator[Holder]:
    """Yield the files of snapshots and caches with rejections, or matches, of the rows."""
    channels = pointed_at(store)
    seen: set[str] = set()
    for snapshot in snapshots:
        name = Store.name_of(snapshot.path)
        goes = f"part of a snapshot: {advice_on(store, name, channels)}"
        of_cache = "gc deletes it after the snapshots that use it"
        files = [(path, goes) for path in _quoting_files(snapshot)]
        files += [(path, of_cache) for path in _cached_files(snapshot, source)]
        for path, advice in files:
            if path in seen:
                continue
            seen.add(path)
            try:
                count = _count(path, source, rows)
            except (DataError, OSError, ValueError) as error:
                yield unreadable(REJECTIONS, path, error)
                continue
            if count:
                yield Holder(what=REJECTIONS, path=path, rejected=count, advice=advice)


def _count(path: str, source: str, rows: Forgotten) -> int:
    """Return how many of the rows have a line in a file."""
    found: Counter[str] = Counter()
    with filesystem.open_read(path) as stream:
        for line in stream:
            row = orjson.loads(line)
            stated = (row.get("own_id", ""), *row.get("row_ids", ()))
            is_meant = row["source"] == source and rows.names(source, row["id"], stated)
            if is_meant and row.get("reason") != FORGOTTEN:
                found[row["id"]] += 1
    return len(found)


def _rejection_files(snapshots: Iterable[Snapshot], source: str) -> Iterator[str]:
    for snapshot in snapshots:
        for file in snapshot.manifest.rejections:
            path = filesystem.join(snapshot.path, file.path)
            if filesystem.exists(path):
                yield path
        yield from _cached_files(snapshot, source)


def _quoting_files(snapshot: Snapshot) -> Iterator[str]:
    """Yield the files of a snapshot that quote rejected rows and what matches held-out items."""
    matches = [f for f in snapshot.manifest.reports if f.path.startswith(f"{CONTAMINATION}/")]
    for file in [*snapshot.manifest.rejections, *matches]:
        yield filesystem.join(snapshot.path, file.path)


def _cached_files(snapshot: Snapshot, source: str) -> Iterator[str]:
    store = Store.of(snapshot.path)
    for info in snapshot.manifest.sources:
        if info.name == source:
            directory = filesystem.join(store.ingest, info.fingerprint)
            names = filesystem.children(directory)
            yield from (filesystem.join(directory, n) for n in names if n.endswith(_CACHED))
