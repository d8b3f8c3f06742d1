"""Beam runs the stages that are run without it, and leaves the same bytes."""

from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from pipelines.building.assemble import assemble
from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from tests.transforms.stages.toy_stages import DIGIT, SUM, TOYS, SizedJob
from transforms.settings import Deduplicate, Mixture, NearDuplicates, Output, Validation
from transforms.stages.execution import items_of
from transforms.stages.execution import run_stages as run_without_beam
from transforms.stages.transform import CountItems, RunStage
from transforms.stages.wiring import wire


def _files(directory: str) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in Path(directory).rglob("*")
        if path.is_file() and path.name != "job.json"
    }


def test_runs_are_those_without_beam(sized_job: SizedJob) -> None:
    expected, job = sized_job([10, 0, 400_000])
    runs = run_without_beam(TOYS, expected)
    work, _ = sized_job([10, 0, 400_000])
    with TestPipeline() as pipeline:
        done: dict[str, beam.PCollection] = {}
        for wired in wire(TOYS, job.settings):
            stage = wired.stage
            read = {name: done[source.name] for name, source in wired.sources.items()}
            items = pipeline | f"Items of {stage.name}" >> beam.Create(
                [None] if stage is SUM else items_of(stage, job)
            )
            if stage is SUM:
                items = items | CountItems(wired, work, read)
                assert_that(items, equal_to(list(range(9))), "Counted")
            done[stage.name] = items | stage.name >> RunStage(wired, work, read)
        paths = done[DIGIT.name] | beam.Map(lambda run: run.path)
        names = [run.path.replace(expected, work) for run in runs[DIGIT.name]]
        assert_that(paths, equal_to(names), "Runs of parts")
    assert _files(work) == _files(expected)
    assert len(_files(work)) == sum(map(len, runs.values()))


def test_an_assembly_leaves_the_bytes_of_one_without_beam(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i, task=f"t{i % 3}", source=f"s{i % 3}") for i in range(60)]
    settings: dict[str, Any] = {
        "held_out": [make_record(7, task="eval")],
        "deduplicate": Deduplicate(near=NearDuplicates(enabled=True)),
        "mixture": Mixture(examples=80, max_epochs=2),
        "validation": Validation(fraction=0.1),
        "output": Output(shard_bytes=10_000, parquet=True),
        "records_per_file": 9,
    }
    work, job = make_job(records, **settings)
    run_stages(work, job)
    by_beam, other = make_job(records, **settings)
    with TestPipeline() as pipeline:
        assemble(pipeline, by_beam, other)
    assert _files(by_beam) == _files(work)
    assert _files(other.staging) == _files(job.staging)
    assert "manifest.json" in _files(job.staging)
