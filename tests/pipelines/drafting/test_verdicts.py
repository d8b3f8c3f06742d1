"""Replies that the data call bad are not learned, in whatever word they say it."""

from typing import Any

import pytest

from pipelines.drafting.verdicts import is_good
from tests.pipelines.drafting.conftest import DraftOf
from tfrecords_schema.errors import DataError

_GOOD = [f"Answer {n}." for n in range(1, 8, 2)]


def _targets(records: list[dict[str, Any]]) -> list[str]:
    return [record.get("output") or record["answer"] for record in records]


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("false", "true"),
        ("False", "True"),
        ("0", "1"),
        ("bad", "good"),
        ("thumbs_down", "thumbs_up"),
        ("Thumbs Down", "Thumbs Up"),
        ("incorrect", "correct"),
        (False, True),
        (0, 1),
        (-1, 1),
    ],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
@pytest.mark.parametrize("keys", [("prompt", "completion"), ("question", "answer"),
                                  ("instruction", "output")])  # fmt: skip
def test_undesired_replies_are_not_learned(
    bad: Any, good: Any, name: str, keys: tuple[str, str], draft_of: DraftOf
) -> None:
    asked, said = keys
    _, records = draft_of(
        lambda n, text: {asked: text, said: f"Answer {n}.", "label": [bad, good][n % 2]}, name=name
    )
    assert _targets(records) == _GOOD


@pytest.mark.parametrize(
    "verdicts",
    [
        [{"rating": "thumbs_down"}, {"rating": "thumbs_up"}],
        [{"rating": "thumbs_down"}, {"rating": None}],
        [{"feedback": {"rating": "thumbs_down"}}, {"feedback": {"rating": "thumbs_up"}}],
    ],
)
def test_undesired_conversations_are_not_learned(
    verdicts: list[dict[str, Any]], draft_of: DraftOf
) -> None:
    _, records = draft_of(
        lambda n, text: {
            "messages": [
                {"role": "user", "content": text},
                {"role": "assistant", "content": f"Answer {n}."},
            ],
            **verdicts[n % 2],
        }
    )
    assert _targets(records) == _GOOD


def test_a_word_that_is_unknown_is_named(draft_of: DraftOf) -> None:
    words = ["bad", "good", "meh", "good"]
    source, records = draft_of(
        lambda n, text: {"prompt": text, "completion": f"Answer {n}.", "label": words[n % 4]}
    )
    assert _targets(records) == _GOOD
    assert "whether meh under 'label' is good: not learned" in source.guess.unknown


def test_words_that_say_neither_are_named(draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {"prompt": text, "completion": f"Answer {n}.", "label": "xy"[n % 2]}
    )
    assert len(records) == 8
    assert any(
        said.startswith("whether x, y under 'label' says that a reply is good")
        for said in source.guess.unknown
    )


@pytest.mark.parametrize("values", [[False, True], [0, 1], ["no", "yes"]])
def test_a_fact_about_a_reply_is_named(values: list[Any], draft_of: DraftOf) -> None:
    source, records = draft_of(
        lambda n, text: {"prompt": text, "completion": f"Answer {n}.", "is_toxic": values[n % 2]}
    )
    assert len(records) == 8
    said = f"whether {values[0]}, {values[1]} under 'is_toxic' says that a reply is good"
    assert any(line.startswith(said) for line in source.guess.unknown)


def test_numbers_of_a_rating_are_named(draft_of: DraftOf) -> None:
    source, _ = draft_of(
        lambda n, text: {"prompt": text, "completion": f"Answer {n}.", "rating": n % 5 + 1}
    )
    assert any("from 1 to 5: all rows are learned" in said for said in source.guess.unknown)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["bad", "bad"], "'label' is bad in all rows"),
        (["bad", "meh"], r"and meh in others: .* `filters: \{label: \[meh\]\}`"),
    ],
)
def test_files_without_a_reply_that_is_good_are_refused(
    words: list[str], why: str, draft_of: DraftOf
) -> None:
    with pytest.raises(DataError, match=why):
        draft_of(lambda n, t: {"prompt": t, "completion": f"Answer {n}.", "label": words[n % 2]})


def test_a_label_that_repeats_the_answer_is_no_verdict(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {"prompt": text, "completion": ["no", "yes"][n % 2], "label": n % 2}
    )
    assert _targets(records) == ["no", "yes"] * 4


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), (1.0, True), ("👎", False), ("Not helpful", False), ("2", None), ("news", None)],
)
def test_is_good(value: Any, expected: bool | None) -> None:
    assert is_good(value) is expected


_WAYS = ["by train", "by boat", "by bus", "on foot"]


@pytest.mark.parametrize(
    ("answers", "labels"),
    [
        # SuperGLUE's MultiRC: an answer is right for one question and wrong for another.
        (_WAYS[:2], [1, 0, 0, 1]),
        (_WAYS, [1, 0, 1, 0]),
        # No label of an answer that has several words is that answer again.
        (_WAYS[:2], [1, 0]),
    ],
)
def test_wrong_answers_that_several_rows_have_are_not_learned(
    answers: list[str], labels: list[int], draft_of: DraftOf
) -> None:
    count = len(answers)
    _, records = draft_of(
        lambda n, text: {
            "paragraph": f"{text} It was {n // count}.",
            "question": f"How was it {n // count}?",
            "answer": answers[n % count],
            "label": labels[n % len(labels)],
        },
        rows=16,
    )
    right = [answers[n % count] for n in range(16) if labels[n % len(labels)]]
    assert _targets(records) == right


def test_both_answers_of_a_yes_or_no_question(draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {
            "passage": f"Ann lives in house {n // 2}.",
            "question": f"Does Ann live in house {n // 2}?",
            "answer": ["yes", "no"][n % 2],
            "label": [1, 0][n % 2],
        }
    )
    assert _targets(records) == ["yes"] * 4


@pytest.mark.parametrize("answers", [["yes", "no"], ["spam", "ham"]])
def test_labels_that_are_the_answers_again(answers: list[str], draft_of: DraftOf) -> None:
    _, records = draft_of(
        lambda n, text: {"question": f"{text} {n}?", "answer": answers[n % 2], "label": n % 2}
    )
    assert len(records) == 8
