"""Shards: ranges of one global order, whatever wrote the rendered runs."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from tfrecords_schema import tfrecord
from tfrecords_schema.codec import decode_row
from tfrecords_schema.filesystem import sha256_of
from tfrecords_schema.parquet import read_column
from transforms.job import Job
from transforms.prompts.rendering import ROW_HEADER
from transforms.runtime.exchange import Run
from transforms.settings import Output
from transforms.snapshots.writing import ShardRange, WriteShards, plan_shards, read_rendered
from transforms.stable_random import stable_digest
from transforms.types import Record

MakeRecord = Callable[..., Record]
MakeJob = Callable[..., tuple[str, Job]]
RunStages = Callable[[str, Job], Any]


@pytest.mark.parametrize(
    ("sizes", "shard_bytes", "shards"),
    [([], 100, 1), ([0], 100, 1), ([100], 100, 1), ([101], 100, 2), ([50, 60, 95], 100, 3)],
)
def test_shards_cover_the_order_without_gaps(
    make_job: MakeJob, make_record: MakeRecord, sizes: list[int], shard_bytes: int, shards: int
) -> None:
    work, job = make_job([make_record()], output=Output(shard_bytes=shard_bytes))
    runs = [Run(str(i), {"bytes": {"train": size}}) for i, size in enumerate(sizes)]
    planned = plan_shards(runs, work)
    assert plan_shards(reversed(runs), work) == planned
    assert [(s.shard, s.num_shards) for s in planned] == [(i, shards) for i in range(shards)]
    assert planned[0].first == 0
    assert planned[-1].last == job.num_order_buckets
    assert all(one.last == two.first for one, two in pairwise(planned))


def test_there_are_no_more_shards_than_buckets(make_job: MakeJob, make_record: MakeRecord) -> None:
    work, job = make_job([make_record()], output=Output(shard_bytes=1))
    planned = plan_shards([Run("0", {"bytes": {"train": 10**6}})], work)
    assert planned == [
        ShardRange("train", i, job.num_order_buckets, i, i + 1)
        for i in range(job.num_order_buckets)
    ]


@pytest.mark.parametrize(("min_shards", "shards"), [(1, 2), (2, 2), (3, 3), (200, 200)])
def test_there_are_as_many_shards_as_asked_for(
    make_job: MakeJob, make_record: MakeRecord, min_shards: int, shards: int
) -> None:
    output = Output(shard_bytes=100, min_shards=min_shards)
    work, job = make_job([make_record()], output=output)
    planned = plan_shards([Run("0", {"bytes": {"train": 150}})], work)
    assert len(planned) == shards
    assert planned[-1].last == job.num_order_buckets
    assert all(shard.first < shard.last for shard in planned)


def test_rows_of_a_section_are_read_back() -> None:
    rows = [(bytes([i]) * 16, (b"x" * i, i, 2 * i)) for i in range(5)]
    section = b"".join(
        ROW_HEADER.pack(order, inputs, targets, len(data)) + data
        for order, (data, inputs, targets) in rows
    )
    assert list(read_rendered(section)) == rows
    assert list(read_rendered(b"")) == []


def _written(job: Job, runs: list[Run]) -> list[dict[str, Any]]:
    rows = []
    for run in sorted(runs, key=lambda run: run.summary["path"]):
        path = Path(job.staging, run.summary["path"])
        with open(path, "rb") as stream:
            data = list(tfrecord.read_frames(stream, str(path)))
        assert len(data) == run.summary["rows"]
        rows += [decode_row(item) for item in data]
    return rows


def test_shards_are_in_global_order(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i) for i in range(60)]
    work, job = make_job(records, records_per_file=13, output=Output(shard_bytes=5000))
    stages = run_stages(work, job)
    assert len(stages.written) > 3
    rows = _written(job, stages.written)
    orders = [stable_digest(job.seed, "order", row["id"]) for row in rows]
    assert orders == sorted(orders)
    assert {row["record_id"] for row in rows} == {record.id for record in records}
    # The order mixes the records of all files.
    assert [row["record_id"] for row in rows] != [record.id for record in records]


def test_bytes_do_not_depend_on_the_division_into_files(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i) for i in range(40)]
    written = []
    for name, records_per_file in (("one", 1000), ("two", 7)):
        work, job = make_job(
            records, name=name, records_per_file=records_per_file, output=Output(shard_bytes=4000)
        )
        runs = run_stages(work, job).written
        written.append([(run.summary["path"], run.summary["sha256"]) for run in runs])
    assert written[0] == written[1]


def test_parquet_holds_the_rows_of_its_shard(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i) for i in range(30)]
    work, job = make_job(records, output=Output(min_shards=3, parquet=True))
    stages = run_stages(work, job)
    assert len(stages.written) == 3
    for run in stages.written:
        file = run.summary["parquet"]
        name = Path(run.summary["path"]).name.replace(".tfrecord", "")
        assert file["path"] == f"parquet/tiny/{name}.parquet"
        path = Path(job.staging, file["path"])
        assert sha256_of(str(path)) == (file["sha256"], file["bytes"])
        rows = _written(job, [run])
        assert list(read_column(str(path), "id")) == [row["id"] for row in rows]
        assert list(read_column(str(path), "task_name")) == [row["_task_name"] for row in rows]


def test_write_shards_is_wired(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    work, job = make_job([make_record(i) for i in range(30)], output=Output(shard_bytes=5000))
    stages = run_stages(work, job)
    for run in stages.written:
        Path(run.path).unlink()
        Path(job.staging, run.summary["path"]).unlink()
    expected = sorted(tuple(sorted(run.summary.items())) for run in stages.written)
    with TestPipeline() as pipeline:
        written = (
            pipeline
            | beam.Create(stages.rendered)
            | WriteShards(work)
            | beam.Map(lambda run: tuple(sorted(run.summary.items())))
        )
        assert_that(written, equal_to(expected))
    assert len(_written(job, stages.written)) == 30
