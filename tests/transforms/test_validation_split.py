"""The validation split through all stages: whole, apart from train, never an exemplar."""

from collections import Counter
from pathlib import Path

import orjson

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from tfrecords_schema.snapshot import open_snapshot
from transforms.prompts.renderer import read_pool
from transforms.settings import FewShot, Mixture, Validation


def test_a_record_is_in_one_split_and_validation_is_used_once(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i, task=f"t{i % 2}") for i in range(200)]
    work, job = make_job(
        records,
        mixture=Mixture(max_epochs=2),
        validation=Validation(fraction=0.2, maximum=15),
        few_shot=FewShot(pool=50),
    )
    run_stages(work, job)
    snapshot = open_snapshot(job.staging)
    rows = {split: list(snapshot.rows(split)) for split in ("train", "validation")}
    ids = {split: {row["record_id"] for row in of_split} for split, of_split in rows.items()}
    assert ids["train"] | ids["validation"] == {record.id for record in records}
    assert not ids["train"] & ids["validation"]
    assert Counter(row["_task_name"] for row in rows["validation"]) == {"t0": 15, "t1": 15}
    assert len(ids["validation"]) == len(rows["validation"]) == 30
    assert len(rows["train"]) == 2 * 170
    for split, of_split in rows.items():
        assert {row["split"] for row in of_split} == {split}
    pool = {record.id for task in (0, 1) for record in read_pool(job, work, task)}
    assert len(pool) == 100
    assert pool <= ids["train"]


def test_the_manifest_and_the_readers_files_have_both_splits(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    work, job = make_job([make_record(i) for i in range(100)], validation=Validation(fraction=0.3))
    run_stages(work, job)
    manifest = open_snapshot(job.staging).manifest
    train, held = (manifest.splits[split].rows for split in ("train", "validation"))
    assert train + held == 100
    assert held > 10
    planned = Counter[str]()
    for entry in manifest.mixture:
        planned[entry.split] += entry.planned
    assert planned == {"train": train, "validation": held}
    (selected,) = [entry for entry in manifest.ledger if entry.stage == "select"]
    assert (selected.entered, selected.kept, selected.left_out) == (100, 100, {})
    data = Path(job.staging, job.data_dir)
    assert orjson.loads((data / "stats.validation.json").read_bytes())["examples"] == held
    assert orjson.loads((data / "info.validation.json").read_bytes())["num_shards"] == 1
    assert manifest.weights == {}


def test_one_pass_states_the_weights_that_it_leaves_to_training(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    mixture = {"examples": "one_pass", "collections": {"c": {"tasks": {"t0": {"weight": 0.9}}}}}
    records = [make_record(i, task=f"t{i % 2}") for i in range(40)]
    work, job = make_job(records, mixture=Mixture.model_validate(mixture))
    run_stages(work, job)
    manifest = open_snapshot(job.staging).manifest
    assert manifest.weights == {"t0": 0.9, "t1": 0.1}
    assert manifest.splits["train"].rows == 40
