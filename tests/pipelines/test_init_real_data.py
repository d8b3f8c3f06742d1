"""`init` alone on real files: every target is that of the file, read here by other means."""

import csv
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.drafting.recipes import draft_recipe
from pipelines.recipe import Recipe
from transforms.types import Record

Row = dict[str, Any]


def _alpaca(row: Row) -> list[str]:
    return [row["output"]]


def _chosen(row: Row) -> list[str]:
    return [row["chosen"]["value"]]


def _kto(row: Row) -> list[str]:
    said = [message["content"] for message in row["messages"] if message["role"] == "assistant"]
    return said if row["label"] else []


def _sharegpt(row: Row) -> list[str]:
    roles = ("gpt", "function_call")
    return [turn["value"] for turn in row["conversations"] if turn["from"] in roles]


def _parts(message: Row) -> str:
    of = {kind: [p["value"] for p in message["content"] if p["type"] == kind]
          for kind in ("reasoning", "text", "tool_call")}  # fmt: skip
    said = "\n".join(of["text"] + of["tool_call"])
    thought = "\n".join(of["reasoning"]).strip()
    return f"<think>\n{thought}\n</think>\n\n{said}" if thought else said


def _v1(row: Row) -> list[str]:
    return [_parts(message) for message in row["messages"] if message["role"] == "assistant"]


def _v1_dpo(row: Row) -> list[str]:
    return [_parts(row["chosen_messages"][-1])]


def _openai(row: Row) -> list[str]:
    return [m["content"] for m in row["messages"] if m["role"] == "assistant"]


def _tree(row: Row) -> list[str]:
    def below(node: Row) -> Iterator[str]:
        for reply in node["replies"]:
            if reply["role"] == "assistant":
                yield reply["text"]
            yield from below(reply)

    return list(below(row.get("prompt", row)))


def _seeds(row: Row) -> list[str]:
    return [instance["output"] for instance in row["instances"]]


def _mt_bench(row: Row) -> list[str]:
    return row.get("reference", [])[:1]


def _answer(row: Row) -> list[str]:
    return [str(row["Answer"])]


def _p3(row: Row) -> list[str]:
    return [row["completion"].removesuffix("<|endoftext|>")]


def _better(row: Row) -> list[str]:
    return [row["response_j"]]


def _rows(path: Path) -> list[Row]:
    if path.suffix == ".csv":
        with path.open(newline="") as stream:
            return list(csv.DictReader(stream))
    text = path.read_text()
    return json.loads(text) if path.suffix == ".json" else [*map(json.loads, text.splitlines())]


def _is_alike(found: str, expected: str) -> bool:
    """Return whether two texts are equal but for blank lines around them and one space."""
    return found == re.sub(r"\A(?:\s*\n)+", "", expected).rstrip() or found == expected.strip()


@pytest.mark.parametrize(
    ("file", "targets"),
    [
        ("llamafactory/alpaca_en_demo.json", _alpaca),
        ("llamafactory/alpaca_zh_demo.json", _alpaca),
        ("llamafactory/identity.json", _alpaca),
        ("llamafactory/dpo_en_demo.json", _chosen),
        ("llamafactory/kto_en_demo.json", _kto),
        ("llamafactory/glaive_toolcall_en_demo.json", _sharegpt),
        ("llamafactory/reason_tool_use_demo_50.jsonl", _v1),
        ("llamafactory/v1_sft_demo.jsonl", _v1),
        ("llamafactory/v1_dpo_demo.jsonl", _v1_dpo),
        ("oasst/en_100_tree.jsonl", _tree),
        ("oasst/en_100_message.jsonl", _tree),
        ("self_instruct/seed_tasks.jsonl", _seeds),
        ("mt_bench/question.jsonl", _mt_bench),
        ("svamp/SVAMP.json", _answer),
        ("svamp/train.csv", _answer),
        ("codealpaca/code_alpaca_2k.json", _alpaca),
        ("datajuicer/alpaca-cot.jsonl", _alpaca),
        ("datajuicer/demo-dataset-chatml.jsonl", _openai),
        ("torchtune/chat_tiny.json", _sharegpt),
        ("torchtune/stack_exchange_paired_tiny.json", _better),
        ("p3_rows/wiki_qa_Is_This_True_.jsonl", _p3),
    ],
)
def test_targets(flanbeam_data: Path, file: str, targets: Callable[[Row], list[str]]) -> None:
    path = flanbeam_data / "wild" / file
    drafted = draft_recipe([str(path)], None, os.getcwd())
    recipe = Recipe.model_validate(yaml.safe_load(drafted.text))
    (source,) = recipe.sources.values()
    records = [e for e in source.read("s", _piece(source, path)) if isinstance(e, Record)]
    found = [record.fields.get("output") or record.fields["answer"] for record in records]
    expected = [text for row in _rows(path) for text in targets(row) if text.strip()]
    assert len(found) == len(expected)
    assert all(_is_alike(str(one), other) for one, other in zip(found, expected, strict=True))


def _piece(source: Any, path: Path) -> Any:
    (piece,) = source.work(str(path), {"": path.stat().st_size})
    return piece
