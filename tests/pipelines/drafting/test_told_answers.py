"""Material that says the answer is not shown, and is named."""

from typing import Any

import pytest

from pipelines.drafting.told_answers import rows_that_tell
from tests.pipelines.drafting.conftest import DraftOf

_COLORS = ["red", "blue", "tan"]


@pytest.mark.parametrize(
    ("text", "answer", "is_hint", "expected"),
    [
        ("10 degrees", "10 degrees", False, 3),
        ("The answer is 10 degrees.", "10 degrees", False, 3),
        ("It is option A", "A", False, 3),
        ("supports", "SUPPORTS", False, 3),
        ("It is red.", ["red", "crimson"], True, 3),
        # A passage may have no more than this.
        ("It is red.", "red", False, 0),
        ("It is about 10 degrees", "10 degrees", True, 0),
        ("It starts with c and ends with 0.", "crop0", True, 0),
        ("", "", True, 0),
    ],
)
def test_texts_that_say_nothing_but_the_answer(
    text: str, answer: Any, *, is_hint: bool, expected: int
) -> None:
    rows = [{"note": text, "answer": answer}] * 3
    assert rows_that_tell(rows, "note", ["answer"], is_hint=is_hint) == expected


@pytest.mark.parametrize(("told", "rows", "expected"), [(1, 2, 0), (2, 20, 0), (3, 20, 3)])
def test_a_few_rows_may_say_it_by_chance(told: int, rows: int, expected: int) -> None:
    said = [{"note": "So." if n < told else "Think.", "answer": "So"} for n in range(rows)]
    assert rows_that_tell(said, "note", ["answer"]) == expected


@pytest.mark.parametrize("key", ["hint", "evidence"])
@pytest.mark.parametrize("form", ["{}", "The answer is {}."])
def test_what_says_the_answer_in_half_of_the_rows_is_not_shown(
    key: str, form: str, draft_of: DraftOf
) -> None:
    source, records = draft_of(
        lambda n, text: {
            "question": f"How warm is it on day {n}?",
            key: form.format(f"{n} degrees") if n % 2 else "Think of May.",
            "answer": f"{n} degrees",
        }
    )
    assert source.keys["family"] == "closed_book_qa"
    assert records[1] == {"question": "How warm is it on day 1?", "answer": "1 degrees"}
    assert (
        f"whether {key!r} belongs in a prompt: it says the answer in 4 of 8 rows, and is not shown"
        in source.guess.unknown
    )


def test_a_hint_that_names_an_option_is_not_shown(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {
            "question": text,
            "choices": _COLORS,
            "hint": f"It is option {'ABC'[n % 3]}",
            "answer": "ABC"[n % 3],
        }
    )
    assert source.keys["family"] == "multiple_choice_qa"
    assert "context" not in records[0]
    assert "'hint'" in str(source.guess.unknown)


def test_evidence_that_is_the_label_is_not_shown(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {
            "claim": text,
            "evidence": ["SUPPORTS", "REFUTES"][n % 2],
            "label": ["SUPPORTS", "REFUTES"][n % 2],
        }
    )
    assert source.keys["fields"] == {"text": "claim", "answer": "label"}
    assert records[1]["text"] == "Great kettle, boils fast."
    assert records[1]["answer"] == "REFUTES"
    assert "it says the answer in 8 of 8 rows" in str(source.guess.unknown)
