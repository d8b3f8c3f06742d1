"""Guess tables whose columns have no known names, from the form of their values."""

import re
from typing import Any

from pipelines.drafting.attributes import attribute_of, both_texts, words_of
from pipelines.drafting.guess import Guess, folded_in, is_object, mapped
from pipelines.drafting.key_names import BESIDES, LABELS, ORIGINS, QUESTIONS, VOTED
from pipelines.drafting.rules.labels import labeled, with_labels
from pipelines.drafting.rules.text_pairs import classified_pair, is_about_row, label_of_pair
from pipelines.drafting.samples import Sample
from transforms.sources.raw_answers import number_of


def two_columns(sample: Sample) -> Guess | None:
    """Guess a table without known names: a text and a few labels, or a text and its answer."""
    texts = _texts(sample)
    marked = [
        key
        for key in sample.keys
        if len(sample.distinct(key) or ()) > 1
        and not is_object(sample, key)
        and not (key.lower() == "score" and sample.find(*VOTED))
        and not (_are_numbers(sample, key) and len(sample.distinct(key) or ()) > _MOST_CLASSES)
    ]
    # {"label": {"id": 0, "name": "spam"}}
    numbered = [f"{key.removesuffix('.name')}.id" for key in marked if key.endswith(".name")]
    # Where a text is from is no label of it. Its language is one if it has no other.
    few = [key for key in marked if not _is_origin(key) and key not in numbered]
    few = few or [key for key in marked if folded_in(key, _LANGUAGES)]
    long = [
        key
        for key in texts
        if key not in marked
        and len(set(sample.values(key))) > 1
        and not all(_ORIGIN.search(str(value)) for value in sample.values(key))
    ]
    if len(long) == 1 and len(few) == 1:
        guess = labeled(sample, long[0], few[0])
        guess.assumed.append(f"{few[0]!r} is one of a few labels for {long[0]!r}")
        return with_labels(sample, few[0], guess)
    is_first = bool(few) and few == sample.keys[:1] and all(map(_is_class, sample.values(few[0])))
    if len(long) == 2 and len(sample.keys) == 3 and is_first and "columns" in sample.stated:
        guess = labeled(sample, both_texts(*long), few[0])
        guess.assumed.append(
            f"{few[0]!r} is the class of what is under {long[0]!r} and {long[1]!r}"
        )
        return with_labels(sample, few[0], guess)
    named = [key for key in sample.keys if not _are_numbers(sample, key)]
    if len(long) == 2 and len(named) <= 3:
        one, two = long
        if (label := label_of_pair(sample)) and label not in long:
            return classified_pair(sample, one, two, label)
        if two.lower() in QUESTIONS:
            return None
        return mapped(
            sample, "prompted", {"input": one, "answer": two}, f"{two!r} is the answer to {one!r}"
        )
    return None


def _is_origin(key: str) -> bool:
    """Return whether a key says where a text is from; the name of a label does not."""
    first, *others = key.lower().split(".")
    return first in ORIGINS or (first not in LABELS and bool(ORIGINS & {*others}))


_LANGUAGES = ("language", "lang")
# An address or a license says where a text is from.
_ORIGIN = re.compile(r"https?://|\bCC[- ]BY\b")


def _texts(sample: Sample) -> list[str]:
    """Return the keys of texts that are a row's content, not about it as `meta.source`."""
    return [
        key
        for key in sample.keys
        if sample.is_text(key)
        and not _are_numbers(sample, key)
        and key.partition(".")[0].lower() not in ("meta", "metadata")
    ]


def _is_class(value: Any) -> bool:
    number = number_of(value)
    return number is not None and 0 <= number < _MOST_CLASSES


def _says_of_text(sample: Sample, key: str) -> bool:
    """Return whether a key has marks, a few numbers or codes that say something of each text.

    "urgent": true, "toxic": 1, "priority": "P2"; not "is_train" or "num_words", which are of a row
    """
    values = sample.values(key)
    words = words_of(key).lower().split()
    if is_about_row(key) or _COUNTS & {*words} or not attribute_of(key):
        return False
    are_codes = all(isinstance(value, str) and _LABEL_CODE.fullmatch(value) for value in values)
    is_number_of_code = words[-1:] == ["code"] and all(number_of(v) is not None for v in values)
    are_marks = all(isinstance(value, bool) for value in values)
    return are_marks or are_codes or is_number_of_code or all(map(_is_class, values))


# What numbers count or place, and how readers voted.
_COUNTS = frozenset(
    (
        *("count", "counts", "num", "number", "length", "len", "size", "words", "chars", "tokens"),
        *("year", "month", "day", "hour", "page", "line", "row", "chapter", "verse", "fold"),
        *("votes", "upvotes", "downvotes", "ups", "downs", "likes", "shares", "views", "replies"),
        *("comments", "retweets", "position", "order", "offset", "start", "end", "turn", "part"),
    )
)
_LABEL_CODE = re.compile(r"[A-Za-z]{1,4}[-_ ]?\d{1,4}")
_MOST_NAMED = 8
# Numbers that are classes are few.
_MOST_CLASSES = 20


def _are_numbers(sample: Sample, key: str) -> bool:
    """Return whether a column of texts has numbers, dates or short codes alone, as of ids."""
    return all(_CODE.fullmatch(str(value).strip()) for value in sample.values(key))


_CODE = re.compile(
    r"[\w#.:/+-]*\d[\w#.:/+-]*|\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d\d[\d:.]*"
    r"(?: ?[AaPp][Mm])?(?: ?(?:UTC|GMT|Z|[+-]\d\d:?\d\d))?"
)


def only_texts(sample: Sample) -> Guess | None:
    """Refuse texts without answers."""
    texts = _texts(sample)
    others = [key for key in sample.keys if key not in texts]
    if "columns" in sample.stated and len(sample.keys) == 2 and len(others) == 1:
        # Without a header, the only other column has a reason: numbers of classes.
        classes = sample.values(others[0])
        if len(sample.distinct(others[0]) or ()) > 1 and all(map(_is_class, classes)):
            return None
    if len(texts) == 1 or (
        sample.find("text") and set(sample.keys) <= {"text", "meta", "id", "url"}
    ):
        key = sample.find("text") or texts[0]
        others = [k for k in others if is_object(sample, k) or len(sample.distinct(k) or ()) > 1]
        others = [
            k for k in others if k.lower() not in BESIDES and not k.lower().startswith("meta.")
        ]
        if len(others) == len(texts) == 1 and _says_of_text(sample, others[0]):
            return None
        if others and len(texts) == 1:
            shown = ", ".join(others[:_MOST_NAMED])
            return Guess(
                problem=f"no task can be seen in the keys {shown} beside the text {key!r}; write "
                "the mapping by hand (docs/adding_a_task.md)"
            )
        return Guess(
            problem=f"texts under {key!r} without answers: material for pretraining, not for "
            "instruction tuning"
        )
    return None
