"""Tables of the whole corpus: duplicates by source × source, held-out items by set × task.

They count what deduplication entered, in modes `drop` and `report` alike.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import RejectionFile
from tfrecords_schema.snapshot import CONTAMINATION_TABLE, DUPLICATES_TABLE
from transforms.job import Job
from transforms.runtime.counts import merge_counts
from transforms.runtime.exchange import Run


def duplicates_table(runs: Iterable[Run]) -> dict[str, Any]:
    """{reason: {source of the record that stays: {source of the removed: records}}}."""
    return merge_counts(run.summary["duplicates"] for run in runs)


def contamination_table(job: Job, runs: Iterable[Run], searchable: int) -> dict[str, Any]:
    """{"mode": …, "items": {set: records}, "searchable": n, "found": {set: {task: records}}}."""
    items: dict[str, int] = {}
    for file in job.held_out:
        items[file.source] = items.get(file.source, 0) + file.records
    found = merge_counts(run.summary.get("contaminated", {}) for run in runs)
    mode = job.decontaminate.mode
    return {"mode": mode, "items": items, "searchable": searchable, "found": found}


def write_tables(job: Job, runs: list[Run], index: Run | None) -> list[RejectionFile]:
    """Write both tables into the staged snapshot; what the manifest says of them."""
    searchable = index.summary["searchable"] if index else 0
    tables = {
        DUPLICATES_TABLE: duplicates_table(runs),
        CONTAMINATION_TABLE: contamination_table(job, runs, searchable),
    }
    notes = []
    for name, table in tables.items():
        options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        data = orjson.dumps(table, option=options)
        filesystem.write_bytes(filesystem.join(job.staging, name), data)
        digest = hashlib.sha256(data).hexdigest()
        notes.append(RejectionFile(path=name, rows=data.count(b"\n"), sha256=digest))
    return notes
