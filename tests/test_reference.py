"""The reference pages say what the code says; each key is described and has a valid example."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel, TypeAdapter

from pipelines.recipe import Recipe
from trainer.config import TrainConfig
from transforms.settings import Settings

_DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", _DOCS / "make_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="argparse words help in another way in each version"
)
@pytest.mark.parametrize("page", ["recipe", "training", "cli"])
def test_pages_are_current(reference: ModuleType, page: str) -> None:
    path = f"reference/{page}.md"
    said = "run `python docs/make_reference.py`"
    assert (_DOCS / path).read_text() == reference.pages()[path], said


@pytest.mark.parametrize("page", ["recipe", "training"])
def test_every_key_has_a_description(page: str) -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", (_DOCS / f"reference/{page}.md").read_text(), re.M)
    assert len(rows) > 20
    assert [key for key, text in rows if len(text.strip()) < 10] == []


@pytest.mark.parametrize("page", ["recipe", "training"])
def test_every_key_has_an_example(page: str) -> None:
    text = (_DOCS / f"reference/{page}.md").read_text()
    rows = re.findall(r"^\| (`.*?) \|.*\| (.*?) \|$", text, re.M)
    assert len(rows) > 20
    assert [key for key, example in rows if not example.strip()] == []


def test_examples_are_valid(reference: ModuleType) -> None:
    # Those of the pages; studies, for example, have settings of their own.
    of_recipes = Recipe.model_json_schema()["$defs"]
    models = [model for model in _models(Settings) if model.__name__ in of_recipes]
    owners = {model.__name__: model for model in (*models, Recipe, TrainConfig)}
    checked = 0
    for name, model in owners.items():
        for key, field in model.model_fields.items():
            example = reference.example_of(name, key)
            # The format of a source is a name that its class chooses.
            if example is not None and key != "format":
                TypeAdapter(field.annotation).validate_python(example)
                checked += 1
    assert checked > 100


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for below in model.__subclasses__():
        yield below
        yield from _models(below)
