"""The files of other readers: every split that has examples, in each of them, and nothing else."""

import os
from pathlib import Path

import orjson
import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from tfrecords_schema import manifest as manifests
from tfrecords_schema.filesystem import sha256_of
from tfrecords_schema.manifest import Manifest, SplitInfo
from tfrecords_schema.snapshot import open_snapshot
from transforms.job import Job
from transforms.settings import Output, Validation
from transforms.snapshots.reader_files import write_reader_files

os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def staged(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> tuple[Job, Manifest]:
    """Return a snapshot with two splits of several shards each, and an empty one."""
    records = [make_record(i, source=f"s{i % 2}", task=f"t{i % 2}") for i in range(40)]
    output = Output(min_shards=2, shard_bytes=10_000, parquet=True)
    work, job = make_job(records, output=output, validation=Validation(fraction=0.25))
    run_stages(work, job)
    manifest = open_snapshot(job.staging).manifest
    shards = {name: len(split.shards) for name, split in manifest.splits.items()}
    assert shards["train"] > shards["validation"] > 1
    splits = {**manifest.splits, "empty": SplitInfo(rows=0, shards=[])}
    manifest = manifest.model_copy(update={"splits": splits})
    manifest = manifest.model_copy(update={"metadata": write_reader_files(job, manifest)})
    Path(job.staging, "manifest.json").write_bytes(manifests.dump(manifest))
    return job, manifest


def _ids(job: Job) -> dict[str, list[str]]:
    snapshot = open_snapshot(job.staging)
    return {
        name: [str(row["id"]) for row in snapshot.rows(name)] for name in ("train", "validation")
    }


def test_there_is_a_file_for_every_reader_and_split(staged: tuple[Job, Manifest]) -> None:
    job, manifest = staged
    assert [file.path for file in manifest.metadata] == [
        "README.md",
        "croissant.json",
        "nodes.json",
        "tiny/1.0.0/COMPLETED",
        "tiny/1.0.0/dataset_info.json",
        "tiny/1.0.0/features.json",
        "tiny/1.0.0/info.train.json",
        "tiny/1.0.0/info.validation.json",
        "tiny/1.0.0/stats.train.json",
        "tiny/1.0.0/stats.validation.json",
    ]
    for file in manifest.metadata:
        assert sha256_of(f"{job.staging}/{file.path}")[0] == file.sha256


def test_seqio_files_count_their_own_split(staged: tuple[Job, Manifest]) -> None:
    job, manifest = staged
    lengths = {name: open_snapshot(job.staging).lengths(name) - 1 for name in _ids(job)}
    for name, table in lengths.items():
        directory = Path(job.staging, job.data_dir)
        info = orjson.loads((directory / f"info.{name}.json").read_bytes())
        stats = orjson.loads((directory / f"stats.{name}.json").read_bytes())
        assert info["num_shards"] == len(manifest.splits[name].shards)
        assert stats == {
            "examples": len(table),
            "inputs_tokens": table[:, 0].sum(),
            "inputs_max_tokens": table[:, 0].max(),
            "targets_tokens": table[:, 1].sum(),
            "targets_max_tokens": table[:, 1].max(),
        }


def test_seqio_reads_both_splits(staged: tuple[Job, Manifest]) -> None:
    import seqio

    from tfrecords_schema.seqio_tasks import register_tasks

    job, _ = staged
    [name] = register_tasks(job.staging)
    try:
        task = seqio.TaskRegistry.get(name)
        assert list(task.splits) == ["train", "validation"]
        for split, ids in _ids(job).items():
            dataset = task.get_dataset(None, split, use_cached=True, shuffle=False)
            read = [example["id"].decode() for example in dataset.as_numpy_iterator()]
            assert sorted(read) == sorted(ids)
    finally:
        seqio.TaskRegistry.remove(name)
        seqio.set_global_cache_dirs([])


def test_tfds_reads_both_splits(staged: tuple[Job, Manifest]) -> None:
    import tensorflow_datasets as tfds

    job, _ = staged
    builder = tfds.builder_from_directory(f"{job.staging}/{job.data_dir}")
    assert set(builder.info.splits) == {"train", "validation"}
    for split, ids in _ids(job).items():
        read = [example["id"].decode() for example in tfds.as_numpy(builder.as_dataset(split))]
        assert sorted(read) == sorted(ids)


def test_hugging_face_reads_both_splits(staged: tuple[Job, Manifest], tmp_path: Path) -> None:
    import datasets

    job, _ = staged
    loaded = datasets.load_dataset(job.staging, cache_dir=str(tmp_path / "cache"))
    assert {split: list(loaded[split]["id"]) for split in loaded} == _ids(job)


def test_croissant_reads_both_splits(staged: tuple[Job, Manifest]) -> None:
    import mlcroissant

    job, _ = staged
    dataset = mlcroissant.Dataset(f"{job.staging}/croissant.json")
    read = {
        record_set.uuid: [
            record[f"{record_set.uuid}/id"].decode() for record in dataset.records(record_set.uuid)
        ]
        for record_set in dataset.metadata.record_sets
    }
    assert read == _ids(job)


def test_without_parquet_there_are_shards_alone(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    import mlcroissant

    work, job = make_job([make_record(i) for i in range(9)])
    run_stages(work, job)
    assert "configs:" not in Path(job.staging, "README.md").read_text()
    dataset = mlcroissant.Dataset(f"{job.staging}/croissant.json")
    assert not dataset.metadata.issues.errors
    assert dataset.metadata.record_sets == []
    shards = open_snapshot(job.staging).split("train").shards
    assert [file.sha256 for file in dataset.metadata.distribution] == [s.sha256 for s in shards]
