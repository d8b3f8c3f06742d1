"""OpenAI messages as turns."""

import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from transforms.sources.formats.conversations import Conversations

SOURCE = Conversations(format="openai_messages", collection="c")
ReadTexts = Callable[..., list[Any]]
_MESSAGES = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": "Hello"},
    {"role": "user", "content": "Bye"},
    {"role": "assistant", "content": "Farewell"},
]
_FIELDS = [
    {"history": ["System: Be kind."], "input": "Hi", "output": "Hello"},
    {
        "history": ["System: Be kind.", "User: Hi", "Assistant: Hello"],
        "input": "Bye",
        "output": "Farewell",
    },
]


@pytest.mark.parametrize("name", ["f.jsonl", "f.json", "f.jsonl.gz", "f.json.zst"])
def test_each_turn_of_the_assistant(read_texts: ReadTexts, name: str) -> None:
    row: Any = {"messages": _MESSAGES}
    data = json.dumps(row if ".jsonl" in name else [row])
    assert read_texts(SOURCE, data, name) == _FIELDS


def test_the_last_turn_alone(read_texts: ReadTexts) -> None:
    source = Conversations(format="openai_messages", collection="c", turns="last")
    assert read_texts(source, json.dumps({"messages": _MESSAGES}), "f.jsonl") == _FIELDS[1:]


def test_parquet(read_texts: ReadTexts) -> None:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{"messages": _MESSAGES, "prompt_id": "p"}]), stream)
    assert read_texts(SOURCE, stream.getvalue(), "f.parquet") == _FIELDS


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, "a\nb"),
        (
            {"content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]},
            '{"name":"f","arguments":"{}"}',
        ),
    ],
)
def test_content(read_texts: ReadTexts, message: dict[str, Any], text: str) -> None:
    messages = [{"role": "user", "content": "Go"}, {"role": "assistant", **message}]
    assert read_texts(SOURCE, json.dumps({"messages": messages}), "f.jsonl") == [
        {"instruction": "Go", "output": text}
    ]


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        (None, "wrong_type"),
        ([3], "wrong_type"),
        ([{"role": "robot", "content": "Hi"}], "unknown_role"),
        ([{"content": "Hi"}], "unknown_role"),
        ([{"role": "user"}], "wrong_type"),
        ([{"role": "user", "content": [{"type": "image_url"}]}], "has_media"),
        ([{"role": "user", "content": None, "tool_calls": {}}], "wrong_type"),
        ([{"role": "user", "content": "Hi"}], "empty_field"),
    ],
)
def test_unfit_rows(read_texts: ReadTexts, messages: object, reason: str) -> None:
    ((found, _),) = read_texts(SOURCE, json.dumps({"messages": messages}), "f.jsonl")
    assert found == reason
