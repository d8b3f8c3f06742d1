"""Turn a recipe's weights and caps into whole numbers of examples: the plan of the mixture.

Weights nest: mixture → collection → task → template type. Exact shares are rounded so that
requested and planned agree to within one example at each of these levels, unless a task runs short;
what a task lacks goes to the others of its collection first, then to the other collections.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

import apache_beam as beam

from transforms.exchange import Run
from transforms.job import Job, load_job
from transforms.types import TEMPLATE_TYPES


@dataclass(frozen=True)
class Quota:
    """How many examples one task gives; `requested` is its exact share before shortfalls."""

    task: str
    available: int
    cap: int | None
    requested: float
    examples: int
    by_type: Mapping[str, int]
    requested_by_type: Mapping[str, float]

    @property
    def records(self) -> int:
        """Records of one epoch: min(cap, available)."""
        return min(self.available, self.cap) if self.cap else self.available

    @property
    def repeated(self) -> int:
        """Examples whose record was used before."""
        return max(0, self.examples - self.records)


@dataclass(frozen=True)
class Plan:
    """The quota of every task that has records, by name."""

    quotas: Mapping[str, Quota]


def round_cumulatively(exact: Sequence[float]) -> list[int]:
    """Whole numbers whose every partial sum is the rounded partial sum of `exact`.

    So each number, the sum of any neighbours (a task, a collection) and the total all differ from
    their exact values by less than one: [1.6, 1.6, 1.8] → [2, 1, 2].
    """
    counts, before, total = [], 0, 0.0
    for value in exact:
        total += value
        # Six decimals: a half that floating point missed by a hair still rounds up.
        after = floor(round(total, 6) + 0.5)
        counts.append(after - before)
        before = after
    return counts


def fill(total: float, weights: Sequence[float], capacities: Sequence[float]) -> list[float]:
    """Shares of `total` in proportion to `weights`, none over its capacity.

    What a full one cannot take goes to the others. The sum is less than `total` only if all with
    a weight are full: fill(10, [1, 1], [2, 100]) → [2, 8].
    """
    shares = [0.0] * len(weights)
    open_indices = [i for i, weight in enumerate(weights) if weight > 0]
    rest = total
    while open_indices and rest > 0:
        whole = sum(weights[i] for i in open_indices)
        full = [i for i in open_indices if rest * weights[i] / whole >= capacities[i]]
        if not full:
            for i in open_indices:
                shares[i] = rest * weights[i] / whole
            break
        for i in full:
            shares[i] = float(capacities[i])
        rest -= sum(capacities[i] for i in full)
        open_indices = [i for i in open_indices if i not in set(full)]
    return shares


@dataclass(frozen=True)
class _TaskRow:
    name: str
    collection: str
    available: int
    cap: int | None
    rate: float
    capacity: int


def _task_rows(job: Job, available: Mapping[str, int]) -> dict[str, list[_TaskRow]]:
    """The tasks that have records, by collection in name order."""
    rows: dict[str, list[_TaskRow]] = {}
    for task in sorted(job.tasks, key=lambda task: (task.collection, task.name)):
        if count := available.get(task.inverts or task.name, 0):
            mix = job.mixture.of(task.collection)
            cap = mix.cap
            records = min(count, cap) if cap else count
            rate = records ** (1 / job.mixture.temperature) * (mix.inversion if task.inverts else 1)
            row = _TaskRow(
                task.name, task.collection, count, cap, rate, records * job.mixture.max_epochs
            )
            rows.setdefault(task.collection, []).append(row)
    return rows


def _largest_total(
    collections: Mapping[str, list[_TaskRow]], weights: Mapping[str, float]
) -> float:
    """The most examples whose exact shares exceed no task's capacity."""
    whole = sum(weights.values())
    limits = []
    for name, rows in collections.items():
        rates = sum(row.rate for row in rows)
        share = weights[name] / whole
        limits += [row.capacity * rates / row.rate / share for row in rows if share > 0]
    return min(limits, default=0.0)


def _collection_weights(job: Job, collections: Mapping[str, list[_TaskRow]]) -> dict[str, float]:
    """Stated weights; a collection without one weighs as its capped size among its like."""
    stated = {name: job.mixture.of(name).weight for name in collections}
    sizes = {name: float(sum(row.rate for row in rows)) for name, rows in collections.items()}
    known = {name: weight for name, weight in stated.items() if weight is not None}
    if not known:
        return sizes
    # Weights are shares of 1 as soon as some collection has none: the others share the rest.
    rest = max(0.0, 1.0 - sum(known.values()))
    others = sum(size for name, size in sizes.items() if name not in known)
    return {
        name: known[name] if name in known else rest * size / others for name, size in sizes.items()
    }


def plan_mixture(job: Job, available: Mapping[str, int]) -> Plan:
    """Quotas for every task with available records (after deduplication), by name."""
    collections = _task_rows(job, available)
    names = list(collections)
    weights = _collection_weights(job, collections)
    if not names or sum(weights.values()) <= 0:
        return Plan({})
    largest = floor(_largest_total(collections, weights) + 1e-9)
    total = largest if job.mixture.examples == "max" else job.mixture.examples
    capacities = [float(sum(row.capacity for row in collections[name])) for name in names]
    parts = fill(total, [weights[name] for name in names], capacities)
    whole = sum(weights.values())
    rows, exact, requested = [], [], []
    for name, part in zip(names, parts, strict=True):
        rates = [row.rate for row in collections[name]]
        rows += collections[name]
        exact += fill(part, rates, [float(row.capacity) for row in collections[name]])
        requested += [total * weights[name] / whole * rate / sum(rates) for rate in rates]
    shares = [_type_shares(job, row.collection) for row in rows]
    counts = iter(
        round_cumulatively(
            [
                value * share
                for value, of_task in zip(exact, shares, strict=True)
                for share in of_task
            ]
        )
    )
    return Plan(
        {
            row.name: _quota(row, ask, of_task, [next(counts) for _ in of_task])
            for row, ask, of_task in zip(rows, requested, shares, strict=True)
        }
    )


def _type_shares(job: Job, collection: str) -> list[float]:
    """The share of each template type, in the order of TEMPLATE_TYPES; they sum to 1."""
    stated = job.mixture.of(collection).template_types
    weights = [stated.get(name, 0.0) for name in TEMPLATE_TYPES]
    return [weight / sum(weights) for weight in weights]


def _quota(row: _TaskRow, requested: float, shares: list[float], counts: list[int]) -> Quota:
    return Quota(
        task=row.name,
        available=row.available,
        cap=row.cap,
        requested=requested,
        examples=sum(counts),
        by_type=dict(zip(TEMPLATE_TYPES, counts, strict=True)),
        requested_by_type={
            name: requested * share for name, share in zip(TEMPLATE_TYPES, shares, strict=True)
        },
    )


def plan_from_runs(ranked: Iterable[Run], work: str) -> Plan:
    """The plan for what the ranked runs say is available."""
    available: dict[str, int] = {}
    for run in ranked:
        available.update(run.summary["available"])
    return plan_mixture(load_job(work), available)


@dataclass
class PlanMixture(beam.PTransform):
    """Runs of ranked rows → one Plan."""

    work: str

    def expand(self, ranked: beam.PCollection) -> beam.PCollection:
        return (
            ranked
            | "Collect counts" >> beam.combiners.ToList()
            | "Plan" >> beam.Map(plan_from_runs, self.work)
        )
