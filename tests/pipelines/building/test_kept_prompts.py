"""A refresh copies the prompts that did not change, and gives the bytes of a build from nothing."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from pipelines.checks.verify import verify
from pipelines.publishing.retention import collect_garbage
from pipelines.stores.store import Store
from tests.pipelines.builds import build_recipe
from tests.pipelines.corpus import Corpus, edit
from transforms.prompts.renderer import Renderer
from transforms.scan import scanning


class Counted:
    """Prompts that were rendered, and record files that were scanned."""

    def __init__(self) -> None:
        self.prompts = 0
        self.files: list[str] = []


@contextmanager
def _counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    counted = Counted()
    make_all, scan_records = Renderer.make_all, scanning.scan_records

    def make(renderer: Renderer, uses: Any) -> Any:
        counted.prompts += len(uses)
        return make_all(renderer, uses)

    def scan(job: Any, file: Any, finder: Any) -> Any:
        counted.files.append(file.source)
        return scan_records(job, file, finder)

    with monkeypatch.context() as patched:
        patched.setattr(Renderer, "make_all", make)
        patched.setattr(scanning, "scan_records", scan)
        yield counted


def _examples(built: BuildResult) -> int:
    return sum(split.rows for split in built.manifest.splits.values())


def _shards(built: BuildResult) -> list[Path]:
    infos = [info for split in built.manifest.splits.values() for info in split.shards]
    return [Path(built.path) / info.path for info in infos]


_OWN_TEMPLATE = "templates={sst2: [{inputs: 'Say what this is.\\n{text}', targets: '{label}'}]}"


@pytest.mark.parametrize(
    "changes",
    [
        ["mixture.examples=300"],
        ["mixture.collections.cot.weight=0.15"],
        ["output.min_shards=5"],
        ["output.parquet=true", "version=2.0.0"],
        ["validation.fraction=0.2"],
    ],
    ids=lambda changes: changes[0].partition("=")[0],
)
def test_what_the_prompts_do_not_depend_on_renders_few_of_them(
    changes: list[str], tmp_path: Path, contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_recipe("quickstart", tmp_path / "store")
    with _counting(monkeypatch) as counted:
        again = build_recipe("quickstart", tmp_path / "store", *changes)
    assert counted.files == []
    # The validation split takes records from the pools of exemplars.
    most = 1.0 if changes[0].startswith("validation") else 0.3
    assert counted.prompts <= most * _examples(again)
    fresh = build_recipe("quickstart", tmp_path / "fresh", *changes)
    assert contents(again.path) == contents(fresh.path)
    assert verify(again.path).passed


@pytest.mark.parametrize(
    "changes",
    [
        ["limits.max_input_tokens=400"],
        ["few_shot.variants=[{shots: 2}]"],
        ["options={header: 'Choices:'}"],
        ["seed=5"],
        ["vocabulary={kind: bytes, extra_ids: 5}"],
    ],
    ids=lambda changes: changes[0].partition("=")[0],
)
def test_what_they_depend_on_renders_all(
    changes: list[str], tmp_path: Path, contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_recipe("quickstart", tmp_path / "store")
    with _counting(monkeypatch) as counted:
        again = build_recipe("quickstart", tmp_path / "store", *changes)
    fresh = build_recipe("quickstart", tmp_path / "fresh", *changes)
    assert counted.prompts >= _examples(again)
    assert contents(again.path) == contents(fresh.path)


def test_an_edited_file_renders_and_scans_its_task_alone(
    corpus: Corpus, tmp_path: Path, contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    before = build_recipe(corpus.recipe, store)
    edit(corpus.jsonl)
    with _counting(monkeypatch) as counted:
        again = build_recipe(corpus.recipe, store)
    assert counted.files == ["questions"]
    of_task = sum(entry.realised for entry in again.manifest.mixture if entry.task == "questions")
    assert 0 < counted.prompts <= of_task < _examples(before)
    assert contents(again.path) == contents(build_recipe(corpus.recipe, tmp_path / "fresh").path)
    # Back again: the snapshot before the last one has all of them.
    edit(corpus.jsonl, "crimson", "red")
    with _counting(monkeypatch) as counted:
        back = build_recipe(corpus.recipe, store, "output.min_shards=2")
    assert (counted.files, counted.prompts) == ([], 0)
    fresh = build_recipe(corpus.recipe, tmp_path / "other", "output.min_shards=2")
    assert contents(back.path) == contents(fresh.path)


def test_a_template_renders_the_examples_of_its_task(
    corpus: Corpus, tmp_path: Path, contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_recipe(corpus.recipe, tmp_path / "store")
    added = "templates={questions: [{inputs: 'Answer me: {question}', targets: '{answer}'}]}"
    with _counting(monkeypatch) as counted:
        again = build_recipe(corpus.recipe, tmp_path / "store", added)
    of_task = sum(entry.realised for entry in again.manifest.mixture if entry.task == "questions")
    assert counted.prompts == of_task
    fresh = build_recipe(corpus.recipe, tmp_path / "fresh", added)
    assert contents(again.path) == contents(fresh.path)


def test_damaged_snapshots_are_not_copied_from(
    tmp_path: Path, contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with a shard, the examples in question are rendered again."""
    first = build_recipe("quickstart", tmp_path / "store")
    fresh = build_recipe("quickstart", tmp_path / "fresh", "output.min_shards=3")
    shard = _shards(first)[0]
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(data)
    with _counting(monkeypatch) as counted:
        again = build_recipe("quickstart", tmp_path / "store", "output.min_shards=3")
    assert counted.prompts == 1
    assert contents(again.path) == contents(fresh.path)


@pytest.mark.parametrize("loss", ["the shards", "the rows", "an end of the rows", "a bit of them"])
def test_what_is_gone_or_damaged_costs_time_alone(
    loss: str, tmp_path: Path, contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_recipe("quickstart", tmp_path / "store")
    [kept] = (tmp_path / "store" / "cache" / "prompts").iterdir()
    data = kept.read_bytes()
    match loss:
        case "the shards":
            for shard in _shards(first):
                shard.unlink()
        case "the rows":
            kept.unlink()
        case "an end of the rows":
            kept.write_bytes(data[:-90])
        case _:
            kept.write_bytes(data[:2000] + bytes([data[2000] ^ 4]) + data[2001:])
    with _counting(monkeypatch) as counted:
        again = build_recipe("quickstart", tmp_path / "store", "output.min_shards=3")
    assert counted.prompts == _examples(again)
    fresh = build_recipe("quickstart", tmp_path / "fresh", "output.min_shards=3")
    assert contents(again.path) == contents(fresh.path)


def test_garbage_collection_keeps_the_rows_of_snapshots_that_it_keeps(tmp_path: Path) -> None:
    root = tmp_path / "store"
    first = build_recipe("quickstart", root)
    second = build_recipe("quickstart", root, "seed=5")
    prompts = root / "cache" / "prompts"
    assert len([*prompts.iterdir()]) == 2
    garbage = collect_garbage(Store.at(str(root)), keep=1, idle_hours=0, delete=True)
    assert first.path in {thing.path for thing in garbage}
    [kept] = prompts.iterdir()
    assert kept.name.startswith(second.manifest.fingerprint)


def test_a_snapshot_that_was_deleted_by_hand_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_recipe("quickstart", tmp_path / "store")
    shutil.rmtree(first.path)
    with _counting(monkeypatch) as counted:
        again = build_recipe("quickstart", tmp_path / "store", "output.min_shards=3")
    assert counted.prompts == _examples(again)
