"""Stages up to decontamination are made once for the same records, and give the same bytes."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from pipelines.building.stages import STAGES
from pipelines.checks.verify import verify
from tests.pipelines.builds import build_recipe
from tests.pipelines.corpus import edit
from transforms.duplicates import candidate_pairs
from transforms.duplicates import exact as deduplication
from transforms.scan import scanning

_EXACT_ALONE = "deduplicate.near.enabled=false"


def _refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a stage that was kept was run again")

    monkeypatch.setattr(scanning, "scan_records", refuse)
    monkeypatch.setattr(deduplication, "find_duplicates", refuse)
    monkeypatch.setattr(candidate_pairs, "verified_edges", refuse)


@pytest.fixture
def built(quickstart: BuildResult, tmp_path: Path) -> Path:
    """Copy the store with the session's build of quickstart, its caches included."""
    store = Path(quickstart.path).parents[1]
    shutil.copytree(store, tmp_path / "store")
    return tmp_path / "store"


@pytest.mark.parametrize(
    ("more", "later"),
    [
        pytest.param([], ["seed=5", "limits.max_input_tokens=900"], marks=pytest.mark.slow),
        ([_EXACT_ALONE], ["mixture.examples=40", "few_shot.pool=3"]),
    ],
    ids=["near duplicates", "exact duplicates alone"],
)
def test_later_settings_begin_after_decontamination_and_give_the_same_bytes(
    contents: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: list[str],
    later: list[str],
) -> None:
    fresh = build_recipe("quickstart", tmp_path / "fresh", *more, *later)
    build_recipe("quickstart", tmp_path / "store", *more)
    with monkeypatch.context() as patched:
        _refuse(patched)
        again = build_recipe("quickstart", tmp_path / "store", *more, *later)
    assert contents(again.path) == contents(fresh.path)
    assert verify(again.path).passed


@pytest.mark.parametrize(
    "assignment",
    ["deduplicate.ignore_case=false", "decontaminate.ngram=6", "licenses.deny=[NC]"],
)
def test_earlier_settings_run_them_again(
    built: Path, monkeypatch: pytest.MonkeyPatch, assignment: str
) -> None:
    with monkeypatch.context() as patched:
        _refuse(patched)
        with pytest.raises(RuntimeError, match="was run again"):
            build_recipe("quickstart", built, assignment)


def test_near_deduplication_that_is_switched_off_leaves_the_stages_before_it(
    built: Path, tmp_path: Path, contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        _refuse(patched)
        result = build_recipe("quickstart", built, _EXACT_ALONE)
    fresh = build_recipe("quickstart", tmp_path / "fresh", _EXACT_ALONE)
    assert contents(result.path) == contents(fresh.path)


def test_changed_source_or_number_of_tasks_runs_them_again(
    corpus: Any, tmp_path: Path, contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    build_recipe(corpus.recipe, store)
    inverted = "mixture.collections={flan: {inversion: 0.5}}"
    with monkeypatch.context() as patched:
        _refuse(patched)
        with pytest.raises(RuntimeError, match="was run again"):
            build_recipe(corpus.recipe, store, inverted)
    edit(corpus.jsonl)
    with monkeypatch.context() as patched:
        _refuse(patched)
        with pytest.raises(RuntimeError, match="was run again"):
            build_recipe(corpus.recipe, store)
    fresh = build_recipe(corpus.recipe, tmp_path / "fresh", inverted)
    assert contents(build_recipe(corpus.recipe, store, inverted).path) == contents(fresh.path)


def test_snapshots_share_no_file_with_the_cache(corpus: Any, tmp_path: Path) -> None:
    result = build_recipe(corpus.recipe, tmp_path / "store")
    files = [path for path in Path(result.path).rglob("*") if path.is_file()]
    assert {path.stat().st_nlink for path in files} == {1}
    build_recipe(corpus.recipe, tmp_path / "store", "seed=5")
    assert {path.stat().st_nlink for path in files} == {1}


def test_disk_without_links_copies(
    corpus: Any, tmp_path: Path, contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    build_recipe(corpus.recipe, tmp_path / "store")
    with monkeypatch.context() as patched:
        _refuse(patched)
        result = build_recipe(corpus.recipe, tmp_path / "store", "seed=5")
    shutil.rmtree(tmp_path / "store" / "cache" / "stages")
    assert contents(build_recipe(corpus.recipe, tmp_path / "store", "seed=5").path) == contents(
        result.path
    )


def test_a_faster_build_of_the_same_stages_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.rename

    def come_late(source: Path | str, target: Path | str) -> None:
        if "/stages/" in str(target):
            shutil.copytree(source, target)
        rename(source, target)

    monkeypatch.setattr("os.rename", come_late)
    assert verify(build_recipe("quickstart", tmp_path / "store").path).passed
    kept = [path.name for path in (tmp_path / "store" / "cache" / "stages").iterdir()]
    # The recipe names no other snapshots to compare with.
    absent = {"known", "other_snapshots"}
    assert len(kept) == sum(stage.is_kept for stage in STAGES if stage.name not in absent)
    assert not [name for name in kept if ".tmp-" in name]
