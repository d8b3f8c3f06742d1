"""The stage that selects each task's records by rank and assigns template types, as planned."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.manifest import SPLITS, TRAIN, VALIDATION
from tfrecords_schema.splitmix64 import mix_words, rehash
from transforms.job import Job
from transforms.mixture.mixing import QUOTAS, Quota, read_plan
from transforms.mixture.ranking import RANKED
from transforms.records.key_rows import KEY_ROW, KeyRows, first_of_runs
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


@dataclass(frozen=True)
class Draw:
    """What is selected of the ranked rows of one split for one task.

    Attributes:
      task: the number of the task that prompts them; `name` is its name.
      first: where the rows of its records begin.
      records: rows of one epoch.
      by_type: examples by template type.
    """

    task: int
    name: str
    first: int
    records: int
    by_type: Mapping[str, int]


def select_rows(ranked: KeyRows, draws: Sequence[Draw], seed: int) -> NDArray[np.void]:
    """Select SELECTED_ROWs: of each draw its first `records`, again in each further epoch."""
    of_types = [[draw.by_type[name] for name in TEMPLATE_TYPES] for draw in draws]
    by_type = np.array(of_types, dtype=np.int64).reshape(len(draws), len(TEMPLATE_TYPES))
    examples = by_type.sum(axis=1)
    # The draw of each row, and how many rows of the draw are before it.
    of = np.repeat(np.arange(len(draws)), examples)
    place = np.arange(len(of)) - (np.cumsum(examples) - examples)[of]
    numbers = np.array([(d.task, d.first, d.records) for d in draws], dtype=np.int64)
    task, first, records = numbers.reshape(len(draws), 3)[of].T
    rows = np.zeros(len(of), dtype=SELECTED_ROW)
    used = ranked[first + place % records]
    for name in ("offset", "length", "file"):
        rows[name] = used[name]
    rows["task"] = task
    rows["repetition"] = place // records
    ids = rehash(used["id_low"] + rows["repetition"].astype(np.uint64), stable_hash(seed, "select"))
    # Types are dealt by a hash in exactly the requested numbers.
    salts = [stable_hash(seed, "template type", draw.name) for draw in draws]
    order = np.lexsort((mix_words(ids ^ np.array(salts, dtype=np.uint64)[of]), of))
    dealt = np.tile(np.arange(len(TEMPLATE_TYPES)), len(draws))
    rows["template_type"][order] = np.repeat(dealt, by_type.ravel())
    return rows


def ranked_rows(ranked: Input, section: int) -> KeyRows:
    """Return the rows of a bucket of tasks in one section: that of a split, or POOLS."""
    return np.frombuffer(b"".join(ranked.sections(section, section + 1)), dtype=KEY_ROW)


def _firsts(rows: KeyRows) -> dict[int, int]:
    """Return where the rows of each task begin, by task number."""
    firsts = np.flatnonzero(first_of_runs(rows["task"]))
    return dict(zip(rows["task"][firsts].tolist(), firsts.tolist(), strict=True))


def select_bucket(work: Work) -> Output:
    """Select the rows of a bucket of tasks according to the plan."""
    job, ranked, plan = work.job, work.read(RANKED), read_plan(work)
    (notes,) = ranked.notes()
    of_train, of_validation = notes.records[TRAIN], notes.records[VALIDATION]
    train, validation = (ranked_rows(ranked, section) for section in range(len(SPLITS)))
    firsts, firsts_held = _firsts(train), _firsts(validation)
    draws: list[Draw] = []
    held: list[Draw] = []
    users: dict[str, list[Quota]] = {}
    for number, records_of in _tasks_of(job, work.item):
        name, other = job.tasks[number].name, job.tasks[records_of].name
        if quota := plan.quotas.get(name):
            users.setdefault(other, []).append(quota)
            if quota.examples:
                draws.append(Draw(number, name, firsts[records_of], quota.records, quota.by_type))
            if any(quota.validation.values()):
                # Each is used once.
                first, records = firsts_held[records_of], of_validation[other]
                held.append(Draw(number, name, first, records, quota.validation))
    selected = [select_rows(train, draws, job.settings.seed)]
    selected.append(select_rows(validation, held, job.settings.seed))
    selected[-1]["split"] = SPLITS.index(VALIDATION)
    counts = StageCounts()
    for task, records in of_train.items():
        _count_task(counts, task, records, of_validation[task], users.get(task, []))
    rows = np.concatenate(selected)
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
    numbers, buckets = job.task_numbers, job.num_buckets
    for number, task in enumerate(job.tasks):
        records_of = numbers[task.inverts or task.name]
        if records_of % buckets == bucket:
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
