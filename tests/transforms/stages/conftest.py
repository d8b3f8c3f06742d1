"""Jobs whose record files state a size and hold nothing, for stages that read no record."""

from collections.abc import Sequence

import pytest

from tests.transforms.stage_runs import MakeJob, StageRuns
from tests.transforms.stages.toy_stages import SIZES, TOYS, SizedJob, run_toys
from transforms.job import Job, write_job
from transforms.records.record_store import RecordFile


@pytest.fixture
def sized_job(make_job: MakeJob) -> SizedJob:
    """Return `sized_job([3, 400_000])`: a job of two record files that state so many records."""

    def make(sizes: Sequence[int]) -> tuple[str, Job]:
        work, job = make_job([])
        files = [
            RecordFile(
                index=i, path="", source=f"s{i}", collection="c", source_rank=i, records=size
            )
            for i, size in enumerate(sizes)
        ]
        job = job.model_copy(update={"files": files})
        write_job(work, job)
        return work, job

    return make


@pytest.fixture
def toys(sized_job: SizedJob) -> tuple[str, StageRuns]:
    """Return (work directory, runs of all toy stages)."""
    work, job = sized_job(SIZES)
    return work, run_toys(TOYS, work, job)
