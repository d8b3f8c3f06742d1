"""The stage that reads every record once, screens it, and writes its key row.

A key row is all that later stages need of a record. Texts stay in the record files; from here on, a
record is 64 bytes that point to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from transforms.duplicates.exact import duplicate_key
from transforms.held_out.indexing import HELD_OUT_INDEX, open_finder
from transforms.held_out.match_rows import match_rows, write_matches
from transforms.job import Job
from transforms.records.key_rows import KEY_ROW, KeyRows
from transforms.records.record_store import RecordFile, content_digest, read_records
from transforms.scan.screening import screen
from transforms.settings import Deduplicate
from transforms.stages.output import Output, StageCounts
from transforms.stages.stage import RECORD_FILES, ROWS, Stage
from transforms.stages.work import Work
from transforms.texts.comparison import normal_forms
from transforms.types import Record, Rejection, Task

if TYPE_CHECKING:
    from transforms.held_out.search import Finder

SCAN = "scan"
_RECORDS_AT_ONCE = 1_000


@dataclass
class Scanned:
    """Result for one record file: key rows of allowed records, and rejections of the others."""

    rows: KeyRows = field(default_factory=lambda: np.zeros(0, dtype=KEY_ROW))
    counts: StageCounts = field(default_factory=StageCounts)
    rejections: list[Rejection] = field(default_factory=list)
    matches: list[bytes] = field(default_factory=list)

    def admits(self, record: Record, reason: str | None) -> bool:
        """Count `record` as kept, or as rejected for `reason`."""
        self.counts.enter(record.task, reason)
        if reason is None:
            return True
        self.rejections.append(
            Rejection(
                stage=SCAN,
                reason=reason,
                id=record.id,
                source=record.source,
                task=record.task,
                detail=record.license,
            )
        )
        return False


# A frozen dataclass would take three times as long to make, and a file may have a task a record.
@dataclass(slots=True, eq=False)
class _KnownTask:
    """A task for the scan: its number and its fields in normal form; never changed."""

    task: Task
    number: int
    forms: Mapping[str, list[str]]


def _know_task(job: Job, number: int) -> _KnownTask:
    task, settings = job.tasks[number], job.settings.deduplicate
    forms = {name: normal_forms(name, value, settings) for name, value in task.fields.items()}
    return _KnownTask(task, number, forms)


def key_row(
    task: _KnownTask,
    record: Record,
    held_out: int,
    place: tuple[int, int, int],
    settings: Deduplicate,
) -> tuple[int, ...]:
    """Return the KEY_ROW of a record at `place`: (offset, length, file)."""
    return (
        *duplicate_key(record, task.forms, settings),
        int(record.id[:16], 16),
        int(record.id[16:], 16),
        content_digest(record),
        *place,
        task.number,
        held_out,
    )


def scan_records(job: Job, file: RecordFile, finder: "Finder | None") -> Scanned:
    """Screen the records of `file`; for each allowed one, search for held-out items and make a
    key row."""
    tasks, numbers = dict[str, _KnownTask](), job.task_numbers
    rows: list[tuple[int, ...]] = []
    scanned, records = Scanned(), read_records(file)
    while batch := list(islice(records, _RECORDS_AT_ONCE)):
        for name in {record.task for record, _, _ in batch} - tasks.keys():
            tasks[name] = _know_task(job, numbers[name])
        kept = [
            (record, (offset, length, file.index))
            for record, offset, length in batch
            if scanned.admits(record, screen(record, tasks[record.task].task, job.settings))
        ]
        matches_of = finder.find([record for record, _ in kept]) if finder else [[] for _ in kept]
        for (record, place), matches in zip(kept, matches_of, strict=True):
            held_out = matches[0].item + 1 if matches else 0
            settings = job.settings.deduplicate
            rows.append(key_row(tasks[record.task], record, held_out, place, settings))
            if finder and matches:
                scanned.matches += match_rows(record, matches, finder)
    scanned.rows = np.array(rows, dtype=KEY_ROW)
    return scanned


def scan_file(work: Work) -> Output:
    """Make the key rows of one record file."""
    scanned = scan_records(work.job, work.job.files[work.item], open_finder(work))
    return Output(
        rows=scanned.rows,
        counts=scanned.counts,
        rejections=scanned.rejections,
        reports=write_matches(work.job, work.item, scanned.matches),
        done=work.job.files[work.item].records,
    )


SCAN_RECORDS = Stage(
    name=SCAN,
    run=scan_file,
    items=RECORD_FILES,
    reads=(HELD_OUT_INDEX,),
    yields=ROWS,
    dtype=KEY_ROW,
    settings=(
        *("sources", "licenses", "languages"),
        *("decontaminate.ngram", "decontaminate.threshold"),
        *("decontaminate.whole_words", "decontaminate.min_words"),
        *("deduplicate.enabled", "deduplicate.scope", "deduplicate.fields"),
        *("deduplicate.ignore_case", "deduplicate.ignore_punctuation"),
        *("deduplicate.ignore_width", "deduplicate.ignore_space"),
    ),
    is_kept=True,
)
