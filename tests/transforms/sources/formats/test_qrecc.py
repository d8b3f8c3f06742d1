"""QReCC: rewrites row by row, dialogs once a conversation."""

import json
from collections.abc import Callable
from typing import Any

from transforms.sources.formats.qrecc import Qrecc
from transforms.types import Record, Rejection, Task

SOURCE = Qrecc(format="qrecc")


def _row(conversation: int, turn: int, context: list[str], **changes: Any) -> dict[str, Any]:
    row = {
        "Context": context,
        "Question": f"q{turn}",
        "Rewrite": f"r{turn}",
        "Answer": f"a{turn}",
        "Conversation_no": conversation,
        "Turn_no": turn,
    }
    return row | changes


def test_rows(read_file: Callable[..., list[Any]]) -> None:
    rows = [_row(1, 1, []), _row(1, 2, ["q1", "a1"]), _row(2, 1, [])]
    elements = read_file(SOURCE, json.dumps(rows), "qrecc_train.json")
    tasks = {e.name: e.family for e in elements if isinstance(e, Task)}
    assert tasks == {
        "some_source": "dialog_response",
        "some_source_rewrite": "conversational_rewrite",
    }
    others = [e for e in elements if not isinstance(e, Task)]
    assert [e.task for e in others if isinstance(e, Rejection)] == ["some_source_rewrite"] * 2
    assert [e.fields if isinstance(e, Record) else e.reason for e in others] == [
        "no_history",
        {"history": ["q1", "a1"], "question": "q2", "answer": "r2"},
        {"turns": ["q1", "a1", "q2", "a2"]},
        "no_history",
        {"turns": ["q1", "a1"]},
    ]


def test_dialogs_alone(read_texts: Callable[..., list[Any]]) -> None:
    rows = [_row(1, 1, []), _row(1, 2, ["q1", "a1"]), _row(2, 1, [])]
    source = Qrecc(format="qrecc", rewrites=False)
    assert read_texts(source, json.dumps(rows), "qrecc_train.json") == [
        ("not_last", "qrecc_train.json: item 1: the conversation goes on in the next row"),
        {"turns": ["q1", "a1", "q2", "a2"]},
        {"turns": ["q1", "a1"]},
    ]


def test_unfit_rows(read_texts: Callable[..., list[Any]]) -> None:
    rows = [_row(1, 1, []), 3, _row(2, 2, ["q1", "a1"], Rewrite=None), {"Context": "x"}]
    found = read_texts(SOURCE, json.dumps(rows), "qrecc_train.json")
    assert [row if isinstance(row, dict) else row[0] for row in found] == [
        "no_history",
        {"turns": ["q1", "a1"]},
        "wrong_type",
        "empty_field",
        {"turns": ["q1", "a1", "q2", "a2"]},
        "wrong_type",
    ]
