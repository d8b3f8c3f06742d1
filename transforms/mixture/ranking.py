"""The stage that ranks each task's records by hash, splits off validation, and chooses exemplars.

Selection takes the first records in rank order, so a new source or another weight changes as few
records as possible.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import SPLITS, VALIDATION
from tfrecords_schema.splitmix64 import rehash
from transforms.job import Job
from transforms.records.key_rows import KeyRows, first_of_runs, record_id
from transforms.records.record_store import encode_record, read_record_at
from transforms.stable_random import stable_hash
from transforms.stages.filtering import Verdict, count_by_task, rejection, repeated_ids
from transforms.stages.output import FileNote, Output, StageCounts
from transforms.stages.stage import ROWS, TASK_BUCKETS, Stage
from transforms.stages.work import Work
from transforms.types import Rejection

RANKED = "ranked"
DUPLICATE_ID = "duplicate_id"
SURPLUS = "validation_surplus"


@dataclass(frozen=True)
class RankNotes:
    """Ranked records of each split, as {split: {task: records}}."""

    records: dict[str, dict[str, int]]


def rank_rows(rows: KeyRows, seed: int) -> tuple[KeyRows, KeyRows]:
    """Return (rows by task and rank, rows whose id another row of the task has).

    Of rows with the same id, the one with the smallest digest of its content is kept.
    """
    ranks = rehash(rows["id_low"], stable_hash(seed, "rank"))
    order = np.lexsort((rows["content"], rows["id_high"], rows["id_low"], ranks, rows["task"]))
    rows = rows[order]
    first = first_of_runs(rows["task"], rows["id_low"], rows["id_high"])
    return rows[first], rows[~first]


def split_rows(rows: KeyRows, job: Job) -> tuple[KeyRows, KeyRows, KeyRows]:
    """Return (train, validation, surplus) of the ranked rows of one task, in the order of `rows`.

    A hash of the compared fields decides, so duplicates are in the same split in all tasks. Rows
    beyond the maximum go to train, unless duplicates may be in other tasks.
    """
    hashes = rehash(rows["key_low"], stable_hash(job.settings.seed, VALIDATION))
    # 2^64 - 2048 is the largest float that is an unsigned 64-bit integer.
    limit = np.uint64(min(job.settings.validation.fraction * 2.0**64, 2.0**64 - 2048))
    drawn = np.flatnonzero(hashes < limit)
    drawn = drawn[np.argsort(hashes[drawn], kind="stable")]
    split = np.zeros(len(rows), dtype=np.uint8)
    if not (job.settings.deduplicate.enabled and job.settings.deduplicate.scope == "corpus"):
        split[drawn] = 2
    split[drawn[: job.settings.validation.maximum]] = 1
    return rows[split == 0], rows[split == 1], rows[split == 2]


def choose_pool(rows: KeyRows, seed: int, size: int) -> KeyRows:
    """Return the `size` rows of one task with the lowest pool hash, its exemplars' source."""
    hashes = rehash(rows["id_low"], stable_hash(seed, "pool"))
    return rows[np.lexsort((rows["id_low"], hashes))[:size]]


def ranked_section(job: Job, split: int, task: int) -> int:
    """Return the section of a run with the ranked rows of task number `task`, split `split`."""
    return split * len(job.tasks) + task


def pool_path(task: int) -> str:
    """Return the file of task number `task`'s exemplar pool, below the work directory."""
    return f"pools/{task:06d}.jsonl"


def _write_pool(work: Work, task: int, rows: KeyRows) -> FileNote:
    """Write one line per record: its file's number, a tab, the record."""
    lines = []
    for number, group in groupby(np.sort(rows, order=["file", "offset"]), itemgetter("file")):
        file = work.job.files[int(number)]
        with filesystem.open_read(file.path) as stream:
            for row in group:
                record = read_record_at(stream, file, int(row["offset"]), int(row["length"]))
                lines.append((record.id, b"%d\t%s" % (file.index, encode_record(record))))
    data = b"".join(line for _, line in sorted(lines))
    filesystem.write_bytes(filesystem.join(work.directory, pool_path(task)), data)
    return FileNote(pool_path(task), hashlib.sha256(data).hexdigest(), "work")


def rank_bucket(work: Work) -> Output:
    """Rank the rows of a bucket of tasks, and write the exemplar pool of each task."""
    job = work.job
    entered = work.read(ROWS).rows()
    rows, repeated = rank_rows(entered, job.settings.seed)
    sections: dict[int, bytes] = {}
    pools, counts = [], StageCounts()
    records: dict[str, dict[str, int]] = {split: {} for split in SPLITS}
    for task in np.unique(rows["task"]).tolist():
        name = job.tasks[task].name
        *splits, surplus = split_rows(rows[rows["task"] == task], job)
        pools.append(_write_pool(work, task, _pool_of(splits[0], job)))
        for number, (split, of_split) in enumerate(zip(SPLITS, splits, strict=True)):
            records[split][name] = len(of_split)
            counts.kept[name] += len(of_split)
            sections[ranked_section(job, number, task)] = of_split.tobytes()
        if len(surplus):
            counts.undrawn.setdefault(SURPLUS, Counter())[name] = len(surplus)
    rejections = _reject_repeated(work, rows, repeated)
    counts.entered = count_by_task(job, entered)
    counts.rejected = {DUPLICATE_ID: count_by_task(job, repeated)}
    return Output(
        sections=sections,
        num_sections=len(SPLITS) * len(job.tasks),
        counts=counts,
        rejections=rejections,
        files=pools,
        notes=RankNotes(records),
        done=len(entered),
    )


def _reject_repeated(work: Work, rows: KeyRows, repeated: KeyRows) -> list[Rejection]:
    """Return the rejections of rows whose id one of `rows` has, which name the places of both."""
    if not len(repeated):
        return []
    number_of = {(int(r["task"]), record_id(r)): number for number, r in enumerate(rows)}
    kept = rows[[number_of[int(row["task"]), record_id(row)] for row in repeated]]
    details = repeated_ids(work.job, repeated, kept)
    return [
        rejection(work, row, Verdict(reason=DUPLICATE_ID, detail=detail, other_id=record_id(row)))
        for row, detail in zip(repeated, details, strict=True)
    ]


def _pool_of(rows: KeyRows, job: Job) -> KeyRows:
    return choose_pool(rows, job.settings.seed, job.settings.few_shot.pool)


RANK = Stage(
    name="rank",
    run=rank_bucket,
    items=TASK_BUCKETS,
    reads=(ROWS,),
    yields=RANKED,
    settings=("seed", "validation", "few_shot.pool"),
    notes=RankNotes,
    undrawn=frozenset({SURPLUS}),
)
