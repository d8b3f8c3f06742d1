"""Schema-Guided Dialogue."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.formats.sgd import Sgd
from transforms.types import Task

SOURCE = Sgd(format="sgd")
_TURNS = [
    {"speaker": "USER", "utterance": "A table, please.", "frames": []},
    {"speaker": "SYSTEM", "utterance": "For two?"},
]


def test_a_dialog(read_file: Callable[..., list[Any]]) -> None:
    data = json.dumps([{"dialogue_id": "1_00000", "turns": _TURNS}], indent=2)
    task, record = read_file(SOURCE, data, "train/dialogues_001.json")
    assert task == Task(
        name="some_source", source="some_source", collection="dialog", family="dialog_response"
    )
    assert record.fields == {"turns": ["A table, please.", "For two?"]}


def test_schemas_are_no_dialogs() -> None:
    assert SOURCE.patterns[0] == "dialogues_*.json"


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ("Hi", "wrong_type"),
        ([1], "wrong_type"),
        ([{"speaker": "NARRATOR", "utterance": "Once"}], "unknown_role"),
        (_TURNS[:1], "empty_field"),
        ([], "empty_field"),
    ],
)
def test_unfit_dialogs(read_texts: Callable[..., list[Any]], turns: object, reason: str) -> None:
    ((found, detail),) = read_texts(SOURCE, json.dumps([{"turns": turns}]), "dialogues_001.json")
    assert found == reason
    assert detail.startswith("dialogues_001.json: item 1: ")
