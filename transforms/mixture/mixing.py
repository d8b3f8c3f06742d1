"""Turn a recipe's weights and caps into whole numbers of examples: the plan of the mixture.

Weights nest: mixture → collection → task → template type. Exact shares are rounded so that
requested and planned agree to within one example at each of these levels, unless a task has too few
records: its missing examples go to the other tasks of its collection, then to other collections.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, floor

from tfrecords_schema.manifest import SPLITS, TRAIN, VALIDATION
from transforms.job import Job
from transforms.mixture.ranking import RANKED
from transforms.mixture.shares import complete_weights, fill, round_cumulatively
from transforms.runtime.exchange import Run
from transforms.settings import CollectionMix
from transforms.stable_random import stable_hash
from transforms.stages.output import Output, decode_notes, decode_summary
from transforms.stages.stage import ONCE, Stage
from transforms.stages.work import Work
from transforms.types import TEMPLATE_TYPES, Task, TemplateType

QUOTAS = "quotas"
# A rounding error must not add a task to their share, nor take an example from the total.
_SLACK = 1e-9


@dataclass(frozen=True, kw_only=True)
class Quota:
    """Numbers of records and examples of one task.

    Attributes:
      inverts: the task that it inverts; empty if it is not an inversion.
      available: its records in train.
      weight: its share of the mixture, according to the recipe.
      requested: its exact number of examples before shortfalls.
      validation: examples of its validation split by template type; each record is used once.
    """

    task: str
    collection: str
    inverts: str
    available: int
    cap: int | None
    weight: float
    requested: float
    examples: int
    by_type: Mapping[str, int]
    requested_by_type: Mapping[str, float]
    validation: Mapping[str, int]

    @property
    def records(self) -> int:
        """Records of one epoch: min(cap, available)."""
        return min(self.available, self.cap) if self.cap else self.available

    @property
    def repeated(self) -> int:
        """Number of examples whose record was used before."""
        return max(0, self.examples - self.records)


@dataclass(frozen=True)
class Plan:
    """The quota of every task that has records, by name."""

    quotas: Mapping[str, Quota]


@dataclass(frozen=True, kw_only=True)
class _TaskRow:
    """A task of the plan.

    Attributes:
      weight: its share of the mixture.
      one_pass: examples if each record under the cap is used once, or at the rate of inversion.
      capacity: the maximum number of examples.
      shares: of the template types, in their order.
    """

    name: str
    collection: str
    inverts: str
    available: int
    validation: int
    cap: int | None
    weight: float
    one_pass: float
    capacity: int
    shares: list[float]


def _stated_weight(task: Task, mix: CollectionMix) -> float | None:
    """Return the recipe's weight of a task; an inversion has a share of its base task's weight."""
    own = mix.of_task(task.name).weight
    if own is None and task.inverts:
        of_other = mix.of_task(task.inverts).weight
        return None if of_other is None else of_other * mix.inversion
    return own


def _records_of_epoch(task: Task, mix: CollectionMix, train: Mapping[str, int]) -> int:
    """Return the records of a task, or of the one it inverts, up to its cap."""
    count, cap = train[task.inverts or task.name], mix.of_task(task.name).cap
    return min(count, cap) if cap else count


def _rows_of_collection(
    job: Job,
    collection: str,
    tasks: Sequence[Task],
    train: Mapping[str, int],
    validation: Mapping[str, int],
) -> list[_TaskRow]:
    """Return the tasks of a collection; weights are unnormalized shares in it."""
    mixture = job.settings.mixture
    mix = mixture.of(collection)
    records = {task.name: _records_of_epoch(task, mix, train) for task in tasks}
    rates = {task.name: mix.inversion if task.inverts else 1.0 for task in tasks}
    # UniMax begins with tasks of one size.
    exponent = 0.0 if mixture.balance == "unimax" else 1 / mixture.temperature
    sizes = {name: count**exponent * rates[name] for name, count in records.items()}
    used = _used_tasks(job, collection, tasks)
    stated = {task.name: _stated_weight(task, mix) for task in tasks if task.name in used}
    weights = complete_weights(stated, {name: sizes[name] for name in stated})
    # Weights of tasks divide their collection, whose size is that of the tasks taking part.
    size = sum(sizes[name] for name, weight in weights.items() if weight)
    scale = size / sum(weights.values()) if size else size
    return [
        _TaskRow(
            name=task.name,
            collection=collection,
            inverts=task.inverts,
            available=train[task.inverts or task.name],
            validation=validation.get(task.inverts or task.name, 0),
            cap=mix.of_task(task.name).cap,
            weight=weights.get(task.name, 0.0) * scale,
            one_pass=records[task.name] * rates[task.name],
            capacity=records[task.name] * mixture.max_epochs,
            shares=_type_shares(mix.of_task(task.name).template_types or {}),
        )
        for task in tasks
    ]


def _used_tasks(job: Job, collection: str, tasks: Sequence[Task]) -> set[str]:
    """Return the tasks of a collection that `tasks_fraction` selects, with their inversions.

    They are the first in the order of a hash, so that a smaller share is a subset of a larger one.
    """
    own = [task.name for task in tasks if not task.inverts]
    number = ceil(job.settings.mixture.tasks_fraction * len(own) - _SLACK)
    place = (job.settings.seed, "tasks_fraction", collection)
    drawn = set(sorted(own, key=lambda name: stable_hash(*place, name))[:number])
    return drawn | {task.name for task in tasks if task.inverts in drawn}


def _task_rows(
    job: Job, train: Mapping[str, int], validation: Mapping[str, int]
) -> dict[str, list[_TaskRow]]:
    """Return the tasks with records, by collection in name order; all weights together are 1.

    There are none if no task has a weight.
    """
    tasks: dict[str, list[Task]] = {}
    for task in sorted(job.tasks, key=lambda task: (task.collection, task.name)):
        if train.get(task.inverts or task.name):
            tasks.setdefault(task.collection, []).append(task)
    rows = {
        name: _rows_of_collection(job, name, of_collection, train, validation)
        for name, of_collection in tasks.items()
    }
    sizes = {name: sum(row.weight for row in of_name) for name, of_name in rows.items()}
    weights = complete_weights({name: job.settings.mixture.of(name).weight for name in rows}, sizes)
    weights = {name: weight if sizes[name] else 0.0 for name, weight in weights.items()}
    if not (whole := sum(weights.values())):
        return {}
    return {
        name: [
            replace(row, weight=row.weight / sizes[name] * weights[name] / whole) for row in of_name
        ]
        if sizes[name]
        else of_name
        for name, of_name in rows.items()
    }


def _total(job: Job, rows: Sequence[_TaskRow]) -> float:
    """Return the number of examples, or the maximum whose shares exceed no task's capacity."""
    if isinstance(job.settings.mixture.examples, int):
        return job.settings.mixture.examples
    limits = [row.capacity / row.weight for row in rows if row.weight]
    return floor(min(limits) + _SLACK)


def _exact_shares(total: float, collections: Mapping[str, list[_TaskRow]]) -> list[float]:
    """Return the examples of each task: by weight, shortfalls redistributed."""
    capacities = [
        float(sum(row.capacity for row in rows if row.weight)) for rows in collections.values()
    ]
    weights = [sum(row.weight for row in rows) for rows in collections.values()]
    exact = []
    for rows, part in zip(collections.values(), fill(total, weights, capacities), strict=True):
        of_tasks = [float(row.capacity) for row in rows]
        exact += fill(part, [row.weight for row in rows], of_tasks)
    return exact


def _balanced(job: Job, collections: Mapping[str, list[_TaskRow]]) -> dict[str, list[_TaskRow]]:
    """Return the tasks with UniMax's weights: even, up to the capacity of each task.

    If no collection has a weight, they are even over all tasks of all collections.
    """
    total = _total(job, [])
    rows = [row for of_collection in collections.values() for row in of_collection]
    if any(job.settings.mixture.of(name).weight is not None for name in collections):
        exact = _exact_shares(total, collections)
    else:
        exact = fill(total, [row.weight for row in rows], [float(row.capacity) for row in rows])
    whole = sum(exact)
    even = {row.name: share / whole for row, share in zip(rows, exact, strict=True)}
    return {
        name: [replace(row, weight=even[row.name]) for row in of_collection]
        for name, of_collection in collections.items()
    }


def plan_mixture(
    job: Job, train: Mapping[str, int], validation: Mapping[str, int] | None = None
) -> Plan:
    """Plan quotas for every task that has records to train on (numbers by task, deduplicated)."""
    collections = _task_rows(job, train, validation or {})
    if not collections:
        return Plan({})
    if job.settings.mixture.balance == "unimax":
        collections = _balanced(job, collections)
    rows = [row for of_collection in collections.values() for row in of_collection]
    if job.settings.mixture.examples == "one_pass":
        requested = [row.one_pass if row.weight else 0.0 for row in rows]
        exact = requested
    else:
        total = _total(job, rows)
        requested = [total * row.weight for row in rows]
        exact = _exact_shares(total, collections)
    counts = iter(
        round_cumulatively(
            [value * share for value, row in zip(exact, rows, strict=True) for share in row.shares]
        )
    )
    return Plan(
        {
            row.name: _quota(row, ask, [next(counts) for _ in row.shares])
            for row, ask in zip(rows, requested, strict=True)
        }
    )


def _type_shares(stated: Mapping[TemplateType, float]) -> list[float]:
    """Return the share of each template type, in the order of TEMPLATE_TYPES; they sum to 1."""
    weights = [stated.get(name, 0.0) for name in TEMPLATE_TYPES]
    return [weight / sum(weights) for weight in weights]


def _quota(row: _TaskRow, requested: float, counts: list[int]) -> Quota:
    held = row.validation if row.weight else 0
    validation = round_cumulatively([held * share for share in row.shares])
    return Quota(
        task=row.name,
        collection=row.collection,
        inverts=row.inverts,
        available=row.available,
        cap=row.cap,
        weight=row.weight,
        requested=requested,
        examples=sum(counts),
        by_type=dict(zip(TEMPLATE_TYPES, counts, strict=True)),
        requested_by_type={
            name: requested * share for name, share in zip(TEMPLATE_TYPES, row.shares, strict=True)
        },
        validation=dict(zip(TEMPLATE_TYPES, validation, strict=True)),
    )


def plan_from_ranks(work: Work) -> Output:
    """Plan the mixture from the numbers of ranked records."""
    counts: dict[str, dict[str, int]] = {split: {} for split in SPLITS}
    for notes in work.read(RANKED).notes():
        for split in SPLITS:
            counts[split].update(notes.records[split])
    return Output(notes=plan_mixture(work.job, counts[TRAIN], counts[VALIDATION]))


PLAN = Stage(
    name="plan",
    run=plan_from_ranks,
    items=ONCE,
    reads=(RANKED,),
    yields=QUOTAS,
    settings=("mixture", "validation"),
    notes=Plan,
)


def read_plan(work: Work) -> Plan:
    """Return the plan that stage `plan` made; read once per process."""
    (run,) = work.read(QUOTAS).runs
    return decode_plan(run)


@lru_cache(maxsize=2)
def decode_plan(run: Run) -> Plan:
    """Return the plan in the run of stage `plan`."""
    plan: Plan = decode_notes(Plan, decode_summary(run.summary).notes)
    return plan
