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
from pipelines.publishing.rejected_rows import in_rejections, is_rejected_at, rejected_called
from pipelines.stores.store import Store
from tfrecords_schema.errors import ConfigurationError, DataError, nearest
from tfrecords_schema.snapshot import Snapshot, open_snapshot
from transforms.records.rejections import place_of
from transforms.sources.forgotten import RECORD_ID, Forgotten, digest_of
from transforms.types import Record, Rejection

# File of a checkpoint that names the snapshot.
_PROGRESS = "progress/metadata"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked for, and what it came to.

    Attributes:
      unmatched: names of no known record.
      records: ids of the records that are known.
      rejected: ids of the rejections of rows that became no record.
      moving: places of rejected rows that state no id. What is listed for them changes with the
        file, and does not cover a record that another recipe makes of the row.
      places: files and lines of records and rejected rows.
      is_listed: whether later builds leave the rows out; a dry run only looks.
    """

    source: str
    names: list[str]
    unmatched: list[str]
    records: list[str]
    rejected: list[str]
    moving: list[str]
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
    meant = _meant(snapshots, source, names)
    forgotten = Forgotten(frozenset(meant.ids), frozenset(meant.own_ids))
    if not is_dry_run:
        store.forget(source, forgotten)
        note(store, "forgotten", source=source, rows=len(names), records=sorted(meant.ids))
    holders = [
        *damaged,
        *in_snapshots(store, snapshots, source, meant.ids, meant.records.values()),
        *in_rejections(store, snapshots, source, forgotten),
        *in_exports(exported, meant.ids, meant.records.values()),
        *other_exports,
    ]
    holding = {holder.path for holder in holders if holder.what == "snapshot"}
    return Request(
        source=source,
        names=list(names),
        unmatched=meant.unmatched,
        records=sorted(meant.records),
        rejected=sorted(meant.rejected.keys() - meant.records.keys()),
        moving=sorted(set(meant.moving)),
        places=meant.places,
        is_listed=not is_dry_run,
        holders=[*holders, *in_runs(progress, snapshots, holding), *other_runs],
    )


@dataclass(kw_only=True)
class _Meant:
    """Records and rejected rows, by id, that names refer to, and the digests to list."""

    records: dict[str, Record] = field(default_factory=dict)
    rejected: dict[str, Rejection] = field(default_factory=dict)
    own_ids: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    moving: list[str] = field(default_factory=list)

    @property
    def ids(self) -> set[str]:
        """Return the ids to list, also of a record that the cache does not know."""
        unknown = (name for name in self.unmatched if RECORD_ID.fullmatch(name))
        return {*self.records, *self.rejected, *unknown}

    @property
    def places(self) -> list[str]:
        """Return the files and lines that are known."""
        of_records = {record.place for record in self.records.values()}
        return sorted({*of_records, *map(place_of, self.rejected.values())} - {""})


def _meant(snapshots: Sequence[Snapshot], source: str, names: Iterable[str]) -> _Meant:
    """Return what names of rows of a source refer to.

    Raises:
      ConfigurationError: no row is known from a FILE:LINE.
    """
    meant = _Meant()
    for name in names:
        records = _records_called(snapshots, source, name)
        rejected = rejected_called(snapshots, source, name)
        placed = [row for row in rejected.values() if is_rejected_at(row, name)]
        if not placed and not any(_is_at(record, name) for record in records.values()):
            # An id of 32 hex digits may be a record's or, an MD5 say, one that a row states.
            meant.own_ids.append(digest_of(source, name))
        if not records and not rejected:
            if ":" in name and name.rpartition(":")[2].isdecimal():
                raise ConfigurationError(
                    f"--id {name}: {source} has no record from this line in the store's cache, "
                    "and no rejected row; give the id of the row or of the record"
                )
            meant.unmatched.append(name)
        # The id of a rejection changes with its file; that of the row is better.
        meant.own_ids += [digest_of(source, row.own_id) for row in placed if row.own_id]
        meant.moving += [place_of(row) for row in placed if not row.own_id]
        meant.records |= records
        meant.rejected |= rejected
    return meant


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
