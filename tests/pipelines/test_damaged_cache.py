"""A damaged cache is noticed, said, and made again: the next build has the bytes that it should."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transforms.snapshots import writing
from transforms.sources import reading

_RECIPE = ["--set", "output.parquet=true"]


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 1
    file.write_bytes(data)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


_DAMAGE = [_truncate, _flip, _empty, Path.unlink]
Damage = Callable[[Path], Any]


class Cache:
    """A store whose cache is damaged, and what the next build should give."""

    def __init__(self, flanbeam: Any, contents: Any, recipe: object, store: Path) -> None:
        self.flanbeam, self.contents, self.recipe, self.store = flanbeam, contents, recipe, store

    def build(self, seed: int, store: Path | None = None) -> Any:
        argv = ("build", self.recipe, "--store", store or self.store, *_RECIPE)
        return self.flanbeam(*argv, "--set", f"seed={seed}")

    def heals(self, files: list[Path], damage: Damage) -> list[str]:
        """What a build says that meets the damaged files, and ends as if they were whole."""
        assert files
        for file in files:
            damage(file)
        outcome = self.build(2)
        assert outcome.status == 0, outcome.err
        fresh = self.build(2, self.store.with_name("fresh"))
        assert self.contents(outcome.last_line) == self.contents(fresh.last_line)
        return [line for line in outcome.err.splitlines() if "damaged" in line]


@pytest.fixture
def cache(flanbeam: Any, contents: Any, corpus: Any, tmp_path: Path) -> Cache:
    rejected = corpus.jsonl_row("red", a="") + corpus.jsonl_row("blue", id="twin of q-blue")
    corpus.jsonl.write_text(corpus.jsonl.read_text() + rejected)
    made = Cache(flanbeam, contents, corpus.recipe, tmp_path / "store")
    assert made.build(1).status == 0
    return made


@pytest.mark.parametrize("damage", _DAMAGE)
def test_records_are_read_again(cache: Cache, damage: Damage) -> None:
    files = list(cache.store.glob("cache/ingest/*/file-000000-0000.jsonl"))
    told = cache.heals(files, damage)
    assert len(told) == len(files) == 3
    for file in files:
        [line] = [line for line in told if str(file.parent) in line]
        assert "file-000000.run: it or its records are damaged; " in line
        assert line.endswith(" is read again")


def test_rejections_are_read_again(cache: Cache) -> None:
    files = cache.store.glob("cache/ingest/*/file-000000.rejections.jsonl")
    [told] = cache.heals([file for file in files if file.stat().st_size], _flip)
    assert told.endswith("questions.jsonl is read again")


@pytest.mark.parametrize("damage", [_flip, Path.unlink])
def test_what_says_that_a_source_was_read_is_made_again(cache: Cache, damage: Damage) -> None:
    files = list(cache.store.glob("cache/ingest/*/file-000000.run"))
    for file in files:
        damage(file)
    argv = ("plan", cache.recipe, "--refresh", cache.store, "--json", *_RECIPE)
    assert cache.flanbeam(*argv).document["bytes_to_read"] > 0
    told = cache.heals(files, lambda _: None)
    assert len(told) == (0 if damage == Path.unlink else len(files))


def test_a_source_that_is_read_again_may_not_have_changed(
    cache: Cache, corpus: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in cache.store.glob("cache/ingest/*/file-000000-0000.jsonl"):
        _flip(file)
    report = reading.report

    def edit(*arguments: Any) -> None:
        corpus.jsonl.write_text(corpus.jsonl.read_text().replace("red", "dark red"))
        report(*arguments)

    monkeypatch.setattr(reading, "report", edit)
    outcome = cache.build(2)
    assert outcome.status == 3
    assert "questions.jsonl changed while it was read; run the same command again" in outcome.err


@pytest.mark.parametrize("damage", [_flip, Path.unlink])
@pytest.mark.parametrize("pattern", ["work/screen/*.run", "snapshot/rejections/*.jsonl"])
def test_finished_stages_run_again(cache: Cache, pattern: str, damage: Damage) -> None:
    told = cache.heals(list(cache.store.glob(f"cache/stages/*/{pattern}")), damage)
    # A run that is missing is one that has not been written yet.
    assert bool(told) is not (damage == Path.unlink and "work" in pattern)
    assert "damaged" not in cache.build(3).err


_STAGED = {
    "work/render/*.run": 3,
    "work/pools/*.jsonl": 1,
    "snapshot/rejections/*.jsonl": 1,
    "snapshot/tiny/1.0.0/*-00001": 1,
    "snapshot/parquet/tiny/*.parquet": 1,
}


@pytest.mark.parametrize("pattern", _STAGED)
def test_unfinished_build_goes_on_from_what_is_whole(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    write_run = writing.write_run

    def end(*arguments: Any) -> None:
        write_run(*arguments)
        raise OSError(5, "Input/output error")

    shutil.rmtree(cache.store / "cache" / "stages")
    with monkeypatch.context() as patched:
        patched.setattr(writing, "write_run", end)
        assert cache.build(2).status == 1
    told = cache.heals(list(cache.store.glob(f"cache/building/*/{pattern}")), _flip)
    assert len(told) == _STAGED[pattern]
    assert all("written beside it is damaged; it is made again" in line for line in told)
