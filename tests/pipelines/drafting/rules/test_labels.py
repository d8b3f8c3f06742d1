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
        ("gold_label", ["a", "b"], None),
        ("label_text", ["a", "b"], None),
        ("true_label", ["a", "b"], None),
        ("finalLabel", ["a", "b"], None),
        ("class_name", ["a", "b"], None),
        ("hate_label", ["a", "b"], "hate"),
        ("target_group", ["a", "b"], "target group"),
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
    source, records = draft_of(
        lambda n, text: {
            "claim": f"{text} {n}",
            "evidence": f"So it is, {n}.",
            "label": "ab"[n % 2],
        }
    )
    assert source.keys["domain"] == "record"
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


@pytest.mark.parametrize(
    ("column", "attribute"),
    [
        ("is_toxic", "toxic"),
        ("spam", "spam"),
        ("fake", "fake"),
        ("has_link", "has link"),
        ("hate_label", "hate"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_0_and_1_are_no_and_yes(column: str, attribute: str, name: str, draft_of: DraftOf) -> None:
    source, records = draft_of(lambda n, text: {"text": text, column: n % 2}, name=name)
    assert source.keys["family"] == "classification"
    assert {record["attribute"] for record in records} == {attribute}
    assert [record["answer"] for record in records] == ["no", "yes"] * 4
    said = f"labels 0, 1, … of {column!r} are no, yes, in this order"
    assert said in source.guess.assumed


@pytest.mark.parametrize("column", ["label", "gold_label", "intent", "gender"])
def test_0_and_1_have_unknown_names(column: str, draft_of: DraftOf) -> None:
    source, records = draft_of(lambda n, text: {"text": text, column: n % 2})
    assert [record["answer"] for record in records] == ["label 0", "label 1"] * 4
    assert any("what the numbers" in text for text in source.guess.unknown)


@pytest.mark.parametrize(
    ("column", "values", "options"),
    [
        ("score", [*range(1, 11)], [*map(str, range(1, 11))]),
        ("rating", [*range(1, 11)], [*map(str, range(1, 11))]),
        ("urgency", [1, 2, 3], ["1", "2", "3"]),
        # Nobody gave 3 or 4.
        ("score", [1, 2, 5], ["1", "2", "3", "4", "5"]),
        ("severity", [0, 1], ["0", "1"]),
        ("error_code", [404, 500], ["404", "500"]),
        ("priority", ["P1", "P2", "P3"], ["P1", "P2", "P3"]),
        ("error_code", ["E1", "E2", "E3"], ["E1", "E2", "E3"]),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_numbers_and_codes_are_answers(
    column: str, values: list[Any], options: list[str], name: str, draft_of: DraftOf
) -> None:
    source, records = draft_of(
        lambda n, text: {"text": f"{text} {n}", column: values[n % len(values)]},
        name=name,
        rows=30,
    )
    assert source.keys["family"] == "classification"
    assert [record["answer"] for record in records[: len(values)]] == [*map(str, values)]
    assert list(records[0]["options"]) == options
    assert records[0]["attribute"] == column.replace("_", " ")


def test_the_range_of_a_scale_is_said(draft_of: DraftOf) -> None:
    source, _ = draft_of(lambda n, text: {"text": text, "score": n % 10 + 1}, rows=30)
    assert "numbers under 'score' are answers, from 1 to 10" in source.guess.assumed


def test_up_to_5_stars_are_sentiment(draft_of: DraftOf) -> None:
    source, records = draft_of(lambda n, text: {"text": text, "rating": n % 5 + 1}, rows=20)
    assert source.keys["family"] == "sentiment"
    assert records[1]["answer"] == "2 stars"


@pytest.mark.parametrize("column", ["year", "num_words", "upvotes", "is_train"])
def test_numbers_about_a_row_are_no_labels(column: str, draft_of: DraftOf) -> None:
    with pytest.raises(DataError, match=f"no task can be seen in the keys {column}"):
        draft_of(lambda n, text: {"text": text, column: n % 2})


def test_the_name_of_a_label_is_no_name_of_what_it_says(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "text": f"{text} {n}",
            "label": {"id": n % 2, "name": ["ham", "spam"][n % 2]},
        },
        rows=24,
    )
    assert records[1]["answer"] == "spam"
    assert "attribute" not in records[1]


def test_names_are_read_in_the_place_of_ids(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "text": f"{text} {n}",
            "label_id": n % 2,
            "label_text": ["ham", "spam"][n % 2],
        },
        rows=24,
    )
    assert records[1]["answer"] == "spam"
    assert "attribute" not in records[1]


@pytest.mark.parametrize("column", ["sentiment_label", "user_sentiment", "goldSentiment"])
@pytest.mark.parametrize("values", [["negative", "positive"], [0, 1]])
def test_labels_of_feelings_are_sentiment(
    column: str, values: list[Any], draft_of: DraftOf
) -> None:
    source, records = draft_of(
        lambda n, text: {"text": f"{text} {n}", column: values[n % 2]}, rows=24
    )
    assert source.keys["family"] == "sentiment"
    assert records[1]["answer"] == "positive"


@pytest.mark.parametrize(
    ("values", "options"),
    [
        (["high", "low", "medium"], ["low", "medium", "high"]),
        (["Medium", "Hard", "Easy"], ["Easy", "Medium", "Hard"]),
        (["strongly_agree", "agree", "disagree"], ["disagree", "agree", "strongly_agree"]),
        (["yes", "no", "maybe"], ["no", "maybe", "yes"]),
        (["Y", "N", "N"], ["no", "yes"]),
        # "odd" is on no scale with the others.
        (["low", "high", "odd"], ["high", "low", "odd"]),
    ],
)
def test_labels_of_a_scale_are_in_its_order(
    values: list[str], options: list[str], draft_of: DraftOf
) -> None:
    _, records = draft_of(
        lambda n, text: {"text": f"{text} {n}", "level": values[n % 3]}, name="a.csv", rows=24
    )
    assert records[0]["options"] == options
    assert records[1]["answer"] == {"N": "no"}.get(values[1], values[1])
