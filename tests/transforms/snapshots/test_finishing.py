"""The whole assembly: the ledger balances, the manifest tells the truth, bytes repeat."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages, StageRuns, read_lines
from tfrecords_schema.features import FEATURES
from tfrecords_schema.filesystem import sha256_of
from tfrecords_schema.manifest import LedgerEntry, feature_infos
from tfrecords_schema.snapshot import Snapshot, open_snapshot
from transforms.job import Job, write_job
from transforms.runtime.counts import merge_counts
from transforms.settings import Limits, Mixture, Output
from transforms.snapshots.finishing import WRITE_MANIFEST, ledger_entries
from transforms.stages.output import FileNote, StageCounts


def test_a_ledger_has_an_entry_for_each_task() -> None:
    counts = StageCounts(
        entered=Counter({"b": 3, "a": 4}),
        kept=Counter({"a": 2}),
        rejected={"y": Counter({"b": 1}), "x": Counter({"b": 2, "a": 0})},
        undrawn={"z": Counter({"a": 2})},
    )
    assert list(ledger_entries("render", counts)) == [
        LedgerEntry(stage="render", task="a", entered=4, kept=2, rejected={}, undrawn={"z": 2}),
        LedgerEntry(stage="render", task="b", entered=3, kept=0, rejected={"x": 2, "y": 1}),
    ]
    assert list(ledger_entries("render", StageCounts())) == []


def _corpus(make_record: MakeRecord) -> dict[str, Any]:
    """Return records and settings that make every stage reject something."""
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
        "records_per_file": 9,
    }


@pytest.fixture(scope="module")
def built(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> tuple[StageRuns, Snapshot]:
    """Return the runs of all stages on the corpus, and the snapshot that they left."""
    work, job = make_job(**_corpus(make_record))
    stages = run_stages(work, job)
    return stages, open_snapshot(job.staging)


def _by_stage(ledger: list[LedgerEntry]) -> Iterator[tuple[str, list[Any]]]:
    """Yield each stage with its sums: entered, kept, rejected and undrawn."""
    for stage in dict.fromkeys(entry.stage for entry in ledger):
        entries = [entry for entry in ledger if entry.stage == stage]
        rejected = merge_counts(entry.rejected for entry in entries)
        undrawn = merge_counts(entry.undrawn for entry in entries)
        sums = sum(e.entered for e in entries), sum(e.kept for e in entries)
        yield stage, [*sums, rejected, undrawn]


def test_every_record_is_accounted_for(built: tuple[StageRuns, Snapshot]) -> None:
    _, snapshot = built
    manifest = snapshot.manifest
    assert all(entry.balances for entry in manifest.ledger)
    ledger = dict(_by_stage(manifest.ledger))
    assert ledger.pop("index") == [1, 1, {}, {}]
    assert list(ledger) == ["scan", "deduplicate", "decontaminate", "rank", "select", "render"]
    assert ledger["scan"] == [64, 64, {}, {}]
    assert ledger["deduplicate"] == [64, 63, {"exact_duplicate": 1}, {}]
    assert ledger["decontaminate"] == [63, 62, {"held_out_overlap": 1}, {}]
    assert ledger["rank"] == [62, 61, {"duplicate_id": 1}, {}]
    entered, kept, rejected, undrawn = ledger["select"]
    assert (entered, kept, rejected) == (61, 50, {})
    assert set(undrawn) == {"over_cap", "not_sampled"}
    entered, kept, rejected, undrawn = ledger["render"]
    assert (entered, undrawn) == (50, {})
    assert kept == manifest.splits["train"].rows == len(list(snapshot.rows("train")))
    assert set(rejected) <= {"input_too_long"}


def test_each_stage_enters_what_the_one_before_kept(built: tuple[StageRuns, Snapshot]) -> None:
    _, snapshot = built
    records = [entry for entry in snapshot.manifest.ledger if not entry.counts_items]
    ledger = list(dict(_by_stage(records)).values())
    for (_, kept, *_), (entered, *_) in pairwise(ledger):
        assert entered == kept


def test_the_manifest_tells_the_truth(built: tuple[StageRuns, Snapshot]) -> None:
    stages, snapshot = built
    job, manifest = stages.job, snapshot.manifest
    rows = list(snapshot.rows("train"))
    for shard in manifest.splits["train"].shards:
        assert sha256_of(f"{job.staging}/{shard.path}") == (shard.sha256, shard.bytes)
    assert len(manifest.splits["train"].shards) > 1
    realised = Counter((row["_task_name"], row["_template_type"]) for row in rows)
    stated = {(e.task, e.template_type): e.realised for e in manifest.mixture if e.realised}
    assert stated == realised
    assert sum(entry.planned for entry in manifest.mixture) == 50
    assert sum(entry.requested for entry in manifest.mixture) == pytest.approx(50, abs=1e-4)
    assert manifest.features == feature_infos(FEATURES)
    assert manifest.seed == 0


def test_each_rejection_has_a_row_and_nothing_else_has(built: tuple[StageRuns, Snapshot]) -> None:
    stages, snapshot = built
    manifest = snapshot.manifest
    for file in manifest.rejections:
        assert sha256_of(f"{stages.job.staging}/{file.path}")[0] == file.sha256
    lines = read_lines(stages.job, manifest.rejections)
    assert Counter((line["stage"], line["reason"]) for line in lines) == {
        (stage, reason): count
        for stage, (_, _, rejected, _) in _by_stage(manifest.ledger)
        for reason, count in rejected.items()
    }
    written = Path(stages.job.staging, "rejections").iterdir()
    assert sorted(f"rejections/{path.name}" for path in written) == [
        file.path for file in manifest.rejections
    ]


def test_reports_are_the_tables_then_what_the_stages_wrote(
    built: tuple[StageRuns, Snapshot],
) -> None:
    stages, snapshot = built
    tables, reports = snapshot.manifest.reports[:2], snapshot.manifest.reports[2:]
    assert [file.path for file in tables] == ["duplicates.json", "contamination.json"]
    root = Path(stages.job.staging)
    assert orjson.loads((root / "duplicates.json").read_bytes()) == {
        "exact_duplicate": {"s0": {"s0": 1}}
    }
    assert orjson.loads((root / "contamination.json").read_bytes()) == {
        "mode": "drop",
        "items": {"s": 1},
        "searchable": 1,
        "found": {"s": {"t1": 1}},
    }
    matches = [file for file in reports if file.path.startswith("contamination/")]
    assert all(file.path.startswith("ids/") for file in reports if file not in matches)
    (row,) = read_lines(stages.job, matches)
    assert row["task"] == "t1"
    assert row["item"]["task"] == "eval"
    for file in snapshot.manifest.reports:
        assert sha256_of(str(root / file.path))[0] == file.sha256


def test_what_seqio_reads_beside_the_shards(built: tuple[StageRuns, Snapshot]) -> None:
    _, snapshot = built
    rows = list(snapshot.rows("train"))
    directory = Path(snapshot.path, "tiny", "1.0.0")
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


def test_the_manifest_comes_last_with_its_digest(built: tuple[StageRuns, Snapshot]) -> None:
    stages, snapshot = built
    digest, _ = sha256_of(f"{snapshot.path}/manifest.json")
    (summary,) = stages.summaries(WRITE_MANIFEST)
    assert summary.files == [FileNote("manifest.json", digest)]
    line = Path(snapshot.path, "manifest.json.sha256").read_text()
    assert line == f"{digest}  manifest.json\n"
    files = _files(snapshot.path).keys() - {"manifest.json", "manifest.json.sha256"}
    assert files == set(snapshot.manifest.files)


def test_the_same_job_gives_the_same_bytes(
    built: tuple[StageRuns, Snapshot],
    make_job: MakeJob,
    make_record: MakeRecord,
    run_stages: RunStages,
) -> None:
    def build(**settings: Any) -> tuple[Job, dict[str, bytes]]:
        work, job = make_job(**_corpus(make_record), **settings)
        run_stages(work, job)
        return job, _files(job.staging)

    first = _files(built[0].job.staging)
    assert build()[1] == first
    job, other = build(seed=1)
    assert open_snapshot(job.staging).manifest.splits["train"].rows > 0
    assert other != first


def test_rejections_of_ingest_are_copied(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages, tmp_path: Path
) -> None:
    rows = [
        {"stage": "ingest", "reason": reason, "id": "", "source": "s", "task": "t", "detail": "a:1"}
        for reason in "xy"
    ]
    for name, data in (
        ("some", b"".join(orjson.dumps(row) + b"\n" for row in rows)),
        ("none", b""),
    ):
        (tmp_path / name).write_bytes(data)
    entry = LedgerEntry(stage="ingest", task="t", entered=5, kept=3, rejected={"x": 1, "y": 1})
    work, job = make_job([make_record(i) for i in range(3)])
    files = [(f"rejections/ingest-{name}.jsonl", str(tmp_path / name)) for name in ("some", "none")]
    changes = {"ingest_ledger": [entry], "ingest_rejections": files}
    write_job(work, job.model_copy(update=changes))
    run_stages(work, job)
    manifest = open_snapshot(job.staging).manifest
    assert manifest.ledger[0] == entry
    (file,) = manifest.rejections
    assert (file.path, file.rows) == ("rejections/ingest-some.jsonl", 2)
    assert read_lines(job, [file]) == rows
