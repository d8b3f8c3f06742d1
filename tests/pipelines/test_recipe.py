"""Recipes: shipped ones are sound, files and paths are found, nothing of this machine is stated."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.recipe import load_recipe, shipped_recipes
from tests.pipelines.recipe_texts import RECIPE, complaint, load


@pytest.mark.parametrize(
    ("name", "hint"),
    [("quickstar", "did you mean 'quickstart'?"), ("nothing/like.yaml", "known: ")],
)
def test_missing_recipe_names_the_nearest(flanbeam: Any, name: str, hint: str) -> None:
    outcome = flanbeam("preview", name)
    assert outcome.status == 2
    [line] = outcome.err.splitlines()
    assert line.startswith(f"flanbeam preview: {name}: neither a file nor a shipped recipe")
    assert hint in line


def test_directory_is_not_a_recipe(flanbeam: Any, tmp_path: Path) -> None:
    assert "neither a file" in complaint(flanbeam, tmp_path)


def test_paths_are_relative_to_the_recipe_and_those_of_the_command_line_to_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "recipe.yaml").write_text(RECIPE)
    monkeypatch.chdir(tmp_path)
    stated = load_recipe("recipes/recipe.yaml", [], {}, None)
    assert stated.sources["cot"].path == str(tmp_path / "recipes" / "cot")
    given = load_recipe("recipes/recipe.yaml", [], {"cot": "there"}, None)
    assert given.sources["cot"].path == str(tmp_path / "there")
    assert given.sources["questions"].path == str(tmp_path / "recipes" / "questions.jsonl")
    overridden = load_recipe("recipes/recipe.yaml", ["sources.cot.path=here"], {}, None)
    assert overridden.sources["cot"].path == str(tmp_path / "here")
    model = ["vocabulary.kind=sentencepiece", "vocabulary.path=spiece.model"]
    modelled = load_recipe("recipes/recipe.yaml", model, {}, None)
    assert modelled.vocabulary.path == str(tmp_path / "spiece.model")
    remote = load_recipe("recipes/recipe.yaml", [], {"cot": "gs://bucket/cot"}, None)
    assert remote.sources["cot"].path == "gs://bucket/cot"


def test_stated_recipe_has_no_path_of_this_machine(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE)
    model = ["vocabulary.kind=sentencepiece", "vocabulary.path=spiece.model"]
    stated = load_recipe(str(recipe), model, {"cot": str(tmp_path / "x")}, None).stated()
    assert str(tmp_path) not in repr(stated)
    assert "path" not in stated["sources"]["cot"]
    assert "path" not in stated["vocabulary"]


@pytest.mark.parametrize("name", sorted(shipped_recipes()))
def test_shipped_recipe_is_valid_and_bears_its_file_name(name: str) -> None:
    recipe = load_recipe(name, [], {}, None)
    assert recipe.name == name
    assert recipe.description
    assert recipe.sources.keys().isdisjoint(recipe.held_out)


def test_shipped_recipes_are_those_of_the_folder(repository: Path) -> None:
    files = {path.stem for path in (repository / "pipelines" / "recipes").glob("*.yaml")}
    assert set(shipped_recipes()) == files >= {"quickstart", "superni_cot"}


def test_merge_key_may_be_overridden() -> None:
    """YAML's own way to share settings between sources is no key that is there twice."""
    text = """\
name: tiny
sources:
  a: &a {format: cot_tsv, path: one, collection: cot}
  b: {<<: *a, path: two}
"""
    assert load(text).sources["b"].path == "two"
