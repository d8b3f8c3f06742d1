"""Found: recipes whose mistakes are not told as promised (one line, with file, line and key)."""

from pathlib import Path
from typing import Any

import pytest

from pipelines import yaml_document
from pipelines.recipe import Recipe
from pipelines.validation import validate
from tfrecords_schema.errors import ConfigurationError, nearest

SOURCES = "sources:\n  cot:\n    path: cot\n    format: cot_tsv\n"
RECIPE = "name: tiny\n" + SOURCES


def _load(text: str, *assignments: str) -> Recipe:
    document = yaml_document.parse(text, "recipe.yaml")
    for assignment in assignments:
        document.set(assignment)
    return validate(Recipe, document)


def _complaint(text: str, *assignments: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        _load(text, *assignments)
    return str(raised.value)


def test_unknown_format_names_the_line_of_the_format() -> None:
    """It names the line of the source instead."""
    complaint = _complaint(RECIPE.replace("cot_tsv", "cot_csv"))
    assert complaint.startswith("recipe.yaml:5: sources.cot.format: unknown format 'cot_csv'")


@pytest.mark.parametrize(
    "assignment", [".=3", "mixture..weight=3", "sources.nope.path=x", "mixtur.examples=3"]
)
def test_set_of_an_unknown_key_is_not_blamed_on_the_file(assignment: str) -> None:
    """Mappings that --set makes on the way have no place, so the nearest line of the file has."""
    complaint = _complaint(RECIPE, assignment)
    assert f"--set {assignment.partition('=')[0]}" in complaint
    assert "recipe.yaml" not in complaint


def test_seed_is_not_called_set(flanbeam: Any) -> None:
    """`--seed -1` is told as `--set seed`, which nobody wrote."""
    outcome = flanbeam("preview", "quickstart", "--seed=-1")
    assert outcome.status == 2
    assert "--seed" in outcome.err


@pytest.mark.parametrize("assignment", ["seed=[1", "seed={a: b", "seed='", "seed=a: b: c"])
def test_set_of_broken_yaml_gives_one_line(assignment: str) -> None:
    complaint = _complaint(RECIPE, assignment)
    assert complaint.startswith(f"--set {assignment}: not a YAML value")
    assert len(complaint.splitlines()) == 1


@pytest.mark.parametrize("assignment", ["seed=2024-13-45", "seed=0x_"])
def test_set_of_an_impossible_scalar_is_a_configuration_error(assignment: str) -> None:
    """A ValueError of PyYAML passes through."""
    assert _complaint(RECIPE, assignment).startswith(f"--set {assignment}")


@pytest.mark.parametrize("character", ["\0", "\x07", "\ufffe"])
def test_control_character_gives_one_line_with_its_number(character: str) -> None:
    """PyYAML's message has two lines and no line number."""
    complaint = _complaint(RECIPE.replace("tiny", f"tiny{character}"))
    assert complaint.startswith("recipe.yaml:1: not valid YAML")
    assert len(complaint.splitlines()) == 1


@pytest.mark.parametrize("scalar", ["2024-13-45", "0x_"])
def test_impossible_scalar_names_its_line(scalar: str) -> None:
    """The month of a date, the digits of a number: PyYAML's ValueError has no place."""
    assert _complaint(RECIPE + f"description: {scalar}\n").startswith("recipe.yaml:6: ")


@pytest.mark.parametrize(
    "text", ["a: &a [*a]\n", "a: &a {b: *a}\n", "a: " + "[" * 2000 + "]" * 2000 + "\n"]
)
def test_endless_nesting_is_refused(text: str) -> None:
    """RecursionError, exit status 1."""
    assert _complaint(text).startswith("recipe.yaml")


def test_merge_key_may_be_overridden() -> None:
    """YAML's own way to share settings between sources is refused as a key that is there twice."""
    text = """\
name: tiny
sources:
  a: &a {format: cot_tsv, path: one, collection: cot}
  b: {<<: *a, path: two}
"""
    recipe = _load(text)
    assert recipe.sources["b"].path == "two"


def test_name_that_leads_out_of_the_snapshot_is_refused() -> None:
    """`name: ..` writes the shards beside the snapshot; what is published does not verify."""
    assert "name" in _complaint(RECIPE.replace("tiny", '".."'))


@pytest.mark.parametrize(
    "setting",
    [
        "seed: 99999999999999999999999999",
        "vocabulary: {extra_ids: 99999999999999999999999999}",
        "output: {shard_bytes: 99999999999999999999999999}",
    ],
)
def test_number_that_no_manifest_can_hold_is_refused(setting: str) -> None:
    """The build ends with `TypeError: Integer exceeds 64-bit range`, exit status 1."""
    assert "9999" in _complaint(f"{RECIPE}{setting}\n")


@pytest.mark.parametrize("setting", ["collections: {cot: {weight: .inf}}", "temperature: 1.0e-300"])
def test_number_that_no_mixture_can_use_is_refused(setting: str) -> None:
    """An infinite weight drops the others in silence; the temperature overflows in a worker."""
    assert "mixture" in _complaint(f"{RECIPE}mixture: {{{setting}}}\n")


def test_common_misspelling_finds_its_word() -> None:
    """difflib's greedy blocks give 'lisence' and 'license' a ratio of 0.57, under the cutoff."""
    assert (
        nearest("lisence", ["about", "collection", "format", "license"])
        == "did you mean 'license'?"
    )


@pytest.mark.parametrize("missing", ["source", "vocabulary"])
def test_missing_file_names_recipe_line_and_key(
    flanbeam: Any, tmp_path: Path, missing: str
) -> None:
    """The path alone is named; "Must show": file, line and key."""
    recipe = tmp_path / "recipe.yaml"
    (tmp_path / "x_train.tsv").write_text("q\ta\tr\n")
    there = RECIPE.replace("path: cot", "path: .")
    vocabulary = "vocabulary: {kind: sentencepiece, path: no.model}\n"
    recipe.write_text(RECIPE if missing == "source" else there + vocabulary)
    outcome = flanbeam("build", recipe, "--out", tmp_path / "out")
    assert outcome.status == 2
    [line] = outcome.err.splitlines()
    place = {"source": ":4: sources.cot.path: ", "vocabulary": ":6: vocabulary.path: "}[missing]
    assert line.startswith(f"flanbeam build: {recipe}{place}")
