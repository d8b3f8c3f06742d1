"""A plan shows before the build what the build then makes, and leaves its work to it."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import build, plan
from pipelines.building.running import RunnerOptions
from pipelines.recipe import load_recipe
from tfrecords_schema.errors import DataError
from transforms.scan import scanning


def test_a_build_makes_what_was_planned_and_goes_on_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ["validation={fraction: 0.1, maximum: 5}"]
    recipe = load_recipe("quickstart", settings, {}, None)
    outcome = plan(recipe, str(tmp_path), RunnerOptions())
    planned = outcome.mixture
    assert outcome.errors == []
    assert list(tmp_path.glob("**/*.tfrecord*")) == []

    def never(*_: object) -> None:
        raise AssertionError("scanned again")

    monkeypatch.setattr(scanning, "scan_records", never)
    manifest = build(recipe, str(tmp_path), RunnerOptions()).manifest
    built: Counter[tuple[str, str, str]] = Counter()
    for entry in manifest.mixture:
        built[entry.split, entry.task, entry.template_type] += entry.planned
    expected: Counter[tuple[str, str, str]] = Counter()
    for quota in planned.quotas.values():
        for split, counts in (("train", quota.by_type), ("validation", quota.validation)):
            for kind, count in counts.items():
                expected[split, quota.task, kind] += count
    assert +built == +expected
    assert manifest.splits["validation"].rows > 20
    files = [path for path in tmp_path.glob("snapshots/*/*/**/*") if path.is_file()]
    kept = sum(path.stat().st_size for path in files if path.parent.name == "records")
    written = sum(
        path.stat().st_size
        for path in files
        if re.search(r"\.(tfrecord-.{14}|parquet|gz)$", path.name)
    )
    assert kept > 0.05 * written
    assert 0.8 * written < outcome.estimate.snapshot_bytes < 1.3 * written
    assert outcome.estimate.peak_bytes > outcome.estimate.snapshot_bytes
    assert 0 < outcome.estimate.seconds < 600


def test_a_task_of_which_no_record_is_left_can_be_planned(tmp_path: Path) -> None:
    rows = [{"text": f"It broke on day {n}.", "answer": n % 2} for n in range(30)]
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    source = {
        "format": "jsonl",
        "path": "rows.jsonl",
        "collection": "mine",
        "family": "sentiment",
        "fields": {"text": "text", "answer": "answer"},
        "labels": ["bad", "good"],
    }
    sources = {name: {**source, "task": name} for name in ("first", "copy")}
    (tmp_path / "twice.yaml").write_text(json.dumps({"name": "twice", "sources": sources}))
    recipe = load_recipe(str(tmp_path / "twice.yaml"), [], {}, None)
    outcome = plan(recipe, str(tmp_path / "out"), RunnerOptions())
    assert {name: quota.available for name, quota in outcome.mixture.quotas.items()} == {
        "first": 30
    }
    assert outcome.estimate.snapshot_bytes > 0


def test_a_build_that_does_not_fit_the_disk_does_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    recipe = load_recipe("quickstart", [], {}, None)
    # Enough for reading, not for the snapshot.
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=400_000))
    with pytest.raises(DataError, match=r"the snapshot needs about .* GB .* nothing was started"):
        build(recipe, str(tmp_path), RunnerOptions())
    assert not list(tmp_path.glob("snapshots/*"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(DataError, match="reading the sources needs about"):
        build(recipe, str(tmp_path / "other"), RunnerOptions())
    assert not list(tmp_path.glob("other/cache/ingest/*/*.jsonl"))


def test_the_command_shows_each_task(flanbeam: Any, tmp_path: Path) -> None:
    outcome = flanbeam("plan", "quickstart", "--out", tmp_path, "--json")
    document = outcome.document
    assert outcome.status == 0
    assert document["examples"] == sum(task["examples"] for task in document["tasks"]) == 480
    assert sum(task["share"] for task in document["tasks"]) == pytest.approx(1)
    by_name = {task["task"]: task for task in document["tasks"]}
    for task in by_name.values():
        assert task["repeated"] == max(0, task["examples"] - task["available"])
    assert by_name["dialogs"]["collection"] == "dialog"
    shown = flanbeam("plan", "quickstart", "--out", tmp_path).out
    for name in by_name:
        assert f"  {name}" in shown
    assert "480 examples" in shown
    collections = {
        line.split()[0]: line.split()[1] for line in shown.splitlines() if line[0] != " "
    }
    inverted = [task for task in document["tasks"] if task["inverts"]]
    assert inverted
    for collection in {task["collection"] for task in inverted}:
        own = [t for t in document["tasks"] if t["collection"] == collection and not t["inverts"]]
        assert collections[collection] == str(sum(task["available"] for task in own))


def test_an_unknown_task_of_the_mixture_is_told_where(flanbeam: Any, tmp_path: Path) -> None:
    setting = "mixture.collections.dialog.tasks.dialogues={weight: 2}"
    outcome = flanbeam("plan", "quickstart", "--out", tmp_path, "--set", setting)
    assert outcome.status == 2
    assert "no such task in dialog; did you mean 'dialogs'" in outcome.err
