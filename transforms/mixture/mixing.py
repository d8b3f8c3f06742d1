"""Turn a recipe's weights and caps into whole numbers of examples: the plan of the mixture.

Weights nest: mixture → collection → task → template type. Exact shares are rounded so that
requested and planned agree to within one example at each of these levels, unless a task has too few
records: its missing examples go to the other tasks of its collection, then to other collections.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from math import floor
from typing import Any

from tfrecords_schema.manifest import SPLITS, TRAIN, VALIDATION
from transforms.job import Job
from transforms.mixture.ranking import RANKED
from transforms.mixture.shares import fill, round_cumulatively
from transforms.mixture.task_rows import SLACK, TaskRow, task_rows
from transforms.runtime.exchange import Run
from transforms.stages.output import Output, decode_notes, decode_summary
from transforms.stages.stage import ONCE, Stage
from transforms.stages.work import Work
from transforms.types import TEMPLATE_TYPES, TemplateType

QUOTAS = "quotas"
# Fields of a quota that have a number for each template type.
_BY_TYPE = ("by_type", "requested_by_type", "validation")


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True)
class PlanTable:
    """A plan in columns, in the order of the tasks.

    A plan of many tasks is read in a fraction of the memory that an object for each would take.

    Attributes:
      columns: the values of all tasks, by field of a quota.
      by_type: the same by template type, of fields that have a number for each.
    """

    columns: dict[str, list[Any]]
    by_type: dict[str, dict[TemplateType, list[Any]]]

    @classmethod
    def of(cls, plan: Plan) -> "PlanTable":
        """Return the table of a plan."""
        quotas = plan.quotas.values()
        names = [field.name for field in fields(Quota) if field.name not in _BY_TYPE]
        return cls(
            {name: [getattr(quota, name) for quota in quotas] for name in names},
            {
                name: {
                    kind: [getattr(quota, name)[kind] for quota in quotas]
                    for kind in TEMPLATE_TYPES
                }
                for name in _BY_TYPE
            },
        )

    def plan(self) -> Plan:
        """Return the plan of the table; equal numbers by template type are there once."""
        columns = {**self.columns, **{name: _mappings(of) for name, of in self.by_type.items()}}
        rows = zip(*columns.values(), strict=True)
        quotas = (Quota(**dict(zip(columns, row, strict=True))) for row in rows)
        return Plan({quota.task: quota for quota in quotas})


def _mappings(columns: Mapping[TemplateType, list[Any]]) -> Iterator[Mapping[TemplateType, Any]]:
    """Yield {template type: number} of each row."""
    known: dict[tuple[Any, ...], dict[TemplateType, Any]] = {}
    for row in zip(*columns.values(), strict=True):
        yield known.setdefault(row, dict(zip(columns, row, strict=True)))


def _total(job: Job, rows: Sequence[TaskRow]) -> float:
    """Return the number of examples, or the maximum whose shares exceed no task's capacity."""
    if isinstance(job.settings.mixture.examples, int):
        return job.settings.mixture.examples
    limits = [row.capacity / row.weight for row in rows if row.weight]
    return floor(min(limits) + SLACK)


def _exact_shares(total: float, collections: Mapping[str, list[TaskRow]]) -> list[float]:
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


def _balanced(job: Job, collections: Mapping[str, list[TaskRow]]) -> dict[str, list[TaskRow]]:
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
    collections = task_rows(job, train, validation or {})
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


def _quota(row: TaskRow, requested: float, counts: list[int]) -> Quota:
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
    plan = plan_mixture(work.job, counts[TRAIN], counts[VALIDATION])
    return Output(notes=PlanTable.of(plan))


PLAN = Stage(
    name="plan",
    run=plan_from_ranks,
    items=ONCE,
    reads=(RANKED,),
    yields=QUOTAS,
    settings=("mixture", "validation"),
    notes=PlanTable,
)


def read_plan(work: Work) -> Plan:
    """Return the plan that stage `plan` made; read once per process."""
    (run,) = work.read(QUOTAS).runs
    return decode_plan(run)


@lru_cache(maxsize=2)
def decode_plan(run: Run) -> Plan:
    """Return the plan in the run of stage `plan`."""
    table: PlanTable = decode_notes(PlanTable, decode_summary(run.summary).notes)
    plan = table.plan()
    # It stays, as the job does.
    gc.freeze()
    return plan
