"""The parts of a prompt: spans of its text, by the role that each has.

A row stores them flat in the feature `prompt_parts`, three numbers a span: role, start and end, in
characters of `inputs_pretokenized`. An empty list says that the whole prompt is the query. Spans
are in the order of their starts; those of options and of turns lie inside the query.
"""

from collections.abc import Iterable
from enum import IntEnum
from itertools import chain
from typing import Any, NamedTuple

from tfrecords_schema.errors import DataError
from tfrecords_schema.features import INPUTS_TEXT, PARTS, Row


class Role(IntEnum):
    """What a part of a prompt is; the numbers are stored, so they never change."""

    INSTRUCTION = 0
    EXEMPLAR = 1
    EXEMPLAR_ANSWER = 2
    QUERY = 3
    OPTIONS = 4
    SYSTEM = 5
    TOOLS = 6
    USER = 7
    ASSISTANT = 8
    TOOL = 9
    # The assistant's as well, but the data exclude it from learning.
    ASSISTANT_UNLEARNED = 10


# Turns of a conversation, whose roles a chat row keeps.
TURNS = frozenset(
    (
        *(Role.SYSTEM, Role.TOOLS, Role.USER, Role.ASSISTANT, Role.TOOL),
        Role.ASSISTANT_UNLEARNED,
    )
)


class Part(NamedTuple):
    """Characters [start, end) of a prompt, and what they are."""

    role: Role
    start: int
    end: int


def flatten(parts: Iterable[tuple[Role, int, int]]) -> list[int]:
    """Return parts as a row stores them.

    >>> flatten([Part(Role.INSTRUCTION, 0, 5), Part(Role.QUERY, 7, 9)])
    [0, 0, 5, 3, 7, 9]
    """
    return list(chain.from_iterable(parts))


def parts_of(row: Row) -> list[Part]:
    """Return the parts of the prompt of a row; one, the query, if the row states none.

    Raises:
      DataError: the row states parts that its prompt cannot have.
    """
    size = len(str(row[INPUTS_TEXT]))
    stored: Any = row.get(PARTS, ())
    if not stored:
        return [Part(Role.QUERY, 0, size)]
    try:
        numbers = zip(stored[::3], stored[1::3], stored[2::3], strict=True)
        parts = [Part(Role(role), start, end) for role, start, end in numbers]
    except ValueError as error:
        raise DataError(f"{PARTS}: {error}") from error
    if any(not 0 <= part.start <= part.end <= size for part in parts):
        raise DataError(f"{PARTS}: a span that ends after the prompt, at character {size:,}")
    return parts
