"""Recipes that state only what differs from another: merging, null, places, paths."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.recipe import load_recipe
from tests.pipelines.recipe_texts import RECIPE
from tfrecords_schema.errors import ConfigurationError


def _load(tmp_path: Path, text: str, *assignments: str, base: str = RECIPE) -> Any:
    (tmp_path / "bases").mkdir(exist_ok=True)
    (tmp_path / "bases" / "base.yaml").write_text(base)
    (tmp_path / "heir.yaml").write_text(text)
    return load_recipe(str(tmp_path / "heir.yaml"), list(assignments), {}, None)


def test_what_the_heir_states_is_put_into_the_base(tmp_path: Path) -> None:
    recipe = _load(
        tmp_path,
        """\
base: bases/base.yaml
name: heir
mixture:
  collections:
    cot: {cap: 5}
    flan: {weight: 0.5}
few_shot: {pool: 7}
""",
    )
    assert (recipe.name, recipe.seed) == ("heir", 1)
    assert list(recipe.sources) == ["cot", "questions"]
    assert recipe.mixture.collections["cot"].weight == 0.5
    assert recipe.mixture.collections["cot"].cap == 5
    assert recipe.mixture.collections["flan"].weight == 0.5
    assert recipe.few_shot.pool == 7
    assert [variant.shots for variant in recipe.few_shot.variants] == [1]


def test_a_path_is_relative_to_the_recipe_that_states_it(tmp_path: Path) -> None:
    text = "base: bases/base.yaml\nname: heir\nsources: {cot: {path: cot}}\n"
    recipe = _load(tmp_path, text)
    assert recipe.sources["cot"].path == str(tmp_path / "cot")
    assert recipe.sources["questions"].path == str(tmp_path / "bases" / "questions.jsonl")


def test_a_source_of_another_format_replaces_that_of_the_base(tmp_path: Path) -> None:
    text = """\
base: bases/base.yaml
name: heir
sources:
  questions: {format: gsm8k, path: gsm8k.jsonl}
"""
    assert _load(tmp_path, text).sources["questions"].collection == "cot"


@pytest.mark.parametrize(
    ("text", "assignments"),
    [
        ("sources: {questions: null}", []),
        ("mixture: {collections: {flan: null}}", []),
        ("", ["sources.questions=null"]),
        ("", ["mixture.collections.flan=null"]),
    ],
)
def test_null_leaves_a_source_or_a_collection_out(
    tmp_path: Path, text: str, assignments: list[str]
) -> None:
    recipe = _load(tmp_path, f"base: bases/base.yaml\nname: heir\n{text}\n", *assignments)
    assert list(recipe.sources) == ["cot"]
    assert list(recipe.mixture.collections) == ["cot"]


def test_a_collection_without_sources_takes_its_settings_along(tmp_path: Path) -> None:
    recipe = _load(tmp_path, "base: bases/base.yaml\nname: heir\n", "sources.cot=null")
    assert list(recipe.sources) == ["questions"]
    assert recipe.mixture.collections == {}


def test_null_takes_a_value_back_to_its_default(tmp_path: Path) -> None:
    text = """\
base: bases/base.yaml
name: heir
few_shot: null
mixture: {collections: {cot: {cap: null}}}
"""
    recipe = _load(tmp_path, text)
    assert len(recipe.few_shot.variants) > 1
    assert recipe.mixture.collections["cot"].cap is None
    assert recipe.mixture.collections["cot"].weight == 0.5


def test_what_was_left_out_can_be_stated_again(tmp_path: Path) -> None:
    (tmp_path / "middle.yaml").write_text(
        "base: bases/base.yaml\nname: middle\nsources: {cot: null}\n"
    )
    text = "base: middle.yaml\nname: heir\nsources: {cot: {format: cot_tsv, path: there}}\n"
    recipe = _load(tmp_path, text)
    assert recipe.sources["cot"].path == str(tmp_path / "there")


@pytest.mark.parametrize(
    ("text", "assignments", "parts"),
    [
        ("base: nowhere.yaml", [], ["heir.yaml:1: base:", "neither a file nor a shipped recipe"]),
        ("base: 3", [], ["heir.yaml:1: base: 3 is not the name of a shipped recipe or a file"]),
        ("base: heir.yaml", [], ["heir.yaml:1: base: heir.yaml is itself based on this file"]),
        (
            "base: bases/base.yaml\nmixture: {colections: {}}",
            [],
            ["heir.yaml:3: mixture.colections: unknown key", "'collections'"],
        ),
        (
            "base: bases/base.yaml\nmixture: {collections: {cot: {weight: x}}}",
            [],
            ["heir.yaml:3: mixture.collections.cot.weight: 'x'"],
        ),
        ("base: bases/base.yaml\nnone: null", [], ["heir.yaml:3: none: unknown key"]),
        (
            "base: bases/base.yaml",
            ["sources.cott=null"],
            ["--set sources.cott: sources has no 'cott' to remove; did you mean 'cot'?"],
        ),
        (
            "base: bases/base.yaml",
            ["mixture.collections.flam=null"],
            ["--set mixture.collections.flam: mixture.collections has no 'flam' to remove"],
        ),
        (
            "base: bases/base.yaml",
            ["sources.cot=null", "sources.questions=null"],
            ["removes the last source"],
        ),
        ("base: bases/base.yaml", ["sources.cot="], ["sources.cot: None"]),
        (
            "base: bases/base.yaml",
            ["base=quickstart"],
            ["--set base: base cannot be set from the command line"],
        ),
    ],
)
def test_mistakes_are_named_where_they_are(
    tmp_path: Path, text: str, assignments: list[str], parts: list[str]
) -> None:
    first, _, rest = text.partition("\n")
    with pytest.raises(ConfigurationError) as raised:
        _load(tmp_path, f"{first}\nname: heir\n{rest}\n", *assignments)
    for part in parts:
        assert part in str(raised.value)


def test_a_mistake_of_the_base_is_named_in_the_base(tmp_path: Path) -> None:
    base = RECIPE.replace("weight: 0.5", "weight: -1")
    with pytest.raises(ConfigurationError, match=r"base\.yaml:17: mixture\.collections\.cot"):
        _load(tmp_path, "base: bases/base.yaml\nname: heir\n", base=base)


def test_base_changes_nothing_but_what_is_stated(tmp_path: Path) -> None:
    heir = _load(tmp_path, "base: bases/base.yaml\nname: tiny\n")
    base = load_recipe(str(tmp_path / "bases" / "base.yaml"), [], {}, None)
    assert heir.stated() == base.stated()


def test_a_shipped_recipe_can_be_a_base(tmp_path: Path) -> None:
    recipe = _load(tmp_path, "base: quickstart\nname: heir\nmixture: {examples: 3}\n")
    shipped = load_recipe("quickstart", [], {}, None)
    assert recipe.mixture.examples == 3
    assert recipe.sources == shipped.sources
