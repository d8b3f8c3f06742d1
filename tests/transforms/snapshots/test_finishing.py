"""The whole assembly: the ledger balances, the manifest tells the truth, bytes repeat."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import orjson
import pytest
from apache_beam.testing.test_pipeline import TestPipeline

from tfrecords_schema.filesystem import sha256_of
from tfrecords_schema.manifest import LedgerEntry
from tfrecords_schema.snapshot import open_snapshot
from transforms.duplicates.exact import RemoveDuplicates
from transforms.held_out.indexing import IndexHeldOut
from transforms.job import Job
from transforms.mixture.mixing import PlanMixture
from transforms.mixture.ranking import RankRecords
from transforms.mixture.selection import SelectRecords
from transforms.prompts.rendering import RenderPrompts
from transforms.scan.scanning import ScanRecords
from transforms.settings import Limits, Mixture, Output
from transforms.snapshots.finishing import WriteManifest, merge_counts, stage_ledger
from transforms.snapshots.writing import WriteShards
from transforms.types import Record

MakeRecord = Callable[..., Record]
MakeJob = Callable[..., tuple[str, Job]]
RunStages = Callable[[str, Job], Any]


@pytest.mark.parametrize(
    ("counts", "merged"),
    [
        ([], {}),
        ([{"a": 1}, {"a": 2, "b": {"c": 1}}], {"a": 3, "b": {"c": 1}}),
        ([{"b": {"c": 1}}, {"b": {"d": 2}}, {}], {"b": {"c": 1, "d": 2}}),
        ([{"a": 0}], {"a": 0}),
    ],
)
def test_merge_counts(counts: list[dict[str, Any]], merged: dict[str, Any]) -> None:
    before = repr(counts)
    assert merge_counts(counts) == merged
    assert merge_counts(reversed(counts)) == merged
    assert repr(counts) == before


def test_a_ledger_has_an_entry_for_each_task() -> None:
    counts = {
        "entered": {"b": 3, "a": 2},
        "left": {"a": 2},
        "rejected": {"y": {"b": 1}, "x": {"b": 2, "a": 0}},
    }
    assert list(stage_ledger("render", counts)) == [
        LedgerEntry(stage="render", task="a", entered=2, left=2, rejected={}),
        LedgerEntry(stage="render", task="b", entered=3, left=0, rejected={"x": 2, "y": 1}),
    ]
    assert list(stage_ledger("render", {})) == []


def _corpus(make_record: MakeRecord) -> dict[str, Any]:
    """Records and settings that make every stage reject something."""
    records = [make_record(i, task=f"t{i % 3}", source=f"s{i % 3}") for i in range(60)]
    twin = dict(records[3].fields) | {"question": str(records[3].fields["question"]).upper()}
    held_out = [make_record(7, task="eval")]
    question = str(held_out[0].fields["question"])
    records += [
        make_record(100, task="t0", source="s0", fields=twin),
        make_record(101, task="t1", source="s1", fields={"question": question, "answer": "x"}),
        make_record(102, task="t2", source="s2", fields={"question": "long " * 99, "answer": "x"}),
        make_record(2, task="t2", source="s2", fields={"question": "Same id?", "answer": "x"}),
    ]
    mixture = {"examples": 50, "collections": {"c": {"cap": 19}}}
    return {
        "records": records,
        "held_out": held_out,
        "mixture": Mixture.model_validate(mixture),
        "limits": Limits(max_input_tokens=400),
        "output": Output(shard_bytes=10_000, parquet=True),
    }


def _by_stage(ledger: list[LedgerEntry]) -> Iterator[tuple[str, int, int, dict[str, int]]]:
    for stage in dict.fromkeys(entry.stage for entry in ledger):
        entries = [entry for entry in ledger if entry.stage == stage]
        rejected = merge_counts(entry.rejected for entry in entries)
        yield stage, sum(e.entered for e in entries), sum(e.left for e in entries), rejected


def test_every_record_is_accounted_for(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    work, job = make_job(**_corpus(make_record), records_per_file=11)
    stages = run_stages(work, job)
    snapshot = open_snapshot(job.staging)
    manifest = snapshot.manifest
    assert stages.manifest == f"{job.staging}/manifest.json"
    assert all(entry.balances for entry in manifest.ledger)
    ledger = {stage: rest for stage, *rest in _by_stage(manifest.ledger)}
    assert list(ledger) == ["screen", "deduplicate", "decontaminate", "select", "render"]
    assert ledger["screen"] == [64, 64, {}]
    assert ledger["deduplicate"] == [64, 63, {"exact_duplicate": 1}]
    assert ledger["decontaminate"] == [63, 62, {"held_out_overlap": 1}]
    entered, left, rejected = ledger["select"]
    assert (entered, left) == (62, 50)
    assert rejected["duplicate_id"] == 1
    assert set(rejected) == {"duplicate_id", "over_cap", "not_sampled"}
    entered, left, rejected = ledger["render"]
    assert entered == 50
    assert left == manifest.splits["train"].rows == len(list(snapshot.rows("train")))
    assert set(rejected) <= {"input_too_long"}


def test_the_manifest_tells_the_truth(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    work, job = make_job(**_corpus(make_record))
    run_stages(work, job)
    snapshot = open_snapshot(job.staging)
    manifest = snapshot.manifest
    rows = list(snapshot.rows("train"))
    for shard in manifest.splits["train"].shards:
        assert sha256_of(f"{job.staging}/{shard.path}") == (shard.sha256, shard.bytes)
    assert len(manifest.splits["train"].shards) > 1
    realised = Counter((row["_task_name"], row["_template_type"]) for row in rows)
    told = {(e.task, e.template_type): e.realised for e in manifest.mixture if e.realised}
    assert told == realised
    assert sum(entry.planned for entry in manifest.mixture) == 50
    assert sum(entry.requested for entry in manifest.mixture) == pytest.approx(50, abs=1e-4)
    rejected = Counter()
    for file in manifest.rejections:
        path = Path(job.staging, file.path)
        assert sha256_of(str(path))[0] == file.sha256
        lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        assert len(lines) == file.rows
        rejected.update(line["reason"] for line in lines)
    counted = merge_counts(e.rejected for e in manifest.ledger)
    # What was not drawn is told by count alone.
    assert rejected == {r: n for r, n in counted.items() if r not in ("over_cap", "not_sampled")}


def test_what_seqio_reads_beside_the_shards(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    work, job = make_job(**_corpus(make_record))
    run_stages(work, job)
    snapshot = open_snapshot(job.staging)
    rows = list(snapshot.rows("train"))
    directory = Path(job.staging, "tiny", "1.0.0")
    info = orjson.loads((directory / "info.train.json").read_bytes())
    stats = orjson.loads((directory / "stats.train.json").read_bytes())
    assert info["num_shards"] == len(snapshot.split("train").shards)
    assert info["features"]["inputs"] == {"dtype": "int32", "shape": [None]}
    assert (directory / "COMPLETED").is_file()
    for name in ("inputs", "targets"):
        lengths = [len(row[name]) for row in rows]  # type: ignore[arg-type]
        assert stats[f"{name}_tokens"] == sum(lengths)
        assert stats[f"{name}_max_tokens"] == max(lengths)
    assert stats["examples"] == len(rows)


def _files(root: str) -> dict[str, bytes]:
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in Path(root).rglob("*")
        if file.is_file()
    }


def test_the_same_job_gives_the_same_bytes(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    snapshots = []
    for name in ("one", "two"):
        work, job = make_job(**_corpus(make_record), name=name, records_per_file=9)
        run_stages(work, job)
        snapshots.append(_files(job.staging))
    assert snapshots[0] == snapshots[1]
    work, job = make_job(**_corpus(make_record), name="three", records_per_file=9, seed=1)
    run_stages(work, job)
    assert open_snapshot(job.staging).manifest.splits["train"].rows > 0
    assert _files(job.staging) != snapshots[0]


def test_the_stages_are_wired(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    work, job = make_job(**_corpus(make_record), name="plain", records_per_file=9)
    run_stages(work, job)
    expected = _files(job.staging)
    work, job = make_job(**_corpus(make_record), name="beam", records_per_file=9)
    with TestPipeline() as pipeline:
        files = pipeline | "Files" >> beam.Create(range(len(job.files)))
        buckets = pipeline | "Buckets" >> beam.Create(range(job.num_buckets))
        index = pipeline | "Held-out" >> beam.Create([None]) | IndexHeldOut(work)
        scanned = files | ScanRecords(work, index)
        deduplicated = buckets | RemoveDuplicates(work, scanned)
        ranked = buckets | RankRecords(work, deduplicated)
        plan = ranked | PlanMixture(work)
        rendered = files | RenderPrompts(work, buckets | SelectRecords(work, plan))
        written = rendered | WriteShards(work)
        start = pipeline | "Start" >> beam.Create([None])
        _ = start | WriteManifest(work, plan, scanned, deduplicated, ranked, rendered, written)
    assert _files(job.staging) == expected
