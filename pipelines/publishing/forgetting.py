"""Leave rows out of all later builds of a store, and say what holds them still.

Nothing that exists is changed: snapshots, exports and trained models are deleted by their owner.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import orjson

from pipelines.checks.record_texts import record_paths, records_with
from pipelines.publishing.history import note
from pipelines.publishing.holders import (
    EXPORT,
    RUN,
    Holder,
    files,
    in_exports,
    in_runs,
    in_snapshots,
    unreadable,
)
from pipelines.stores.store import Store
from tfrecords_schema.errors import ConfigurationError, DataError, nearest
from tfrecords_schema.snapshot import Snapshot, open_snapshot
from transforms.sources.forgotten import RECORD_ID, Forgotten, digest_of
from transforms.types import Record

# File of a checkpoint that names the snapshot.
_PROGRESS = "progress/metadata"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked for, and what it came to.

    Attributes:
      unmatched: names of no known record.
      records: ids of the records that are known; places are their files and lines.
      is_listed: whether later builds leave the rows out; a dry run only looks.
    """

    source: str
    names: list[str]
    unmatched: list[str]
    records: list[str]
    places: list[str]
    is_listed: bool
    holders: list[Holder] = field(default_factory=list)


def forget_rows(
    store: Store,
    source: str,
    names: Sequence[str],
    exports: Iterable[str] = (),
    runs: Iterable[str] = (),
    *,
    is_dry_run: bool = False,
) -> Request:
    """List rows of a source as forgotten, and find what holds them.

    Args:
      names: ids that rows state, FILE:LINE, or ids of records.
      exports: files, or directories of files, that `flanbeam export` wrote.
      runs: training runs, or directories with runs. Both are paths or URLs in an object store.

    Raises:
      ConfigurationError: no snapshot of the store has the source, FILE:LINE is in none,
        or an export or run does not exist.
    """
    exported, other_exports = files(EXPORT, exports, (".jsonl", ".parquet"), store)
    progress, other_runs = files(RUN, runs, (_PROGRESS,), store)
    snapshots, damaged = _opened(store)
    known = sorted({info.name for one in snapshots for info in one.manifest.sources})
    if source not in known:
        listed = nearest(source, known) if known else "the store has no snapshot yet"
        raise ConfigurationError(f"--source {source}: no snapshot of {store.root} has it; {listed}")
    records: dict[str, Record] = {}
    own_ids, unmatched = [], []
    for name in names:
        matching = _records_called(snapshots, source, name)
        is_place = any(_is_at(record, name) for record in matching.values())
        if not matching and ":" in name and name.rpartition(":")[2].isdecimal():
            raise ConfigurationError(
                f"--id {name}: {source} has no record from this line in the store's cache; give "
                "the id of the row or of the record"
            )
        if not is_place:
            # An id of 32 hex digits may be a record's or, an MD5 say, one that a row states.
            own_ids.append(digest_of(source, name))
        if not matching:
            unmatched.append(name)
        records |= matching
    # A record that the cache does not know.
    ids = {*records, *(name for name in unmatched if RECORD_ID.fullmatch(name))}
    forgotten = Forgotten(frozenset(ids), frozenset(own_ids))
    if not is_dry_run:
        store.forget(source, forgotten)
        note(store, "forgotten", source=source, rows=len(names), records=sorted(ids))
    holders = [
        *damaged,
        *in_snapshots(store, snapshots, source, ids, records.values()),
        *in_exports(exported, ids, records.values()),
        *other_exports,
    ]
    holding = {holder.path for holder in holders if holder.what == "snapshot"}
    return Request(
        source=source,
        names=list(names),
        unmatched=unmatched,
        records=sorted(records),
        places=sorted({record.place for record in records.values() if record.place}),
        is_listed=not is_dry_run,
        holders=[*holders, *in_runs(progress, snapshots, holding), *other_runs],
    )


def _opened(store: Store) -> tuple[list[Snapshot], list[Holder]]:
    """Return the snapshots of a store, and those that cannot be opened."""
    snapshots, damaged = [], []
    for name in store.snapshot_names():
        try:
            snapshots.append(open_snapshot(store.snapshot(name)))
        except DataError as error:
            damaged.append(unreadable("snapshot", store.snapshot(name), error))
    return snapshots, damaged


def _records_called(snapshots: Iterable[Snapshot], source: str, name: str) -> dict[str, Record]:
    """Return the records of a source with this id, own id, or place, of all snapshots."""
    quoted = orjson.dumps(name).decode()
    texts = (quoted, f'{name}"') if ":" in name else (quoted,)
    records = {}
    seen = set()
    for snapshot in snapshots:
        for of, path in record_paths(snapshot):
            if of != source or path in seen:
                continue
            seen.add(path)
            for text in texts:
                for record in records_with(path, source, text):
                    called = (record.id, record.own_id, *record.row_ids)
                    if name in called or _is_at(record, name):
                        records[record.id] = record
    return records


def _is_at(record: Record, name: str) -> bool:
    """Return whether a record was read from FILE:LINE, with or without the directories above."""
    return ":" in name and f"/{record.place}".endswith(f"/{name}")
