"""The plan: whole numbers that follow weights, caps and epochs to within one example."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from transforms.job import Job
from transforms.mixture.mixing import (
    PLAN,
    QUOTAS,
    Plan,
    PlanTable,
    plan_from_ranks,
    plan_mixture,
    read_plan,
)
from transforms.mixture.ranking import RANK, RANKED, RankNotes
from transforms.runtime.exchange import write_run
from transforms.settings import CorpusSettings, Mixture
from transforms.stages.output import Summary
from transforms.stages.work import Input, Work
from transforms.types import TEMPLATE_TYPES, Task


def _job(tasks: Mapping[str, str], **mixture: Any) -> Job:
    """Return a job of {task: collection}, of which planning reads no more."""
    return Job.model_construct(
        tasks=[
            Task(name=name, source="s", collection=collection, family="nli")
            for name, collection in tasks.items()
        ],
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
        # A weight of a task leaves its collection at its size.
        (
            {"examples": 90, "collections": {"a": {"tasks": {"a1": {"weight": 0.5}}}}},
            {"a1": 40, "a2": 40, "b1": 10},
        ),
        ({"collections": {"a": {"tasks": {"a1": {"weight": 0}}}}}, {"a1": 0, "a2": 300, "b1": 50}),
        (
            {"collections": {"a": {"tasks": {"a1": {"weight": 0}, "a2": {"weight": 0}}}}},
            {"a1": 0, "a2": 0, "b1": 50},
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
        # Neither weights nor caps: by size. A weight of 0 still leaves a task out.
        (
            {
                "balance": "none",
                "examples": 90,
                "collections": {
                    "a": {"weight": 0.01, "cap": 1, "tasks": {"a1": {"weight": 9, "cap": 2}}},
                    "b": {"weight": 0.99},
                },
            },
            {"a1": 20, "a2": 60, "b1": 10},
        ),
        (
            {"balance": "none", "collections": {"a": {"tasks": {"a1": {"weight": 0}}}}},
            {"a1": 0, "a2": 300, "b1": 50},
        ),
        # UniMax: b1 gives all of its 50, the other two half of the rest each; then a1 is full, too.
        ({"balance": "unimax", "examples": 210}, {"a1": 80, "a2": 80, "b1": 50}),
        ({"balance": "unimax", "examples": 350}, {"a1": 100, "a2": 200, "b1": 50}),
        (
            {"balance": "unimax", "examples": 90, "collections": {"a": {"cap": 1}}},
            {"a1": 30, "a2": 30, "b1": 30},
        ),
        (
            {"balance": "unimax", "examples": 420, "max_epochs": 2},
            {"a1": 160, "a2": 160, "b1": 100},
        ),
        # With weights, a collection's part is shared out evenly.
        (
            {
                "balance": "unimax",
                "examples": 100,
                "collections": {"a": {"weight": 0.9}, "b": {"weight": 0.1}},
            },
            {"a1": 45, "a2": 45, "b1": 10},
        ),
        # All is used up: fewer than asked.
        ({"examples": 1000}, {"a1": 100, "a2": 300, "b1": 50}),
    ],
)
def test_plans(mixture: dict[str, Any], examples: dict[str, int]) -> None:
    assert _examples(plan_mixture(_job(TASKS, **mixture), AVAILABLE)) == examples


@pytest.mark.parametrize(
    ("collections", "examples", "expected"),
    [
        # Even over all tasks; what a2 lacks goes to all.
        ({}, 150, {"a1": 70, "a2": 10, "b1": 70}),
        # With weights, what a2 lacks goes to its collection.
        ({"a": {"weight": 0.8}, "b": {"weight": 0.2}}, 100, {"a1": 70, "a2": 10, "b1": 20}),
        ({"a": {"weight": 0.8}}, 100, {"a1": 70, "a2": 10, "b1": 20}),
    ],
)
def test_unimax_fills_collections_that_have_weights(
    collections: dict[str, Any], examples: int, expected: dict[str, int]
) -> None:
    job = _job(TASKS, balance="unimax", examples=examples, collections=collections)
    assert _examples(plan_mixture(job, {"a1": 100, "a2": 10, "b1": 100})) == expected


def test_unimax_without_weights_plans_nothing() -> None:
    zero = {"a": {"weight": 0}, "b": {"weight": 0}}
    job = _job(TASKS, balance="unimax", examples=9, collections=zero)
    assert plan_mixture(job, AVAILABLE) == Plan({})


def test_one_pass_leaves_the_weights_to_training() -> None:
    mixture = {"collections": {"a": {"weight": 3}, "b": {"weight": 1}}, "examples": "one_pass"}
    plan = plan_mixture(_job(TASKS, **mixture), AVAILABLE)
    weights = {name: quota.weight for name, quota in plan.quotas.items()}
    assert weights == pytest.approx({"a1": 0.75 / 4, "a2": 0.75 * 3 / 4, "b1": 0.25})
    assert all(quota.examples == quota.requested for quota in plan.quotas.values())


def test_one_pass_inverts_at_the_rate_of_inversion() -> None:
    job = _job({"a1": "a"}, examples="one_pass", collections={"a": {"inversion": 0.25}})
    job.tasks.append(Task(name="a1_ii", source="s", collection="a", family="nli", inverts="a1"))
    assert _examples(plan_mixture(job, {"a1": 100})) == {"a1": 100, "a1_ii": 25}


def test_an_inversion_shares_the_weight_of_its_task() -> None:
    mix = {"inversion": 0.5, "tasks": {"a1": {"weight": 2}, "a2": {"weight": 1}}}
    job = _job({"a1": "a", "a2": "a"}, examples=80, collections={"a": mix})
    job.tasks.append(Task(name="a1_ii", source="s", collection="a", family="nli", inverts="a1"))
    plan = plan_mixture(job, {"a1": 1000, "a2": 1000})
    assert _examples(plan) == {"a1": 40, "a1_ii": 20, "a2": 20}


def test_an_inversion_may_have_a_weight_of_its_own() -> None:
    weights = {"a1": {"weight": 2}, "a1_ii": {"weight": 3}, "a2": {"weight": 5}}
    job = _job({"a1": "a", "a2": "a"}, examples=100, collections={"a": {"tasks": weights}})
    job.tasks.append(Task(name="a1_ii", source="s", collection="a", family="nli", inverts="a1"))
    plan = plan_mixture(job, {"a1": 1000, "a2": 1000})
    assert _examples(plan) == {"a1": 20, "a1_ii": 30, "a2": 50}


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


def test_a_collection_whose_tasks_have_no_weight_leaves_its_share_to_others() -> None:
    none = {"weight": 0.5, "tasks": {"a1": {"weight": 0}, "a2": {"weight": 0}}}
    job = _job(TASKS, examples=30, collections={"a": none, "b": {"weight": 0.5}})
    quotas = plan_mixture(job, AVAILABLE).quotas
    assert quotas["b1"].requested == pytest.approx(30)


def test_what_other_collections_leave_goes_to_none_without_a_size() -> None:
    none = {"tasks": {"a1": {"weight": 0}, "a2": {"weight": 0}}}
    job = _job(TASKS, examples=30, collections={"a": none, "b": {"weight": 0.5}})
    assert _examples(plan_mixture(job, AVAILABLE)) == {"a1": 0, "a2": 0, "b1": 30}


def test_records_of_a_task_without_weight_are_no_room() -> None:
    mixes = {"a": {"weight": 1, "tasks": {"a1": {"weight": 0}}}, "b": {"weight": 1}}
    plan = plan_mixture(
        _job(TASKS, examples=100, collections=mixes), {"a1": 100, "a2": 20, "b1": 100}
    )
    assert _examples(plan) == {"a1": 0, "a2": 20, "b1": 80}


def test_a_quota_counts_epochs() -> None:
    plan = plan_mixture(_job({"t": "c"}, examples=25, max_epochs=3), {"t": 10})
    quota = plan.quotas["t"]
    assert (quota.examples, quota.records, quota.repeated) == (25, 10, 15)
    quota = plan_mixture(_job({"t": "c"}, examples=7), {"t": 10}).quotas["t"]
    assert (quota.examples, quota.records, quota.repeated) == (7, 10, 0)
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
    output = plan_from_ranks(
        Work(job=job, stage=PLAN.name, directory=work, item=0, inputs={RANKED: Input(RANK, runs)})
    )
    assert output.notes.plan() == expected
    assert output.counts is None


def test_the_plan_comes_back_from_its_run(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i, task=f"t{i % 2}") for i in range(9)]
    work, job = make_job(records, mixture=Mixture(examples=7))
    stages = run_stages(work, job, up_to=PLAN)
    expected = plan_mixture(job, {"t0": 5, "t1": 4})
    assert [table.plan() for table in stages.notes(PLAN)] == [expected]
    inputs = {QUOTAS: Input(PLAN, stages.of(PLAN))}
    plans = [
        read_plan(Work(job=job, stage="select", directory=work, item=item, inputs=inputs))
        for item in range(2)
    ]
    assert plans[0] == expected
    assert plans[1] is plans[0]  # read once per process


def test_a_table_keeps_whole_and_broken_numbers_apart() -> None:
    plan = plan_mixture(_job({"t": "c", "u": "c"}, examples=8), {"t": 10, "u": 10})
    quota = PlanTable.of(plan).plan().quotas["t"]
    assert [type(number) for number in quota.by_type.values()] == [int] * 4
    assert [type(number) for number in quota.requested_by_type.values()] == [float] * 4
    assert quota == plan.quotas["t"]


def test_the_smallest_temperature_can_be_planned() -> None:
    temperature = Mixture.model_json_schema()["properties"]["temperature"]["minimum"]
    job = Job.model_construct(
        tasks=[
            Task(name="a", source="s", collection="c", family="nli"),
            Task(name="b", source="s", collection="c", family="nli"),
        ],
        settings=CorpusSettings(mixture=Mixture(examples=100, temperature=temperature)),
    )
    plan = plan_mixture(job, {"a": 10_000, "b": 20_000})
    assert sum(quota.examples for quota in plan.quotas.values()) == 100


def test_unimax_requests_what_it_gives() -> None:
    plan = plan_mixture(_job(TASKS, balance="unimax", examples=210), AVAILABLE)
    assert {name: quota.requested for name, quota in plan.quotas.items()} == pytest.approx(
        {"a1": 80, "a2": 80, "b1": 50}
    )


MANY = {f"t{number}": "many" for number in range(40)} | {"other": "few", "another": "few"}


def _used(fraction: float, seed: int = 0) -> set[str]:
    job = _job(MANY, tasks_fraction=fraction)
    settings = job.settings.model_copy(update={"seed": seed})
    job = Job.model_construct(tasks=job.tasks, settings=settings)
    plan = plan_mixture(job, dict.fromkeys(MANY, 10))
    assert {quota.examples for quota in plan.quotas.values()} <= {0, 10}
    return {name for name, quota in plan.quotas.items() if quota.examples}


def test_a_fraction_of_the_tasks_is_nested_and_of_every_collection() -> None:
    used = [_used(fraction) for fraction in (0.125, 0.25, 0.5, 1.0)]
    for smaller, larger in pairwise(used):
        assert smaller < larger
    of_many = [sum(MANY[name] == "many" for name in names) for names in used]
    assert of_many == [5, 10, 20, 40]
    assert [len(names) - many for names, many in zip(used, of_many, strict=True)] == [1, 1, 1, 2]
    assert _used(0.5, seed=1) != used[2]


def test_an_inversion_goes_with_its_task() -> None:
    tasks = [
        Task(name=f"t{number}", source="s", collection="c", family="nli") for number in range(4)
    ]
    tasks += [
        Task(name=f"{task.name}_ii", source="s", collection="c", family="nli_ii", inverts=task.name)
        for task in tasks
    ]
    mixture = Mixture.model_validate(
        {"tasks_fraction": 0.5, "collections": {"c": {"inversion": 0.5}}}
    )
    job = Job.model_construct(tasks=tasks, settings=CorpusSettings(mixture=mixture))
    plan = plan_mixture(job, {f"t{number}": 10 for number in range(4)})
    used = {name for name, quota in plan.quotas.items() if quota.examples}
    assert len(used) == 4
    assert {name.removesuffix("_ii") for name in used} == {n for n in used if "_" not in n}


def test_one_key_sets_the_inversion_of_every_collection() -> None:
    collections = {"a": {"inversion": 0.3}, "b": {}}
    mixture = Mixture.model_validate({"inversion": 0, "collections": collections})
    assert [mixture.of(name).inversion for name in "abc"] == [0, 0, 0]
    mixture = Mixture.model_validate({"inversion": 0.2, "collections": collections})
    assert [mixture.of(name).inversion for name in "abc"] == [0.2, 0.2, 0.2]


@pytest.mark.parametrize(
    ("stated", "share", "expected"),
    [
        ({"zs_opt": 1, "fs_opt": 1}, 0.25, [0.75, 0, 0.25, 0]),
        ({"zs_opt": 1, "zs_noopt": 1, "fs_opt": 1, "fs_noopt": 1}, 1, [0, 0, 0.5, 0.5]),
        ({"zs_opt": 3, "fs_noopt": 1}, 0.5, [0.375, 0.125, 0.375, 0.125]),
        ({"zs_opt": 1}, 0, [1, 0, 0, 0]),
    ],
)
def test_one_key_sets_the_share_of_few_shot(
    stated: dict[str, float], share: float, expected: list[float]
) -> None:
    task = {"tasks": {"a2": {"template_types": stated}}}
    for mix in ({"template_types": stated}, task):
        job = _job(TASKS, few_shot_share=share, examples=300, collections={"a": mix})
        quota = plan_mixture(job, AVAILABLE).quotas["a2"]
        shares = [quota.requested_by_type[name] / quota.requested for name in TEMPLATE_TYPES]
        assert shares == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mixture", "complaint"),
    [
        ({"balance": "unimax"}, "set `examples`"),
        ({"balance": "unimax", "examples": 9, "temperature": 2}, "does not use `temperature`"),
        ({"tasks_fraction": 0}, "greater than 0"),
        ({"few_shot_share": 1.5}, "less than or equal to 1"),
    ],
)
def test_levers_that_cannot_be_meant(mixture: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Mixture.model_validate(mixture)
