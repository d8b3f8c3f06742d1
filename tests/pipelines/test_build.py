"""Builds: the same bytes every time, nothing lost in silence, nothing half done in sight."""

import errno
import fcntl
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.build import BuildResult, build
from pipelines.recipe import load_recipe, shipped_recipes
from pipelines.running import RunnerOptions
from pipelines.verify import verify
from tfrecords_schema import filesystem
from tfrecords_schema.errors import LockedError
from tfrecords_schema.manifest import Manifest
from tfrecords_schema.snapshot import open_snapshot
from transforms import writing
from transforms.sources.source import UnreadableFileError
from transforms.stable_random import stable_id

STAGES = ["ingest", "screen", "deduplicate", "decontaminate", "select", "render"]
BEFORE_RENDERING = set(STAGES) - {"render"}
NOT_DRAWN = {"over_cap", "not_sampled"}


def _build(recipe: object, out: Path, *assignments: str, **options: Any) -> BuildResult:
    loaded = load_recipe(str(recipe), list(assignments), {}, options.pop("seed", None))
    return build(loaded, str(out), RunnerOptions(**options))


def _published(out: Path) -> list[Path]:
    """Directories that a reader could take for a snapshot."""
    return [path.parent for path in out.glob("snapshots/*/manifest.json")]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"workers": 2},
        {"beam_options": ("--direct_runner_bundle_repeat=1",)},
        {"beam_options": ("--direct_running_mode=multi_threading", "--direct_num_workers=2")},
    ],
    ids=["again", "two workers", "every bundle twice", "two threads"],
)
def test_same_recipe_gives_the_same_bytes(
    quickstart: BuildResult, contents: Any, tmp_path: Path, options: dict[str, Any]
) -> None:
    result = _build("quickstart", tmp_path / "out", **options)
    assert contents(result.path) == contents(quickstart.path)
    assert result.sources_read == quickstart.sources_read


def test_sources_elsewhere_give_the_same_bytes(
    quickstart: BuildResult, contents: Any, tmp_path: Path, repository: Path
) -> None:
    data = tmp_path / "elsewhere" / "quickstart"
    shutil.copytree(repository / "pipelines" / "quickstart", data)
    recipe = data.parent / "recipes" / "moved.yaml"
    recipe.parent.mkdir()
    shutil.copy(shipped_recipes()["quickstart"], recipe)
    result = _build(recipe, tmp_path / "out")
    assert contents(result.path) == contents(quickstart.path)


def test_another_seed_gives_another_snapshot(
    quickstart: BuildResult, contents: Any, tmp_path: Path
) -> None:
    result = _build("quickstart", tmp_path / "out", seed=quickstart.manifest.seed + 1)
    before, after = contents(quickstart.path), contents(result.path)
    [shard] = quickstart.manifest.splits["train"].shards
    assert before[shard.path] != after[shard.path]
    assert result.manifest.fingerprint != quickstart.manifest.fingerprint
    assert verify(result.path).passed


def _raw_rows(repository: Path, planted: dict[str, str]) -> list[dict[str, str]]:
    """The rows of a planted entry's raw file, as dictionaries of texts."""
    path = repository / planted["file"]
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text().splitlines()]
    return [{"id": line.split("\t")[0]} for line in path.read_text().splitlines()]


def _task_of(planted: dict[str, str]) -> str:
    stem = Path(planted["file"]).stem
    return f"cot_{stem.removesuffix('_train')}" if "/cot/" in planted["file"] else stem


class _Records:
    """The ids of ingested records by task and by the raw row's own id (TSV: its question)."""

    def __init__(self, out: Path) -> None:
        self._by_question: dict[tuple[str, str], str] = {}
        for path in (out / "cache" / "ingest").rglob("file-*-*.jsonl"):
            for line in path.read_text().splitlines():
                record_id, task, *_, fields = json.loads(line)
                self._by_question[task, fields.get("question", "")] = record_id

    def id_of(self, task: str, row: dict[str, Any]) -> str:
        if task.startswith("cot_"):
            return self._by_question[task, row["id"].strip()]
        return stable_id(task, "id", row["id"])


def _rejections(path: str, stage: str, reason: str) -> dict[tuple[str, str], str]:
    """(task, record id) → detail."""
    rows = [
        json.loads(line)
        for file in (Path(path) / "rejections").iterdir()
        for line in file.read_text().splitlines()
    ]
    return {
        (row["task"], row["id"]): row["detail"]
        for row in rows
        if (row["stage"], row["reason"]) == (stage, reason)
    }


def test_planted_duplicates_are_found_and_no_others(
    quickstart: BuildResult, planted: Any, repository: Path
) -> None:
    records = _Records(Path(quickstart.path).parents[1])
    found = _rejections(quickstart.path, "deduplicate", "exact_duplicate")
    for entry in planted["duplicates"]:
        task = _task_of(entry)
        rows = {row["id"]: row for row in _raw_rows(repository, entry)}
        pair = [records.id_of(task, rows[entry[key]]) for key in ("id", "of")]
        [removed] = [record_id for record_id in pair if (task, record_id) in found]
        [kept] = set(pair) - {removed}
        assert found.pop((task, removed)) == f"kept {kept}"
    assert found == {}


def test_planted_overlaps_are_found_and_no_others(
    quickstart: BuildResult, planted: Any, repository: Path
) -> None:
    records = _Records(Path(quickstart.path).parents[1])
    found = _rejections(quickstart.path, "decontaminate", "held_out_overlap")
    for entry in planted["overlaps"]:
        task = _task_of(entry)
        column = "id" if task.startswith("cot_") else "question"
        [row] = [row for row in _raw_rows(repository, entry) if row[column] == entry["question"]]
        held_out = stable_id("tiny_eval", "id", entry["held_out_id"])
        assert found.pop((task, records.id_of(task, row))) == f"contains tiny_eval/{held_out}"
    assert found == {}


def test_planted_empty_fields_are_found_and_no_others(
    quickstart: BuildResult, planted: Any, repository: Path
) -> None:
    found = _rejections(quickstart.path, "ingest", "empty_field")
    expected = set()
    for entry in planted["empty"]:
        ids = [row["id"] for row in _raw_rows(repository, entry)]
        line = ids.index(entry["id"]) + 1
        expected.add((_task_of(entry), f"{Path(entry['file']).name}:{line}"))
    assert {(task, detail.rpartition(": ")[0]) for (task, _), detail in found.items()} == expected


def test_nothing_else_is_rejected_before_rendering(
    quickstart: BuildResult, planted: Any, rejected: Any
) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for (stage, _, reason), count in rejected(quickstart.manifest).items():
        if stage in BEFORE_RENDERING and reason not in NOT_DRAWN:
            counts[stage, reason] += count
    assert counts == {
        ("ingest", "empty_field"): len(planted["empty"]),
        ("deduplicate", "exact_duplicate"): len(planted["duplicates"]),
        ("decontaminate", "held_out_overlap"): len(planted["overlaps"]),
    }


def _check_conservation(path: str, manifest: Manifest) -> None:
    """in = out + rejected for every stage and task, and what leaves a stage enters the next."""
    table = {(entry.stage, entry.task): entry for entry in manifest.ledger}
    assert len(table) == len(manifest.ledger)
    assert {stage for stage, _ in table} <= set(STAGES)
    planned: Counter[str] = Counter()
    for row in manifest.mixture:
        planned[row.task] += row.planned
    written = Counter(str(row["_task_name"]) for row in open_snapshot(path).rows("train"))
    for task in {task for _, task in table}:
        before = None
        for stage in STAGES:
            entry = table.get((stage, task))
            if entry is None:
                continue
            assert entry.entered == entry.left + sum(entry.rejected.values())
            entering = planned[task] if stage == "render" else before
            assert before is None or entry.entered == entering
            before = entry.left
        rendered = table.get(("render", task))
        assert written[task] == (rendered.left if rendered else 0)
    assert written.keys() <= {task for _, task in table}


def test_ledger_balances_and_chains_to_the_shards(quickstart: BuildResult) -> None:
    _check_conservation(quickstart.path, quickstart.manifest)


def test_realised_mixture_is_what_the_shards_hold(quickstart: BuildResult) -> None:
    rows = list(open_snapshot(quickstart.path).rows("train"))
    found = Counter((row["_task_name"], row["_template_type"]) for row in rows)
    stated = {(e.task, e.template_type): e.realised for e in quickstart.manifest.mixture}
    assert found == {key: count for key, count in stated.items() if count}
    for entry in quickstart.manifest.mixture:
        assert abs(entry.planned - entry.requested) < 1
    assert len({row["id"] for row in rows}) == len(rows)


def test_manifest_states_the_recipe_and_every_source_file(
    quickstart: BuildResult, repository: Path
) -> None:
    manifest = quickstart.manifest
    recipe = yaml.safe_load(Path(shipped_recipes()["quickstart"]).read_text())
    assert manifest.recipe["mixture"]["examples"] == recipe["mixture"]["examples"]
    assert [source.name for source in manifest.sources] == [*recipe["sources"], "tiny_eval"]
    for source in manifest.sources:
        for file in source.files:
            [path] = (repository / "pipelines" / "quickstart").rglob(file.path)
            assert filesystem.sha256_of(str(path)) == (file.sha256, file.bytes)
    run = json.loads((Path(quickstart.path) / "run.json").read_text())
    assert run["began"] <= run["ended"]


def test_second_build_reads_no_source_and_leaves_no_work_behind(
    corpus: Any, contents: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    first, second = _build(corpus.recipe, out), _build(corpus.recipe, out)
    assert first.sources_read == ["tasks", "reasoning", "questions"]
    assert second.sources_read == []
    assert first.path != second.path
    assert contents(first.path) == contents(second.path)
    assert list((out / "cache" / "building").iterdir()) == []


def test_changed_setting_reads_no_source(corpus: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _build(corpus.recipe, out)
    assert _build(corpus.recipe, out, "mixture.examples=12", "few_shot.pool=2").sources_read == []
    assert _build(corpus.recipe, out, seed=5).sources_read == []


@pytest.mark.parametrize("name", ["tasks", "reasoning", "questions"])
def test_one_changed_byte_reads_its_source_alone(corpus: Any, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    first = _build(corpus.recipe, out)
    file = {"tasks": corpus.tasks, "reasoning": corpus.tsv, "questions": corpus.jsonl}[name]
    file.write_text(file.read_text().replace("red", "rad", 1))
    second = _build(corpus.recipe, out)
    assert second.sources_read == [name]
    assert second.manifest.fingerprint != first.manifest.fingerprint
    assert verify(second.path).passed


class _KilledError(RuntimeError):
    pass


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("transforms.reading", "write_run"),
        ("transforms.scanning", "write_run"),
        ("transforms.deduplication", "write_rejections"),
        ("transforms.ranking", "_write_pool"),
        ("transforms.selection", "write_run"),
        ("transforms.rendering", "encode_row"),
        ("transforms.writing", "write_run"),
        ("transforms.finishing", "write_reader_files"),
        ("pipelines.build", "place_snapshot"),
    ],
)
def test_failure_at_any_stage_leaves_nothing_and_the_next_build_goes_on(
    corpus: Any,
    contents: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    function: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise _KilledError("by the test")

    with monkeypatch.context() as patched:
        patched.setattr(importlib.import_module(module), function, fail)
        with pytest.raises(RuntimeError, match="by the test"):
            _build(corpus.recipe, tmp_path / "out")
    assert _published(tmp_path / "out") == []
    assert not list((tmp_path / "out").rglob("*.tmp-*"))
    result = _build(corpus.recipe, tmp_path / "out")
    assert verify(result.path).problems == []
    assert contents(result.path) == contents(_build(corpus.recipe, tmp_path / "other").path)


KILL_AT = """
import os, signal, sys
real, wanted = os.replace, sys.argv.pop(1)

def replace(source, target):
    if wanted in target:
        os.kill(os.getpid(), signal.SIGKILL)
    real(source, target)

os.replace = replace
from pipelines.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    "place", ["file-000001.run", "/render/000005-000000.run", "/write/train-000000.run"]
)
def test_killed_process_leaves_no_manifest_and_the_next_build_has_the_same_bytes(
    quickstart: BuildResult, contents: Any, flanbeam_process: Any, tmp_path: Path, place: str
) -> None:
    killed = flanbeam_process(place, "build", "quickstart", "--out", tmp_path, script=KILL_AT)
    assert killed.status == -signal.SIGKILL
    assert killed.out == ""
    assert not list(tmp_path.rglob("manifest.json"))
    result = _build("quickstart", tmp_path)
    assert contents(result.path) == contents(quickstart.path)
    assert _published(tmp_path) == [Path(result.path)]


def test_second_builder_of_a_recipe_is_told_of_the_first(
    corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transforms import writing

    write_run, told = writing.write_run, []

    def build_meanwhile(*arguments: Any) -> Any:
        if not told:
            told.append("")
            with pytest.raises(LockedError) as raised:
                _build(corpus.recipe, tmp_path / "out")
            told.append(str(raised.value))
        return write_run(*arguments)

    monkeypatch.setattr(writing, "write_run", build_meanwhile)
    result = _build(corpus.recipe, tmp_path / "out")
    assert told[1].startswith(f"another build of this recipe is running (process {os.getpid()} on")
    assert verify(result.path).passed
    assert _published(tmp_path / "out") == [Path(result.path)]


def test_two_processes_at_once(
    quickstart: BuildResult, contents: Any, start_flanbeam: Any, tmp_path: Path
) -> None:
    both = [start_flanbeam("build", "quickstart", "--out", tmp_path) for _ in range(2)]
    ends = [(*process.communicate(timeout=120), process.returncode) for process in both]
    statuses = [status for _, _, status in ends]
    assert 0 in statuses
    for out, err, status in ends:
        if status == 0:
            assert contents(out.splitlines()[-1]) == contents(quickstart.path)
        else:
            assert status == 4
            assert "another build of this recipe is running" in err
    assert len(_published(tmp_path)) == statuses.count(0)


class _FullDisk:
    """A file of which not a byte can be written."""

    def __init__(self, stream: Any, name: str) -> None:
        self._stream, self._name = stream, name

    def __enter__(self) -> "_FullDisk":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def write(self, _: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self._name)


@pytest.mark.parametrize(
    "place", [".jsonl", "/rank/", "/render/", "train.tfrecord", "manifest.json", "job.json", "run."]
)
def test_full_disk_is_status_3_and_nothing_is_published(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    out, written = tmp_path / "out", []

    def open_full(path: Any, mode: str = "r") -> Any:
        stream = open(path, mode)  # noqa: SIM115
        if mode != "wb" or place not in str(path).removeprefix(str(out)):
            return stream
        written.append(path)
        return _FullDisk(stream, str(path))

    with monkeypatch.context() as patched:
        patched.setattr(filesystem, "open", open_full, raising=False)
        outcome = flanbeam("build", corpus.recipe, "--out", out)
    assert written
    assert outcome.status == 3
    assert outcome.out == ""
    assert "No space left on device" in outcome.err.splitlines()[-1]
    assert outcome.err.count("flanbeam build: ") == 1
    assert "Traceback" not in outcome.err
    assert _published(out) == []
    assert not list(out.rglob("*.tmp-*"))
    assert flanbeam("build", corpus.recipe, "--out", out).status == 0


def test_output_that_may_not_be_written_is_status_3(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    below = flanbeam("build", corpus.recipe, "--out", file / "out")
    assert (below.status, below.out) == (3, "")
    assert f"{file}" in below.err
    assert "Not a directory" in below.err

    def refuse(path: str, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)

    monkeypatch.setattr(os, "makedirs", refuse)
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    [line] = outcome.err.splitlines()
    assert line.startswith(f"flanbeam build: {tmp_path / 'out'}: Read-only file system")


def test_truncated_json_stops_a_build_that_fails(
    flanbeam: Any, corpus: Any, tmp_path: Path
) -> None:
    lines = corpus.tasks.read_text().splitlines()[:14]
    corpus.tasks.write_text("\n".join(lines))
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    assert "Traceback" not in outcome.err
    assert "task001_colours.json:14: not valid JSON" in outcome.err
    assert "on_source_error=skip" in outcome.err
    assert _published(tmp_path / "out") == []


def test_truncated_json_is_left_out_and_counted_by_a_build_that_skips(
    flanbeam: Any, corpus: Any, rejected: Any, tmp_path: Path
) -> None:
    other = corpus.tasks.with_name("task002_cut.json")
    other.write_text(corpus.tasks.read_text()[:200])
    argv = ["build", corpus.recipe, "--out", tmp_path / "out", "--set", "on_source_error=skip"]
    outcome = flanbeam(*argv)
    assert outcome.status == 0
    assert "left out: source tasks" in outcome.out
    assert "task002_cut.json" in outcome.out
    manifest = open_snapshot(outcome.last_line).manifest
    assert rejected(manifest) == {("ingest", "task002_cut", "unreadable_file"): 1}
    _check_conservation(outcome.last_line, manifest)
    assert flanbeam("verify", outcome.last_line).status == 0
    document = flanbeam(*argv, "--json").document
    assert len(document["errors"]) == 1
    assert document["records_read"] == 31
    assert document["examples"] == 30


@pytest.mark.parametrize("policy", ["fail", "skip"])
def test_missing_and_empty_directories(
    flanbeam: Any, corpus: Any, tmp_path: Path, policy: str
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, status, message in ((empty, 3, "no *.json"), (empty / "x", 2, "does not exist")):
        argv = ["--source", f"tasks={path}", "--set", f"on_source_error={policy}"]
        outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out", *argv)
        assert "source tasks" in outcome.out + outcome.err
        assert str(path) in "".join((outcome.out + outcome.err).split())
        assert message in " ".join((outcome.out + outcome.err).split())
        if policy == "fail":
            assert (outcome.status, outcome.out) == (status, "")
        else:
            assert outcome.status == 0
            assert verify(outcome.last_line).examples == 20


def test_bad_rows_are_counted_under_a_reason_each(
    corpus: Any, rejected: Any, tmp_path: Path
) -> None:
    with corpus.tsv.open("ab") as stream:
        stream.write(b"two\tcolumns\n")
        stream.write(b"four\tcolumns\tare\ttoo many\n")
        stream.write(b"caf\xe9\tis\tlatin\n")
        stream.write(b"no answer\t \tat all\n")
        stream.write(b"\n\n")
    with corpus.jsonl.open("ab") as lines:
        lines.write(corpus.jsonl_row("x", a=None).encode())
        lines.write(corpus.jsonl_row("y", q={"deep": 1}).encode())
        lines.write(corpus.jsonl_row("z", a=[1, {"b": 2}]).encode())
        lines.write(corpus.jsonl_row("w", a=True).encode())
        lines.write(b'{"id": "v", "q": "Cut?", "a": "y\n')
        lines.write(b"[1, 2]\n3\nnull\n")
        lines.write(b'{"id": "u", "q": "\xff", "a": "b"}\n')
        lines.write(b"[" * 5000 + b"\n")
    instances = json.loads(corpus.tasks.read_text())["Instances"]
    corpus.write_task(
        [
            *instances,
            {"id": "b", "input": "", "output": ["No input."]},
            {"id": "c", "input": "Empty.", "output": []},
            {"id": "d", "input": "Number in a list.", "output": [{"x": 1}]},
            "text",
            None,
        ]
    )
    result = _build(corpus.recipe, tmp_path / "out")
    table = rejected(result.manifest)
    assert {key[1:]: count for key, count in table.items() if key[0] == "ingest"} == {
        ("cot_fruit", "wrong_columns"): 2,
        ("cot_fruit", "invalid_utf8"): 1,
        ("cot_fruit", "empty_field"): 1,
        ("questions", "empty_field"): 1,
        ("questions", "wrong_type"): 6,
        ("questions", "invalid_json"): 2,
        ("questions", "invalid_utf8"): 1,
        ("task001_colours", "empty_field"): 2,
        ("task001_colours", "wrong_type"): 3,
    }
    details = [
        json.loads(line)["detail"]
        for path in (Path(result.path) / "rejections").glob("ingest-reasoning-*")
        for line in path.read_text().splitlines()
    ]
    assert "fruit_train.tsv:11: 2 columns, not question, answer, rationale" in details
    assert any(detail.startswith("fruit_train.tsv:13") for detail in details)
    _check_conservation(result.path, result.manifest)
    assert verify(result.path).passed


@pytest.mark.parametrize("name", ["tasks", "reasoning", "questions"])
def test_empty_file_is_refused_or_empty_and_never_a_traceback(
    flanbeam: Any, corpus: Any, tmp_path: Path, name: str
) -> None:
    {"tasks": corpus.tasks, "reasoning": corpus.tsv, "questions": corpus.jsonl}[name].write_text("")
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert "Traceback" not in outcome.err
    if name == "tasks":
        assert outcome.status == 3
        assert "task001_colours.json:1: not valid JSON" in outcome.err
    else:
        assert outcome.status == 0
        assert verify(outcome.last_line).examples == 20


def test_nothing_but_empty_files_is_bad_data(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    corpus.write_task([])
    corpus.tsv.write_text("")
    corpus.jsonl.write_text("")
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert (outcome.status, outcome.out) == (3, "")
    assert "tiny: no record is left after reading" in outcome.err
    assert _published(tmp_path / "out") == []


@pytest.mark.parametrize(
    "setting",
    ["limits={max_target_tokens: 1}", "mixture.collections={cot: {weight: 0}}"],
    ids=["nothing fits", "no weight"],
)
def test_nothing_left_after_assembly_is_bad_data(
    flanbeam: Any, corpus: Any, tmp_path: Path, setting: str
) -> None:
    argv = ["--set", "sources.questions.collection=cot", "--set", "sources.tasks.collection=cot"]
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out", *argv, "--set", setting)
    assert (outcome.status, outcome.out) == (3, "")
    assert "tiny: no example is left" in outcome.err
    assert _published(tmp_path / "out") == []


@pytest.mark.parametrize(
    "document",
    ["[]", "3", "null", "{}", '{"Instances": {}}', '{"Definition": "x", "Instances": null}'],
)
def test_json_that_is_no_task_is_refused_by_name(
    flanbeam: Any, corpus: Any, tmp_path: Path, document: str
) -> None:
    corpus.tasks.write_text(document)
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    assert "task001_colours.json: not a Super-Natural Instructions task" in outcome.err


def test_task_without_a_definition_is_refused_by_name(
    flanbeam: Any, corpus: Any, tmp_path: Path
) -> None:
    corpus.write_task([], Definition=[])
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    assert "task001_colours.json: no text under the key 'Definition'" in outcome.err


def test_repeated_ids_with_different_content_are_counted(
    corpus: Any, rejected: Any, tmp_path: Path
) -> None:
    with corpus.jsonl.open("a") as stream:
        stream.write(corpus.jsonl_row("violet", id="q-red"))
    result = _build(corpus.recipe, tmp_path / "out")
    assert rejected(result.manifest) == {("select", "questions", "duplicate_id"): 1}
    _check_conservation(result.path, result.manifest)
    assert verify(result.path).passed


def test_fields_of_five_megabytes_are_refused_under_a_reason(
    corpus: Any, rejected: Any, tmp_path: Path
) -> None:
    huge = "wörd " * 1_000_000
    with corpus.jsonl.open("a") as stream:
        stream.write(corpus.jsonl_row("huge answer", a=huge))
        stream.write(corpus.jsonl_row("huge question", q=huge))
    with corpus.tsv.open("a") as stream:
        stream.write(f"{huge}\tyes\tbecause\n")
    result = _build(corpus.recipe, tmp_path / "out")
    table = {key: n for key, n in rejected(result.manifest).items() if key[2] != "not_sampled"}
    assert table == {
        ("render", "questions", "target_too_long"): 1,
        ("render", "questions", "input_too_long"): 1,
        ("render", "cot_fruit", "input_too_long"): 1,
    }
    assert verify(result.path).passed
    limit = load_recipe(str(corpus.recipe), [], {}, None).limits.max_input_tokens
    assert open_snapshot(result.path).lengths("train")[:, 0].max() <= limit


def test_caps_are_true_caps(corpus: Any, rejected: Any, tmp_path: Path) -> None:
    settings = ["mixture.collections={cot: {cap: 3}, flan: {cap: 100}}", "mixture.max_epochs=2"]
    result = _build(corpus.recipe, tmp_path / "out", *settings, "mixture.examples=40")
    used: dict[str, set[str]] = {}
    for row in open_snapshot(result.path).rows("train"):
        used.setdefault(str(row["_task_name"]), set()).add(str(row["record_id"]))
    assert {task: len(ids) for task, ids in used.items()} == {
        "cot_fruit": 3,
        "questions": 10,
        "task001_colours": 10,
    }
    assert rejected(result.manifest)["select", "cot_fruit", "over_cap"] == 7


def test_two_sources_with_one_task_are_refused(flanbeam: Any, corpus: Any, tmp_path: Path) -> None:
    outcome = flanbeam(
        "build",
        corpus.recipe,
        "--out",
        tmp_path / "out",
        "--set",
        "sources.questions.task=cot_fruit",
    )
    assert outcome.status == 2
    assert "task 'cot_fruit'" in outcome.err
    assert "'reasoning'" in outcome.err
    assert "'questions'" in outcome.err


KILL_AT_RENAME = """
import os, signal, sys
real, wanted = os.replace, sys.argv.pop(1)

def replace(source, target):
    if wanted in target:
        os.kill(os.getpid(), signal.SIGKILL)
    real(source, target)

os.replace = replace
from pipelines.cli import main
sys.exit(main())
"""


def _build_from(recipe: object, out: Path) -> BuildResult:
    return build(load_recipe(str(recipe), [], {}, None), str(out), RunnerOptions())


@pytest.mark.parametrize("place", ["manifest.json", "train.tfrecord", "snapshot/rejections/"])
def test_half_written_file_of_a_killed_build_is_not_published(
    corpus: Any, contents: Any, flanbeam_process: Any, tmp_path: Path, place: str
) -> None:
    """`manifest.json.tmp-<hex>` stays in the staged snapshot, and the next build publishes it."""
    with corpus.tsv.open("a") as stream:
        stream.write(corpus.tsv_row("red"))
    out = tmp_path / "out"
    killed = flanbeam_process(place, "build", corpus.recipe, "--out", out, script=KILL_AT_RENAME)
    assert killed.status == -signal.SIGKILL
    result = _build_from(corpus.recipe, out)
    untouched = _build_from(corpus.recipe, tmp_path / "other")
    assert contents(result.path).keys() == contents(untouched.path).keys()


@pytest.mark.parametrize(
    ("module", "function", "first"),
    [(os, "rename", False), (os, "rename", True), (shutil, "rmtree", False)],
    ids=["before the move", "after the move", "while the work is removed"],
)
def test_build_killed_while_publishing_does_not_break_the_next(
    corpus: Any,
    contents: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    function: str,
    first: bool,
) -> None:
    """The work directory says that the shards are written, but they were moved away.

    Every later build of this recipe fails with FileNotFoundError until cache/building is removed.
    """
    real, out = getattr(module, function), tmp_path / "out"

    def kill(path: Any, *arguments: Any, **options: Any) -> None:
        if "cache/building" not in str(path):
            real(path, *arguments, **options)
            return
        if first:
            real(path, *arguments, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, function, kill)
        with pytest.raises(KeyboardInterrupt):
            _build_from(corpus.recipe, out)
    published = _published(out)
    result = _build_from(corpus.recipe, out)
    assert verify(result.path).problems == []
    assert contents(result.path) == contents(_build_from(corpus.recipe, tmp_path / "other").path)
    for path in published:
        assert contents(path) == contents(result.path)


def test_task_files_of_one_name_in_two_directories_are_refused_or_kept_apart(
    flanbeam: Any, corpus: Any, tmp_path: Path
) -> None:
    """Their records become one task, all with the instruction of the file that sorts first."""
    other = corpus.tasks.parent / "z" / corpus.tasks.name
    other.parent.mkdir()
    text = corpus.tasks.read_text().replace("Name the thing", "Say it backwards")
    other.write_text(text.replace("red", "ruby").replace("green", "emerald"))
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    if outcome.status:
        assert outcome.status in (2, 3)
        assert corpus.tasks.stem in outcome.err
        return
    rows = list(open_snapshot(outcome.last_line).rows("train"))
    backwards = [r for r in rows if str(r["inputs_pretokenized"]).count("Say it backwards")]
    assert {str(row["targets_pretokenized"]) for row in backwards} >= {"ruby wall", "emerald wall"}


def test_missing_output_is_an_empty_field(corpus: Any, rejected: Any, tmp_path: Path) -> None:
    """It is `wrong_type`: "output is list, not text or a list of texts"."""
    instances = json.loads(corpus.tasks.read_text())["Instances"]
    corpus.write_task([*instances, {"id": "a", "input": "No output."}])
    result = _build_from(corpus.recipe, tmp_path / "out")
    assert rejected(result.manifest) == {("ingest", "task001_colours", "empty_field"): 1}


def test_message_of_a_worker_is_told_without_beams_words(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends with "[while running 'RenderPrompts/Render']"."""

    def fail(*_: object) -> None:
        raise UnreadableFileError("the pool cannot be read")

    monkeypatch.setattr("transforms.rendering.read_pool", fail)
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    assert outcome.err.splitlines()[-1] == "flanbeam build: the pool cannot be read"


def test_output_below_a_source_does_not_become_its_data(corpus: Any) -> None:
    """The second build reads the manifest and the cache of the first as task files, and fails."""
    out = corpus.tasks.parent / "out"
    first, second = _build_from(corpus.recipe, out), _build_from(corpus.recipe, out)
    assert first.manifest.fingerprint == second.manifest.fingerprint


def test_lock_of_a_removed_work_directory_is_no_lock(
    corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A builder that opens the lock file just before its holder removes it locks nobody out."""
    flock, write_run, told = fcntl.flock, writing.write_run, []

    def finish_first(stream: Any, operation: int) -> None:
        if not told:
            told.append("first begins")
            _build_from(corpus.recipe, tmp_path / "out")
            told.append("first ends")
        flock(stream, operation)

    def build_meanwhile(*arguments: Any) -> Any:
        if len(told) == 2:
            told.append("second holds the lock")
            with pytest.raises(LockedError) as raised:
                _build_from(corpus.recipe, tmp_path / "out")
            told.append(str(raised.value))
        return write_run(*arguments)

    monkeypatch.setattr(fcntl, "flock", finish_first)
    monkeypatch.setattr(writing, "write_run", build_meanwhile)
    result = _build_from(corpus.recipe, tmp_path / "out")
    assert told[3].startswith("another build of this recipe is running")
    assert verify(result.path).passed


def test_interrupted_stage_is_told_as_such(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control-C gives "RuntimeError: RuntimeError: KeyboardInterrupt [while running …]".

    With two workers, Control-C while they start can hang the build (seen once in two trials).
    """

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("transforms.rendering.encode_row", interrupt)
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 1
    assert outcome.err.splitlines()[-1].startswith("flanbeam build: interrupted")


@pytest.mark.slow
def test_workers_end_with_a_killed_build(tmp_path: Path) -> None:
    """After kill -9 of the build, its worker processes stay for good."""
    root = str(Path(__file__).parents[2])
    argv = ["build", "quickstart", "--out", tmp_path, "--workers", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", *argv],
        env={**os.environ, "PYTHONPATH": root},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )

    def workers() -> list[str]:
        listed = subprocess.run(
            ["ps", "-o", "args=", "-s", str(process.pid)], capture_output=True, text=True
        )
        return [line for line in listed.stdout.splitlines() if "transforms.worker" in line]

    def wait(seconds: float, until: Any) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            time.sleep(0.1)
        return bool(until())

    try:
        assert wait(30, workers)
        process.kill()
        process.wait()
        assert wait(20, lambda: not workers())
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
