"""Taskmaster conversations."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.formats.taskmaster import Taskmaster

SOURCE = Taskmaster(format="taskmaster")


def _utterances(*turns: str) -> list[dict[str, Any]]:
    split = [turn.partition(": ") for turn in turns]
    return [{"index": i, "speaker": who, "text": text} for i, (who, _, text) in enumerate(split)]


@pytest.mark.parametrize(
    ("turns", "texts"),
    [
        (["USER: Pizza.", "ASSISTANT: Large?"], ["Pizza.", "Large?"]),
        (
            ["ASSISTANT: Hi.", "USER: Pizza.", "USER: Please.", "ASSISTANT: Large?", "USER: Yes."],
            ["Pizza. Please.", "Large?", "Yes."],
        ),
        (["user: Pizza.", "assistant: Large?"], ["Pizza.", "Large?"]),
    ],
)
def test_turns(read_texts: Callable[..., list[Any]], turns: list[str], texts: list[str]) -> None:
    rows = [{"conversation_id": "dlg-1", "utterances": _utterances(*turns)}]
    assert read_texts(SOURCE, json.dumps(rows), "self-dialogs.json") == [{"turns": texts}]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "wrong_type"),
        ({"utterances": _utterances("CROWD: Boo.")}, "unknown_role"),
        ({"utterances": _utterances("ASSISTANT: Hi.", "USER: Pizza.")}, "empty_field"),
    ],
)
def test_unfit(read_texts: Callable[..., list[Any]], row: dict[str, Any], reason: str) -> None:
    ((found, _),) = read_texts(SOURCE, json.dumps([row]), "self-dialogs.json")
    assert found == reason
