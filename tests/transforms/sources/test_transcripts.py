"""Conversations in one text, marked as the templates of models do; the turns by hand."""

import pytest

from transforms.sources.chat import ASSISTANT, SYSTEM, TOOL, USER
from transforms.sources.files.row import BadRow
from transforms.sources.messages import MessageKeys
from transforms.sources.transcripts import turns_in

_KEYS = MessageKeys()


def _turns(text: str, *, is_whole: bool = False) -> list[tuple[str, str]] | None:
    turns = turns_in(text, lambda name: _KEYS.role_of({"role": name}), is_whole=is_whole)
    assert not isinstance(turns, BadRow)
    return None if turns is None else [(turn.role, turn.text) for turn in turns]


_TWO = [(USER, "Name a lake."), (ASSISTANT, "Inari.")]


@pytest.mark.parametrize(
    "text",
    [
        "<|user|>\nName a lake.<|end|>\n<|assistant|>\nInari.<|end|>\n",
        "<|begin_of_text|><|header_start|>user<|header_end|>\n\nName a lake.<|eot|>"
        "<|header_start|>assistant<|header_end|>\n\nInari.<|eot|>",
        "<|start_of_role|>user<|end_of_role|>Name a lake.<|end_of_text|>\n"
        "<|start_of_role|>assistant<|end_of_role|>Inari.<|end_of_text|>\n",
        "<BOS_TOKEN><|START_OF_TURN_TOKEN|><|USER_TOKEN|>Name a lake.<|END_OF_TURN_TOKEN|>"
        "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>Inari.<|END_OF_TURN_TOKEN|>",
        "<｜begin▁of▁sentence｜><｜User｜>Name a lake.<｜Assistant｜>Inari.<｜end▁of▁sentence｜>",
        "<|start|>user<|message|>Name a lake.<|end|>"
        "<|start|>assistant<|channel|>final<|message|>Inari.<|return|>",
        "[Round 1]\n\n问：Name a lake.\n\n答：Inari.",
    ],
)
def test_marks_of_templates(text: str) -> None:
    assert _turns(text) == _TWO


def test_rounds() -> None:
    text = "[Round 1]\n\n问：Hi.\n\n答：Yes?\n\n[Round 2]\n\n问：Name a lake.\n\n答：Inari."
    assert _turns(text) == [(USER, "Hi."), (ASSISTANT, "Yes?"), *_TWO]


def test_channels_of_harmony() -> None:
    text = (
        "<|start|>system<|message|>Be brief.<|end|><|start|>user<|message|>Name a lake.<|end|>"
        "<|start|>assistant<|channel|>analysis<|message|>In Finland.<|end|>"
        "<|start|>assistant<|channel|>final<|message|>Inari.<|return|>"
    )
    assert _turns(text) == [
        (SYSTEM, "Be brief."),
        (USER, "Name a lake."),
        (ASSISTANT, "<think>\nIn Finland.\n</think>\n"),
        (ASSISTANT, "Inari."),
    ]


def test_common_words_mark_turns_of_a_whole_conversation_alone() -> None:
    text = (
        "USER: Name a lake.\n\n\nASSISTANT: <functioncall> {} <|endoftext|>\n\n\n"
        "FUNCTION RESPONSE: {}\n\n\nASSISTANT: Inari. <|endoftext|>\n\n\n"
    )
    assert _turns(text, is_whole=True) == [
        (USER, "Name a lake."),
        (ASSISTANT, "<functioncall> {}"),
        (TOOL, "{}"),
        (ASSISTANT, "Inari."),
    ]
    assert _turns("User: Name a lake.\nAssistant: Inari.", is_whole=True) == _TWO
    # An answer that begins with such a word is one text.
    assert _turns("User: Name a lake.\nAssistant: Inari.") is None
    assert _turns("System: restart it.\nUser: log in again.", is_whole=True) is None
    assert _turns("A user: name a lake.", is_whole=True) is None
