"""Whether a finished text shows the fields of its record."""

import pytest

from transforms.prompts.showing import hidden_fields

LONG = "The fox jumps over the dog and the dog does not mind at all, it says."


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [
        (f"Read: {LONG}", True),
        (f"Read: {LONG[:-1]}", False),
        # Its beginning comes twice before the whole does, once cut and once changed.
        (f"{LONG[:66]} {LONG[:65]}? {LONG} Why?", True),
        (f"{LONG[:66]} {LONG[:65]}? {LONG[:-1]}", False),
        ("", False),
    ],
)
def test_a_long_field_is_shown_only_whole(text: str, is_shown: bool) -> None:
    hidden = hidden_fields(frozenset(("text",)), {"text": LONG}, text, None)
    assert hidden == ([] if is_shown else ["text"])


def test_each_part_of_a_list_must_be_shown() -> None:
    fields = {"keywords": ["a fox", LONG], "answer": "no"}
    essential = frozenset(("keywords",))
    assert hidden_fields(essential, fields, f"a fox, {LONG}", None) == []
    assert hidden_fields(essential, fields, LONG, None) == ["keywords"]
    assert hidden_fields(frozenset(), fields, "", None) == []


def test_a_dialog_shows_the_turns_before_its_reply() -> None:
    fields = {"turns": ["Hi", "Hello", "Two, please", "At eight?"]}
    essential = frozenset(("history",))
    assert hidden_fields(essential, fields, "A: Hi", None) == []
    assert hidden_fields(essential, fields, "A: Hi", "At eight?") == ["turns"]
    assert hidden_fields(essential, fields, "A: Hi B: Hello A: Two, please", "At eight?") == []
