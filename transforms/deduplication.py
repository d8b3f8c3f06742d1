"""Remove exact duplicates: records whose normalised raw fields agree, before any template.

Of each group of duplicates the copy of the source named first in the recipe stays; within a
source, the one with the smallest id. The rows that remain but contain a held-out item (which the
scan found) leave here too, under the stage `decontaminate`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from transforms.decontamination import load_held_out_index
from transforms.exchange import Run, finished_run, group_rows, read_rows, write_run
from transforms.job import Job, load_job
from transforms.key_rows import KEY_ROW, KeyRows, first_of_runs, record_id
from transforms.normalization import normalize_text
from transforms.progress import report
from transforms.rejections import rejection_file, write_rejections
from transforms.settings import Deduplicate
from transforms.stable_random import stable_digest
from transforms.types import Record, Rejection, Task

DEDUPLICATE, DECONTAMINATE = "deduplicate", "decontaminate"
# Programs differ by case, signs and punctuation: they are compared as they are.
_VERBATIM = {"code"}


def duplicate_key(record: Record, task: Task, settings: Deduplicate) -> bytes:
    """16 bytes that agree for duplicates: all fields by name, the order of options ignored."""
    if not settings.enabled:
        return bytes.fromhex(record.id)
    scopes = {"task": record.task, "collection": record.collection, "corpus": ""}
    parts = [scopes[settings.scope]]
    for name, value in sorted({**task.fields, **record.fields}.items()):
        texts = [value] if isinstance(value, str) else value
        if name not in _VERBATIM:
            texts = [
                normalize_text(text, settings.ignore_case, settings.ignore_punctuation)
                for text in texts
            ]
        parts += [name, str(len(texts)), *(sorted(texts) if name == "options" else texts)]
    return stable_digest(*parts)


def find_duplicates(
    rows: KeyRows, source_ranks: NDArray[np.int64]
) -> tuple[KeyRows, KeyRows, KeyRows]:
    """(kept, removed, the kept row of each removed one); `source_ranks` are by record file.

    Any order of `rows` gives the same sets.
    """
    order = np.lexsort(
        (
            rows["content"],
            rows["id_low"],
            rows["id_high"],
            source_ranks[rows["file"]],
            rows["key_low"],
            rows["key_high"],
        )
    )
    rows = rows[order]
    first = first_of_runs(rows["key_high"], rows["key_low"])
    leaders = rows[np.maximum.accumulate(np.where(first, np.arange(len(rows)), 0))]
    return rows[first], rows[~first], leaders[~first]


def deduplicate_bucket(bucket: int, work: str, scanned: Iterable[Run]) -> Run:
    """Write the surviving rows of `bucket`, in buckets by task, and the rejections."""
    path = filesystem.join(work, DEDUPLICATE, f"{bucket:06d}.run")
    return finished_run(path, lambda: _deduplicate(bucket, work, scanned, path))


def _deduplicate(bucket: int, work: str, scanned: Iterable[Run], path: str) -> Run:
    job = load_job(work)
    rows = read_rows(scanned, bucket, KEY_ROW)
    ranks = np.array([file.source_rank for file in job.files], dtype=np.int64)
    unique, removed, leaders = find_duplicates(rows, ranks)
    clean, dirty = unique[unique["held_out"] == 0], unique[unique["held_out"] > 0]
    reason = "exact_duplicate" if job.deduplicate.enabled else "duplicate_id"
    rejections = [
        _rejection(job, DEDUPLICATE, reason, row, f"kept {record_id(leader)}")
        for row, leader in zip(removed, leaders, strict=True)
    ] + [
        _rejection(job, DECONTAMINATE, "held_out_overlap", row, _held_out_detail(work, row))
        for row in dirty
    ]
    summary = {
        "rejections": write_rejections(rejection_file(job, DEDUPLICATE, bucket), rejections),
        DEDUPLICATE: _counts(job, rows, unique, {reason: removed}),
        DECONTAMINATE: _counts(job, unique, clean, {"held_out_overlap": dirty}),
    }
    sections = group_rows(clean, clean["task"].astype(np.int64) % job.num_buckets)
    report(DEDUPLICATE, len(rows))
    return write_run(path, job.num_buckets, sections, summary)


def _held_out_detail(work: str, row: Any) -> str:
    return f"contains {load_held_out_index(work).items[int(row['held_out']) - 1]}"


def _rejection(job: Job, stage: str, reason: str, row: Any, detail: str) -> Rejection:
    task = job.tasks[int(row["task"])]
    return Rejection(stage, reason, record_id(row), task.source, task.name, detail)


def _counts(
    job: Job, entered: KeyRows, left: KeyRows, rejected: dict[str, KeyRows]
) -> dict[str, Any]:
    """`{"entered": {task: n}, "left": …, "rejected": {reason: {task: n}}}`."""

    def by_task(rows: KeyRows) -> dict[str, int]:
        numbers = Counter(rows["task"].tolist())
        return {job.tasks[number].name: count for number, count in sorted(numbers.items())}

    return {
        "entered": by_task(entered),
        "left": by_task(left),
        "rejected": {reason: by_task(rows) for reason, rows in rejected.items()},
    }


@dataclass
class RemoveDuplicates(beam.PTransform):
    """Number of a key bucket → Run of its surviving rows."""

    work: str
    scanned: beam.PCollection

    def expand(self, buckets: beam.PCollection) -> beam.PCollection:
        scanned = beam.pvalue.AsList(self.scanned)
        return buckets | "Deduplicate" >> beam.Map(deduplicate_bucket, self.work, scanned)
