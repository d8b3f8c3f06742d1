"""The stage that selects each task's records by rank and assigns template types, as planned."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.manifest import SPLITS, TRAIN, VALIDATION
from tfrecords_schema.splitmix64 import rehash
from transforms.job import Job
from transforms.mixture.mixing import QUOTAS, Quota, read_plan
from transforms.mixture.ranking import RANKED
from transforms.records.key_rows import KEY_ROW, KeyRows, rows_by_task
from transforms.stable_random import stable_hash
from transforms.stages.output import Output, StageCounts
from transforms.stages.stage import TASK_BUCKETS, Stage
from transforms.stages.work import Input, Work
from transforms.types import TEMPLATE_TYPES

SELECTED = "selected"
OVER_CAP, NOT_SAMPLED = "over_cap", "not_sampled"
# One example to render: the place of its record, the task that prompts it (the record's own or its
# inversion), the repetition (from 0), its template type, its split.
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
    """Assign a template type to each row by hash, in exactly the requested numbers."""
    counts = [by_type[name] for name in TEMPLATE_TYPES]
    dealt = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
    types = np.zeros(len(ids), dtype=np.uint32)
    types[np.argsort(rehash(ids, salt), kind="stable")] = dealt
    return types


def select_rows(
    ranked: KeyRows, task: str, records: int, by_type: Mapping[str, int], seed: int
) -> NDArray[np.void]:
    """Select SELECTED_ROWs of a task: its first `records` by rank, again in each further epoch."""
    places = np.arange(sum(by_type.values()))
    rows = np.zeros(len(places), dtype=SELECTED_ROW)
    if not len(rows):
        return rows
    used = ranked[places % records]
    for name in ("offset", "length", "file"):
        rows[name] = used[name]
    rows["repetition"] = places // records
    ids = rehash(used["id_low"] + rows["repetition"].astype(np.uint64), stable_hash(seed, "select"))
    rows["template_type"] = _deal_types(ids, by_type, stable_hash(seed, "template type", task))
    return rows


def _rows_of_task(
    seed: int, train: KeyRows, validation: KeyRows, task: int, quota: Quota
) -> NDArray[np.void]:
    """Return the SELECTED_ROWs of one task in both splits; each validation record is used once."""
    rows = select_rows(train, quota.task, quota.records, quota.by_type, seed)
    held = select_rows(validation, quota.task, len(validation), quota.validation, seed)
    held["split"] = SPLITS.index(VALIDATION)
    rows = np.concatenate([rows, held])
    rows["task"] = task
    return rows


def ranked_rows(ranked: Input, split: str) -> dict[int, KeyRows]:
    """Return the rows of each task of a bucket in one split, by rank."""
    section = SPLITS.index(split)
    rows = b"".join(ranked.sections(section, section + 1))
    return rows_by_task(np.frombuffer(rows, dtype=KEY_ROW))


def select_bucket(work: Work) -> Output:
    """Select the rows of a bucket of tasks according to the plan."""
    job, ranked, plan = work.job, work.read(RANKED), read_plan(work)
    train, validation = (ranked_rows(ranked, split) for split in (TRAIN, VALIDATION))
    nothing = np.zeros(0, dtype=KEY_ROW)
    selected = [np.zeros(0, dtype=SELECTED_ROW)]
    users: dict[str, list[Quota]] = {}
    for number, records_of in _tasks_of(job, work.item):
        if quota := plan.quotas.get(job.tasks[number].name):
            users.setdefault(job.tasks[records_of].name, []).append(quota)
            rows, held = (of.get(records_of, nothing) for of in (train, validation))
            selected.append(_rows_of_task(job.settings.seed, rows, held, number, quota))
    rows = np.concatenate(selected)
    (notes,) = ranked.notes()
    counts = StageCounts()
    for task in notes.records[TRAIN]:
        held = notes.records[VALIDATION][task]
        _count_task(counts, task, notes.records[TRAIN][task], held, users.get(task, []))
    return Output(rows=rows, counts=counts, done=len(rows))


def _count_task(
    counts: StageCounts, task: str, train: int, validation: int, users: Sequence[Quota]
) -> None:
    """Count the records of one task that are used by the task itself or by its inversion."""
    eligible = max((quota.records for quota in users), default=train)
    used = max((min(quota.examples, quota.records) for quota in users), default=0)
    held = max((sum(quota.validation.values()) for quota in users), default=0)
    counts.entered[task] = train + validation
    counts.kept[task] = used + held
    undrawn = {OVER_CAP: train - eligible, NOT_SAMPLED: eligible - used + validation - held}
    for reason, records in undrawn.items():
        if records:
            counts.undrawn.setdefault(reason, Counter())[task] = records


def _tasks_of(job: Job, bucket: int) -> Iterator[tuple[int, int]]:
    """Yield (task, task whose records it prompts) for all tasks whose records are in `bucket`."""
    numbers = {task.name: number for number, task in enumerate(job.tasks)}
    for number, task in enumerate(job.tasks):
        records_of = numbers[task.inverts or task.name]
        if records_of % job.num_buckets == bucket:
            yield number, records_of


SELECT = Stage(
    name="select",
    run=select_bucket,
    items=TASK_BUCKETS,
    reads=(RANKED, QUOTAS),
    yields=SELECTED,
    dtype=SELECTED_ROW,
    settings=("seed",),
    undrawn=frozenset({OVER_CAP, NOT_SAMPLED}),
)
