"""Lists of answers of which another key says which is right: the others are never learned."""

from typing import Any

import pytest

from tests.pipelines.drafting.conftest import DraftOf
from tfrecords_schema.errors import DataError

_ANSWERS = ["red", "blue", "tan"]


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("correct_answer_id", [0, 1, 2]),
        ("correct_answer_idx", ["0", "1", "2"]),
        ("correctIndex", [1, 2, 3]),
        ("label", [0, 1, 2]),
        ("solution", [1, 2, 3]),
        ("correct", ["A", "B", "C"]),
        ("answer", ["a", "b", "c"]),
        ("correct_answer", _ANSWERS),
    ],
)
@pytest.mark.parametrize("is_of_objects", [False, True])
def test_the_answers_are_options(
    key: str, values: list[Any], is_of_objects: bool, draft_of: DraftOf
) -> None:
    answers = [{"text": answer} for answer in _ANSWERS] if is_of_objects else _ANSWERS
    source, records = draft_of(
        lambda n, text: {"question": text, "answers": answers, key: values[n % 3]}
    )
    assert source.keys["family"] == "multiple_choice_qa"
    assert [record["answer"] for record in records[:3]] == ["red", "blue", "tan"]
    assert [*records[0]["options"]] == ["red", "blue", "tan"]


def test_two_answers_and_a_label(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {"question": text, "answers": ["red", "blue"], "label": n % 2}
    )
    assert [record["answer"] for record in records[:2]] == ["red", "blue"]


@pytest.mark.parametrize(
    ("answers", "more"),
    [
        # Which of three answers, or whether they are right?
        (_ANSWERS, {"label": (0, 1)}),
        (_ANSWERS, {"correct_answers": (["red", "tan"], ["blue"])}),
        ([{"answer": "red", "id": 0}, {"answer": "blue", "id": 1}], {"correct_answer": (0, 1)}),
    ],
)
def test_unclear_answers_are_refused(
    answers: list[Any], more: dict[str, Any], draft_of: DraftOf
) -> None:
    ((key, values),) = more.items()
    with pytest.raises(DataError, match=f"'answers' has several answers, and '{key}' seems"):
        draft_of(lambda n, text: {"question": text, "answers": answers, key: values[n % 2]})


@pytest.mark.parametrize(
    "more",
    [
        {"target": "red"},
        {"answer_id": 7412},
        {"source": "A"},
    ],
)
def test_answers_that_are_alike(more: dict[str, Any], draft_of: DraftOf) -> None:
    _, records = draft_of(lambda n, text: {"question": text, "answers": ["red", "crimson"], **more})
    assert records[0]["answer"] == ["red", "crimson"]
