"""Found: the smallest temperature that a recipe may state overflows for common task sizes."""

from transforms.job import Job
from transforms.mixing import plan_mixture
from transforms.settings import Mixture
from transforms.types import Task


def test_the_smallest_temperature_can_be_planned() -> None:
    temperature = Mixture.model_json_schema()["properties"]["temperature"]["minimum"]
    job = Job.model_construct(
        tasks=[Task("a", "s", "c", "nli"), Task("b", "s", "c", "nli")],
        mixture=Mixture(examples=100, temperature=temperature),
    )
    plan = plan_mixture(job, {"a": 10_000, "b": 20_000})
    assert sum(quota.examples for quota in plan.quotas.values()) == 100
