"""Near-deduplication in a build: the same bytes for any number of workers, signatures made once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import build
from pipelines.building.running import RunnerOptions
from pipelines.checks.verify import verify
from pipelines.recipe import Recipe, load_recipe
from transforms.stable_random import Draws

Contents = Callable[[str | Path], dict[str, bytes]]
ROWS, COPIES = 200, 40
SET = ["deduplicate.near.enabled=true"]


@pytest.fixture
def recipe_path(corpus: Any) -> str:
    """Write the tiny corpus with long questions, of which a fifth have a near copy."""
    draws, lines = Draws("near"), []
    for number in range(ROWS):
        question = " ".join(f"w{draws.below(10**6)}" for _ in range(40))
        lines.append({"id": f"q{number}", "q": question, "a": "yes"})
        if number < COPIES:
            lines.append({"id": f"c{number}", "q": f"{question} indeed", "a": "Yes."})
    corpus.jsonl.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(corpus.recipe)


def _recipe(path: str, *settings: str) -> Recipe:
    return load_recipe(path, [*SET, *settings], {}, None)


def test_copies_leave_and_the_ledger_balances(recipe_path: str, tmp_path: Path) -> None:
    result = build(_recipe(recipe_path), str(tmp_path / "out"), RunnerOptions())
    (entry,) = [
        entry
        for entry in result.manifest.ledger
        if (entry.stage, entry.task) == ("near_duplicates", "questions")
    ]
    assert entry.rejected == {"near_duplicate": COPIES}
    assert (entry.entered, entry.kept) == (ROWS + COPIES, ROWS)
    assert verify(result.path).problems == []
    table = json.loads(Path(result.path, "duplicates.json").read_text())
    assert table["near_duplicate"] == {"questions": {"questions": COPIES}}


def test_a_build_with_other_weights_signs_nothing_again(recipe_path: str, tmp_path: Path) -> None:
    def stamps() -> dict[str, int]:
        files = (tmp_path / "out" / "cache").rglob("*.signatures")
        return {str(file): file.stat().st_mtime_ns for file in files}

    build(_recipe(recipe_path), str(tmp_path / "out"), RunnerOptions())
    first = stamps()
    assert first
    build(_recipe(recipe_path, "mixture.examples=20"), str(tmp_path / "out"), RunnerOptions())
    assert stamps() == first
    other = _recipe(recipe_path, "deduplicate.near.ngram=2")
    build(other, str(tmp_path / "out"), RunnerOptions())
    assert len(stamps()) == 2 * len(first)


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same_bytes(
    recipe_path: str, tmp_path: Path, contents: Contents
) -> None:
    built = [
        contents(build(_recipe(recipe_path), str(tmp_path / f"{n}"), RunnerOptions(n)).path)
        for n in (1, 2, 4)
    ]
    assert built[0] == built[1] == built[2]
