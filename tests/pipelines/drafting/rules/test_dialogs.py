"""Turns with what was said before them, in every form and under many names."""

from typing import Any

import pytest

from tests.pipelines.drafting.conftest import DraftOf

_MESSAGES = [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Hello."}]
_HISTORIES: list[Any] = [
    [["Hi.", "Hello."]],
    ["Hi.", "Hello."],
    "User: Hi.\nBot: Hello.",
    _MESSAGES,
    [{"question": "Hi.", "answer": "Hello."}],
]


@pytest.mark.parametrize("history", _HISTORIES)
@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("input", "output"),
        ("instruction", "output"),
        ("query", "response"),
        ("question", "answer"),
        ("prompt", "completion"),
    ],
)
def test_the_current_turn_follows_the_history(
    history: Any, asked: str, answer: str, draft_of: DraftOf
) -> None:
    _, records = draft_of(lambda n, text: {"history": history, asked: text, answer: f"So {n}."})
    assert records[1] == {
        "history": ["User: Hi.", "Assistant: Hello."],
        "input": "Great kettle, boils fast.",
        "output": "So 1.",
    }


def test_rows_without_a_history(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "history": [["Hi.", "Hello."]] if n else [],
            "query": text,
            "response": "So.",
        }
    )
    assert records[0] == {"instruction": "The parcel came late.", "output": "So."}
    assert records[1]["history"] == ["User: Hi.", "Assistant: Hello."]


def test_instructions_with_an_input(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "instruction": "Reply.",
            "input": text,
            "output": f"So {n}.",
            "history": ["Hi.", "Hello."],
        }
    )
    assert records[0]["input"] == "Reply.\nThe parcel came late."


@pytest.mark.parametrize("key", ["history", "dialogue_history", "context"])
def test_the_last_turn_of_the_history_is_answered(key: str, draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            key: ["Hi.", "Hello.", text],
            "knowledge": f"Ann {n}.",
            "response": f"So {n}.",
        }
    )
    assert records[1] == {
        "history": ["System: Ann 1.", "User: Hi.", "Assistant: Hello."],
        "input": "Great kettle, boils fast.",
        "output": "So 1.",
    }


def test_a_passage_and_a_history(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "history": [["Hi.", "Hello."]],
            "context": f"Ann walked {n} miles.",
            "question": text,
            "answer": f"So {n}.",
        }
    )
    assert records[0]["history"] == [
        "System: Ann walked 0 miles.",
        "User: Hi.",
        "Assistant: Hello.",
    ]


@pytest.mark.parametrize(
    ("history", "asked", "answer"),
    [
        ("conversation", "prompt", "response"),
        ("messages", "prompt", "response"),
        ("messages", "question", "answer"),
        ("messages", "prompt", "completion"),
        ("earlier", "question", "answer"),
        ("conversation_history", "user_message", "assistant_response"),
        ("chat_history", "user_query", "assistant_answer"),
    ],
)
def test_messages_beside_a_turn_and_its_answer_are_its_history(
    history: str, asked: str, answer: str, draft_of: DraftOf
) -> None:
    _, records = draft_of(lambda n, text: {history: _MESSAGES, asked: text, answer: f"So {n}."})
    assert len(records) == 8
    assert records[1] == {
        "history": ["User: Hi.", "Assistant: Hello."],
        "input": "Great kettle, boils fast.",
        "output": "So 1.",
    }


def test_a_system_prompt_above_messages_and_a_turn(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "system": f"Be {n}.",
            "messages": _MESSAGES,
            "question": text,
            "answer": "So.",
        }
    )
    assert records[0]["history"] == ["System: Be 0.", "User: Hi.", "Assistant: Hello."]


@pytest.mark.parametrize("more", [{}, {"prompt": True}])
def test_the_last_of_the_messages_is_answered(more: dict[str, bool], draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "messages": [*_MESSAGES, {"role": "user", "content": text}],
            **dict.fromkeys(more, text),
            "response": f"So {n}.",
        }
    )
    assert records[1] == {
        "history": ["User: Hi.", "Assistant: Hello."],
        "input": "Great kettle, boils fast.",
        "output": "So 1.",
    }


def test_messages_with_the_turn_and_its_answer_are_the_conversation(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "prompt": text,
            "response": f"So {n}.",
            "messages": [
                {"role": "user", "content": text},
                {"role": "assistant", "content": f"So {n}."},
            ],
        }
    )
    assert records[0] == {"instruction": "The parcel came late.", "output": "So 0."}
