"""A held-out set that is not there stops a build, unless the recipe does without it."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.building.fingerprints import snapshot_nodes
from pipelines.building.sources import find_sources
from pipelines.recipe import load_recipe
from pipelines.stores.store import Store
from tests.pipelines.builds import build_recipe
from tfrecords_schema.errors import ConfigurationError

HELD_OUT = """
held_out:
  exam:
    format: jsonl
    path: {path}
    collection: held_out
    task: exam
    family: closed_book_qa
    fields: {{question: q, answer: a}}
  riddles:
    format: gsm8k
    path: riddles.jsonl
    collection: held_out
"""
RIDDLE = '{"question": "How many legs has a spider of glass?", "answer": "Eight.\\n#### 8"}\n'


@pytest.fixture
def recipe(corpus: Any) -> Path:
    """Return a recipe with two held-out sets, one of which is not there."""
    path: Path = corpus.recipe
    path.write_text(path.read_text() + HELD_OUT.format(path="nowhere.jsonl"))
    (corpus.directory / "riddles.jsonl").write_text(RIDDLE)
    return path


@pytest.mark.parametrize(
    "command",
    [("plan", "{recipe}", "--out", "{out}"), ("build", "{recipe}", "--out", "{out}"),
     ("refresh", "{recipe}", "--store", "{out}")],
    ids=lambda command: command[0],
)  # fmt: skip
@pytest.mark.parametrize("policy", ["fail", "skip"])
def test_it_stops_every_command_with_status_3(
    flanbeam: Any, recipe: Path, tmp_path: Path, command: tuple[str, ...], policy: str
) -> None:
    out = tmp_path / "out"
    arguments = [part.format(recipe=recipe, out=out) for part in command]
    outcome = flanbeam(*arguments, "--set", f"on_source_error={policy}")
    assert outcome.status == 3
    [line] = [line for line in outcome.err.splitlines() if "nowhere.jsonl" in line]
    assert f"{recipe}:" in line
    assert "held_out.exam.path" in line
    assert "held_out_absent" in line
    assert not list(out.glob("snapshots/*"))


def test_a_path_that_no_variable_gives_stops_it_as_well(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    corpus.recipe.write_text(corpus.recipe.read_text() + HELD_OUT.format(path="$NOT_SET/x"))
    (corpus.directory / "riddles.jsonl").write_text(RIDDLE)
    outcome = flanbeam("plan", corpus.recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    assert "$NOT_SET/x names a variable that is not set" in outcome.err


def _fingerprint(recipe: Path, out: Path, *assignments: str) -> str:
    loaded = load_recipe(str(recipe), list(assignments), {}, None)
    return snapshot_nodes(loaded, find_sources(loaded, Store.at(str(out))))[-1].fingerprint


def test_what_a_build_did_without_is_named(recipe: Path, tmp_path: Path) -> None:
    built = build_recipe(recipe, tmp_path / "out", "held_out_absent=[exam]")
    assert built.manifest.recipe["held_out_absent"] == ["exam"]
    card = (Path(built.path) / "README.md").read_text()
    assert "Records were searched for the items of riddles." in card
    assert "Absent, and so not searched for: exam." in card
    without = _fingerprint(recipe, tmp_path / "out", "held_out_absent=[exam]")
    removed = _fingerprint(recipe, tmp_path / "out", "held_out.exam=null")
    assert without != removed
    assert built.manifest.fingerprint == without


def test_a_set_that_is_there_again_is_searched_for(recipe: Path, tmp_path: Path) -> None:
    (recipe.parent / "nowhere.jsonl").write_text('{"q": "What barks?", "a": "dogs"}\n')
    loaded = load_recipe(str(recipe), [], {}, None)
    found = find_sources(loaded, Store.at(str(tmp_path / "out")))
    assert [source.name for source in found.held_out] == ["exam", "riddles"]


def test_only_a_held_out_set_can_be_absent(recipe: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"'exams' is not a held-out set; did you mean 'exam'"
    ):
        load_recipe(str(recipe), ["held_out_absent=[exams]"], {}, None)


def test_a_set_that_was_left_out_is_not_absent(recipe: Path) -> None:
    assignments = ["held_out_absent=[exam]", "held_out.exam=null"]
    assert load_recipe(str(recipe), assignments, {}, None).held_out_absent == []
