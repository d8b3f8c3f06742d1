"""Prose from facts, meaning representations or words."""

import re
from collections.abc import Iterator

from transforms.collections.tfds_task import TfdsTask
from transforms.sources.files.row import Row
from transforms.sources.mapping import RowMapping

_E2E_SLOT = re.compile(r"([^\[\],]+)\[([^\]]*)\]")


def listed_words(row: Row) -> Iterator[Row]:
    """Join the words by commas: {"concepts": ["dog", "run"]} → {"concepts": "dog, run"}"""
    yield {**row, "concepts": ", ".join(row["concepts"])}


def dart_triples(row: Row) -> Iterator[Row]:
    """Write each row of DART's table on a line, cells separated: "subject | predicate | object"."""
    table = row["input_text"]["table"]
    lines: dict[int, dict[str, str]] = {}
    for number, header, content in zip(
        table["row_number"], table["column_header"], table["content"], strict=True
    ):
        lines.setdefault(number, {})[header] = content
    columns = ("subject", "predicate", "object")
    facts = [" | ".join(cells.get(name, "") for name in columns) for cells in lines.values()]
    yield {"facts": facts, "answer": row["target_text"]}


def e2e_slots(row: Row) -> Iterator[Row]:
    """Separate a slot's name and value.

    {"meaning_representation": "name[Zizzi], food[Thai]"} → ["name | Zizzi", "food | Thai"]
    """
    slots = _E2E_SLOT.findall(row["meaning_representation"])
    yield {**row, "facts": [f"{name.strip()} | {value.strip()}" for name, value in slots]}


def web_nlg_triples(row: Row) -> Iterator[Row]:
    """Put spaces into names.

    {"input": ["Alan_Bean | birthPlace | Texas"]} → ["Alan Bean | birthPlace | Texas"]
    """
    yield {**row, "input": [triple.replace("_", " ") for triple in row["input"]]}


def _facts(key: str, answer: str, own_id: str | None = None) -> RowMapping:
    return RowMapping(family="data_to_text", id=own_id, fields={"facts": key, "answer": answer})


TASKS = (
    TfdsTask(
        name="common_gen",
        builder="gem/common_gen:1.1.0",
        mapping=RowMapping(
            family="keywords_to_text",
            id="gem_id",
            fields={"keywords": "concepts", "answer": "target"},
        ),
        license="MIT",
        prepare=listed_words,
    ),
    TfdsTask(
        name="dart",
        builder="dart:0.1.0",
        mapping=_facts("facts", "answer"),
        license="MIT",
        prepare=dart_triples,
    ),
    TfdsTask(
        name="e2e_nlg",
        builder="gem/e2e_nlg:1.1.0",
        mapping=_facts("facts", "target", "gem_id"),
        license="CC-BY-SA-4.0",
        prepare=e2e_slots,
    ),
    TfdsTask(
        name="web_nlg_en",
        builder="gem/web_nlg_en:1.1.0",
        mapping=_facts("input", "target", "gem_id"),
        prepare=web_nlg_triples,
    ),
)
