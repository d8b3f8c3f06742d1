"""Rank each task's records by hash, drop repeated ids, part the splits, set exemplars aside.

Selection takes the first records of a rank, so a new source or another weight moves as few
records as possible.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import apache_beam as beam
import numpy as np

from tfrecords_schema import filesystem
from tfrecords_schema.splitmix64 import rehash
from transforms.job import Job, load_job
from transforms.records.key_rows import KEY_ROW, KeyRows, first_of_runs, record_id
from transforms.records.record_store import encode_record, read_record_at
from transforms.records.rejections import rejection_file, write_rejections
from transforms.runtime.exchange import Run, finished_run, read_rows, write_run
from transforms.runtime.progress import report
from transforms.stable_random import stable_hash
from transforms.types import SPLITS, TRAIN, VALIDATION, Rejection

RANK = "rank"
SURPLUS = "validation_surplus"


def rank_rows(rows: KeyRows, seed: int) -> tuple[KeyRows, KeyRows]:
    """(rows by task and rank, rows whose id another row of the task has).

    Of rows with one id, the one with the smallest digest of its content stays.
    """
    ranks = rehash(rows["id_low"], stable_hash(seed, RANK))
    order = np.lexsort((rows["content"], rows["id_high"], rows["id_low"], ranks, rows["task"]))
    rows = rows[order]
    first = first_of_runs(rows["task"], rows["id_low"], rows["id_high"])
    return rows[first], rows[~first]


def part_splits(rows: KeyRows, job: Job) -> tuple[KeyRows, KeyRows, KeyRows]:
    """(train, validation, surplus) of the ranked rows of one task, in the order of `rows`.

    What decides is a hash of the compared fields, so duplicates are in one split, in whatever
    task. What the maximum leaves over goes to train, unless duplicates may be in other tasks.
    """
    hashes = rehash(rows["key_low"], stable_hash(job.seed, VALIDATION))
    # 2^64 - 2048 is the largest float that is an unsigned 64-bit integer.
    limit = np.uint64(min(job.validation.fraction * 2.0**64, 2.0**64 - 2048))
    drawn = np.flatnonzero(hashes < limit)
    drawn = drawn[np.argsort(hashes[drawn], kind="stable")]
    split = np.zeros(len(rows), dtype=np.uint8)
    if not (job.deduplicate.enabled and job.deduplicate.scope == "corpus"):
        split[drawn] = 2
    split[drawn[: job.validation.maximum]] = 1
    return rows[split == 0], rows[split == 1], rows[split == 2]


def choose_pool(rows: KeyRows, seed: int, size: int) -> KeyRows:
    """The `size` rows of one task with the lowest pool hash: where its exemplars come from."""
    hashes = rehash(rows["id_low"], stable_hash(seed, "pool"))
    return rows[np.lexsort((rows["id_low"], hashes))[:size]]


def ranked_section(job: Job, split: int, task: int) -> int:
    """Where a run has the ranked rows of task number `task` in split number `split`."""
    return split * len(job.tasks) + task


def pool_path(work: str, task: int) -> str:
    """The file of task `task`'s exemplar pool."""
    return filesystem.join(work, "pools", f"{task:06d}.jsonl")


def _write_pool(job: Job, work: str, task: int, rows: KeyRows) -> str:
    """One line a record: its file's number, a tab, the record. The sha256 of the file."""
    lines = []
    for number, group in groupby(np.sort(rows, order=["file", "offset"]), itemgetter("file")):
        file = job.files[int(number)]
        with filesystem.open_read(file.path) as stream:
            for row in group:
                record = read_record_at(stream, file, int(row["offset"]), int(row["length"]))
                lines.append((record.id, b"%d\t%s" % (file.index, encode_record(record))))
    data = b"".join(line for _, line in sorted(lines))
    filesystem.write_bytes(pool_path(work, task), data)
    return hashlib.sha256(data).hexdigest()


def rank_bucket(bucket: int, work: str, deduplicated: Iterable[Run]) -> Run:
    """Write the ranked rows of the tasks of `bucket` and their pools; count them by task."""
    path = filesystem.join(work, RANK, f"{bucket:06d}.run")
    return finished_run(path, lambda: _rank(bucket, work, deduplicated, path))


def _rank(bucket: int, work: str, deduplicated: Iterable[Run], path: str) -> Run:
    job = load_job(work)
    rows, repeated = rank_rows(read_rows(deduplicated, bucket, KEY_ROW), job.seed)
    sections: dict[int, bytes] = {}
    pools: dict[str, str] = {}
    counts: dict[str, dict[str, int]] = {TRAIN: {}, VALIDATION: {}, SURPLUS: {}}
    for task in np.unique(rows["task"]).tolist():
        parts = part_splits(rows[rows["task"] == task], job)
        pool = choose_pool(parts[0], job.seed, job.few_shot.pool)
        pools[str(task)] = _write_pool(job, work, task, pool)
        for of_split, part in zip(counts.values(), parts, strict=True):
            of_split[job.tasks[task].name] = len(part)
        for split, part in enumerate(parts[: len(SPLITS)]):
            sections[ranked_section(job, split, task)] = part.tobytes()
    rejections = [
        Rejection(
            "select",
            "duplicate_id",
            record_id(row),
            job.tasks[int(row["task"])].source,
            job.tasks[int(row["task"])].name,
            "another record of the task has this id",
        )
        for row in repeated
    ]
    tasks, repeats = np.unique(repeated["task"], return_counts=True)
    summary = {
        **counts,
        "duplicate_id": {
            job.tasks[task].name: count
            for task, count in zip(tasks.tolist(), repeats.tolist(), strict=True)
        },
        "pools": pools,
        "rejections": write_rejections(rejection_file(job, RANK, bucket), rejections),
    }
    report(RANK, len(rows))
    return write_run(path, len(SPLITS) * len(job.tasks), sections, summary)


@dataclass
class RankRecords(beam.PTransform):
    """Number of a task bucket → Run of its ranked rows."""

    work: str
    deduplicated: beam.PCollection

    def expand(self, buckets: beam.PCollection) -> beam.PCollection:
        deduplicated = beam.pvalue.AsList(self.deduplicated)
        return buckets | "Rank" >> beam.Map(rank_bucket, self.work, deduplicated)
