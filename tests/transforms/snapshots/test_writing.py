"""Shards: ranges of one global order, whatever wrote the rendered runs."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages, StageRuns
from tfrecords_schema import tfrecord
from tfrecords_schema.codec import decode_row
from tfrecords_schema.filesystem import sha256_of
from tfrecords_schema.parquet import read_column
from transforms.job import Job
from transforms.prompts.render_notes import RenderNotes
from transforms.prompts.rendering import EXAMPLES, RENDER
from transforms.runtime.exchange import Run
from transforms.settings import CorpusSettings, Output
from transforms.snapshots.writing import (
    PLAN_SHARDS,
    WRITE_SHARDS,
    ShardPlan,
    ShardRange,
    WriteNotes,
    plan_shards,
)
from transforms.stable_random import stable_digest
from transforms.stages.output import FileNote, Summary
from transforms.stages.work import Input, Work


def _planned(sizes: list[dict[str, int]], **output: int) -> tuple[list[ShardRange], Job]:
    """Return (the shards of rendered runs that hold so many bytes by split, the job)."""
    settings = CorpusSettings(output=Output(**output))
    job = Job.model_construct(settings=settings, files=[])
    notes = [RenderNotes() for _ in sizes]
    for note, size in zip(notes, sizes, strict=True):
        note.bytes.update(size)
    runs = [Run(f"{i}", Summary(notes=note).encode()) for i, note in enumerate(notes)]
    plans = [
        plan_shards(
            Work(
                job=job,
                stage=PLAN_SHARDS.name,
                directory="",
                item=0,
                inputs={EXAMPLES: Input(RENDER, of)},
            )
        ).notes
        for of in (runs, runs[::-1])
    ]
    assert plans[0] == plans[1]
    assert isinstance(plans[0], ShardPlan)
    return plans[0].shards, job


@pytest.mark.parametrize(
    ("sizes", "shard_bytes", "shards"),
    [([], 100, 1), ([0], 100, 1), ([100], 100, 1), ([101], 100, 2), ([50, 60, 95], 100, 3)],
)
def test_shards_cover_the_order_without_gaps(
    sizes: list[int], shard_bytes: int, shards: int
) -> None:
    planned, job = _planned([{"train": size} for size in sizes], shard_bytes=shard_bytes)
    assert [(s.shard, s.num_shards) for s in planned] == [(i, shards) for i in range(shards)]
    assert planned[0].first == 0
    assert planned[-1].last == job.num_order_buckets
    assert all(one.last == two.first for one, two in pairwise(planned))


def test_validation_follows_in_buckets_of_its_own() -> None:
    planned, job = _planned([{"train": 150, "validation": 90}, {"train": 40}], shard_bytes=100)
    assert [(s.split, s.shard, s.num_shards) for s in planned] == [
        ("train", 0, 2),
        ("train", 1, 2),
        ("validation", 0, 1),
    ]
    assert (planned[2].first, planned[2].last) == (planned[1].last, 2 * planned[1].last)
    assert planned[1].last == job.num_order_buckets


def test_there_are_no_more_shards_than_buckets() -> None:
    planned, job = _planned([{"train": 10**6}], shard_bytes=1)
    buckets = job.num_order_buckets
    assert planned == [
        ShardRange(split="train", shard=i, num_shards=buckets, first=i, last=i + 1)
        for i in range(buckets)
    ]


@pytest.mark.parametrize(("min_shards", "shards"), [(1, 2), (2, 2), (3, 3), (200, 200)])
def test_there_are_as_many_shards_as_asked_for(min_shards: int, shards: int) -> None:
    planned, job = _planned([{"train": 150}], shard_bytes=100, min_shards=min_shards)
    assert len(planned) == shards
    assert planned[-1].last == job.num_order_buckets
    assert all(shard.first < shard.last for shard in planned)


def _written(stages: StageRuns) -> list[WriteNotes]:
    """Return what was written, in the order of the shards."""
    return sorted(stages.notes(WRITE_SHARDS), key=lambda notes: notes.shard.path)


def _rows(job: Job, written: list[WriteNotes]) -> list[dict[str, Any]]:
    rows = []
    for notes in written:
        path = Path(job.staging, notes.shard.path)
        with open(path, "rb") as stream:
            data = list(tfrecord.read_frames(stream, str(path)))
        assert len(data) == notes.shard.rows
        rows += [decode_row(item) for item in data]
    return rows


def test_shards_are_in_global_order(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i) for i in range(60)]
    work, job = make_job(records, records_per_file=13, output=Output(shard_bytes=5000))
    written = _written(run_stages(work, job, up_to=WRITE_SHARDS))
    assert len(written) > 3
    rows = _rows(job, written)
    orders = [stable_digest(job.settings.seed, "order", row["id"]) for row in rows]
    assert orders == sorted(orders)
    assert {row["record_id"] for row in rows} == {record.id for record in records}
    # The order mixes the records of all files.
    assert [row["record_id"] for row in rows] != [record.id for record in records]


def test_bytes_do_not_depend_on_the_division_into_files(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i) for i in range(40)]
    written = []
    for records_per_file in (1000, 7):
        work, job = make_job(
            records, records_per_file=records_per_file, output=Output(shard_bytes=4000)
        )
        written.append(_written(run_stages(work, job, up_to=WRITE_SHARDS)))
    assert len(written[0]) > 3
    assert written[0] == written[1]


def test_parquet_holds_the_rows_of_its_shard(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i) for i in range(30)]
    work, job = make_job(records, output=Output(min_shards=3, parquet=True))
    stages = run_stages(work, job, up_to=WRITE_SHARDS)
    written = _written(stages)
    assert len(written) == 3
    for notes in written:
        shard, file = notes.shard, notes.shard.parquet
        assert file is not None
        name = Path(shard.path).name.replace(".tfrecord", "")
        assert file.path == f"parquet/tiny/{name}.parquet"
        path = Path(job.staging, file.path)
        assert sha256_of(str(path)) == (file.sha256, file.bytes)
        rows = _rows(job, [notes])
        assert list(read_column(str(path), "id")) == [row["id"] for row in rows]
        assert list(read_column(str(path), "task_name")) == [row["_task_name"] for row in rows]


@pytest.mark.parametrize("parquet", [False, True])
def test_every_file_that_is_written_is_noted(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages, parquet: bool
) -> None:
    work, job = make_job([make_record(i) for i in range(9)], output=Output(parquet=parquet))
    (summary,) = run_stages(work, job, up_to=WRITE_SHARDS).summaries(WRITE_SHARDS)
    path = "tiny/1.0.0/train.tfrecord-00000-of-00001"
    files = [path, f"{path}.index", f"{path}.lengths"]
    files += ["parquet/tiny/train-00000-of-00001.parquet"] if parquet else []
    assert summary.files == [
        FileNote(file, sha256_of(f"{job.staging}/{file}")[0], "snapshot") for file in files
    ]
    assert summary.counts is None
