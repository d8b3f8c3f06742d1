"""Guess texts with labels, and what the labels are called."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from pipelines.drafting.attributes import (
    NAMES_OF_LABELS,
    both_texts,
    classified,
    is_scale,
    is_yes_or_no,
    kind_of_labels,
)
from pipelines.drafting.guess import Guess, folded_in, id_of, is_object, mapped
from pipelines.drafting.key_names import LABELS, STARS, TEXTS, VOTED
from pipelines.drafting.samples import Sample
from transforms.sources.raw_answers import number_of

_NUMBERED = (
    *("label_id", "label_idx", "label_index", "class_id", "class_idx", "class_index"),
    *("category_id", "intent_id", "topic_id"),
)
_POLAR = {"positive", "negative", "neutral", "pos", "neg", "mixed", "very positive"}


def labeled(sample: Sample, text: Any, key: str, *assumed: str) -> Guess:
    """Return the guess that a column has labels of a text, which are called as it is."""
    keys = {"format": sample.form, **id_of(sample), **classified(text, key)}
    guess = Guess(keys, list(assumed))
    if keys["family"] == "classification" and "attribute" not in keys["fields"]:
        guess.unknown.append(
            f"what the labels under {key!r} say of a text: state `attribute: {{constant: …}}`"
        )
    return guess


def with_labels(sample: Sample, key: str, guess: Guess, names: list[str] | None = None) -> Guess:
    """Add the labels of a classification task."""
    values = sample.distinct(key) or []
    values_of = [number_of(value) for value in sample.values(key)]
    guess.keys["fields"]["answer"] = key
    void = [value for value in values if str(value).strip().lower() in _VOID]
    if void and len(values) > len(void) + 1:
        values = [value for value in values if value not in void]
        shown = ", ".join(repr(str(value)) for value in void)
        guess.assumed.append(f"{shown} under {key!r} is no label: those rows are rejected")
    if stated := sample.label_names.get(key):
        guess.keys["label_of"] = {str(number): name for number, name in enumerate(stated)}
        guess.assumed.append(f"labels of {key!r} are called as the file's own schema says")
        return guess
    spelled = {str(value).lower() for value in values}
    if values and spelled <= {"false", "true"}:
        guess.keys["label_of"] = {"false": "no", "true": "yes"}
        guess.assumed.append(f"true under {key!r} means yes")
        return guess
    if spelled == {"n", "y"}:
        words = {"n": "no", "y": "yes"}
        guess.keys["label_of"] = {
            v: words[v.lower()] for v in sorted(map(str, values), key=str.lower)
        }
        guess.assumed.append(f"y under {key!r} means yes, and n no")
        return guess
    if values and all(number_of(value) is not None for value in values):
        numbers = sorted({number for value in values if (number := number_of(value)) is not None})
        if numbers == [-1, 0, 1] and kind_of_labels(key) in _FEELINGS:
            guess.keys |= {"family": "sentiment", "label_of": _SIGNED}
            guess.keys["fields"].pop("attribute", None)
            guess.assumed.append(f"-1, 0, 1 under {key!r} are {', '.join(_SIGNED.values())}")
            return guess
        if numbers == [-1, 0, 1] and _share_of(values_of, -1) > _MOST_UNLABELED:
            guess.unknown.append(f"whether -1 under {key!r} is a label: it is read as one")
        elif numbers[0] == -1 and len(numbers) > 2:
            numbers = numbers[1:]
            guess.assumed.append(f"-1 under {key!r} is no label: those rows are rejected")
        is_classified = guess.keys["family"] == "classification"
        if is_classified and numbers == [0, 1] and is_yes_or_no(key):
            names = ["no", "yes"]
        if names and numbers == list(range(len(names))):
            guess.keys["labels"] = names
            guess.assumed.append(f"labels 0, 1, … of {key!r} are {', '.join(names)}, in this order")
        elif is_classified and is_scale(key):
            _number(guess, key, numbers)
        elif guess.keys["family"] == "sentiment" and _are_stars(key, numbers):
            stars = {str(n): f"{n} star{'' if n == 1 else 's'}" for n in numbers}
            guess.keys["label_of"] = stars
            guess.assumed.append(f"{key!r} is a number of stars")
        else:
            guess.keys["label_of"] = {str(number): f"label {number}" for number in numbers}
            guess.unknown.append(f"what the numbers under {key!r} mean: name them in `label_of`")
    else:
        labels = _in_order({str(value) for value in values if isinstance(value, str)})
        if joined := _joined(labels):
            return Guess(
                problem=f"{key!r} has several labels in a row, such as {joined!r}: no family of "
                "templates has several answers at a time"
            )
        if "-" in labels and len(labels) > 2:
            labels.remove("-")
            guess.assumed.append(f"'-' under {key!r} is no label: those rows are rejected")
        guess.keys["labels"] = labels
        folded = Counter(label.casefold() for label in labels)
        if alike := [label for label in labels if folded[label.casefold()] > 1]:
            guess.unknown.append(f"whether {', '.join(alike)} are one label: unite by `label_of`")
        guess.unknown.append(f"labels of {key!r} that only later rows have: they would be rejected")
    return guess


def _number(guess: Guess, key: str, numbers: list[int]) -> None:
    """Let numbers be the answers, and those between them where a short scale has them."""
    least, most = numbers[0], numbers[-1]
    if most - least <= _LONGEST_SCALE and kind_of_labels(key) != "code":
        numbers = list(range(least, most + 1))
        guess.assumed.append(f"numbers under {key!r} are answers, from {least} to {most}")
    else:
        guess.assumed.append(f"numbers under {key!r} are answers as they are")
    guess.keys |= {"label_of": {str(n): str(n) for n in numbers}, "answer_is": "text"}
    guess.unknown.append(f"numbers of {key!r} that only later rows have: they would be rejected")


def _are_stars(key: str, numbers: Iterable[int | None]) -> bool:
    return folded_in(key, STARS) and {*numbers} <= set(range(6))


def _in_order(labels: Iterable[str]) -> list[str]:
    """Return labels from the least to the most if all are of one scale, else in alphabetic order.

    {"high", "low", "medium"} → ["low", "medium", "high"]
    """
    words = {label: re.sub(r"[\s_-]+", " ", label.strip().casefold()) for label in labels}
    scale = next((scale for scale in _SCALES if {*words.values()} <= {*scale}), ())
    return sorted(words, key=lambda label: (scale.index(words[label]) if scale else 0, label))


_SCALES = (
    ("no", "maybe", "yes"),
    (
        *("none", "trivial", "very low", "low", "minor", "mild", "medium", "moderate", "normal"),
        *("high", "major", "severe", "very high", "critical"),
    ),
    ("very easy", "easy", "medium", "moderate", "hard", "difficult", "very hard"),
    ("beginner", "intermediate", "advanced", "expert"),
    ("small", "medium", "large"),
    ("never", "rarely", "sometimes", "often", "usually", "always"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("very bad", "bad", "poor", "fair", "average", "good", "very good", "excellent"),
)


def _joined(labels: list[str]) -> str | None:
    """Return a label that is made of others: "a,b" beside "a" or "b" alone; None if none is."""
    alone = {*labels}
    for label in labels:
        for mark in (",", ";", "|"):
            parts = {part.strip() for part in label.split(mark)}
            if len(parts) > 1 and (parts <= alone or len(parts & alone) * 2 >= len(parts)):
                return label
    return None


# What tables have in the place of a label.
_VOID = ("-", "nan", "n/a", "na", "#n/a", "null")
_FEELINGS = ("sentiment", "polarity")
# From 0 or 1 to 10.
_LONGEST_SCALE = 10
_SIGNED = {"-1": "negative", "0": "neutral", "1": "positive"}
# The share of rows without a label that a set for training has at most.
_MOST_UNLABELED = 0.05


def _share_of(values: list[int | None], value: int) -> float:
    return values.count(value) / max(1, len(values))


def classification(sample: Sample) -> Guess | None:
    """Guess texts with one label each."""
    text = sample.find(*TEXTS)
    label = next(
        (
            key
            for name in (*LABELS, *_NUMBERED)
            if (key := sample.find(name))
            and key != text
            and not (name == "score" and sample.find(*VOTED))
            and len(sample.distinct(key) or ()) > 1
            and not is_object(sample, key)
        ),
        None,
    )
    label = (
        (label and _names_of(sample, label))
        or _listed_label(sample, text)
        or _suffixed_label(sample, text)
        or _object_label(sample, text)
    )
    if not text or not label or not sample.is_text(text):
        return None
    if sample.is_list_of(label, str):
        firsts = [value[0] for value in sample.values(label)]
        if len(set(firsts)) > max(2, len(firsts) // 2):
            fields = {"input": text, "answer": f"{label}.0"}
            said = f"the one item of {label!r} is the answer to {text!r}"
            return mapped(sample, "prompted", fields, said)
        guess = labeled(sample, text, label)
        guess.keys["labels"] = sorted({value[0] for value in sample.values(label)})
        guess.keys["fields"]["answer"] = f"{label}.0"
        guess.assumed.append(f"the one item of {label!r} is the label of {text!r}")
        return guess
    values = {str(value).lower() for value in sample.distinct(label) or ()}
    if label in sample.label_names:
        values = {name.lower() for name in sample.label_names[label]}
    numbers = {number_of(value) for value in values}
    is_polar = values <= _POLAR or (kind_of_labels(label) in _FEELINGS and numbers <= {0, 1})
    is_polar = is_polar or _are_stars(label, numbers - {None})
    shown: Any = text
    names = ("question", "query", "premise", "hypothesis", "claim", "aspect", "term", "target")
    beside = sample.find(*names, "aspect_term", "aspect_category")
    if beside and beside not in (text, label) and sample.is_text(beside):
        shown = both_texts(beside, text)
    if is_polar:
        guess = mapped(sample, "sentiment", {"text": shown, "answer": label})
    else:
        guess = labeled(sample, shown, label)
    guess.assumed.append(f"{label!r} is one of a few labels for {text!r}")
    if shown != text:
        guess.assumed.append(f"it is about {beside!r} too, which is shown above {text!r}")
    is_two = numbers == {0, 1}
    return with_labels(
        sample, label, guess, ["negative", "positive"] if is_polar and is_two else None
    )


def _names_of(sample: Sample, label: str) -> str:
    """Return the key of the names of numbered labels, else the key of the labels.

    {"label": 1, "label_text": "positive"} → "label_text", and so of "label_id"
    """
    if not all(number_of(value) is not None for value in sample.values(label)):
        return label
    stem = _NUMBER.sub("", label)
    for ending in ("_text", "_name", "_names", "_str", "_string", "_title"):
        key = sample.find(f"{stem}{ending}")
        if key and sample.is_text(key) and len(sample.distinct(key) or ()) > 1:
            return key
    return label


_NUMBER = re.compile(r"_(?:id|idx|index)$", re.I)


def _suffixed_label(sample: Sample, text: str | None) -> str | None:
    """Return the one key of a few words whose name says that it has labels, and more than that.

    "airline_sentiment", "sentiment_label", "goldLabel"
    """
    keys = [
        key
        for key in sample.keys
        if key != text
        and (kind := kind_of_labels(key)) in LABELS
        and len(kind) > 1
        and not folded_in(key, LABELS)
        and len(sample.distinct(key) or ()) > 1
        and not is_object(sample, key)
    ]
    return keys[0] if len(keys) == 1 else None


def _object_label(sample: Sample, text: str | None) -> str | None:
    """Return the key of the names of labels that are objects.

    {"label": {"name": "tea", "id": 0}}, whose keys are "label.name" and "label.id" → "label.name"
    """
    for key in sample.keys:
        above, _, name = key.rpartition(".")
        is_name = folded_in(above, LABELS) and name.lower() in NAMES_OF_LABELS
        if is_name and key != text and sample.is_text(key) and len(sample.distinct(key) or ()) > 1:
            return key
    return None


def _listed_label(sample: Sample, text: str | None) -> str | None:
    """Return a key of lists of one label each, as annotation tools write them."""
    for name in LABELS:
        key = sample.find(name)
        if key and key != text and sample.is_list_of(key, str):
            values = sample.values(key)
            if all(len(value) == 1 for value in values):
                return key
    return None


def several_labels(sample: Sample) -> Guess | None:
    """Refuse texts with several labels each."""
    key = next((k for n in LABELS if (k := sample.find(n)) and sample.is_list_of(k, str)), None)
    if not key or not sample.find(*TEXTS):
        return None
    detail = "no family of templates has several answers at a time"
    return Guess(problem=f"{key!r} has several labels in a row: {detail}")
