"""ShareGPT rows as turns."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.formats.conversations import Conversations
from transforms.types import Task

SOURCE = Conversations(format="sharegpt", collection="c")
_TURNS = [
    {"from": "human", "value": "Weather?"},
    {"from": "function_call", "value": '{"name": "weather"}'},
    {"from": "observation", "value": "sunny"},
    {"from": "gpt", "value": "It is sunny."},
]


def test_turns(read_texts: Callable[..., list[Any]]) -> None:
    row = {"id": "1", "conversations": _TURNS}
    assert read_texts(SOURCE, json.dumps(row), "f.jsonl") == [
        {"instruction": "Weather?", "output": '{"name": "weather"}'},
        {
            "history": ["User: Weather?", 'Assistant: {"name": "weather"}'],
            "input": "Tool: sunny",
            "output": "It is sunny.",
        },
    ]


def test_system_and_tools_are_kept(read_texts: Callable[..., list[Any]]) -> None:
    source = Conversations(format="sharegpt", collection="c", turns="last")
    row = {
        "conversations": _TURNS[:1] + _TURNS[3:],
        "system": "Be brief.",
        "tools": '[{"name": "weather"}]',
    }
    assert read_texts(source, json.dumps([row]), "f.json") == [
        {
            "history": ["System: Be brief.", 'Tools: [{"name": "weather"}]'],
            "input": "Weather?",
            "output": "It is sunny.",
        }
    ]


def test_tasks(read_file: Callable[..., list[Any]]) -> None:
    row = json.dumps({"conversations": _TURNS})
    tasks = [e for e in read_file(SOURCE, row, "f.jsonl") if isinstance(e, Task)]
    assert [(task.name, task.family) for task in tasks] == [
        ("some_source", "chat"),
        ("some_source_single_turn", "instruction_only"),
        ("some_source_after_tool", "chat_after_tool"),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "wrong_type"),
        ({"conversations": 3}, "wrong_type"),
        ({"conversations": ["Hi"]}, "wrong_type"),
        ({"conversations": [{"from": "human", "value": None}]}, "wrong_type"),
        ({"conversations": [{"from": "alien", "value": "Hi"}]}, "unknown_role"),
        ({"conversations": [{"value": "Hi"}]}, "unknown_role"),
        ({"conversations": []}, "wrong_type"),
        ({"conversations": [{"from": "human", "value": "Hi"}]}, "empty_field"),
        ({"conversations": [_TURNS[0], {"from": "gpt", "value": ""}]}, "empty_field"),
    ],
)
def test_unfit_rows(read_texts: Callable[..., list[Any]], row: dict[str, Any], reason: str) -> None:
    ((found, detail),) = read_texts(SOURCE, json.dumps(row), "f.jsonl")
    assert found == reason
    assert detail.startswith("f.jsonl:1: ")
