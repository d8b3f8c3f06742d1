"""Tell lists of answers of which another key says which is right from answers that are alike.

{"answers": ["red", "blue"], "correct_answer_id": 1} → options, and the key of the right one
"""

import re
from collections.abc import Mapping
from typing import Any

from pipelines.drafting.guess import Guess
from pipelines.drafting.rules.option_marks import LETTERS
from pipelines.drafting.samples import Sample
from transforms.sources.raw_answers import listed_in, number_of

_LISTS = ("answers", "answer", "responses", "possible_answers", "answer_list")
_PLACE = r"(?:id|idx|index|key|label|letter|number|num|no|position|pos)"
# Names that say nothing but which answer is right, without their underscores.
_POINTER = re.compile(
    rf"(?:correct|right|gold|true)(?:answers?|option|choice)?{_PLACE}?|"
    rf"(?:answer|ans|option|choice){_PLACE}|key|cop"
)
# Names that have positions or letters of answers beside a list of them, and else other things.
_OTHERS = ("label", "labels", "solution", "target", "answer", "gold_label")
_TEXTS = ("text", "answer", "content", "value", "option", "choice")


def answers_as_options(sample: Sample) -> tuple[str, str] | Guess | None:
    """Return the key of a list of answers and the key that says which is right.

    None where no key says it, and a refusal where a key may say it, but a mapping cannot read it.
    """
    for listed in filter(None, map(sample.find, _LISTS)):
        rows = [row for row in sample.rows if row.get(listed)]
        offered = [_texts_in(row[listed]) for row in rows]
        if not rows or not all(len(texts) > 1 for texts in offered):
            continue
        for key in sample.keys:
            if key == listed or not (says := _how(sample, key, rows, offered)):
                continue
            if says == "unclear" or not _is_readable(sample.values(listed)):
                return _refused(listed, key)
            return listed, key
    return None


def _how(
    sample: Sample, key: str, rows: list[Mapping[str, Any]], offered: list[list[str]]
) -> str | None:
    """Return how a key names one of the answers of its row: "clear", "unclear"; None if not."""
    name = re.sub(r"[_ -]", "", key.rpartition(".")[2].casefold())
    is_pointer = _POINTER.fullmatch(name) is not None
    if not is_pointer and sample.find(*_OTHERS) != key:
        return None
    values = [row.get(key) for row in rows]
    if is_pointer and _name_several(values, offered):
        return "unclear"
    if any(isinstance(value, (bool, list, Mapping)) for value in values):
        return None
    marks = [str(value).strip() for value in values if value is not None]
    are_texts = all(text in texts for text, texts in zip(marks, offered, strict=False))
    if len(marks) < len(rows) or not (are_texts or all(map(_is_place, marks, offered))):
        return None
    if is_pointer:
        return "clear"
    if are_texts or len({*marks}) < 2:
        return None
    is_flag = {*marks} == {"0", "1"} and all(len(texts) > 2 for texts in offered)
    return "unclear" if is_flag else "clear"


def _name_several(values: list[Any], offered: list[list[str]]) -> bool:
    """Return whether values are lists of some of the answers: two may be right."""
    return all(
        isinstance(value, list)
        and len(value) < len(texts)
        and all(str(item).strip() in texts or _is_place(str(item), texts) for item in value)
        for value, texts in zip(values, offered, strict=True)
    )


def _is_place(mark: str, texts: list[str]) -> bool:
    """Return whether a mark is a position, from 0 or 1 on, or a letter of one of the texts."""
    number = number_of(mark)
    if number is not None:
        return number in range(len(texts) + 1)
    return mark.strip("().:").upper() in [*LETTERS[: len(texts)]]


def _texts_in(value: Any) -> list[str]:
    """Return the answers of a list, of objects too, or of a text that spells a list."""
    items = value if isinstance(value, list) else listed_in(value) or []
    texts = []
    for item in items:
        if isinstance(item, Mapping):
            item = next((item[name] for name in _TEXTS if item.get(name)), "")
        texts.append(str(item).strip())
    return texts


def _is_readable(values: list[Any]) -> bool:
    """Return whether lists have texts, or objects with a text as options have it."""
    items = [item for value in values if isinstance(value, list) for item in value]
    return all(
        not isinstance(item, list) and (not isinstance(item, Mapping) or "text" in item)
        for item in items
    )


def _refused(listed: str, key: str) -> Guess:
    return Guess(
        problem=f"{listed!r} has several answers, and {key!r} seems to say which are right; a "
        "mapping cannot choose among them: write the right answer of each row as a text under a "
        'key of its own, `"right_answer": "…"`, and leave these two keys out',
        is_final=True,
    )
