"""Recipes as texts, and what is said about them."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.configuration import yaml_document
from pipelines.configuration.validation import validate
from pipelines.recipe import Recipe
from tfrecords_schema.errors import ConfigurationError

RECIPE = """\
name: tiny
seed: 1
sources:
  cot:
    format: cot_tsv
    path: cot
  questions:
    format: jsonl
    path: questions.jsonl
    collection: flan
    task: questions
    family: closed_book_qa
    fields: {question: q, answer: a}
    labels: ["no", "yes"]
mixture:
  collections:
    cot: {weight: 0.5, cap: 3}
few_shot: {variants: [{shots: 1}]}
vocabulary: {kind: bytes}
"""

TINY_RECIPE = """\
name: tiny
sources:
  cot:
    path: cot
    format: cot_tsv
"""


def complaint(flanbeam: Any, recipe: Path, *argv: object) -> str:
    """Return the one line the command says about a recipe; check that it says just that."""
    outcome = flanbeam("preview", recipe, *argv)
    assert outcome.status == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    [line] = outcome.err.splitlines()
    return str(line).removeprefix("flanbeam preview: ")


def load(text: str, *assignments: str) -> Recipe:
    """Load the recipe of a text, with settings changed as `--set` changes them."""
    document = yaml_document.parse(text, "recipe.yaml")
    for assignment in assignments:
        document.set(assignment)
    return validate(Recipe, document)


def complaint_about(text: str, *assignments: str) -> str:
    """Return all that is wrong with the recipe of a text."""
    with pytest.raises(ConfigurationError) as raised:
        load(text, *assignments)
    return str(raised.value)
