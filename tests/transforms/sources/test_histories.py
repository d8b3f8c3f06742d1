"""The forms that histories have."""

from typing import Any

import pytest

from transforms.sources.chat import Turn
from transforms.sources.files.row import BadRow
from transforms.sources.histories import turns_of

_ONE = [Turn("user", "Hi"), Turn("assistant", "Hello")]


@pytest.mark.parametrize(
    "history",
    [
        [["Hi", "Hello"]],
        ["Hi", "Hello"],
        ["User: Hi", "Bot: Hello"],
        "User: Hi\nAssistant: Hello",
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>",
        '[["Hi", "Hello"]]',
        [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}],
        [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}],
        [{"question": "Hi", "answer": "Hello"}],
        [{"user": "Hi"}, {"assistant": "Hello"}],
    ],
)
def test_forms(history: Any) -> None:
    assert turns_of(history, is_answered=True) == _ONE


@pytest.mark.parametrize("history", [None, "", [], "[]", float("nan")])
def test_none(history: Any) -> None:
    assert turns_of(history, is_answered=True) == []


def test_texts_by_turns_are_counted_from_the_end() -> None:
    assert turns_of(["Hello", "Hi"], is_answered=False) == [
        Turn("assistant", "Hello"),
        Turn("user", "Hi"),
    ]
    assert turns_of(["Welcome"], is_answered=True) == [Turn("assistant", "Welcome")]


def test_a_text_without_marks_is_said_by_the_user() -> None:
    assert turns_of("They met in Oslo.", is_answered=True) == [Turn("user", "They met in Oslo.")]


@pytest.mark.parametrize("history", [{"a": 1}, [["Hi"]], [3], ["Hi", ["Hello"]], [{"role": "x"}]])
def test_what_is_no_history(history: Any) -> None:
    assert isinstance(turns_of(history, is_answered=True), BadRow)
