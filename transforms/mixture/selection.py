"""Pick each task's records by rank, as the plan says, and assign repetition and template type."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import apache_beam as beam
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from tfrecords_schema.splitmix64 import rehash
from transforms.job import Job, load_job
from transforms.mixture.mixing import Plan, Quota
from transforms.mixture.ranking import RANK, ranked_section
from transforms.records.key_rows import KEY_ROW, KeyRows
from transforms.runtime.exchange import Run, finished_run, group_rows, read_rows, write_run
from transforms.runtime.progress import report
from transforms.stable_random import stable_hash
from transforms.types import SPLITS, TEMPLATE_TYPES, VALIDATION

SELECT = "select"
# One example to render: where its record lies, the task that prompts it (the record's own or the
# one that turns it round), the how-manieth use of it, its template type, its split.
SELECTED_ROW = np.dtype(
    [
        ("offset", "<u8"),
        ("length", "<u4"),
        ("file", "<u4"),
        ("task", "<u4"),
        ("repetition", "<u4"),
        ("template_type", "<u4"),
        ("split", "<u4"),
    ]
)


def _deal_types(
    ids: NDArray[np.uint64], by_type: Mapping[str, int], salt: int
) -> NDArray[np.uint32]:
    """A template type for each row, exactly as many of each as asked for, dealt out by hash."""
    counts = [by_type[name] for name in TEMPLATE_TYPES]
    dealt = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
    types = np.zeros(len(ids), dtype=np.uint32)
    types[np.argsort(rehash(ids, salt), kind="stable")] = dealt
    return types


def select_rows(
    ranked: KeyRows, task: str, records: int, by_type: Mapping[str, int], seed: int
) -> NDArray[np.void]:
    """SELECTED_ROWs of one task: its first `records` by rank, again in each further epoch."""
    places = np.arange(sum(by_type.values()))
    rows = np.zeros(len(places), dtype=SELECTED_ROW)
    if not len(rows):
        return rows
    used = ranked[places % records]
    for name in ("offset", "length", "file"):
        rows[name] = used[name]
    rows["repetition"] = places // records
    ids = rehash(used["id_low"] + rows["repetition"].astype(np.uint64), stable_hash(seed, SELECT))
    rows["template_type"] = _deal_types(ids, by_type, stable_hash(seed, "template type", task))
    return rows


def _rows_of_task(job: Job, ranked: Run, records_of: int, quota: Quota) -> NDArray[np.void]:
    """SELECTED_ROWs of one task in both splits; of validation every record is used, once."""
    train, validation = (
        read_rows([ranked], ranked_section(job, split, records_of), KEY_ROW)
        for split in range(len(SPLITS))
    )
    rows = select_rows(train, quota.task, quota.records, quota.by_type, job.seed)
    held = select_rows(validation, quota.task, len(validation), quota.validation, job.seed)
    held["split"] = SPLITS.index(VALIDATION)
    return np.concatenate([rows, held])


def select_bucket(bucket: int, work: str, plan: Plan) -> Run:
    """Write the selected rows of `bucket`'s tasks, in buckets by record file."""
    path = filesystem.join(work, SELECT, f"{bucket:06d}.run")
    return finished_run(path, lambda: _select(bucket, work, plan, path))


def _select(bucket: int, work: str, plan: Plan, path: str) -> Run:
    job = load_job(work)
    ranked_path = filesystem.join(work, RANK, f"{bucket:06d}.run")
    ranked = Run(ranked_path)
    selected = [np.zeros(0, dtype=SELECTED_ROW)]
    for number, records_of in _tasks_of(job, bucket):
        if quota := plan.quotas.get(job.tasks[number].name):
            rows = _rows_of_task(job, ranked, records_of, quota)
            rows["task"] = number
            selected.append(rows)
    rows = np.concatenate(selected)
    sections = group_rows(rows, rows["file"].astype(np.int64))
    report(SELECT, len(rows))
    return write_run(path, len(job.files), sections, {"examples": len(rows)})


def _tasks_of(job: Job, bucket: int) -> Iterator[tuple[int, int]]:
    """(task, task whose records it prompts) for all tasks whose records are in `bucket`."""
    numbers = {task.name: number for number, task in enumerate(job.tasks)}
    for number, task in enumerate(job.tasks):
        records_of = numbers[task.inverts or task.name]
        if records_of % job.num_buckets == bucket:
            yield number, records_of


@dataclass
class SelectRecords(beam.PTransform):
    """Number of a task bucket → Run of its selected rows."""

    work: str
    plan: beam.PCollection

    def expand(self, buckets: beam.PCollection) -> beam.PCollection:
        plan = beam.pvalue.AsSingleton(self.plan)
        return buckets | "Select" >> beam.Map(select_bucket, self.work, plan)
