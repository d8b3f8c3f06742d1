"""Builds: the same bytes every time, nothing lost in silence, no source read twice."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.building.build import BuildResult
from pipelines.checks.verify import verify
from pipelines.recipe import shipped_recipes
from tests.pipelines.builds import build_recipe, check_conservation
from tfrecords_schema import filesystem
from tfrecords_schema.snapshot import open_snapshot


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
    result = build_recipe("quickstart", tmp_path / "out", **options)
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
    result = build_recipe(recipe, tmp_path / "out")
    assert contents(result.path) == contents(quickstart.path)


def test_another_seed_gives_another_snapshot(
    quickstart: BuildResult, contents: Any, tmp_path: Path
) -> None:
    result = build_recipe("quickstart", tmp_path / "out", seed=quickstart.manifest.seed + 1)
    before, after = contents(quickstart.path), contents(result.path)
    [shard] = quickstart.manifest.splits["train"].shards
    assert before[shard.path] != after[shard.path]
    assert result.manifest.fingerprint != quickstart.manifest.fingerprint
    assert verify(result.path).passed


def test_ledger_balances_and_chains_to_the_shards(quickstart: BuildResult) -> None:
    check_conservation(quickstart.path)


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
    first, second = build_recipe(corpus.recipe, out), build_recipe(corpus.recipe, out)
    assert first.sources_read == ["tasks", "reasoning", "questions"]
    assert second.sources_read == []
    assert first.path != second.path
    assert contents(first.path) == contents(second.path)
    assert list((out / "cache" / "building").iterdir()) == []


def test_changed_setting_reads_no_source(corpus: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build_recipe(corpus.recipe, out)
    changed = build_recipe(corpus.recipe, out, "mixture.examples=12", "few_shot.pool=2")
    assert changed.sources_read == []
    assert build_recipe(corpus.recipe, out, seed=5).sources_read == []


@pytest.mark.parametrize("name", ["tasks", "reasoning", "questions"])
def test_one_changed_byte_reads_its_source_alone(corpus: Any, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    first = build_recipe(corpus.recipe, out)
    file = corpus.raw_files[name]
    file.write_text(file.read_text().replace("red", "rad", 1))
    second = build_recipe(corpus.recipe, out)
    assert second.sources_read == [name]
    assert second.manifest.fingerprint != first.manifest.fingerprint
    assert verify(second.path).passed


def test_caps_are_true_caps(corpus: Any, rejected: Any, tmp_path: Path) -> None:
    settings = ["mixture.collections={cot: {cap: 3}, flan: {cap: 100}}", "mixture.max_epochs=2"]
    result = build_recipe(corpus.recipe, tmp_path / "out", *settings, "mixture.examples=40")
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
    argv = ["--set", "sources.questions.task=cot_fruit"]
    outcome = flanbeam("build", corpus.recipe, "--out", tmp_path / "out", *argv)
    assert outcome.status == 2
    assert "task 'cot_fruit'" in outcome.err
    assert "'reasoning'" in outcome.err
    assert "'questions'" in outcome.err


def test_output_below_a_source_does_not_become_its_data(corpus: Any) -> None:
    """Else the second build would read the manifest and the cache of the first as task files."""
    out = corpus.tasks.parent / "out"
    first, second = build_recipe(corpus.recipe, out), build_recipe(corpus.recipe, out)
    assert first.manifest.fingerprint == second.manifest.fingerprint
