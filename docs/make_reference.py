"""Write the reference pages from the code: `python docs/make_reference.py`.

docs/reference/recipe.md has every key of a recipe, docs/reference/training.md every key of a
training configuration, docs/reference/cli.md every command. Descriptions and defaults are those of
the classes, examples those of the files that ship with flanbeam, of reference_examples.yaml, or
the default. A test compares the pages.
"""

import argparse
import os
import sys
import types
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import yaml

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE.parent))

from pipelines import cli  # noqa: E402
from pipelines.configuration.shipped import shipped_files  # noqa: E402
from pipelines.recipe import Recipe  # noqa: E402
from trainer.config import TrainConfig  # noqa: E402

_LONGEST = 60
_NOTE = "<!-- Written by docs/make_reference.py; change the descriptions in the code instead. -->"


def pages() -> dict[str, str]:
    """Return the text of each page by its path below docs."""
    return {
        "reference/recipe.md": recipe_page(),
        "reference/training.md": training_page(),
        "reference/cli.md": cli_page(),
    }


def _documents(package: str, folder: str) -> list[Any]:
    files = shipped_files(package, folder)
    return [yaml.safe_load(Path(path).read_text()) for _, path in sorted(files.items())]


def _shown(value: Any) -> str:
    """Return a value in one short line of YAML."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    text = text.removesuffix("\n").removesuffix("\n...").strip()
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return f"`{_one_line(text)}`"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _cell(text: str) -> str:
    return _one_line(text).replace("<", "&lt;")


def _default(field: Mapping[str, Any]) -> str:
    if "default" not in field:
        return ""
    default = field["default"]
    return "" if default is None or default in ([], {}, "") else _shown(default)


@cache
def stated_examples() -> dict[str, Any]:
    """Return the examples of reference_examples.yaml, by key or Class.key."""
    stated: dict[str, Any] = yaml.safe_load((_HERE / "reference_examples.yaml").read_text())
    return stated


def example_of(owner: str, key: str) -> Any:
    """Return the example of a key that no shipped file has; None if there is none."""
    stated = stated_examples()
    return stated.get(f"{owner}.{key}", stated.get(key))


def _table(
    owner: str,
    properties: Mapping[str, Any],
    required: list[str],
    examples: Mapping[str, Any],
    classes: Mapping[str, Any] = types.MappingProxyType({}),
) -> Iterator[str]:
    yield "| key | what it says | default | example |"
    yield "|---|---|---|---|"
    for name, field in properties.items():
        text = field.get("description") or _summary(field, classes)
        if field.get("const") or name == "format":
            text = text or "The format, by name."
        mark = " (required)" if name in required else ""
        stated = examples[name] if name in examples else example_of(owner, name)
        example = _default(field) if stated is None else _shown(stated)
        yield f"| `{name}`{mark} | {_cell(text)} | {_default(field)} | {example} |"


def _group_of(field: Mapping[str, Any]) -> str | None:
    """Return the name of the class that a field's value is of, if it is one."""
    for one in (field, *field.get("anyOf", ()), *field.get("allOf", ())):
        if "$ref" in one:
            return str(one["$ref"].rpartition("/")[2])
    return None


def recipe_page() -> str:
    """Return the page of the keys of a recipe."""
    schema = Recipe.model_json_schema()
    classes = schema["$defs"]
    documents = _documents("pipelines", "recipes")
    top: dict[str, Any] = {}
    of_class: dict[str, dict[str, Any]] = {}
    for document in documents:
        for key, value in document.items():
            top.setdefault(key, value)
            name = _group_of(schema["properties"].get(key, {}))
            if name and isinstance(value, dict):
                for inner, item in value.items():
                    of_class.setdefault(name, {}).setdefault(inner, item)
        for group in ("sources", "held_out"):
            for source in (document.get(group) or {}).values():
                for name in _classes_of(source, classes):
                    for inner, item in source.items():
                        of_class.setdefault(name, {}).setdefault(inner, item)
    lines = ["# Keys of a recipe", "", _NOTE, ""]
    lines += ["`flanbeam schema` prints the same as JSON Schema, for editors.", ""]
    lines += [*_table("Recipe", schema["properties"], schema.get("required", []), top, classes), ""]
    for name in sorted(classes):
        of = classes[name]
        if "properties" not in of:
            continue
        formats = of["properties"].get("format", {})
        named = formats.get("enum") or ([formats["const"]] if "const" in formats else [])
        title = f"`format: {'`, `'.join(named)}`" if named else name
        lines += [f"## {title}", ""]
        if of.get("description"):
            lines += [" ".join(of["description"].split()), ""]
        table = _table(
            name, of["properties"], of.get("required", []), of_class.get(name, {}), classes
        )
        lines += [*table, ""]
    return "\n".join(lines)


def _summary(field: Mapping[str, Any], classes: Mapping[str, Any]) -> str:
    text = classes.get(_group_of(field) or "", {}).get("description", "")
    return str(text).partition("\n\n")[0]


def _classes_of(source: Any, classes: Mapping[str, Any]) -> list[str]:
    """Return the class of a source by its format."""
    stated = source.get("format") if isinstance(source, dict) else None
    found = []
    for name, of in classes.items():
        formats = of.get("properties", {}).get("format", {})
        if stated and stated in (formats.get("enum") or [formats.get("const")]):
            found.append(name)
    return found


def training_page() -> str:
    """Return the page of the keys of a training configuration."""
    schema = TrainConfig.model_json_schema()
    examples: dict[str, Any] = {}
    for document in _documents("trainer", "configs"):
        for key, value in document.items():
            if value is not None:
                examples.setdefault(key, value)
    lines = ["# Keys of a training configuration", "", _NOTE, ""]
    lines += [
        *_table("TrainConfig", schema["properties"], schema.get("required", []), examples),
        "",
    ]
    return "\n".join(lines)


def _helps(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the help of a parser, then those of its subcommands."""
    yield parser.format_help()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from _helps(inner)


def cli_page() -> str:
    """Return the page of the commands: the help of each."""
    lines = ["# Commands", "", _NOTE, ""]
    # The width that help is folded to.
    with mock.patch.dict(os.environ, COLUMNS="100"):
        helps = list(_helps(cli.parser_of_commands()))
    for text in helps:
        usage = text.partition("\n")[0].removeprefix("usage: ").split(" [")[0]
        words = [word for word in usage.split() if word.islower() or "-" in word]
        lines += [f"## {' '.join(words)}", "", "```text", text.rstrip(), "```", ""]
    return "\n".join(lines)


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        (_HERE / path).parent.mkdir(exist_ok=True)
        (_HERE / path).write_text(text)


if __name__ == "__main__":
    main()
