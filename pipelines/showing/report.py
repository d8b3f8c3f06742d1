"""The page of a published snapshot, alone or against another one."""

from pipelines.checks.difference import diff, differing_ids
from pipelines.checks.identities import examples_with
from pipelines.checks.record_texts import record_paths
from tfrecords_schema import filesystem
from tfrecords_schema.features import ID, Row
from tfrecords_schema.snapshot import Snapshot, open_snapshot
from transforms.report.contents import find_in, gather
from transforms.report.page import report_page
from transforms.report.samples import ShownDifference

# Examples of each kind of difference that the page shows.
_MOST_SHOWN = 12


def write_page(snapshot: Snapshot, to: str, against: str | None) -> int:
    """Write the page of a snapshot to the file `to`; return its bytes.

    Raises:
      DataError: a snapshot cannot be read.
    """
    shown = _difference(open_snapshot(against), snapshot) if against else None
    page = report_page(gather(snapshot, find_in(list(record_paths(snapshot)))), shown)
    filesystem.write_bytes(to, page)
    return len(page)


def _difference(old: Snapshot, new: Snapshot) -> ShownDifference:
    counted, ids = diff(old.path, new.path), differing_ids(old, new, _MOST_SHOWN)
    changed = [(row, _row(new, row)) for row in _rows(old, ids["changed"])]
    return ShownDifference(
        against=old.path.rstrip("/").rpartition("/")[2],
        counts=counted.examples,
        tasks=counted.tasks,
        added=_rows(new, ids["added"]),
        removed=_rows(old, ids["removed"]),
        changed=changed,
    )


def _row(snapshot: Snapshot, old: Row) -> Row:
    """Return the example of the same id."""
    return _rows(snapshot, [str(old[ID])])[0]


def _rows(snapshot: Snapshot, ids: list[str]) -> list[Row]:
    """Return the examples of some ids."""
    rows: list[Row] = []
    for identity in ids:
        rows += [row for row in examples_with(snapshot, identity) if row[ID] == identity][:1]
    return rows
