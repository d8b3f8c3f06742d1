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


def _result(call: str, content: str) -> dict[str, str]:
    return {"role": "tool", "tool_call_id": call, "content": content}


@pytest.mark.parametrize(
    ("results", "shown"),
    [
        ([_result("c2", "7"), _result("c1", "5")], "5\n7"),
        ([_result("c1", "5"), _result("c2", "7")], "5\n7"),
        # Of a call that is not there, nothing is known.
        ([_result("c2", "7"), _result("c9", "5")], "7\n5"),
    ],
)
def test_results_are_in_the_order_of_their_calls(
    read_texts: ReadTexts, results: list[dict[str, str]], shown: str
) -> None:
    calls = [
        {"id": name, "function": {"name": "price", "arguments": {"of": of}}}
        for name, of in (("c1", "ant"), ("c2", "pie"))
    ]
    messages = [
        {"role": "user", "content": "Which costs more?"},
        {"role": "assistant", "content": None, "tool_calls": calls},
        *results,
        {"role": "assistant", "content": "The pie."},
    ]
    *_, last = read_texts(SOURCE, json.dumps({"messages": messages}), "f.jsonl")
    assert last["output"] == "The pie."
    assert last["input"].endswith(shown), last


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
