"""A held-out record is parted into question, ask, options and passage."""

import pytest

from transforms.held_out.items import ItemName, ItemTexts, item_texts, last_sentence, split_options
from transforms.types import FieldValue


def _item(fields: dict[str, FieldValue]) -> ItemTexts:
    return item_texts(ItemName("eval", "task", "0"), fields, ["answer"])


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("It rains. Why is that so?", "Why is that so?"),
        ("Tell me all of it. Why?", "Tell me all of it. Why?"),
        ("one line\nanother line of text", "another line of text"),
        ("Why?", "Why?"),
        ("", ""),
    ],
)
def test_last_sentence(text: str, ask: str) -> None:
    assert last_sentence(text) == ask


def test_options_listed_in_a_question_are_taken_apart() -> None:
    question = "Which one?\nOptions:\n(A) the first\n(B) the second"
    assert split_options(question) == ("Which one?", ["the first", "the second"])
    assert split_options("Which one?") == ("Which one?", [])
    item = _item({"question": question, "answer": "(A)"})
    assert (item.question, item.options) == ("Which one?", ("the first", "the second"))
    assert _item({"context": "c", "question": "q", "rationale": "r"}).passage == "c"
    assert _item({"text": "only a text"}).question == "only a text"
