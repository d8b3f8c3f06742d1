"""The runs that the stages of a job leave, and what tests ask of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import orjson
from numpy.typing import NDArray

from pipelines.building.stages import STAGES
from tfrecords_schema.manifest import RowFile
from transforms.job import Job
from transforms.runtime.exchange import Run
from transforms.stages.execution import run_stages as run_all
from transforms.stages.output import StageCounts, Summary, sum_counts
from transforms.stages.stage import Stage
from transforms.stages.work import Input
from transforms.types import Record

MakeRecord = Callable[..., Record]
MakeJob = Callable[..., tuple[str, Job]]


@dataclass(frozen=True)
class StageRuns:
    """What each stage of a job left, by the name of the stage."""

    job: Job
    runs: Mapping[str, list[Run]]

    def of(self, stage: Stage) -> list[Run]:
        """Return the runs of a stage."""
        return self.runs[stage.name]

    def rows(self, stage: Stage) -> NDArray[Any]:
        """Return all rows of a stage, in the order of its runs and their sections."""
        return Input(stage, self.of(stage)).rows()

    def summaries(self, stage: Stage) -> list[Summary]:
        """Return what the runs of a stage say."""
        return Input(stage, self.of(stage)).summaries()

    def notes(self, stage: Stage) -> list[Any]:
        """Return the notes of the runs of a stage, in its own dataclass."""
        return Input(stage, self.of(stage)).notes()

    def counts(self, stage: Stage) -> StageCounts:
        """Return the counts of all work items of a stage together."""
        return sum_counts(summary.counts for summary in self.summaries(stage))

    def rejections(self, stage: Stage) -> list[dict[str, Any]]:
        """Return the lines that a stage wrote below `rejections/`."""
        files = [summary.rejections for summary in self.summaries(stage) if summary.rejections]
        return read_lines(self.job, files)


class RunStages(Protocol):
    """Run all stages of a job, or those up to one, without Beam."""

    def __call__(self, work: str, job: Job, up_to: Stage | None = None) -> StageRuns: ...


def run_stages(work: str, job: Job, up_to: Stage | None = None) -> StageRuns:
    """Run the stages of a build on the job in the directory `work`."""
    return StageRuns(job, run_all(STAGES, work, up_to))


def read_lines(job: Job, files: Sequence[RowFile]) -> list[dict[str, Any]]:
    """Return the rows of JSON files in the staged snapshot; each has as many as it states."""
    rows = []
    for file in files:
        lines = Path(job.staging, file.path).read_bytes().splitlines()
        assert len(lines) == file.rows
        rows += map(orjson.loads, lines)
    return rows
