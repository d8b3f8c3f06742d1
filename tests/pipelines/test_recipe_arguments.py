"""What the command line says of a recipe: --set, --source and --seed, right and wrong."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.recipe import load_recipe
from tests.pipelines.recipe_texts import RECIPE, TINY_RECIPE, complaint, complaint_about


@pytest.mark.parametrize(
    ("assignment", "parts"),
    [
        ("sede=3", ["--set sede: unknown key", "did you mean 'seed'?"]),
        ("mixture.example=3", ["--set mixture.example: unknown key", "'examples'"]),
        ("seed=one", ["--set seed: 'one'", "integer"]),
        ("seed=", ["--set seed: None", "integer"]),
        ("seed=-3", ["--set seed: -3"]),
        (f"mixture.examples=1{24 * '0'}", ["--set mixture.examples: 1000000", "64 bits"]),
        (f"mixture.max_epochs=-1{400 * '0'}", ["--set mixture.max_epochs: -1000000", "64 bits"]),
        ("seed.more=1", ["--set seed.more: seed is not a mapping"]),
        ("limits.max_input_tokens=0", ["--set limits.max_input_tokens: 0"]),
        ("on_source_error=ski", ["--set on_source_error: 'ski'", "did you mean 'skip'?"]),
        ("name=no", ["--set name", "put it in quotes"]),
        ("vocabulary.path=x", ["vocabulary", "`path` is required with"]),
        ("seed", ["--set seed", "key=value"]),
        ("=3", ["--set =3", "key=value"]),
        ("", ["--set", "key=value"]),
    ],
)
def test_wrong_set_names_the_assignment(
    flanbeam: Any, tmp_path: Path, assignment: str, parts: list[str]
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    said = complaint(flanbeam, recipe, "--set", assignment)
    for part in parts:
        assert part in said


@pytest.mark.parametrize(
    ("pair", "parts"),
    [
        ("cott=x", ["--source cott: the recipe has no such source", "did you mean 'cot'?"]),
        ("zzz=x", ["--source zzz: the recipe has no such source", "known: cot, questions"]),
        ("cot", ["--source cot", "NAME=PATH"]),
        ("cot=", ["--source cot=", "NAME=PATH"]),
        ("=x", ["--source"]),
    ],
)
def test_wrong_source_names_the_nearest(
    flanbeam: Any, tmp_path: Path, pair: str, parts: list[str]
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    said = complaint(flanbeam, recipe, "--source", pair)
    for part in parts:
        assert part in said


def test_a_source_has_one_path(flanbeam: Any, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    said = complaint(flanbeam, recipe, "--source", "cot=a", "--source", "cot=b")
    assert "--source cot=b: cot is already a" in said


def test_source_without_a_path_says_how_to_give_one(flanbeam: Any) -> None:
    outcome = flanbeam("preview", "superni_cot")
    assert outcome.status == 2
    [line] = outcome.err.splitlines()
    assert "give --source superni=PATH" in line
    assert "task JSON files" in line


def test_set_and_seed_win_over_the_file(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    loaded = load_recipe(str(recipe), ["mixture.examples=12", "seed=3"], {}, 9)
    assert (loaded.mixture.examples, loaded.seed) == (12, 9)
    assert load_recipe(str(recipe), ["seed=3"], {}, None).seed == 3
    assert load_recipe(str(recipe), ["seed=3"], {}, 0).seed == 0


@pytest.mark.parametrize(
    "assignment", [".=3", "mixture..weight=3", "sources.nope.path=x", "mixtur.examples=3"]
)
def test_set_of_an_unknown_key_is_not_blamed_on_the_file(assignment: str) -> None:
    """Mappings that --set makes on the way have no place in the file."""
    said = complaint_about(TINY_RECIPE, assignment)
    assert f"--set {assignment.partition('=')[0]}" in said
    assert "recipe.yaml" not in said


def test_seed_is_not_called_set(flanbeam: Any) -> None:
    """Nobody wrote `--set seed`."""
    outcome = flanbeam("preview", "quickstart", "--seed=-1")
    assert outcome.status == 2
    assert "--seed" in outcome.err


@pytest.mark.parametrize("assignment", ["seed=[1", "seed={a: b", "seed='", "seed=a: b: c"])
def test_set_of_broken_yaml_gives_one_line(assignment: str) -> None:
    said = complaint_about(TINY_RECIPE, assignment)
    assert said.startswith(f"--set {assignment}: not a YAML value")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("assignment", ["seed=2024-13-45", "seed=0x_"])
def test_set_of_an_impossible_scalar_is_a_configuration_error(assignment: str) -> None:
    """PyYAML raises a ValueError for it, no error of its own."""
    assert complaint_about(TINY_RECIPE, assignment).startswith(f"--set {assignment}")
