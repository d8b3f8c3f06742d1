"""Which option a raw answer means: by its spelling, its position, or a mark such as "B"."""

import ast
import re
from collections.abc import Mapping
from decimal import Decimal
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any

from transforms.records.fields import spelled
from transforms.sources.field_sources import look_up
from transforms.sources.files.row import BadRow, Row

if TYPE_CHECKING:
    from transforms.sources.mapping import RowMapping

_INTEGER = re.compile(r"(-?\d{1,18})(?:\.0+)?")
_BOOLEANS = {"true": 1, "false": 0}
_LONGEST_LIST = 65_536
_WITHOUT_COMMA = re.compile(r"""(['"])\s+\1""")
_MARK = re.compile(r"\A\s*\(?([A-Za-z]|\d{1,2})(?:[.:]\s+|\)\s*)(?=\S)")


def number_of(value: object) -> int | None:
    """Return the integer that a raw value represents: 1, 1.0, "1", "1.0" and True → 1."""
    if isinstance(value, str):
        match = _INTEGER.fullmatch(value.strip())
        return int(match[1]) if match else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return int(value) if isinstance(value, (bool, int, Decimal)) and value == int(value) else None


def label_for(answer: object, label_of: Mapping[str, str]) -> str | None:
    """Return the label of a raw answer, by its spelling or as a number."""
    for text in (spelled(answer), spelled(answer).strip()):
        if text in label_of:
            return label_of[text]
    number = number_of(answer)
    number = _BOOLEANS.get(text.lower()) if number is None else number
    for key, label in label_of.items():
        known = _BOOLEANS.get(key.lower(), number_of(key))
        if known is not None and known == number:
            return label
    return None


def listed_in(value: object) -> list[Any] | None:
    """Return the list that the text of a cell spells in JSON or Python; None if it spells none.

    "['red', 'blue']" → ["red", "blue"]. NumPy's "['red' 'blue']" has no commas, and is none.
    """
    if not isinstance(value, str) or not value.strip().startswith("["):
        return None
    if len(value) > _LONGEST_LIST or _WITHOUT_COMMA.search(value):
        return None
    try:
        value_read = ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    are_scalars = isinstance(value_read, list) and all(
        isinstance(i, (str, int, float)) for i in value_read
    )
    return value_read if value_read and are_scalars else None


def without_marks(options: list[Any]) -> list[Any]:
    """Return options without the marks that they bring: ["A. one", "B. two"] → ["one", "two"].

    Prompts add marks and change the order. Only consecutive marks from the first on count as
    marks: "A", "B"; "a", "b"; "1", "2".
    """
    matches = [_MARK.match(option) for option in options if isinstance(option, str)]
    marks = [match[1] for match in matches if match]
    numbers = [str(number) for number in range(1, len(options) + 1)]
    in_order = (list(ascii_uppercase), list(ascii_lowercase), numbers)
    if len(options) < 2 or not any(marks == order[: len(options)] for order in in_order):
        return options
    return [_MARK.sub("", option, count=1) for option in options]


def option_meant(row: Row, mapping: "RowMapping", answer: Any, options: list[Any]) -> int | BadRow:
    """Return the position of the option that a raw answer means."""
    if mapping.marks is not None:
        marks = look_up(row, mapping.marks) if isinstance(mapping.marks, str) else mapping.marks
        spellings = [spelled(mark) for mark in marks] if isinstance(marks, list) else []
        position = _position_of(answer, spellings)
        if position is None:
            return BadRow("unknown_label", f"answer {answer!r} is none of the marks {spellings}")
        if position >= len(options):
            return BadRow("unknown_label", f"answer {answer!r} of {len(options)} options")
        return position
    same = None if mapping.answer_is == "position" else _position_of(answer, options)
    is_in_words = mapping.answer_is != "position" and number_of(answer) is None
    if same is None and is_in_words and mapping.labels is None:
        same = _position_in_words(spelled(answer), without_marks(options))
    position = None if mapping.answer_is == "text" else _as_position(answer, options, mapping)
    if same is None and position is None:
        is_text = number_of(answer) is None
        problem = "is none of the options" if is_text else f"of {len(options)} options"
        return BadRow("unknown_label", f"answer {answer!r} {problem}")
    if same is not None and position is not None and same != position:
        detail = (
            f"answer {answer!r} is the text of option {same} and the position of another; "
            "say which with `answer_is: text` or `answer_is: position`"
        )
        return BadRow("ambiguous_label", detail)
    return position if same is None and position is not None else same or 0


def _position_of(answer: object, options: list[Any]) -> int | None:
    """Return the position of `answer` in `options`, by its spelling or as a number."""
    text, spellings = spelled(answer).strip(), [spelled(option).strip() for option in options]
    if text in spellings:
        return spellings.index(text)
    number = number_of(answer)
    if number is None or isinstance(answer, bool):
        return None
    numbers = [number_of(option) for option in options]
    return numbers.index(number) if number in numbers else None


def _position_in_words(answer: str, options: list[Any]) -> int | None:
    """Return the position of the one option that differs from `answer` in case and period alone."""
    plain = [_plain(spelled(option)) for option in options]
    return plain.index(_plain(answer)) if plain.count(_plain(answer)) == 1 else None


def _plain(text: str) -> str:
    return text.strip().removesuffix(".").casefold()


def _as_position(answer: object, options: list[Any], mapping: "RowMapping") -> int | None:
    """Return the position that `answer` can be; None if it cannot.

    If the options are numbers, not texts, or are stated by the recipe, a number is one of them.
    """
    number = number_of(answer)
    if number is None:
        number = _BOOLEANS.get(spelled(answer).strip().lower()) if len(options) == 2 else None
    elif isinstance(answer, bool) and len(options) != 2:
        number = None
    if number is None or not 0 <= number < len(options):
        return None
    if mapping.answer_is is None and all(number_of(option) is not None for option in options):
        are_numbers = not any(isinstance(option, str) for option in options)
        if mapping.labels is not None or are_numbers:
            return None
    return number
