"""Two texts and a label of both: the label is learned, never one text from the other."""

from typing import Any

import pytest

from tests.pipelines.drafting.conftest import DraftOf
from tfrecords_schema.errors import DataError


@pytest.mark.parametrize(
    ("one", "two", "label", "values", "expected"),
    [
        ("claim", "evidence", "label", ["SUPPORTS", "REFUTES"], ["SUPPORTS", "REFUTES"]),
        ("statement", "context", "label", ["true", "false"], ["yes", "no"]),
        ("text1", "text2", "similar", [0, 1], ["no", "yes"]),
        ("query", "document", "relevance", [0, 2], ["0", "2"]),
        ("query", "passage", "is_relevant", [0, 1], ["no", "yes"]),
        ("document", "claim", "label", ["true", "mixed"], ["true", "mixed"]),
        ("claim", "context", "verdict", ["true", "half true"], ["true", "half true"]),
        ("headline", "body", "stance", ["agree", "discuss"], ["agree", "discuss"]),
        ("document", "summary", "label", ["faithful", "made up"], ["faithful", "made up"]),
        ("claim", "main_text", "label", ["false", "mixture"], ["false", "mixture"]),
        ("left", "right", "is_same", [True, False], ["yes", "no"]),
        ("left", "right", "verdict", ["alike", "other"], ["alike", "other"]),
    ],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_the_label_of_two_texts_is_learned(
    one: str,
    two: str,
    label: str,
    values: list[Any],
    expected: list[str],
    name: str,
    draft_of: DraftOf,
) -> None:
    _, records = draft_of(
        lambda n, text: {one: text, two: f"It says so, {n} times.", label: values[n % 2]}, name=name
    )
    assert [record["answer"] for record in records] == expected * 4
    shown = str(records[3])
    assert "Where is my invoice?" in shown
    assert "It says so, 3 times." in shown


def test_a_claim_may_have_several_rows_and_other_columns(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "id": n,
            "claim": ["The sea is salt.", "Snow is warm."][n % 2],
            "evidence": f"{text} {n}",
            "topic": f"t{n % 3}",
            "label": ["SUPPORTS", "REFUTES"][n % 2],
        },
        rows=24,
    )
    assert [record["answer"] for record in records] == ["SUPPORTS", "REFUTES"] * 12


@pytest.mark.parametrize(
    ("one", "two", "label", "values"),
    [
        ("query", "document", "relevance", [n / 8 for n in range(8)]),
        ("claim", "evidence", "label", [["SUPPORTS"], ["REFUTES"]] * 4),
    ],
)
def test_labels_that_are_no_classes_are_refused(
    one: str, two: str, label: str, values: list[Any], draft_of: DraftOf
) -> None:
    with pytest.raises(DataError, match=f"'{label}' seems to be a label of '{one}' and '{two}'"):
        draft_of(lambda n, text: {one: text, two: f"It says so, {n} times.", label: values[n]})


def test_a_summary_without_a_label_is_learned(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {"document": f"{text} It is so.", "summary": text, "category": "ab"[n % 2]}
    )
    assert source.keys["family"] == "summarization"
    assert records[0]["answer"] == "The parcel came late."


_BARE = [[0, 1], ["0", "1"], ["yes", "no"], ["true", "false"], [0, 1, 2]]


@pytest.mark.parametrize("values", _BARE)
@pytest.mark.parametrize(("one", "two"), [("sentence1", "sentence2"), ("text1", "text2")])
def test_labels_of_two_texts_that_say_nothing_are_named_as_unknown(
    one: str, two: str, values: list[Any], draft_of: DraftOf
) -> None:
    # RTE, WNLI, MRPC and PAWS are all of this form, and 1 means another thing in each.
    source, records = draft_of(
        lambda n, text: {
            one: f"{text} {n}",
            two: f"It says so, {n}.",
            "label": values[n % len(values)],
        },
        rows=24,
    )
    assert source.keys["family"] == "classification"
    assert any("what the labels under 'label' say" in text for text in source.guess.unknown)
    assert "attribute" not in records[0]
    is_number = str(values[0]) == "0"
    meaning = "what the numbers under 'label' mean: name them in `label_of`"
    assert (meaning in source.guess.unknown) == is_number
    assert f"{one}: The parcel came late. 0\n{two}: It says so, 0." == records[0]["text"]


@pytest.mark.parametrize(
    ("name", "keys", "values", "family", "answers"),
    [
        ("rte.jsonl", ("sentence1", "sentence2", "label"), [0, 1], "nli", ["label 0", "label 1"]),
        ("WNLI_train.csv", ("sentence1", "sentence2", "label"), [0, 1], "nli", None),
        ("a.jsonl", ("sentence1", "sentence2", "entailment_judgment"), [0, 1], "nli", None),
        ("a.jsonl", ("premise", "hypothesis", "label"), [0, 1], "nli", ["label 0", "label 1"]),
        ("mrpc.jsonl", ("sentence1", "sentence2", "label"), [0, 1], "paraphrase", ["no", "yes"]),
        ("paws-x.csv", ("sentence1", "sentence2", "label"), [0, 1], "paraphrase", ["no", "yes"]),
        ("a.jsonl", ("question1", "question2", "label"), [0, 1], "paraphrase", ["no", "yes"]),
        ("a.jsonl", ("sentence1", "sentence2", "is_paraphrase"), [0, 1], "paraphrase", None),
        (
            "a.jsonl",
            ("sentence1", "sentence2", "label"),
            ["equivalent", "not_equivalent"],
            "paraphrase",
            ["equivalent", "not_equivalent"],
        ),
        ("a.jsonl", ("sentence1", "sentence2", "label"), ["pro", "con"], "classification", None),
    ],
)
def test_names_and_words_say_what_labels_of_two_texts_are(
    name: str,
    keys: tuple[str, str, str],
    values: list[Any],
    family: str,
    answers: list[str] | None,
    draft_of: DraftOf,
) -> None:
    one, two, label = keys
    source, records = draft_of(
        lambda n, text: {one: f"{text} {n}", two: f"It is so, {n}.", label: values[n % 2]},
        name=name,
        rows=24,
    )
    assert source.keys["family"] == family
    if answers is not None:
        assert [record["answer"] for record in records[:2]] == answers
