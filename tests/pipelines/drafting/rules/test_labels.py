"""Columns of labels: a prompt asks for what the column is called."""

from typing import Any

import pytest

from tests.pipelines.drafting.conftest import DraftOf
from tfrecords_schema.errors import DataError


@pytest.mark.parametrize(
    ("column", "values", "attribute"),
    [
        ("urgent", ["yes", "no"], "urgent"),
        ("stance", ["favor", "against"], "stance"),
        ("emotion", ["joy", "anger"], "emotion"),
        ("intent", ["refund", "login"], "intent"),
        ("is_spam", ["True", "False"], "spam"),
        ("urgent", [True, False], "urgent"),
        ("customerMood", ["calm", "angry"], "customer mood"),
        ("label", ["a", "b"], None),
        ("class", ["a", "b"], None),
        ("y", [0, 1], None),
        ("column_2", ["a", "b"], None),
    ],
)
def test_a_column_is_asked_for_by_its_name(
    column: str, values: list[Any], attribute: str | None, draft_of: DraftOf
) -> None:
    source, records = draft_of(
        lambda n, text: {"text": f"{text} {n}", column: values[n % 2]}, rows=24
    )
    assert source.keys["family"] == "classification"
    assert {record.get("attribute") for record in records} == {attribute}
    is_unknown = any("state `attribute:" in text for text in source.guess.unknown)
    assert is_unknown == (attribute is None)


def test_a_flag_of_a_row_is_no_label(draft_of: DraftOf) -> None:
    with pytest.raises(DataError, match="no task can be seen in the keys is_valid"):
        draft_of(lambda n, text: {"text": f"{text} {n}", "is_valid": n % 2 == 0}, rows=24)


def test_a_topic_is_a_topic(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {"text": f"{text} {n}", "topic": ["boats", "trains"][n % 2]}, rows=24
    )
    assert source.keys["family"] == "topic"
    assert "attribute" not in records[0]


def test_feelings_are_sentiment(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {"text": f"{text} {n}", "sentiment": [-1, 0, 1][n % 3]}, rows=24
    )
    assert source.keys["family"] == "sentiment"
    assert "attribute" not in records[0]
    assert records[0]["answer"] == "negative"


def test_texts_are_shown_under_their_names(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "claim": f"{text} {n}",
            "evidence": f"So it is, {n}.",
            "label": "ab"[n % 2],
        }
    )
    assert records[0]["text"] == "claim: The parcel came late. 0\nevidence: So it is, 0."
    _, records = draft_of(
        lambda n, text: {
            "text": f"{text} {n}",
            "target": f"kettle {n}",
            "stance": ["for", "against"][n % 2],
        }
    )
    assert records[0]["text"] == "target: kettle 0\ntext: The parcel came late. 0"


@pytest.mark.parametrize(("key", "attribute"), [("label", None), ("intent", "intent")])
@pytest.mark.parametrize("name", ["name", "title", "value"])
def test_a_label_that_is_an_object_is_called_by_its_name(
    key: str, attribute: str | None, name: str, draft_of: DraftOf
) -> None:
    source, records = draft_of(
        lambda n, text: {"text": text, key: {name: ["tea", "pen"][n % 2], "id": n % 2}}
    )
    assert source.keys["family"] == "classification"
    assert source.keys["fields"]["answer"] == f"{key}.{name}"
    assert source.keys["labels"] == ["pen", "tea"]
    assert records[1]["answer"] == "pen"
    assert records[1].get("attribute") == attribute
