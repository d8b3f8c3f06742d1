"""The tasks that take part in a mixture, with their weights, capacities and template types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from transforms.job import Job
from transforms.mixture.shares import complete_weights
from transforms.settings import CollectionMix, TaskMix
from transforms.stable_random import stable_hash
from transforms.types import TEMPLATE_TYPES, Task, TemplateType

# A rounding error must not add a task to their share, nor take an example from the total.
SLACK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
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


def _stated_weight(task: Task, mix: CollectionMix, mixes: Mapping[str, TaskMix]) -> float | None:
    """Return the recipe's weight of a task; an inversion has a share of its base task's weight."""
    own = mixes[task.name].weight
    if own is None and task.inverts:
        of_other = mixes[task.inverts].weight
        return None if of_other is None else of_other * mix.inversion
    return own


def _records_of_epoch(task: Task, mixes: Mapping[str, TaskMix], train: Mapping[str, int]) -> int:
    """Return the records of a task, or of the one it inverts, up to its cap."""
    count, cap = train[task.inverts or task.name], mixes[task.name].cap
    return min(count, cap) if cap else count


def _rows_of_collection(
    job: Job,
    collection: str,
    tasks: Sequence[Task],
    train: Mapping[str, int],
    validation: Mapping[str, int],
) -> list[TaskRow]:
    """Return the tasks of a collection; weights are unnormalized shares in it."""
    mixture = job.settings.mixture
    mix = mixture.of(collection)
    mixes = mix.of_tasks(name for task in tasks for name in (task.name, task.inverts))
    records = {task.name: _records_of_epoch(task, mixes, train) for task in tasks}
    rates = {task.name: mix.inversion if task.inverts else 1.0 for task in tasks}
    # UniMax begins with tasks of one size.
    exponent = 0.0 if mixture.balance == "unimax" else 1 / mixture.temperature
    sizes = {name: count**exponent * rates[name] for name, count in records.items()}
    used = _used_tasks(job, collection, tasks)
    stated = {task.name: _stated_weight(task, mix, mixes) for task in tasks if task.name in used}
    weights = complete_weights(stated, {name: sizes[name] for name in stated})
    # Weights of tasks divide their collection, whose size is that of the tasks taking part.
    size = sum(sizes[name] for name, weight in weights.items() if weight)
    scale = size / sum(weights.values()) if size else size
    return [
        TaskRow(
            name=task.name,
            collection=collection,
            inverts=task.inverts,
            available=train[task.inverts or task.name],
            validation=validation.get(task.inverts or task.name, 0),
            cap=mixes[task.name].cap,
            weight=weights.get(task.name, 0.0) * scale,
            one_pass=records[task.name] * rates[task.name],
            capacity=records[task.name] * mixture.max_epochs,
            shares=_type_shares(mixes[task.name].template_types or {}),
        )
        for task in tasks
    ]


def _used_tasks(job: Job, collection: str, tasks: Sequence[Task]) -> set[str]:
    """Return the tasks of a collection that `tasks_fraction` selects, with their inversions.

    They are the first in the order of a hash, so that a smaller share is a subset of a larger one.
    """
    own = [task.name for task in tasks if not task.inverts]
    number = ceil(job.settings.mixture.tasks_fraction * len(own) - SLACK)
    place = (job.settings.seed, "tasks_fraction", collection)
    drawn = set(sorted(own, key=lambda name: stable_hash(*place, name))[:number])
    return drawn | {task.name for task in tasks if task.inverts in drawn}


def task_rows(
    job: Job, train: Mapping[str, int], validation: Mapping[str, int]
) -> dict[str, list[TaskRow]]:
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


def _type_shares(stated: Mapping[TemplateType, float]) -> list[float]:
    """Return the share of each template type, in the order of TEMPLATE_TYPES; they sum to 1."""
    weights = [stated.get(name, 0.0) for name in TEMPLATE_TYPES]
    return [weight / sum(weights) for weight in weights]
