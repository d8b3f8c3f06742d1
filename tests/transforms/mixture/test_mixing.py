"""The plan: whole numbers that follow weights, caps and epochs to within one example."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from transforms.job import Job
from transforms.mixture.mixing import PLAN, QUOTAS, Plan, plan_from_ranks, plan_mixture, read_plan
from transforms.mixture.ranking import RANK, RANKED, RankNotes
from transforms.runtime.exchange import write_run
from transforms.settings import CorpusSettings, Mixture
from transforms.stages.output import Summary
from transforms.stages.work import Input, Work
from transforms.types import Task


def _job(tasks: Mapping[str, str], **mixture: Any) -> Job:
    """Return a job of {task: collection}, of which planning reads no more."""
    return Job.model_construct(
        tasks=[Task(name, "s", collection, "nli") for name, collection in tasks.items()],
        settings=CorpusSettings(mixture=Mixture.model_validate(mixture)),
    )


def _examples(plan: Plan) -> dict[str, int]:
    return {name: quota.examples for name, quota in plan.quotas.items()}


TASKS = {"a1": "a", "a2": "a", "b1": "b"}
AVAILABLE = {"a1": 100, "a2": 300, "b1": 50}


@pytest.mark.parametrize(
    ("mixture", "examples"),
    [
        ({}, {"a1": 100, "a2": 300, "b1": 50}),
        ({"examples": "max", "max_epochs": 3}, {"a1": 300, "a2": 900, "b1": 150}),
        ({"examples": 90}, {"a1": 20, "a2": 60, "b1": 10}),
        ({"collections": {"a": {"cap": 100}}}, {"a1": 100, "a2": 100, "b1": 50}),
        (
            {"collections": {"a": {"cap": 100}}, "max_epochs": 2},
            {"a1": 200, "a2": 200, "b1": 100},
        ),
        # Weights 1 : 1, the largest total without repetition is twice the smaller side; 12.5 is 13.
        (
            {"collections": {"a": {"weight": 1}, "b": {"weight": 1}}},
            {"a1": 13, "a2": 37, "b1": 50},
        ),
        # b lacks 50: they go to the other collection.
        (
            {"examples": 200, "collections": {"a": {"weight": 1}, "b": {"weight": 1}}},
            {"a1": 38, "a2": 112, "b1": 50},
        ),
        # With temperature 100 tasks are nearly equal: a1 runs short, a2 takes its part first.
        (
            {
                "examples": 300,
                "temperature": 100,
                "collections": {"a": {"weight": 1}, "b": {"weight": 0}},
            },
            {"a1": 100, "a2": 200, "b1": 0},
        ),
        # A weight for some: the others share the rest of 1 by size.
        (
            {"examples": 100, "collections": {"b": {"weight": 0.2}}},
            {"a1": 20, "a2": 60, "b1": 20},
        ),
        # Tasks with weights of their own: 1 : 3, then 0.9 of a collection and the rest of it.
        (
            {
                "examples": 40,
                "collections": {
                    "a": {"tasks": {"a1": {"weight": 1}, "a2": {"weight": 3}}, "weight": 1},
                    "b": {"weight": 0},
                },
            },
            {"a1": 10, "a2": 30, "b1": 0},
        ),
        (
            {
                "examples": 100,
                "collections": {
                    "a": {"tasks": {"a1": {"weight": 0.9}}, "weight": 1},
                    "b": {"weight": 0},
                },
            },
            {"a1": 90, "a2": 10, "b1": 0},
        ),
        # A task's cap wins over its collection's.
        (
            {"collections": {"a": {"cap": 100, "tasks": {"a2": {"cap": 7}}}}},
            {"a1": 100, "a2": 7, "b1": 50},
        ),
        # Every capped record once, whatever the weights.
        (
            {
                "examples": "one_pass",
                "temperature": 3,
                "collections": {"a": {"weight": 9, "cap": 200}, "b": {"weight": 1}},
            },
            {"a1": 100, "a2": 200, "b1": 50},
        ),
        (
            {"examples": "one_pass", "collections": {"b": {"weight": 0}}},
            {"a1": 100, "a2": 300, "b1": 0},
        ),
        # All is used up: fewer than asked.
        ({"examples": 1000}, {"a1": 100, "a2": 300, "b1": 50}),
    ],
)
def test_plans(mixture: dict[str, Any], examples: dict[str, int]) -> None:
    assert _examples(plan_mixture(_job(TASKS, **mixture), AVAILABLE)) == examples


def test_one_pass_leaves_the_weights_to_training() -> None:
    mixture = {"collections": {"a": {"weight": 3}, "b": {"weight": 1}}, "examples": "one_pass"}
    plan = plan_mixture(_job(TASKS, **mixture), AVAILABLE)
    weights = {name: quota.weight for name, quota in plan.quotas.items()}
    assert weights == pytest.approx({"a1": 0.75 / 4, "a2": 0.75 * 3 / 4, "b1": 0.25})
    assert all(quota.examples == quota.requested for quota in plan.quotas.values())


def test_one_pass_inverts_at_the_rate_of_inversion() -> None:
    job = _job({"a1": "a"}, examples="one_pass", collections={"a": {"inversion": 0.25}})
    job.tasks.append(Task("a1_ii", "s", "a", "nli", inverts="a1"))
    assert _examples(plan_mixture(job, {"a1": 100})) == {"a1": 100, "a1_ii": 25}


def test_an_inversion_shares_the_weight_of_its_task() -> None:
    mix = {"inversion": 0.5, "tasks": {"a1": {"weight": 2}, "a2": {"weight": 1}}}
    job = _job({"a1": "a", "a2": "a"}, examples=80, collections={"a": mix})
    job.tasks.append(Task("a1_ii", "s", "a", "nli", inverts="a1"))
    plan = plan_mixture(job, {"a1": 1000, "a2": 1000})
    assert _examples(plan) == {"a1": 40, "a1_ii": 20, "a2": 20}


def test_a_task_may_have_types_of_its_own() -> None:
    mix = {"template_types": {"zs_opt": 1}, "tasks": {"a2": {"template_types": {"fs_noopt": 1}}}}
    plan = plan_mixture(_job(TASKS, collections={"a": mix}), AVAILABLE, {"a2": 9})
    assert plan.quotas["a1"].by_type["zs_opt"] == 100
    assert plan.quotas["a2"].by_type["fs_noopt"] == 300
    assert plan.quotas["a2"].validation["fs_noopt"] == 9


def test_what_is_not_trained_on_is_not_measured() -> None:
    job = _job(TASKS, collections={"b": {"weight": 0}})
    plan = plan_mixture(job, AVAILABLE, {"a1": 4, "b1": 5})
    held = {name: sum(quota.validation.values()) for name, quota in plan.quotas.items()}
    assert held == {"a1": 4, "a2": 0, "b1": 0}


def test_temperature_flattens_the_rates() -> None:
    plan = plan_mixture(_job(TASKS, examples=30, temperature=2), {"a1": 100, "a2": 400})
    assert _examples(plan) == {"a1": 10, "a2": 20}


def test_tasks_without_records_have_no_quota() -> None:
    plan = plan_mixture(_job(TASKS), {"a1": 10, "b1": 0})
    assert _examples(plan) == {"a1": 10}
    assert plan_mixture(_job(TASKS), {}) == Plan({})
    zero = {"a": {"weight": 0}, "b": {"weight": 0}}
    assert plan_mixture(_job(TASKS, collections=zero), AVAILABLE) == Plan({})


def test_requested_is_the_share_before_shortfalls() -> None:
    weights = {"a": {"weight": 1}, "b": {"weight": 1}}
    plan = plan_mixture(_job(TASKS, examples=200, collections=weights), AVAILABLE)
    requested = {name: quota.requested for name, quota in plan.quotas.items()}
    assert requested == pytest.approx({"a1": 25, "a2": 75, "b1": 100})
    assert sum(requested.values()) == pytest.approx(200)


def test_a_quota_counts_epochs() -> None:
    plan = plan_mixture(_job({"t": "c"}, examples=25, max_epochs=3), {"t": 10})
    quota = plan.quotas["t"]
    assert (quota.examples, quota.records, quota.repeated) == (25, 10, 15)
    capped = _job({"t": "c"}, examples=25, max_epochs=3, collections={"c": {"cap": 9}})
    quota = plan_mixture(capped, {"t": 100}).quotas["t"]
    assert (quota.examples, quota.records, quota.repeated) == (25, 9, 16)


def test_max_is_the_most_without_a_shortfall() -> None:
    mixture = {"collections": {"a": {"weight": 0.7}, "b": {"weight": 0.3}}}
    plan = plan_mixture(_job(TASKS, **mixture), AVAILABLE)
    assert sum(_examples(plan).values()) == 166
    more = plan_mixture(_job(TASKS, examples=170, **mixture), AVAILABLE)
    assert more.quotas["b1"].examples == 50 < more.quotas["b1"].requested


def test_the_plan_comes_from_all_ranked_runs(make_job: MakeJob, make_record: MakeRecord) -> None:
    work, job = make_job([make_record(1, task="t"), make_record(2, task="u")])
    counts_of_runs: list[dict[str, dict[str, int]]] = [
        {"train": {"t": 4}, "validation": {"t": 2}},
        {"train": {"u": 6}, "validation": {}},
        {"train": {}, "validation": {}},
    ]
    runs = [
        write_run(f"{work}/{number}.run", 0, {}, Summary(notes=RankNotes(counts)).encode())
        for number, counts in enumerate(counts_of_runs)
    ]
    expected = plan_mixture(job, {"t": 4, "u": 6}, {"t": 2})
    assert _examples(expected) == {"t": 4, "u": 6}
    assert sum(expected.quotas["t"].validation.values()) == 2
    output = plan_from_ranks(Work(job, PLAN.name, work, 0, {RANKED: Input(RANK, runs)}))
    assert output.notes == expected
    assert output.counts is None


def test_the_plan_comes_back_from_its_run(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i, task=f"t{i % 2}") for i in range(9)]
    work, job = make_job(records, mixture=Mixture(examples=7))
    stages = run_stages(work, job, up_to=PLAN)
    expected = plan_mixture(job, {"t0": 5, "t1": 4})
    assert stages.notes(PLAN) == [expected]
    plan = Input(PLAN, stages.of(PLAN))
    assert read_plan(Work(job, "select", work, 0, {QUOTAS: plan})) == expected


def test_the_smallest_temperature_can_be_planned() -> None:
    temperature = Mixture.model_json_schema()["properties"]["temperature"]["minimum"]
    job = Job.model_construct(
        tasks=[Task("a", "s", "c", "nli"), Task("b", "s", "c", "nli")],
        settings=CorpusSettings(mixture=Mixture(examples=100, temperature=temperature)),
    )
    plan = plan_mixture(job, {"a": 10_000, "b": 20_000})
    assert sum(quota.examples for quota in plan.quotas.values()) == 100
