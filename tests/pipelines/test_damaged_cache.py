"""A damaged cache is noticed, said, and made again: the next build has the bytes that it should."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import main
from tests.pipelines.corpus import Corpus, edit
from transforms.sources import reading
from transforms.stages import execution

_RECIPE = ["--set", "output.parquet=true"]


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 1
    file.write_bytes(data)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


_DAMAGE = [
    _flip,
    *(pytest.param(damage, marks=pytest.mark.slow) for damage in (_truncate, _empty, Path.unlink)),
]
Damage = Callable[[Path], Any]


def _command(corpus: Corpus, store: Path, seed: int) -> list[str]:
    argv = ["build", str(corpus.recipe), "--store", str(store), *_RECIPE]
    return [*argv, "--set", f"seed={seed}"]


@dataclass(frozen=True)
class Cache:
    """A store whose cache is damaged, and what the next build should give."""

    flanbeam: Any
    contents: Any
    corpus: Corpus
    store: Path
    fresh: dict[str, bytes]
    """The files of a build from nothing with seed 2."""

    def build(self, seed: int) -> Any:
        return self.flanbeam(*_command(self.corpus, self.store, seed))

    def heals(self, files: list[Path], damage: Damage) -> list[str]:
        """Return what a build that meets damaged files says; check that its result is whole."""
        assert files
        for file in files:
            damage(file)
        outcome = self.build(2)
        assert outcome.status == 0, outcome.err
        assert self.contents(outcome.last_line) == self.fresh
        return [line for line in outcome.err.splitlines() if "corrupt" in line]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a corpus, a store with its build of seed 1, and one made from nothing with seed 2."""
    root = tmp_path_factory.mktemp("whole")
    corpus = Corpus.write(root / "corpus")
    rejected = corpus.jsonl_row("red", a="") + corpus.jsonl_row("blue", id="twin of q-blue")
    corpus.jsonl.write_text(corpus.jsonl.read_text() + rejected)
    assert main(_command(corpus, root / "store", seed=1)) == 0
    assert main(_command(corpus, root / "fresh", seed=2)) == 0
    return root


@pytest.fixture
def cache(flanbeam: Any, contents: Any, whole: Path, tmp_path: Path) -> Cache:
    shutil.copytree(whole / "store", tmp_path / "store")
    corpus = Corpus(whole / "corpus").copy(tmp_path / "corpus")
    [fresh] = (whole / "fresh" / "snapshots").iterdir()
    return Cache(flanbeam, contents, corpus, tmp_path / "store", contents(fresh))


@pytest.mark.parametrize("damage", _DAMAGE)
def test_records_are_read_again(cache: Cache, damage: Damage) -> None:
    files = list(cache.store.glob("cache/ingest/*/file-000000-0000.jsonl"))
    told = cache.heals(files, damage)
    assert len(told) == len(files) == 3
    for file in files:
        [line] = [line for line in told if str(file.parent) in line]
        assert "file-000000.run: corrupt, or its record files are; reading " in line
        assert line.endswith(" again")


def test_rejections_are_read_again(cache: Cache) -> None:
    files = cache.store.glob("cache/ingest/*/file-000000.rejections.jsonl")
    [told] = cache.heals([file for file in files if file.stat().st_size], _flip)
    assert told.endswith("questions.jsonl again")


@pytest.mark.parametrize("damage", [_flip, Path.unlink])
def test_what_says_that_a_source_was_read_is_made_again(cache: Cache, damage: Damage) -> None:
    files = list(cache.store.glob("cache/ingest/*/file-000000.run"))
    for file in files:
        damage(file)
    argv = ("plan", cache.corpus.recipe, "--refresh", cache.store, "--json", *_RECIPE)
    assert cache.flanbeam(*argv).document["bytes_to_read"] > 0
    told = cache.heals(files, lambda _: None)
    assert len(told) == (0 if damage == Path.unlink else len(files))


def test_a_source_that_is_read_again_may_not_have_changed(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in cache.store.glob("cache/ingest/*/file-000000-0000.jsonl"):
        _flip(file)
    report = reading.count_done

    def edit_and_report(*arguments: Any, **details: Any) -> None:
        edit(cache.corpus.jsonl, "red", "dark red")
        report(*arguments, **details)

    monkeypatch.setattr(reading, "count_done", edit_and_report)
    outcome = cache.build(2)
    assert outcome.status == 3
    assert (
        "questions.jsonl changed while it was being read; run the same command again" in outcome.err
    )


@pytest.mark.parametrize("damage", [_flip, Path.unlink])
@pytest.mark.parametrize(
    "pattern",
    ["work/scan/*.run", pytest.param("snapshot/rejections/*.jsonl", marks=pytest.mark.slow)],
)
def test_finished_stages_run_again(cache: Cache, pattern: str, damage: Damage) -> None:
    told = cache.heals(list(cache.store.glob(f"cache/stages/*/{pattern}")), damage)
    # A run that is missing is one that has not been written yet.
    assert bool(told) is not (damage == Path.unlink and "work" in pattern)
    assert "corrupt" not in cache.build(3).err


_STAGED = {
    "work/render/*.run": 3,
    "work/pools/*.jsonl": 1,
    "snapshot/rejections/*.jsonl": 1,
    "snapshot/tiny/1.0.0/*-00001": 1,
    "snapshot/parquet/tiny/*.parquet": 1,
}


@pytest.mark.slow
@pytest.mark.parametrize("pattern", _STAGED)
def test_unfinished_build_goes_on_from_what_is_whole(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    write_run = execution.write_run

    def end(path: str, *arguments: Any) -> Any:
        run = write_run(path, *arguments)
        if "/write/" in path:
            raise OSError(5, "Input/output error")
        return run

    shutil.rmtree(cache.store / "cache" / "stages")
    with monkeypatch.context() as patched:
        patched.setattr(execution, "write_run", end)
        assert cache.build(2).status == 1
    told = cache.heals(list(cache.store.glob(f"cache/building/*/{pattern}")), _flip)
    assert len(told) == _STAGED[pattern]
    assert all("corrupt, or a file written with it is; computing it again" in line for line in told)
