"""Results of readers of raw files: a place in the file, and the row there or its problem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
# Deeper than any data set, far below the limits of Python's recursion and JSON writers.
MAX_NESTING = 100


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot become a record: the reason as the ledger counts it, and the details.

    `form` chooses the task that it counts for, in a layout with several; empty for the main one.
    """

    reason: str
    detail: str
    form: str = ""


Rows = Iterator[tuple[str, Row | BadRow]]


def row_of(value: Any) -> Row | BadRow:
    """Return a parsed value as a row, if it is an object that is not nested too deeply."""
    if not isinstance(value, dict):
        return BadRow("wrong_type", f"{type(value).__name__}, not an object")
    return _TOO_DEEP if is_too_deep(value) else value


def is_too_deep(value: Any) -> bool:
    """Return whether lists and objects are nested more than `MAX_NESTING` deep."""
    level = [value]
    for _ in range(MAX_NESTING):
        # Most rows need one iteration: texts contain no values.
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


_TOO_DEEP = BadRow("nested_too_deeply", f"nested more than {MAX_NESTING} deep")
