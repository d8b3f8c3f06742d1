"""Stages that decide on each record separately: keep it, or remove it for a reason."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tfrecords_schema import filesystem
from transforms.job import Job
from transforms.records.key_rows import KeyRows, in_file_order, record_id
from transforms.records.record_store import read_record_at
from transforms.stages.output import Output, StageCounts
from transforms.stages.stage import ROWS
from transforms.stages.work import Work
from transforms.types import Record, Rejection


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The decision to remove a record: a reason, which is counted, and readable details.

    Attributes:
      other_id, other_source: the record or item that it matches, if any.
      score: similarity of the two, at most 1.
    """

    reason: str
    detail: str
    other_id: str = ""
    other_source: str = ""
    score: float | None = None


def rejection(work: Work, row: Any, verdict: Verdict) -> Rejection:
    """Return the rejection of the record of a key row."""
    task = work.job.tasks[int(row["task"])]
    return Rejection(
        stage=work.stage,
        reason=verdict.reason,
        id=record_id(row),
        source=task.source,
        task=task.name,
        detail=verdict.detail,
        other_id=verdict.other_id,
        other_source=verdict.other_source,
        score=verdict.score,
    )


def filter_rows(work: Work, rows: KeyRows, verdicts: Mapping[int, Verdict]) -> Output:
    """Remove the rows that have a verdict; count and reject them."""
    kept = np.ones(len(rows), dtype=bool)
    kept[list(verdicts)] = False
    entered = count_by_task(work.job, rows)
    rejected: dict[str, Counter[str]] = {}
    for position, verdict in verdicts.items():
        task = work.job.tasks[int(rows["task"][position])].name
        rejected.setdefault(verdict.reason, Counter())[task] += 1
    return Output(
        rows=rows[kept],
        counts=StageCounts(
            entered=entered,
            kept=count_by_task(work.job, rows[kept]) if verdicts else entered.copy(),
            rejected=rejected,
        ),
        rejections=[rejection(work, rows[p], verdict) for p, verdict in verdicts.items()],
        done=len(rows),
    )


def filter_records(work: Work, verdict_of: Callable[[Record], Verdict | None]) -> Output:
    """Keep the records of one record file for which `verdict_of` gives None.

    For a stage whose items are `RECORD_FILES` and that reads and yields `ROWS`.
    """
    rows = in_file_order(work.read(ROWS).rows())
    verdicts = {
        position: verdict
        for position, record in enumerate(records_of(work.job, rows))
        if (verdict := verdict_of(record))
    }
    return filter_rows(work, rows, verdicts)


def records_of(job: Job, rows: KeyRows) -> Iterator[Record]:
    """Yield the record of each row; the rows are of one record file."""
    if not len(rows):
        return
    file = job.files[int(rows["file"][0])]
    with filesystem.open_read(file.path) as stream:
        for row in rows:
            yield read_record_at(stream, file, int(row["offset"]), int(row["length"]))


def repeated_ids(job: Job, rows: KeyRows, kept: KeyRows) -> list[str]:
    """Return what is said of rows that have the id of the `kept` ones: file and line of both.

    ([rows], [rows]) → [rows] texts. Records of earlier caches do not know their places.
    """
    places: dict[tuple[int, int], str] = {}
    both = np.concatenate([rows, kept])
    for number in np.unique(both["file"]).tolist():
        of_file = in_file_order(both[both["file"] == number])
        for row, record in zip(of_file, records_of(job, of_file), strict=True):
            own = f" (id {record.own_id!r:.80})" if record.own_id else ""
            place = record.place or f"a row of {job.files[number].source}"
            places[number, int(row["offset"])] = f"{place}{own}"
    named = [
        [places[int(row["file"]), int(row["offset"])] for row in group] for group in (rows, kept)
    ]
    return [
        f"{place}: has the id of {other}, which is kept"
        for place, other in zip(*named, strict=True)
    ]


def count_by_task(job: Job, rows: KeyRows) -> Counter[str]:
    """Return the number of rows of each task, by name."""
    counts = np.bincount(rows["task"].astype(np.intp))
    numbers = np.flatnonzero(counts)
    names = map(job.task_names.__getitem__, numbers.tolist())
    return Counter(dict(zip(names, counts[numbers].tolist(), strict=True)))
