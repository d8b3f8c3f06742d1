"""Rank each task's records by hash, drop repeated ids, and set the exemplar pool aside.

Selection takes the first records of a rank, so a new source or another weight moves as few
records as possible.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import apache_beam as beam
import numpy as np

from tfrecords_schema import filesystem
from transforms.exchange import Run, finished_run, read_rows, write_run
from transforms.job import Job, load_job
from transforms.key_rows import KEY_ROW, KeyRows, first_of_runs, mix, record_id
from transforms.progress import report
from transforms.record_store import encode_record, read_record_at
from transforms.rejections import rejection_file, write_rejections
from transforms.stable_random import stable_hash
from transforms.types import Rejection

RANK = "rank"


def rank_rows(rows: KeyRows, seed: int) -> tuple[KeyRows, KeyRows]:
    """(rows by task and rank, rows whose id another row of the task has).

    Of rows with one id, the one with the smallest digest of its content stays.
    """
    ranks = mix(rows["id_low"], stable_hash(seed, RANK))
    order = np.lexsort((rows["content"], rows["id_high"], rows["id_low"], ranks, rows["task"]))
    rows = rows[order]
    first = first_of_runs(rows["task"], rows["id_low"], rows["id_high"])
    return rows[first], rows[~first]


def choose_pool(rows: KeyRows, seed: int, size: int) -> KeyRows:
    """The `size` rows of one task with the lowest pool hash: where its exemplars come from."""
    hashes = mix(rows["id_low"], stable_hash(seed, "pool"))
    return rows[np.lexsort((rows["id_low"], hashes))[:size]]


def pool_path(work: str, task: int) -> str:
    """The file of task `task`'s exemplar pool."""
    return filesystem.join(work, "pools", f"{task:06d}.jsonl")


def _write_pool(job: Job, work: str, task: int, rows: KeyRows) -> None:
    """One line a record: its file's number, a tab, the record."""
    lines = []
    for number, group in groupby(np.sort(rows, order=["file", "offset"]), itemgetter("file")):
        file = job.files[int(number)]
        with filesystem.open_read(file.path) as stream:
            for row in group:
                record = read_record_at(stream, file, int(row["offset"]), int(row["length"]))
                lines.append((record.id, b"%d\t%s" % (file.index, encode_record(record))))
    data = b"".join(line for _, line in sorted(lines))
    filesystem.write_bytes(pool_path(work, task), data)


def rank_bucket(bucket: int, work: str, deduplicated: Iterable[Run]) -> Run:
    """Write the ranked rows of the tasks of `bucket` and their pools; count them by task."""
    path = filesystem.join(work, RANK, f"{bucket:06d}.run")
    return finished_run(path, lambda: _rank(bucket, work, deduplicated, path))


def _rank(bucket: int, work: str, deduplicated: Iterable[Run], path: str) -> Run:
    job = load_job(work)
    rows, repeated = rank_rows(read_rows(deduplicated, bucket, KEY_ROW), job.seed)
    sections, available = {}, {}
    for task in np.unique(rows["task"]).tolist():
        of_task = rows[rows["task"] == task]
        _write_pool(job, work, task, choose_pool(of_task, job.seed, job.few_shot.pool))
        available[job.tasks[task].name] = len(of_task)
        sections[task] = of_task.tobytes()
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
    tasks, counts = np.unique(repeated["task"], return_counts=True)
    summary = {
        "available": available,
        "duplicate_id": {
            job.tasks[task].name: count
            for task, count in zip(tasks.tolist(), counts.tolist(), strict=True)
        },
        "rejections": write_rejections(rejection_file(job, RANK, bucket), rejections),
    }
    report(RANK, len(rows))
    return write_run(path, len(job.tasks), sections, summary)


@dataclass
class RankRecords(beam.PTransform):
    """Number of a task bucket → Run of its ranked rows."""

    work: str
    deduplicated: beam.PCollection

    def expand(self, buckets: beam.PCollection) -> beam.PCollection:
        deduplicated = beam.pvalue.AsList(self.deduplicated)
        return buckets | "Rank" >> beam.Map(rank_bucket, self.work, deduplicated)
