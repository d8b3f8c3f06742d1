"""Labels that are vectors, columns of 0 and 1 or ids are named for what they are."""

from typing import Any

import pytest

from tests.pipelines.drafting.conftest import DraftOf
from tfrecords_schema.errors import DataError

_SEVERAL = "no family of templates has several answers at a time"


def _one(n: int) -> list[int]:
    """Return 1 at the place of one of three classes."""
    return [int(n % 3 == place) for place in range(3)]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda n: {"label": _one(n)},
         "'label' is a list with a 0 or 1 for each class (one-hot): write the name of the class"),
        (lambda n: {"labels": [*map(float, _one(n))]}, "'labels' is a list with a 0 or 1 for each"),
        (lambda n: {"label": str(_one(n))}, "'label' is a list with a 0 or 1 for each class"),
        (lambda n: {"labels": dict(zip(("joy", "fear", "anger"), _one(n), strict=True))},
         "'labels' has a 0 or 1 for each of joy, fear, anger: write the name of the one that is 1"),
        (lambda n: {"labels": [1, n % 2, 0]}, f"several of them in some rows, or none: {_SEVERAL}"),
        (lambda n: {"labels": [n % 3]}, "'labels' is a list of one number, a class without a name"),
        (lambda n: {"labels": [n % 3, 7]}, "is a list of numbers of classes, and several of them"),
        (lambda n: dict(zip(("joy", "fear", "anger"), _one(n), strict=True)),
         'joy, fear, anger have a 0 or 1, a column for each class: write the name of the one that '
         'is 1 under one key, `"label": "joy"`'),
        (lambda n: {"rude": n % 2, "threat": 0}, "learn one of them, with `answer: rude`"),
        (lambda n: {"label": 100 + n},
         "'label' has numbers, 8 different ones in 8 rows: no classes. If they are ids, join the"),
        (lambda n: {"score": n / 10}, "if they are grades, write them as a few classes in words"),
        (lambda n: {"answer_id": 7000 + n}, "'answer_id' has ids, and no key has what"),
        (lambda n: {"positive_doc_id": f"d{n}"}, "'positive_doc_id' has ids"),
        (lambda n: {"relevant_ids": [n, 3]}, "'relevant_ids' has ids"),
        (lambda n: {"options": ["red", "blue"], "labels": [n % 2, 1 - n % 2]},
         "'labels' has a 0 or 1 for each of 'options' (one-hot): write the text of"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["text", "question"])
def test_what_is_found_and_what_to_do(make: Any, said: str, text: str, draft_of: DraftOf) -> None:
    with pytest.raises(DataError) as caught:
        draft_of(lambda n, written: {text: written, **make(n)})
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"input_ids": [1, 2], "labels": [1, 2]}, "'input_ids' has the tokens of a model"),
        (
            {"tokens": ["Ann", "sings"], "ner_tags": [1, 0]},
            "'ner_tags' has a tag for each of 'tokens'",
        ),
    ],
)
def test_rows_without_texts(row: dict[str, Any], said: str, draft_of: DraftOf) -> None:
    with pytest.raises(DataError) as caught:
        draft_of(lambda n, _: row)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("row", "family"),
    [
        # The numbers of a list are the answer.
        ({"question": "How many?", "answers": [3]}, "closed_book_qa"),
        ({"prompt": "Who?", "completion": "She.", "labels": [0, 1]}, "prompted"),
    ],
)
def test_numbers_beside_or_as_answers(row: dict[str, Any], family: str, draft_of: DraftOf) -> None:
    source, _ = draft_of(lambda n, _: row)
    assert source.keys["family"] == family


def test_a_few_numbers_are_labels(draft_of: DraftOf) -> None:
    source, records = draft_of(lambda n, text: {"text": text, "label_id": n % 3})
    assert source.keys["family"] == "classification"
    assert records[1]["answer"] == "label 1"
    assert "attribute" not in records[1]


def test_labels_of_annotators_stay_beside_the_label(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {"text": text, "label": "ab"[n % 2], "labels": [n % 2, 1, 0]}
    )
    assert records[1]["answer"] == "b"


def test_ids_in_the_place_of_labels_are_named(draft_of: DraftOf) -> None:
    with pytest.raises(DataError, match=r"'label' has ids, .* such as 'C0000': join the file"):
        draft_of(lambda n, text: {"text": text, "label": f"C{n:04}"})
