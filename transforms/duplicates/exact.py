"""Remove exact duplicates: records whose normalised raw fields agree, before any template.

Of each group of duplicates the copy of the source named first in the recipe stays; within a
source, the one with the smallest id. The rows that remain but contain a held-out item (which the
scan found) leave at the end of deduplication too, under the stage `decontaminate`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import apache_beam as beam
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from transforms.held_out.indexing import load_finder
from transforms.held_out.items import ItemName
from transforms.job import Job, load_job
from transforms.records.key_rows import KEY_ROW, KeyRows, first_of_runs, record_id
from transforms.records.rejections import rejection_file, write_rejections
from transforms.runtime.exchange import Run, finished_run, group_rows, read_rows, write_run
from transforms.runtime.progress import report
from transforms.settings import Deduplicate
from transforms.stable_random import stable_digest, stable_hash
from transforms.texts.comparison import exact_parts, scope_of
from transforms.types import Record, Rejection

DEDUPLICATE, DECONTAMINATE = "deduplicate", "decontaminate"
HELD_OUT_OVERLAP = "held_out_overlap"


def duplicate_key(
    record: Record, shared: Mapping[str, list[str]], settings: Deduplicate
) -> tuple[int, int]:
    """Two 64-bit numbers that both agree for duplicates; the second for those of any scope.

    They hash the compared fields by name, the order of options ignored. `shared` has the normal
    forms of the task's fields. Without deduplication only what has one id is a duplicate.
    """
    digest = stable_digest(*exact_parts(record.fields, settings, shared))
    low = int.from_bytes(digest[8:])
    if not settings.enabled:
        return int(record.id[:16], 16), low
    return int.from_bytes(digest[:8]) ^ _scope_hash(scope_of(record, settings)), low


@lru_cache(maxsize=4096)
def _scope_hash(scope: str) -> int:
    return stable_hash("scope", scope)


def find_duplicates(
    rows: KeyRows, source_ranks: NDArray[np.int64]
) -> tuple[KeyRows, KeyRows, KeyRows]:
    """(kept, removed, the kept row of each removed one); `source_ranks` are by record file.

    Any order of `rows` gives the same sets.
    """
    order = np.lexsort(
        (
            rows["offset"],
            rows["file"],
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
    """Write the surviving rows of `bucket` and the rejections.

    They are in buckets by task, or by record file where near-duplicates are looked for next.
    """
    path = filesystem.join(work, DEDUPLICATE, f"{bucket:06d}.run")
    return finished_run(path, lambda: _deduplicate(bucket, work, scanned, path))


def _deduplicate(bucket: int, work: str, scanned: Iterable[Run], path: str) -> Run:
    job = load_job(work)
    rows = read_rows(scanned, bucket, KEY_ROW)
    ranks = np.array([file.source_rank for file in job.files], dtype=np.int64)
    unique, removed, leaders = find_duplicates(rows, ranks)
    reason = "exact_duplicate" if job.deduplicate.enabled else "duplicate_id"
    rejections = [
        removal(job, reason, row, leader, f"kept {record_id(leader)}", 1.0)
        for row, leader in zip(removed, leaders, strict=True)
    ]
    counts = {
        "entered": count_by_task(job, rows),
        "left": {},
        "rejected": {reason: count_by_task(job, removed)},
    }
    place = rejection_file(job, DEDUPLICATE, bucket)
    pairs = {reason: count_pairs(job, leaders, removed)}
    report(DEDUPLICATE, len(rows))
    if job.deduplicate.near.enabled:
        notes = write_rejections(place, rejections)
        summary = {"rejections": notes, DEDUPLICATE: counts, "duplicates": pairs}
        sections = group_rows(unique, unique["file"].astype(np.int64))
        return write_run(path, len(job.files), sections, summary)
    settled = leave_held_out(work, unique)
    summary = {
        "rejections": write_rejections(place, [*rejections, *settled.rejections]),
        DEDUPLICATE: {**counts, "left": count_by_task(job, unique)},
        **settled.counts,
        "duplicates": pairs,
    }
    sections = group_rows(settled.rows, settled.rows["task"].astype(np.int64) % job.num_buckets)
    return write_run(path, job.num_buckets, sections, summary)


@dataclass(frozen=True)
class Settled:
    """Rows that stay after decontamination, rejections of the others, and the stage's counts."""

    rows: KeyRows
    rejections: list[Rejection]
    counts: dict[str, Any]


def leave_held_out(work: str, rows: KeyRows) -> Settled:
    """Part the rows that contain a held-out item from the others; all stay in mode `report`."""
    job = load_job(work)
    dirty = rows["held_out"] > 0
    leaves = dirty & (job.decontaminate.mode == "drop")
    rejections = []
    for row in rows[leaves]:
        task = job.tasks[int(row["task"])]
        item = _held_out_name(work, int(row["held_out"]) - 1)
        detail = f"contains {item.task}/{item.id}"
        rejections.append(
            Rejection(
                DECONTAMINATE,
                HELD_OUT_OVERLAP,
                record_id(row),
                task.source,
                task.name,
                detail,
                other_id=item.id,
                other_source=item.set,
            )
        )
    found: dict[str, Counter[str]] = {}
    for row in rows[dirty]:
        name = _held_out_name(work, int(row["held_out"]) - 1)
        found.setdefault(name.set, Counter())[job.tasks[int(row["task"])].name] += 1
    counts = {
        "entered": count_by_task(job, rows),
        "left": count_by_task(job, rows[~leaves]),
        "rejected": {HELD_OUT_OVERLAP: count_by_task(job, rows[leaves])},
    }
    return Settled(rows[~leaves], rejections, {DECONTAMINATE: counts, "contaminated": found})


@lru_cache(maxsize=1024)
def _held_out_name(work: str, item: int) -> ItemName:
    finder = load_finder(work)
    assert finder is not None, "a row names a held-out item where there is none"
    return finder.name(item)


def removal(
    job: Job, reason: str, row: Any, kept: Any, detail: str, score: float | None
) -> Rejection:
    """The rejection of a row in whose place another stays."""
    task, other = job.tasks[int(row["task"])], job.tasks[int(kept["task"])]
    return Rejection(
        DEDUPLICATE, reason, record_id(row), task.source, task.name, detail,
        other_id=record_id(kept), other_source=other.source, score=score,
    )  # fmt: skip


def count_by_task(job: Job, rows: KeyRows) -> dict[str, int]:
    """Rows of each task, by name."""
    numbers = Counter(rows["task"].tolist())
    return {job.tasks[number].name: count for number, count in sorted(numbers.items())}


def count_pairs(job: Job, kept: KeyRows, removed: KeyRows) -> dict[str, dict[str, int]]:
    """{source of the kept: {source of the removed: rows}}."""
    table: dict[str, dict[str, int]] = {}
    pairs = Counter(zip(kept["file"].tolist(), removed["file"].tolist(), strict=True))
    for (kept_file, removed_file), count in pairs.items():
        by_source = table.setdefault(job.files[kept_file].source, {})
        name = job.files[removed_file].source
        by_source[name] = by_source.get(name, 0) + count
    return table


@dataclass
class RemoveDuplicates(beam.PTransform):
    """Number of a key bucket → Run of its surviving rows."""

    work: str
    scanned: beam.PCollection

    def expand(self, buckets: beam.PCollection) -> beam.PCollection:
        scanned = beam.pvalue.AsList(self.scanned)
        return buckets | "Deduplicate" >> beam.Map(deduplicate_bucket, self.work, scanned)
