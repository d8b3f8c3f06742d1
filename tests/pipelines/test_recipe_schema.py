"""The JSON Schema of recipes accepts and refuses what the command does."""

import operator
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.configuration import yaml_document
from pipelines.configuration.validation import validate
from pipelines.recipe import Recipe, shipped_recipes
from tfrecords_schema.errors import ConfigurationError

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def _is_type(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _is_long(value: Any, least: int) -> bool:
    return len(value) >= least


# Keyword of JSON Schema: the types that it is about, what (value, its argument) must be.
_LAWS: dict[str, tuple[tuple[type, ...], Callable[[Any, Any], bool]]] = {
    "type": ((object,), _is_type),
    "const": ((object,), operator.eq),
    "enum": ((object,), lambda value, choices: value in choices),
    "minimum": ((int, float), operator.ge),
    "maximum": ((int, float), operator.le),
    "exclusiveMinimum": ((int, float), operator.gt),
    "exclusiveMaximum": ((int, float), operator.lt),
    "pattern": ((str,), lambda text, pattern: re.search(pattern, text) is not None),
    "minLength": ((str,), _is_long),
    "maxLength": ((str,), lambda text, most: len(text) <= most),
    "minItems": ((list,), _is_long),
    "minProperties": ((dict,), _is_long),
    "required": ((dict,), lambda value, names: set(names) <= value.keys()),
}
_CHOICES = {"$ref", "anyOf", "oneOf"}
_PARTS = {"items", "properties", "patternProperties", "additionalProperties", "propertyNames"}
# These say nothing about validity.
_NOTES = {"title", "description", "default", "discriminator", "$defs"}


def _accepts(schema: Any, value: Any, root: dict[str, Any]) -> bool:
    """Return whether a JSON Schema (of pydantic's keywords) accepts `value`."""
    if isinstance(schema, bool):
        return schema
    unknown = schema.keys() - _LAWS.keys() - _CHOICES - _PARTS - _NOTES
    assert not unknown, f"teach _accepts these keywords: {unknown}"
    laws = [(key, *law) for key, law in _LAWS.items() if key in schema]
    return (
        all(keeps(value, schema[key]) for key, types, keeps in laws if isinstance(value, types))
        and _choices_accept(schema, value, root)
        and all(_accepts(inner, part, root) for inner, part in _parts(schema, value))
    )


def _choices_accept(schema: Any, value: Any, root: dict[str, Any]) -> bool:
    """Return whether what the schema refers to, one of `anyOf` and just one of `oneOf` accept."""

    def accepting(choices: list[Any]) -> int:
        return sum(_accepts(choice, value, root) for choice in choices)

    referred = [root["$defs"][schema["$ref"].rpartition("/")[2]]] if "$ref" in schema else []
    return (
        accepting(referred) == len(referred)
        and ("anyOf" not in schema or accepting(schema["anyOf"]) > 0)
        and ("oneOf" not in schema or accepting(schema["oneOf"]) == 1)
    )


def _parts(schema: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (schema, part) of each item, key and value that `value` has."""
    if isinstance(value, list):
        yield from ((schema.get("items", True), item) for item in value)
    if isinstance(value, dict):
        named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        for key, item in value.items():
            yield schema.get("propertyNames", True), key
            stated = [named[key]] if key in named else []
            stated += [inner for pattern, inner in patterns.items() if re.search(pattern, key)]
            for inner in stated or [schema.get("additionalProperties", True)]:
                yield inner, item


def _as_json(value: Any) -> Any:
    """Return a YAML value as JSON has it: keys are strings."""
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    return [_as_json(item) for item in value] if isinstance(value, list) else value


@pytest.fixture
def schema(flanbeam: Any) -> dict[str, Any]:
    outcome = flanbeam("schema")
    assert outcome.status == 0
    document: dict[str, Any] = outcome.document
    return document


@pytest.mark.parametrize("name", sorted(shipped_recipes()))
def test_schema_accepts_shipped_recipes(schema: dict[str, Any], name: str) -> None:
    value = yaml.safe_load(Path(shipped_recipes()[name]).read_text())
    assert _accepts(schema, _as_json(value), schema)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("sede",), 1),
        (("seed",), "one"),
        (("seed",), -1),
        (("sources",), {}),
        (("sources", "reasoning", "format"), "csv"),
        (("sources", "reasoning", "columns"), 3),
        (("mixture", "collections", "flan", "weight"), -1),
        (("mixture", "examples"), "most"),
        (("few_shot", "variants"), "many"),
        (("vocabulary", "kind"), "word"),
    ],
)
def test_schema_refuses_what_the_recipe_refuses(
    schema: dict[str, Any], path: tuple[str, ...], wrong: Any
) -> None:
    value = _as_json(yaml.safe_load(Path(shipped_recipes()["quickstart"]).read_text()))
    target = value
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = wrong
    assert not _accepts(schema, value, schema)
    with pytest.raises(ConfigurationError):
        validate(Recipe, yaml_document.parse(yaml.safe_dump(value), "recipe.yaml"))


def test_schema_asks_of_held_out_sets_only_what_the_recipe_asks(schema: dict[str, Any]) -> None:
    value = _as_json(yaml.safe_load(Path(shipped_recipes()["quickstart"]).read_text()))
    bare = {"format": "jsonl", "path": "x.jsonl", "fields": {"question": "q"}}
    chat = {"format": "chat", "path": "chats"}
    value["held_out"] = {"mine": bare, "talks": chat}
    assert _accepts(schema, value, schema)
    for missing in ("format", "fields"):
        part = {key: item for key, item in bare.items() if key != missing}
        assert not _accepts(schema, {**value, "held_out": {"mine": part}}, schema)
    assert not _accepts(schema, {**value, "sources": {"mine": bare}}, schema)
