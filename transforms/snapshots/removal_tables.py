"""Tables of the whole corpus: duplicates by source × source, held-out items by set × task."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import RowFile
from tfrecords_schema.snapshot import CONTAMINATION_TABLE, DUPLICATES_TABLE
from transforms.duplicates.exact import RemovalNotes
from transforms.held_out.decontamination import ContaminationNotes
from transforms.held_out.task_texts import TaskTextNotes
from transforms.job import Job
from transforms.runtime.counts import merge_counts


def duplicates_table(notes: Iterable[RemovalNotes]) -> dict[str, Any]:
    """Return {reason: {source of the kept record: {source of the removed one: records}}}."""
    return merge_counts(note.pairs for note in notes)


def contamination_table(
    job: Job,
    notes: Iterable[ContaminationNotes],
    searchable: int,
    of_tasks: Iterable[TaskTextNotes] = (),
) -> dict[str, Any]:
    """Return {"mode", "items": {set: records}, "searchable", "found": {set: {task: records}}}.

    In both modes, `drop` and `report`, it counts the records that entered decontamination. If an
    item was found in definitions or own examples of tasks, tables of the same form count these.
    """
    items: dict[str, int] = {}
    for file in job.held_out:
        items[file.source] = items.get(file.source, 0) + file.records
    matches = merge_counts(note.found for note in notes)
    mode = job.settings.decontaminate.mode
    return {
        "mode": mode,
        "items": items,
        "searchable": searchable,
        "found": matches,
        **task_texts_table(of_tasks),
    }


def task_texts_table(notes: Iterable[TaskTextNotes]) -> dict[str, dict[str, dict[str, int]]]:
    """Return {"own_examples" or "definitions": {set: {task: texts with an item}}}, if any."""
    notes = list(notes)
    found = {
        "definitions": merge_counts(note.definitions for note in notes),
        "own_examples": merge_counts(note.own_examples for note in notes),
    }
    return {name: table for name, table in found.items() if table}


def write_tables(
    job: Job,
    removals: Iterable[RemovalNotes],
    contamination: Iterable[ContaminationNotes],
    searchable: int,
    of_tasks: Iterable[TaskTextNotes] = (),
) -> list[RowFile]:
    """Write both tables into the staged snapshot; return their manifest entries."""
    tables = {
        DUPLICATES_TABLE: duplicates_table(removals),
        CONTAMINATION_TABLE: contamination_table(job, contamination, searchable, of_tasks),
    }
    files = []
    for name, table in tables.items():
        options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        data = orjson.dumps(table, option=options)
        filesystem.write_bytes(filesystem.join(job.staging, name), data)
        digest = hashlib.sha256(data).hexdigest()
        files.append(RowFile(path=name, rows=data.count(b"\n"), sha256=digest))
    return files
