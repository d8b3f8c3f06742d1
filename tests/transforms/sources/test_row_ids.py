"""All records that are made of a row state the ids that the row has."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.formats.code_contests import CodeContests
from transforms.sources.formats.conversations import Conversations
from transforms.sources.formats.qrecc import Qrecc
from transforms.sources.formats.tabular import Tabular
from transforms.sources.source import Element, Source
from transforms.types import Record

ReadFile = Callable[..., list[Element]]
_CHAT = {"format": "chat", "collection": "c"}


def _messages(*texts: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[n % 2], "content": t} for n, t in enumerate(texts)]


def _node(role: str, text: str, *replies: Any) -> dict[str, Any]:
    return {"message_id": f"m-{text}", "role": role, "text": text, "replies": list(replies)}


_TREE = _node(
    "prompter",
    "q",
    _node("assistant", "a1", _node("prompter", "q2", _node("assistant", "a3"))),
    _node("assistant", "a2"),
)
_QUESTIONS = {
    "id": "page 1",
    "parts": [
        {"id": "part 2", "qas": [{"id": "q1", "q": "Why?", "a": "So."}]},
        {"id": 3, "qas": [{"id": "q2", "q": "When?", "a": "Now."}]},
    ],
}
_QAS = {
    "format": "jsonl",
    "collection": "c",
    "task": "t",
    "family": "closed_book_qa",
    "explode": "parts.qas",
    "fields": {"question": "parts.qas.q", "answer": "parts.qas.a"},
}


@pytest.mark.parametrize(
    ("source", "rows", "stated"),
    [
        (
            Conversations(**_CHAT),
            [{"id": "c0", "messages": _messages("a", "b", "c", "d")}],
            [("c0#1", "c0"), ("c0#3", "c0")],
        ),
        (
            Conversations(**_CHAT, columns={"conversation_id": "talk"}),
            [{"talk": 7, "messages": _messages("a", "b")}],
            [("", "7")],
        ),
        (
            Conversations(**_CHAT, id="key"),
            [{"key": "k", "messages": _messages("a", "b")}],
            [("k#1", "k")],
        ),
        (
            Conversations(**_CHAT),
            [{"message_tree_id": "tree", "prompt": _TREE}],
            [
                ("m-a1#1", "tree", "m-q", "m-a1"),
                ("m-a3#3", "tree", "m-q", "m-a1", "m-q2", "m-a3"),
                ("m-a2#1", "tree", "m-q", "m-a2"),
            ],
        ),
        (
            Conversations(**_CHAT, rows_are="messages"),
            [
                {"conversation_id": "t", "role": "user", "content": "a"},
                {"conversation_id": "t", "role": "assistant", "content": "b"},
            ],
            [("", "t")],
        ),
        (
            CodeContests(format="code_contests", max_solutions=2),
            [
                {
                    "name": "sums",
                    "description": "Add.",
                    "solutions": {"language": [3, 3], "solution": ["a", "b"]},
                }
            ],
            [("sums_0", "sums"), ("sums_1", "sums")],
        ),
        (
            Qrecc(format="qrecc"),
            [
                {
                    "Conversation_no": 4,
                    "Turn_no": 2,
                    "Context": ["Who?", "She."],
                    "Question": "Why?",
                    "Rewrite": "Why she?",
                    "Answer": "So.",
                }
            ],
            [("4_2", "4"), ("4",)],
        ),
        # The ids of the rows around, if the row's own has the same name.
        (
            Tabular(**_QAS, id="parts.qas.id"),
            [_QUESTIONS],
            [("q1", "page 1", "part 2"), ("q2", "page 1", "3")],
        ),
        (Tabular(**_QAS, id="id"), [_QUESTIONS], [("page 1",), ("page 1",)]),
        (Tabular(**_QAS), [_QUESTIONS], [("",), ("",)]),
    ],
)
def test_ids_of_rows(
    read_file: ReadFile, source: Source, rows: list[Any], stated: list[tuple[str, ...]]
) -> None:
    name = "rows.json" if source.format == "qrecc" else "rows.jsonl"  # type: ignore[attr-defined]
    text = json.dumps(rows) if name == "rows.json" else "\n".join(map(json.dumps, rows))
    records = [each for each in read_file(source, text, name) if isinstance(each, Record)]
    assert [(record.own_id, *record.row_ids) for record in records] == stated
