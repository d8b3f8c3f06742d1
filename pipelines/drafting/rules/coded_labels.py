"""Name labels that are vectors of 0 and 1, columns of them, or ids: no prompt can show them."""

import re
from collections.abc import Mapping
from typing import Any

from pipelines.drafting.guess import Guess, folded_in, parsed
from pipelines.drafting.key_names import ANSWERS, BESIDES, KEYED, LABELS, OPTIONS, RATINGS
from pipelines.drafting.samples import Sample
from transforms.sources.raw_answers import number_of

_SEVERAL = "no family of templates has several answers at a time"
_TEXT_ANSWERS = ("completion", "assistant", *ANSWERS)
_CLASSES = ("label", "labels", "class", "classes", "category", "topic", "intent", "emotion")
# What an id may stand for, in the name of its key: "positive_doc_id".
_THINGS = "answers?|labels?|class|category|intent|topic|target|docs?|documents?|passages?|positive"
_IDS = re.compile(rf"(?:\w*[_.])?(?:{_THINGS}|relevant)_?(?:ids?|idx|index)", re.I)
_TAGS = re.compile(r"(?:\w*_)?(?:tags|bio|iob)", re.I)
_MOST_SHOWN = 6


def vectors(sample: Sample) -> Guess | None:
    """Refuse labels with a number for each class or option, and lists of the numbers of classes.

    {"text": "…", "label": [0, 1, 0]}, {"text": "…", "label": {"joy": 1, "fear": 0}}
    """
    if not any(map(sample.is_text, sample.keys)):
        return None
    keys = list(dict.fromkeys(k for name in (*LABELS, *KEYED) if (k := sample.find(name))))
    if any(sample.distinct(key) for key in keys if not _all_numbers(sample, key)):
        # Another key says the class in a word or a number.
        return None
    for key in filter(lambda key: _all_numbers(sample, key), keys):
        others = (k for name in _TEXT_ANSWERS if (k := sample.find(name)) and k != key)
        if any(sample.is_text(other) or sample.is_list_of(other, str) for other in others):
            continue
        values = [parsed(value) for value in sample.values(key)]
        # Elsewhere, a list of numbers may be an answer.
        if folded_in(key, _CLASSES) or (sample.find(*OPTIONS) and _are_vectors(values)):
            return Guess(problem=f"{key!r} {_said(sample, key, values)}", is_final=True)
    return None


def _all_numbers(sample: Sample, key: str) -> bool:
    return all(_numbers(parsed(value)) is not None for value in sample.values(key))


def _numbers(value: Any) -> list[Any] | None:
    """Return the numbers of a list or of an object whose keys are classes; None for others."""
    numbers = [*value.values()] if isinstance(value, Mapping) else value
    if not isinstance(numbers, list) or not all(isinstance(n, (bool, int, float)) for n in numbers):
        return None
    is_vector = len(numbers) > 1 and all(n in (0, 1) for n in numbers)
    return numbers if isinstance(value, list) or is_vector else None


def _are_vectors(values: list[Any]) -> bool:
    """Return whether all values have a 0 or 1 for each of the same classes."""
    lists = [_numbers(value) or [] for value in values]
    sizes = {len(numbers) for numbers in lists}
    return len(sizes) == 1 and min(sizes) > 1 and all(n in (0, 1) for of in lists for n in of)


def _said(sample: Sample, key: str, values: list[Any]) -> str:
    """Say which numbers labels have, and what to write instead."""
    lists = [_numbers(value) or [] for value in values]
    are_vectors = _are_vectors(values)
    if {*map(len, lists)} == {1}:
        return f'is a list of one number, a class without a name: write its name, `"{key}": "…"`'
    if not are_vectors or any(sum(numbers) != 1 for numbers in lists):
        what = "has a 0 or 1 for each class" if are_vectors else "is a list of numbers of classes"
        return f"{what}, and several of them in some rows, or none: {_SEVERAL}"
    if isinstance(values[0], Mapping):
        names = [*values[0]][:_MOST_SHOWN]
        wanted = f'write the name of the one that is 1, `"{key}": "{names[0]}"`'
        return f"has a 0 or 1 for each of {', '.join(names)}: {wanted}"
    if options := sample.find(*OPTIONS):
        wanted = 'write the text of the right option under a key of its own, `"answer": "…"`'
        return f"has a 0 or 1 for each of {options!r} (one-hot): {wanted}"
    wanted = f'write the name of the class in its place, `"{key}": "…"`'
    return f"is a list with a 0 or 1 for each class (one-hot): {wanted}"


def numbered(sample: Sample) -> Guess | None:
    """Refuse texts beside columns of 0 and 1, ids, and numbers that differ in most rows."""
    texts = [
        key
        for key in sample.keys
        if sample.is_text(key)
        and key.lower() not in BESIDES
        and not _IDS.fullmatch(key)
        and not all(number_of(value) is not None for value in sample.values(key))
    ]
    if guess := _tokens(sample):
        return guess
    return (_columns(sample) or _ids(sample, texts[0])) if texts else None


def _tokens(sample: Sample) -> Guess | None:
    if sample.find("input_ids") and sample.is_list_of("input_ids", int):
        return Guess(
            problem="'input_ids' has the tokens of a model, and no row has texts: use the file "
            "that they were made of"
        )
    tokens = sample.find("tokens", "words")
    tags = next((key for key in sample.keys if _TAGS.fullmatch(key)), None)
    if tokens and tags and sample.is_list_of(tokens, str) and sample.is_list_of(tags, (str, int)):
        return Guess(
            problem=f"{tags!r} has a tag for each of {tokens!r}: no family of templates tags "
            'words; write each sentence with its answer in words, `{"text": "…", "answer": "…"}`'
        )
    return None


def _columns(sample: Sample) -> Guess | None:
    """Refuse columns of 0 and 1, one for each class."""
    keys = [
        key
        for key in sample.keys
        if key.lower() not in BESIDES
        and len(sample.values(key)) == len(sample.rows)
        and all(number_of(v) in (0, 1) and not isinstance(v, bool) for v in sample.values(key))
    ]
    if len(keys) < 2 or not any(number_of(v) == 1 for key in keys for v in sample.values(key)):
        return None
    sums = {sum(number_of(row[key]) or 0 for key in keys) for row in sample.rows}
    shown = ", ".join(keys[:_MOST_SHOWN])
    wanted = f'write the name of the one that is 1 under one key, `"label": "{keys[0]}"`'
    if sums != {1}:
        wanted = f"several of them are 1 in some rows, or none: {_SEVERAL}; learn one of them, "
        wanted += f"with `answer: {keys[0]}` and `labels: [no, yes]`"
    return Guess(problem=f"{shown} have a 0 or 1, a column for each class: {wanted}")


def _ids(sample: Sample, text: str) -> Guess | None:
    """Refuse ids in the place of answers, and numbers that are no classes."""
    key = next((key for key in sample.keys if _IDS.fullmatch(key) and sample.values(key)), None)
    if key:
        return Guess(
            problem=f"{key!r} has ids, and no key has what they stand for: join the file that has "
            f"it, and write it as a text beside {text!r}"
        )
    named = [key for name in (*LABELS, *KEYED) if (key := sample.find(name))]
    if key := next((key for key in named if key != text and _are_codes(sample, key)), None):
        return Guess(
            problem=f"{key!r} has ids, another in each row, such as {sample.values(key)[0]!r}: "
            "join the file that has what they stand for, and write it as a text beside "
            f"{text!r}"
        )
    key = next((key for key in named if all(map(_is_number, sample.values(key)))), None)
    others = [other for other in sample.keys if other.lower() not in BESIDES]
    if key is None or (folded_in(key, RATINGS) and len(others) > len((text, key))):
        # Posts have scores, the votes of readers.
        return None
    values = sample.values(key)
    return Guess(
        problem=f"{key!r} has numbers, {len(set(values))} different ones in {len(values)} rows: "
        "no classes. If they are ids, join the file that has what they stand for; if they are "
        "grades, write them as a few classes in words"
    )


def _are_codes(sample: Sample, key: str) -> bool:
    """Return whether a key has a word of letters and digits in each row, and no two alike."""
    values = [str(value) for value in sample.values(key)]
    return 1 < len(values) == len({*values}) and all(map(_CODE.fullmatch, values))


# "C0007", "doc-12".
_CODE = re.compile(r"[A-Za-z][A-Za-z_:.-]*\d[\w:.-]*")


def _is_number(value: Any) -> bool:
    return number_of(value) is not None or isinstance(value, float)
