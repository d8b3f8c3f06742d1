"""Conversations: which turns are targets, and what comes before them."""

from typing import Any

import pytest

from transforms.sources.chat import (
    ASSISTANT,
    FORMS,
    SYSTEM,
    TOOL,
    USER,
    Turn,
    chat_drafts,
    without_thinking,
)
from transforms.sources.files.row import BadRow
from transforms.sources.layout import Draft

S, U1, A1, U2, A2 = (
    Turn(SYSTEM, "s"),
    Turn(USER, "u1"),
    Turn(ASSISTANT, "a1"),
    Turn(USER, "u2"),
    Turn(ASSISTANT, "a2"),
)
ALONE = Draft({"instruction": "u1", "output": "a1"}, "x#1", "alone")
AFTER = Draft(
    {"history": ["User: u1", "Assistant: a1"], "input": "u2", "output": "a2"}, "x#3", "chat"
)


@pytest.mark.parametrize(
    ("turns", "which", "drafts"),
    [
        ([U1, A1], "all", [ALONE]),
        ([U1, A1, U2, A2], "all", [ALONE, AFTER]),
        ([U1, A1, U2, A2], "last", [AFTER]),
        ([U1, A1, U2], "all", [ALONE]),
        (
            [S, U1, A1],
            "all",
            [Draft({"history": ["System: s"], "input": "u1", "output": "a1"}, "x#2", "chat")],
        ),
        # A later system turn, and a user whose words look like one.
        (
            [U1, S, A2],
            "all",
            [Draft({"history": ["User: u1"], "input": "System: s", "output": "a2"}, "x#2", "chat")],
        ),
        (
            [S, Turn(USER, "System: u"), A1],
            "all",
            [
                Draft(
                    {"history": ["System: s"], "input": "User: System: u", "output": "a1"},
                    "x#2",
                    "chat",
                )
            ],
        ),
        (
            [Turn(USER, "System: u"), A1],
            "all",
            [Draft({"instruction": "System: u", "output": "a1"}, "x#1", "alone")],
        ),
        # An opening turn of the assistant answers nobody, but it was said.
        (
            [A1, U2, A2],
            "all",
            [Draft({"history": ["Assistant: a1"], "input": "u2", "output": "a2"}, "x#2", "chat")],
        ),
        (
            [U1, U2, A1, A2],
            "all",
            [Draft({"instruction": "u1\nu2", "output": "a1\na2"}, "x#1", "alone")],
        ),
        (
            [U1, A1, Turn(TOOL, "t"), A2],
            "last",
            [
                Draft(
                    {"history": ["User: u1", "Assistant: a1"], "input": "Tool: t", "output": "a2"},
                    "x#3",
                    "tool",
                )
            ],
        ),
    ],
)
def test_drafts(turns: list[Turn], which: Any, drafts: list[Draft]) -> None:
    assert list(chat_drafts(turns, which, "x", ("chat", "alone", "tool"))) == drafts


def test_turns_of_the_history_that_are_not_to_be_learned_are_listed() -> None:
    shown = Turn(ASSISTANT, "a1", is_target=False)
    user = Turn(USER, "u" * 30)
    (draft,) = chat_drafts([S, U1, shown, U2, A2, user, A2], "last", "x", FORMS)
    assert isinstance(draft, Draft)
    assert draft.unlearned == (2,)
    # "User: u1" has no room left.
    (cut,) = chat_drafts([S, U1, shown, U2, A2, user, A2], "last", "x", FORMS, 38)
    assert isinstance(cut, Draft)
    assert cut.fields["history"] == ["System: s", "Assistant: a1", "User: u2", "Assistant: a2"]
    assert cut.unlearned == (1,)


@pytest.mark.parametrize("turns", [[], [U1], [S, A1], [A1], [A1, U1]])
def test_nothing_to_learn(turns: list[Turn]) -> None:
    (bad,) = chat_drafts(turns, "all", None, ("chat", "alone", "tool"))
    assert isinstance(bad, BadRow)
    assert bad.reason == "empty_field"


def test_without_an_id_there_is_none() -> None:
    (draft,) = chat_drafts([U1, A1], "all", None, ("chat", "alone", "tool"))
    assert isinstance(draft, Draft)
    assert draft.own_id is None


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("<think>Hm</think> Yes", "Yes"),
        ("Wait. <think>Hm</think>Yes", "Wait. Yes"),
        ("<think>Hm</think>\n\nYes <think>or", "Yes "),
        ("<think>Hm", ""),
        ("Hm</think>\n\nYes", "Yes"),
        ("Hm</think>Well, <think>so</think>yes", "Well, yes"),
        ("Write `<think>` before and `</think>` after it.",) * 2,
        ('The tag "</think>" ends it.',) * 2,
        ("I think so.",) * 2,
    ],
)
def test_without_thinking(text: str, spoken: str) -> None:
    assert without_thinking(text) == spoken


def test_end_of_a_long_turn_has_no_reasoning() -> None:
    turns = [U1, Turn(ASSISTANT, "Yes. <think>" + "Hm. " * 200), U2, A2]
    (draft,) = chat_drafts(turns, "last", None, FORMS, 300)
    assert isinstance(draft, Draft)
    assert draft.fields["history"] == ["User: u1", "Assistant: Yes. "]
