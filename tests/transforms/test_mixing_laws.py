"""What every plan keeps to, whatever the mixture: caps, sums, and who may fall short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.job import Job
from transforms.mixture.mixing import plan_mixture
from transforms.settings import CollectionMix, CorpusSettings, Mixture
from transforms.types import TEMPLATE_TYPES, Task

WEIGHT = st.one_of(st.just(0.0), st.floats(0.01, 100))
TYPE_WEIGHTS = st.dictionaries(st.sampled_from(TEMPLATE_TYPES), WEIGHT).filter(
    lambda shares: sum(shares.values()) > 0
)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Job, dict[str, int]]:
    tasks, available = {}, {}
    collections = draw(st.lists(st.sampled_from("abcd"), min_size=1, unique=True))
    mixes = {}
    for collection in collections:
        for number in range(draw(st.integers(1, 4))):
            tasks[f"{collection}{number}"] = collection
            available[f"{collection}{number}"] = draw(st.integers(0, 500))
        mixes[collection] = CollectionMix(
            weight=draw(st.none() | st.floats(0, 1)),
            cap=draw(st.none() | st.integers(1, 300)),
            template_types=draw(TYPE_WEIGHTS),
        )
    mixture = Mixture(
        examples=draw(st.just("max") | st.integers(1, 3000)),
        max_epochs=draw(st.integers(1, 3)),
        temperature=draw(st.sampled_from([0.5, 1.0, 2.0, 10.0])),
        collections=mixes,
    )
    job = Job.model_construct(
        tasks=[
            Task(name=name, source="s", collection=collection, family="nli")
            for name, collection in tasks.items()
        ],
        settings=CorpusSettings(mixture=mixture),
    )
    return job, available


def _capacity(job: Job, task: Task, available: int) -> int:
    cap = job.settings.mixture.of(task.collection).cap
    return (min(available, cap) if cap else available) * job.settings.mixture.max_epochs


@given(_cases())
def test_caps_hold_and_types_sum(case: tuple[Job, dict[str, int]]) -> None:
    job, available = case
    plan = plan_mixture(job, available)
    tasks = {task.name: task for task in job.tasks}
    for name, quota in plan.quotas.items():
        assert 0 <= quota.examples <= _capacity(job, tasks[name], available[name])
        assert list(quota.by_type) == list(TEMPLATE_TYPES)
        assert sum(quota.by_type.values()) == quota.examples
        assert all(count >= 0 for count in quota.by_type.values())
        shares = job.settings.mixture.of(tasks[name].collection).template_types
        whole = sum(shares.values())
        for kind in TEMPLATE_TYPES:
            share = shares.get(kind, 0) / whole
            assert abs(quota.by_type[kind] - quota.examples * share) < 2
            assert quota.requested_by_type[kind] == pytest.approx(quota.requested * share)
            assert share or not quota.by_type[kind]


@given(_cases())
def test_all_that_was_asked_is_planned_as_far_as_there_is_any(
    case: tuple[Job, dict[str, int]],
) -> None:
    job, available = case
    plan = plan_mixture(job, available)
    if not plan.quotas:
        return
    capacity = sum(
        _capacity(job, task, available[task.name])
        for task in job.tasks
        if plan.quotas.get(task.name) and plan.quotas[task.name].requested > 0
    )
    planned = sum(quota.examples for quota in plan.quotas.values())
    asked = sum(quota.requested for quota in plan.quotas.values())
    if job.settings.mixture.examples == "max":
        assert planned == pytest.approx(asked, abs=0.01)
    else:
        assert planned == min(job.settings.mixture.examples, capacity)


@given(_cases())
def test_who_is_not_short_gets_at_least_what_was_requested(
    case: tuple[Job, dict[str, int]],
) -> None:
    job, available = case
    plan = plan_mixture(job, available)
    tasks = {task.name: task for task in job.tasks}
    by_collection: dict[str, list[float]] = {}
    for name, quota in plan.quotas.items():
        capacity = _capacity(job, tasks[name], available[name])
        assert quota.examples > min(quota.requested, capacity) - 1 - 1e-4
        sums = by_collection.setdefault(tasks[name].collection, [0.0, 0.0])
        sums[0] += quota.examples
        sums[1] += quota.requested
    short = any(
        quota.requested > _capacity(job, tasks[name], available[name]) + 1e-6
        for name, quota in plan.quotas.items()
    )
    if not short:
        for quota in plan.quotas.values():
            assert abs(quota.examples - quota.requested) < 1 + 1e-4
            for kind, exact in quota.requested_by_type.items():
                assert abs(quota.by_type[kind] - exact) < 1 + 1e-4
        for planned, requested in by_collection.values():
            assert abs(planned - requested) < 1 + 1e-4
