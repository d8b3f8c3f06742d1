"""Which option an answer names: by the marks that its row states, by its text, or by a letter."""

from typing import Any

import pytest

from tests.pipelines.drafting.conftest import DraftOf
from tfrecords_schema.errors import DataError

_THREE = ["red", "blue", "green"]


@pytest.mark.parametrize(
    ("key", "choices", "marks"),
    [
        ("choices", {"text": [*_THREE, "old"], "label": ["1", "2", "3", "4"]}, "choices.label"),
        ("choices", [{"text": o, "label": str(n)} for n, o in enumerate(_THREE, 1)],
         "choices.label"),
        ("options", [{"id": n, "text": o} for n, o in enumerate(_THREE, 1)], "options.id"),
        ("options", {"1": "red", "2": "blue", "3": "green"}, ["1", "2", "3"]),
    ],
)  # fmt: skip
def test_numbers_are_the_marks_that_a_row_states(
    key: str, choices: Any, marks: Any, draft_of: DraftOf
) -> None:
    # No answer is the last number, as positions from 0 would be.
    source, records = draft_of(
        lambda n, text: {"question": text, key: choices, "answerKey": str(n % 2 + 1)}
    )
    assert source.keys["marks"] == marks
    assert [record["answer"] for record in records] == ["red", "blue"] * 4


def test_one_wrong_mark_changes_no_other_answer(draft_of: DraftOf) -> None:
    choices = {"text": _THREE, "label": ["1", "2", "3"]}
    _, records = draft_of(
        lambda n, text: {
            "question": f"{text} {n}",
            "choices": choices,
            "answerKey": "E" if n == 9 else str(n % 2 + 1),
        },
        rows=40,
    )
    expected = [["red", "blue"][n % 2] for n in range(40) if n != 9]
    assert [record["answer"] for record in records] == expected


def test_positions_beside_marks_from_one_are_positions(draft_of: DraftOf) -> None:
    choices = {"text": _THREE, "label": ["1", "2", "3"]}
    _, records = draft_of(
        lambda n, text: {"question": f"{text} {n}", "choices": choices, "answer": n % 3}, rows=12
    )
    assert [record["answer"] for record in records] == _THREE * 4


def test_texts_beside_marks_are_texts(draft_of: DraftOf) -> None:
    choices = {"text": ["red", "blue"], "label": ["A", "B"]}
    _, records = draft_of(
        lambda n, text: {"question": text, "choices": choices, "answer": ["red", "blue"][n % 2]}
    )
    assert [record["answer"] for record in records] == ["red", "blue"] * 4


@pytest.mark.parametrize(
    ("options", "answers"),
    [
        (["C", "D", "A", "K"], ["C", "D", "A", "C"]),
        (["C", "D", "A", "K"], ["C", "D", "A", "K"]),
        ("C; D; A; K", ["C", "D", "A", "C"]),
        (["3", "1", "2", "0"], ["3", "1", None, "2"]),
    ],
)
def test_letters_and_numbers_that_are_texts_of_options(
    options: Any, answers: list[str | None], draft_of: DraftOf
) -> None:
    source, records = draft_of(
        lambda n, text: {"question": text, "options": options, "answer": answers[n % 4]}
    )
    assert "marks" not in source.keys
    assert source.keys["answer_is"] == "text"
    expected = [answer for answer in answers if answer] * 2
    assert [record["answer"] for record in records] == expected


def test_letters_that_are_texts_in_lists_of_questions(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "article": text,
            "questions": ["Who?", "Why?"],
            "options": [["C", "A"], ["B", "A"]],
            "answers": ["C", "A"],
        }
    )
    assert [record["answer"] for record in records] == ["C", "A"] * 8


@pytest.mark.parametrize(
    ("row", "marks"),
    [
        ({"A": "C", "B": "D", "C": "A", "D": "B"}, "`marks: [A, B, C, D]`"),
        ({"options": {"A": "C", "B": "D", "C": "A", "D": "B"}}, "`marks: [A, B, C, D]`"),
        ({"choices": {"text": ["C", "D", "A", "B"], "label": ["A", "B", "C", "D"]}},
         "`marks: choices.label`"),
        ({"choices": {"text": ["2", "3", "1"], "label": ["1", "2", "3"]}},
         "`marks: choices.label`"),
    ],
)  # fmt: skip
def test_texts_that_are_marks_of_other_options_are_refused(
    row: dict[str, Any], marks: str, draft_of: DraftOf
) -> None:
    letters = "123" if "1" in str(row) else "ABCD"
    with pytest.raises(DataError, match="the text of one option and the mark of another") as why:
        draft_of(lambda n, text: {"question": text, **row, "answer": letters[n % len(letters)]})
    assert marks in str(why.value)


def test_swag_without_its_start_phrase(draft_of: DraftOf) -> None:
    endings = {f"ending{n}": option for n, option in enumerate(["runs.", "eats.", "sits.", "may."])}
    source, records = draft_of(
        lambda n, text: {"sent1": text, "sent2": "He", **endings, "label": n % 4}
    )
    assert source.keys["family"] == "multiple_choice_qa"
    assert records[1] == {
        "question": "Great kettle, boils fast. He",
        "options": ["runs.", "eats.", "sits.", "may."],
        "answer": "eats.",
    }
