"""Answers with a flag or score of correctness: wrong ones are never learned as right."""

import json
from typing import Any

import pytest

from tests.pipelines.drafting.conftest import DraftOf
from tfrecords_schema.errors import DataError


@pytest.mark.parametrize(
    ("flag", "right", "wrong"),
    [
        ("correct", True, False),
        ("is_correct", 1, 0),
        ("isCorrect", "true", "false"),
        ("verdict", "right", "wrong"),
        ("label", 1, 0),
    ],
)
def test_answers_with_a_flag(flag: str, right: Any, wrong: Any, draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "question": text,
            "answers": [{"text": f"stone {n}", flag: wrong}, {"text": f"cat {n}", flag: right}],
        }
    )
    assert [record["answer"] for record in records] == [f"cat {n}" for n in range(8)]


def test_flags_in_a_list_of_their_own(draft_of: DraftOf) -> None:
    answers = {"text": ["cat", "stone", "puss"], "correct": [True, False, True]}
    _, records = draft_of(lambda n, text: {"id": n, "question": text, "answers": answers})
    assert [record["answer"] for record in records] == ["cat", "puss"] * 8


def test_flags_beside_a_passage(draft_of: DraftOf) -> None:
    answers = [{"answer": "cat", "correct": True}, {"answer": "stone", "correct": False}]
    _, records = draft_of(
        lambda n, text: {"context": f"Passage {n}.", "question": text, "answers": answers}
    )
    assert [record["answer"] for record in records] == ["cat"] * 8
    assert records[0]["context"] == "Passage 0."


def test_one_answer_with_a_score_is_learned(draft_of: DraftOf) -> None:
    _, records = draft_of(lambda n, t: {"question": t, "answers": [{"text": "cat", "score": 5}]})
    assert [record["answer"] for record in records] == [["cat"]] * 8


def test_marks_of_options_are_no_flags(draft_of: DraftOf) -> None:
    choices = [{"text": "cat", "label": "0"}, {"text": "stone", "label": "1"}]
    _, records = draft_of(lambda n, t: {"question": t, "choices": choices, "answer": str(n % 2)})
    assert [record["answer"] for record in records] == ["cat", "stone"] * 4


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"answers": [{"text": "cat", "score": 0.9}, {"text": "stone", "score": 0.1}]},
         "'answers' has several answers, with 'score' as the score of each"),
        ({"answers": {"text": ["cat", "stone"], "score": [5, 1]}}, "with 'score' as the score"),
        ({"answers": [{"text": "cat", "pm_score": 5}, {"text": "stone", "pm_score": 1}]},
         "with 'pm_score' as the score"),
        ({"choices": [{"text": "cat", "correct": True}, {"text": "stone", "correct": False}]},
         "'choices' has options, and 'correct' says which are right"),
        ({"answers": [{"text": "cat", "correct": True}, {"text": "stone", "correct": "partly"}]},
         "under 'correct' partly: is such an answer right?"),
        ({"answers": [{"en": "cat", "correct": True}, {"en": "stone", "correct": False}]},
         "'correct' says which are right, but no one text of each"),
        ({"answers": [{"text": "stone", "correct": False}]}, "none of them is right by 'correct'"),
        ({"answers": {"cat": True, "stone": False}}, "an object whose keys are answers"),
        ({"answers": json.dumps([{"text": "cat", "correct": True}])}, "in the text of a cell"),
    ],
)  # fmt: skip
def test_answers_that_no_mapping_can_choose_are_refused(
    more: dict[str, Any], why: str, draft_of: DraftOf
) -> None:
    with pytest.raises(DataError) as refused:
        draft_of(lambda n, text: {"question": text, **more})
    assert why in str(refused.value)
    assert '`"answer": "…"`' in str(refused.value)
    assert "answers.text" not in str(refused.value)
