"""The job file survives, and the numbers of buckets follow from it alone."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.transforms.stage_runs import MakeJob, MakeRecord
from transforms.job import JOB, Job, load_job
from transforms.records.record_store import RecordFile
from transforms.settings import CorpusSettings, Output
from transforms.types import Task


def test_a_job_survives_on_disk(make_job: MakeJob, make_record: MakeRecord) -> None:
    work, job = make_job([make_record(i, source=f"s{i % 2}") for i in range(5)])
    assert load_job(work) == job
    assert load_job(work) is load_job(work)
    assert job.num_records == 5
    assert job.data_dir == "tiny/1.0.0"


def test_a_copy_of_a_job_with_other_tasks_numbers_these() -> None:
    tasks = [Task(name=name, source="s", collection="c", family="closed_book_qa") for name in "abc"]
    job = Job.model_construct(tasks=tasks)
    assert job.task_numbers == {"a": 0, "b": 1, "c": 2}
    other = job.model_copy(update={"tasks": tasks[1:]})
    assert other.task_numbers == {"b": 0, "c": 1}
    assert job.task_numbers == {"a": 0, "b": 1, "c": 2}


def test_a_job_file_with_unknown_keys_is_refused(
    make_job: MakeJob, make_record: MakeRecord, tmp_path: Path
) -> None:
    _, job = make_job([make_record()])
    (tmp_path / JOB).write_text(job.model_dump_json().replace('"seed"', '"sead"', 1))
    with pytest.raises(ValidationError, match="sead"):
        load_job(str(tmp_path))


@pytest.mark.parametrize(
    ("records", "min_shards", "buckets", "order_buckets"),
    [
        (0, 1, 1, 64),
        (999, 64, 1, 64),
        (199_999, 1, 1, 263),
        (200_000, 2, 2, 264),
        (1000, 100, 1, 101),
        (0, 4096, 1, 4096),
        (10_000_000, 4096, 51, 4096),
    ],
)
def test_buckets_grow_with_the_records(
    records: int, min_shards: int, buckets: int, order_buckets: int
) -> None:
    files = [
        RecordFile(index=0, path="", source="s", collection="c", source_rank=0, records=records)
    ]
    settings = CorpusSettings(output=Output(min_shards=min_shards))
    job = Job.model_construct(files=files, settings=settings)
    assert job.num_buckets == buckets
    assert job.num_order_buckets == order_buckets
