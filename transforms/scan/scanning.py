"""The stage that reads every record once, screens it, and writes its key row.

A key row is all that later stages need of a record. Texts stay in the record files; from here on, a
record is 64 bytes that point to them.
"""

from collections import Counter
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
from transforms.types import FieldValue, Record, Rejection

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
        """Return whether `record` is kept; count it if it is rejected for `reason`."""
        if reason is None:
            return True
        self.counts.rejected.setdefault(reason, Counter())[record.task] += 1
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


# The normal forms of a task's fields, by name.
_Forms = Mapping[str, list[str]]


def _forms_of(fields: Mapping[str, FieldValue], settings: Deduplicate) -> _Forms:
    return {name: normal_forms(name, value, settings) for name, value in fields.items()}


def key_row(
    task: int,
    forms: _Forms,
    record: Record,
    held_out: int,
    place: tuple[int, int, int],
    settings: Deduplicate,
) -> tuple[int, ...]:
    """Return the KEY_ROW of a record at `place`: (offset, length, file).

    Args:
      task: the number of its task; `forms` are of the task's fields.
    """
    return (
        *duplicate_key(record, forms, settings),
        int(record.id[:16], 16),
        int(record.id[16:], 16),
        content_digest(record),
        *place,
        task,
        held_out,
    )


def scan_records(job: Job, file: RecordFile, finder: "Finder | None") -> Scanned:
    """Screen the records of `file`; for each allowed one, search for held-out items and make a
    key row."""
    tasks, numbers, settings = job.tasks, job.task_numbers, job.settings.deduplicate
    # A file may have a task a record: nothing is made for a task that has no fields.
    known: dict[int, _Forms] = {}
    no_forms: _Forms = {}
    rows: list[tuple[int, ...]] = []
    scanned, records = Scanned(), read_records(file)
    while batch := list(islice(records, _RECORDS_AT_ONCE)):
        scanned.counts.entered.update([record.task for record, _, _ in batch])
        kept = [
            (record, (offset, length, file.index))
            for record, offset, length in batch
            if scanned.admits(record, screen(record, tasks[numbers[record.task]], job.settings))
        ]
        scanned.counts.kept.update([record.task for record, _ in kept])
        matches_of = finder.find([record for record, _ in kept]) if finder else [[] for _ in kept]
        for (record, place), matches in zip(kept, matches_of, strict=True):
            held_out = matches[0].item + 1 if matches else 0
            task, forms = numbers[record.task], no_forms
            if shared := tasks[task].fields:
                if task not in known:
                    known[task] = _forms_of(shared, settings)
                forms = known[task]
            rows.append(key_row(task, forms, record, held_out, place, settings))
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
