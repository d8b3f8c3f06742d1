"""A corpus derives from the sources that gave it examples, under the licenses it allows."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from tfrecords_schema.manifest import SourceInfo
from tfrecords_schema.snapshot import open_snapshot
from transforms.settings import Licenses, Mixture
from transforms.snapshots.provenance import Provenance, find_provenance
from transforms.types import Task

FAMILY = "closed_book_qa"


def _source(name: str, licenses: dict[str, int], fingerprint: str = "") -> SourceInfo:
    return SourceInfo(
        name=name,
        format="jsonl",
        collection="c",
        fingerprint=fingerprint or name,
        files=[],
        records=sum(licenses.values()),
        licenses=licenses,
    )


@pytest.fixture
def provenance(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> Callable[..., Provenance]:
    """Return `provenance(licenses=…)`: a corpus of two sources and a third that gives nothing."""

    def find(**changes: Any) -> Provenance:
        collections = {"a": "used", "b": "used", "c": "unused"}
        records = [
            make_record(i, task=f"t{name}", source=name, collection=collection)
            for name, collection in collections.items()
            for i in range(4)
        ]
        tasks = [
            Task(
                name="ta",
                source="a",
                collection="used",
                family=FAMILY,
                languages=("English", "German"),
            ),
            Task(name="tb", source="b", collection="used", family=FAMILY, languages=("English",)),
            Task(name="tc", source="c", collection="unused", family=FAMILY, languages=("French",)),
        ]
        mixture = {"examples": 6, "collections": {"used": {"weight": 1}, "unused": {"weight": 0}}}
        work, job = make_job(
            records, tasks=tasks, mixture=Mixture.model_validate(mixture), **changes
        )
        run_stages(work, job)
        sources = [
            _source("a", {"MIT": 3, "CC-BY-NC-4.0, Apache-2.0": 1}, "the source"),
            _source("b", {"Unknown": 4}),
            _source("c", {"GPL-3.0-only": 4}),
            _source("a", {"CC0-1.0": 2}, "a held-out set of the same name"),
        ]
        manifest = open_snapshot(job.staging).manifest.model_copy(update={"sources": sources})
        return find_provenance(job, manifest)

    return find


def test_sources_that_gave_nothing_and_held_out_sets_are_none(
    provenance: Callable[..., Provenance],
) -> None:
    found = provenance()
    assert [origin.source.fingerprint for origin in found.origins] == ["the source", "b"]
    assert found.origins[0].licenses == ("CC-BY-NC-4.0, Apache-2.0", "MIT")
    assert found.licenses == ("Apache-2.0", "CC-BY-NC-4.0", "MIT", "Unknown")
    assert found.languages == ("English", "German")


def test_licenses_that_the_recipe_denies_are_none(provenance: Callable[..., Provenance]) -> None:
    found = provenance(licenses=Licenses(deny=["NC", "Unknown"]))
    assert [origin.licenses for origin in found.origins] == [("MIT",), ()]
    assert found.licenses == ("MIT",)
