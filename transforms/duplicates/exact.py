"""The stage that removes exact duplicates: records with equal normalized raw fields.

Of each group of duplicates, the copy from the source named first in the recipe is kept; within a
source, the copy with the smallest id.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.job import Job
from transforms.records.key_rows import KEY_ROW, KeyRows, first_of_runs, record_id
from transforms.settings import Deduplicate
from transforms.stable_random import stable_digest, stable_hash
from transforms.stages.filtering import Verdict, count_by_task, rejection, repeated_ids
from transforms.stages.output import Output, StageCounts
from transforms.stages.stage import KEY_BUCKETS, ROWS, Stage
from transforms.stages.work import Work
from transforms.texts.comparison import exact_parts, scope_of
from transforms.types import Record, Rejection

EXACT_DUPLICATE, DUPLICATE_ID = "exact_duplicate", "duplicate_id"


@dataclass(frozen=True)
class RemovalNotes:
    """Removed rows as {reason: {source of the kept: {source of the removed: rows}}}."""

    pairs: dict[str, dict[str, dict[str, int]]]


def duplicate_key(
    record: Record, shared: Mapping[str, list[str]], settings: Deduplicate
) -> tuple[int, int]:
    """Return two 64-bit numbers that both agree for duplicates; the second for those of any scope.

    They hash the compared fields by name, the order of options ignored. `shared` has the normal
    forms of the task's fields. Without deduplication, only records with the same id are duplicates.
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
    """Return (kept, removed, the kept row of each removed one); `source_ranks` are by record file.

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


def deduplicate_bucket(work: Work) -> Output:
    """Keep one row of each group of duplicates in a bucket of keys."""
    job, enabled = work.job, work.job.settings.deduplicate.enabled
    rows = work.read(ROWS).rows()
    ranks = np.array([file.source_rank for file in job.files], dtype=np.int64)
    unique, removed, leaders = find_duplicates(rows, ranks)
    reason = EXACT_DUPLICATE if enabled else DUPLICATE_ID
    if enabled:
        details = [f"kept {record_id(leader)}" for leader in leaders]
    else:
        details = repeated_ids(job, removed, leaders)
    return Output(
        rows=unique,
        counts=StageCounts(
            entered=count_by_task(job, rows),
            kept=count_by_task(job, unique),
            rejected={reason: count_by_task(job, removed)},
        ),
        rejections=[
            removal(work, row, leader, reason, detail, 1.0)
            for row, leader, detail in zip(removed, leaders, details, strict=True)
        ],
        notes=RemovalNotes({reason: count_pairs(job, leaders, removed)}),
        done=len(rows),
    )


def removal(
    work: Work, row: Any, kept: Any, reason: str, detail: str, score: float | None
) -> Rejection:
    """Return the rejection of a row that duplicates a kept one."""
    other = work.job.tasks[int(kept["task"])]
    verdict = Verdict(
        reason=reason,
        detail=detail,
        other_id=record_id(kept),
        other_source=other.source,
        score=score,
    )
    return rejection(work, row, verdict)


def count_pairs(job: Job, kept: KeyRows, removed: KeyRows) -> dict[str, dict[str, int]]:
    """Return {source of the kept: {source of the removed: rows}}."""
    table: dict[str, dict[str, int]] = {}
    pairs = Counter(zip(kept["file"].tolist(), removed["file"].tolist(), strict=True))
    for (kept_file, removed_file), count in pairs.items():
        by_source = table.setdefault(job.files[kept_file].source, {})
        name = job.files[removed_file].source
        by_source[name] = by_source.get(name, 0) + count
    return table


DEDUPLICATE = Stage(
    name="deduplicate",
    run=deduplicate_bucket,
    items=KEY_BUCKETS,
    reads=(ROWS,),
    yields=ROWS,
    dtype=KEY_ROW,
    settings=("deduplicate.enabled",),
    notes=RemovalNotes,
    is_kept=True,
)
