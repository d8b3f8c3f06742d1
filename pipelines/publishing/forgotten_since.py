"""Find the rows that a snapshot was built from although they were forgotten later."""

from collections.abc import Iterator

from pipelines.building.nodes import SOURCE, read_nodes
from pipelines.checks.record_texts import record_paths
from pipelines.stores.store import ForgetRequest, Store
from tfrecords_schema.errors import DataError
from tfrecords_schema.kept_records import KeptRecord, kept_records
from tfrecords_schema.snapshot import Snapshot
from transforms.records.record_store import RecordFile, read_records
from transforms.sources.forgotten import Forgotten
from transforms.types import Record


def forgotten_since(store: Store, snapshot: Snapshot) -> list[str]:
    """Return a line for each request whose rows a snapshot was built from.

    Rows that the sources had, but the snapshot left out as duplicates, say, count as well.
    """
    built = {info.name for info in snapshot.manifest.sources}
    lines = []
    for request in store.requests():
        if request.source not in built:
            continue
        if later := request.rows - _left_out(snapshot, request.source):
            records = _count(snapshot, request.source, later)
            if records is None or records:
                lines.append(_line(request, records))
    return lines


def _left_out(snapshot: Snapshot, source: str) -> Forgotten:
    """Return the rows of a source that were forgotten when the snapshot was built."""
    try:
        settings = read_nodes(snapshot.path)[f"{SOURCE}:{source}"]["parts"]["settings"]
        stated = settings.get("forgotten", {"records": (), "own_ids": ()})
        return Forgotten(frozenset(stated["records"]), frozenset(stated["own_ids"]))
    except (DataError, KeyError):
        return Forgotten()


def _count(snapshot: Snapshot, source: str, rows: Forgotten) -> int | None:
    """Return how many records of a source are among the rows; None if no records are kept."""
    cached = [path for name, path in record_paths(snapshot) if name == source]
    if not cached and not snapshot.manifest.records:
        return None
    records = _cached(cached, source) if cached else _kept(snapshot, source)
    stated = ((record, (record.own_id, *getattr(record, "row_ids", ()))) for record in records)
    return len({one.id for one, ids in stated if rows.names(source, one.id, ids)})


def _cached(paths: list[str], source: str) -> Iterator[Record]:
    for path in paths:
        file = RecordFile(
            index=0, path=path, source=source, collection="", source_rank=0, records=0
        )
        yield from (record for record, _, _ in read_records(file))


def _kept(snapshot: Snapshot, source: str) -> Iterator[KeptRecord]:
    """Yield the records that the snapshot keeps, for which the cache is gone."""
    yield from (kept for kept in kept_records(snapshot, "") if kept.source == source)


def _line(request: ForgetRequest, records: int | None) -> str:
    made = "may have been built" if records is None else "was built"
    counted = "rows" if records is None else f"{records:,} record{'s' * (records != 1)}"
    when = f" at {request.time}" if request.time else ""
    return (
        f"it {made} from {counted} of {request.source} that were forgotten{when} ({request.where})"
    )
