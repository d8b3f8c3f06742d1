"""Find material that says the answer, and from which nothing would be learned.

{"hint": "The answer is 10 degrees.", "answer": "10 degrees"} → the hint is not to be shown
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from transforms.records.fields import is_missing
from transforms.sources.field_sources import look_up
from transforms.sources.lines import lines_of

# Words around an answer that say nothing else, and those of them that name it.
_NAMES = {"answer", "option", "choice", "label", "solution", "correct", "right", "verdict"}
_AROUND = _NAMES | {"the", "a", "it", "its", "s", "this", "that", "one", "is", "be", "final"}
_AROUND |= {"hint", "pick", "choose", "so", "therefore", "would", "should", "must", "here"}
_WORDS = re.compile(r"\w+")
# The share of rows in which material may be the answer by chance.
_BY_CHANCE = 0.1


def rows_that_tell(
    rows: Iterable[Mapping[str, Any]], key: str, answers: Iterable[str], *, is_hint: bool = False
) -> int:
    """Return the number of rows whose value under a key says what is under one of `answers`.

    It is 0 where there are so few of them that it may be chance.

    Args:
      is_hint: whether the key has hints, in which "it is red" says nothing but the answer.
    """
    given = [row for row in rows if not is_missing(look_up(row, key))]
    names = list(answers)
    told = sum(
        any(
            _tells(lines_of(look_up(row, key)), answer, is_hint=is_hint)
            for name in names
            for answer in _answers(look_up(row, name))
        )
        for row in given
    )
    is_chance = told <= max(1, _BY_CHANCE * len(given)) and 2 * told <= len(given)
    return 0 if is_chance else told


def not_shown(key: str, told: int, rows: int) -> str:
    """Return what is unknown of a key that says the answer in `told` rows."""
    return (
        f"whether {key!r} belongs in a prompt: it says the answer in {told} of {rows} rows, and is "
        "not shown"
    )


def _answers(value: Any) -> list[str]:
    """Return the texts of a value: of each item of a list, and of each value of an object."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in _answers(item)]
    return [] if is_missing(value) else [str(value).strip()]


def _tells(text: str, answer: str, *, is_hint: bool) -> bool:
    """Return whether a text is an answer, or has only words around it that name it.

    "The answer is 10 degrees.", "10 degrees" → True, "It was 10 degrees.", "10 degrees" → False
    """
    if text.strip().casefold() == answer.casefold():
        return bool(answer)
    said, wanted = (_WORDS.findall(one.casefold()) for one in (text, answer))
    size = len(wanted)
    for start in range(len(said) - size + 1) if size else ():
        if said[start : start + size] == wanted:
            rest = {*said[:start], *said[start + size :]}
            if rest <= _AROUND and (not rest or is_hint or rest & _NAMES):
                return True
    return False
