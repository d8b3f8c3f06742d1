"""What one rendering of a template may use: steps, sizes, and what makes a large value in one step.

Each loop turn, call, operator, filter and test takes steps, with as many more as the values that it
handles are large; no value may be larger than `MAX_CHARACTERS`, and what would make one in a single
step is refused before it is made. All of it counts, nothing measures seconds or memory: the same
row gives the same text on every machine.
"""

import datetime
import decimal
import re
from collections.abc import Sequence
from typing import Any, TypeVar

import jinja2
from jinja2.runtime import Undefined

from transforms.stable_random import Draws

# Operations of one rendering; each takes about a microsecond.
MAX_STEPS = 1_000_000
# Of a text, and of the texts and items of a list or mapping together.
MAX_CHARACTERS = 1_000_000
MAX_RANGE = 10_000
MAX_RANGE_TOTAL = 100_000
MAX_EXPONENT = 64
MAX_INTEGER_BITS = 8_192
# Widths, counts and precisions that filters and methods are given.
MAX_WIDTH = 10_000
# Macros and loops that call themselves.
MAX_CALLS_DEEP = 20
MAX_VALUES_DEEP = 100
# Of a template's source: expressions and blocks within each other.
MAX_NESTING = 100
_CHARACTERS_A_STEP = 100
_ITEMS_A_STEP = 10

SCALARS = (
    *(bool, float, type(None), decimal.Decimal),
    *(datetime.date, datetime.time, datetime.timedelta),
)
# May be given any number: none of them uses it as a size.
_ANY_NUMBER = frozenset(("d", "default", "map", "max", "min", "reject", "select", "sum"))
_WIDE = re.compile(r"\d{5}|\*|\{[^{}]*\{")
_FIELD = re.compile(r"[{%]")
T = TypeVar("T")


class RefusedError(jinja2.TemplateRuntimeError):
    """A template does something that no prompt needs."""


class State:
    """One rendering: its draws, and what is left of its budget."""

    def __init__(self, draws: Draws) -> None:
        self.draws = draws
        self.steps_left = MAX_STEPS
        self.range_left = MAX_RANGE_TOTAL
        self.depth = 0

    def take(self, steps: int) -> None:
        """Take steps from the budget."""
        self.steps_left -= steps
        if self.steps_left < 0:
            raise RefusedError(f"more than {MAX_STEPS:,} steps")

    def seen(self, value: T) -> T:
        """Return a value after checking its size and types."""
        items, characters = size_of(value)
        self.take(1 + items // _ITEMS_A_STEP + characters // _CHARACTERS_A_STEP)
        return value


def check_size(size: float, what: str) -> None:
    """Refuse to make a value of `size` characters or items."""
    if size > MAX_CHARACTERS:
        raise RefusedError(f"{what}: more than {MAX_CHARACTERS:,} characters or items")


def size_of(value: Any) -> tuple[int, int]:
    """Return (items, characters) of a value, including nested ones."""
    items = characters = 0
    stack = [(value, 0)]
    while stack:
        one, depth = stack.pop()
        if isinstance(one, str):
            characters += len(one)
        elif isinstance(one, int):
            if one.bit_length() > MAX_INTEGER_BITS:
                raise RefusedError(f"a number of {one.bit_length():,} bits")
        elif isinstance(one, (list, tuple, dict)):
            items += len(one)
            if items + characters <= MAX_CHARACTERS:
                inner = [*one.keys(), *one.values()] if isinstance(one, dict) else one
                stack += [(each, depth + 1) for each in inner]
        elif not isinstance(one, (*SCALARS, Undefined, range)):
            raise RefusedError(f"uses a {type(one).__name__} as a value")
        if depth > MAX_VALUES_DEEP:
            raise RefusedError(f"a value that is nested more than {MAX_VALUES_DEEP} deep")
        check_size(items + characters, "a value")
    return items, characters


def check_arguments(name: str, value: Any, given: Sequence[Any]) -> None:
    """Refuse arguments that make a filter or method produce a large result in one step."""
    size = sum(size_of(value))
    largest = max((sum(size_of(each)) for each in given), default=0)
    if name not in _ANY_NUMBER:
        for number in given:
            if isinstance(number, int) and abs(number) > MAX_WIDTH:
                raise RefusedError(f"{name} by {number}")
    widths = [abs(each) for each in given if isinstance(each, int)]
    if name == "replace":
        occurrences = str(value).count(str(given[0])) if given else 0
        check_size(size + occurrences * largest, name)
    elif name == "join":
        # The separator is the argument of the filter but the object of the method: check both.
        count = max(len(each) for each in (value, *given) if isinstance(each, Sequence))
        check_size(size + largest + count * min(size, largest or 1), name)
    elif name in ("indent", "expandtabs"):
        marks = 1 + sum(str(value).count(mark) for mark in "\n\r\t\f\v\x1c\x1d\x1e\x85\u2028\u2029")
        check_size(size + marks * max([4, 8, largest, *widths]), name)
    elif name in ("format", "format_map"):
        check_format(value, largest)
    elif name == "sum":
        start = next((each for each in given if isinstance(each, (list, tuple, str))), None)
        check_size(size * (len(value) if start is not None else 1), name)


def check_format(pattern: Any, largest: int) -> None:
    """Refuse a format string that makes more of its arguments than texts of their size."""
    if not isinstance(pattern, str):
        return
    if _WIDE.search(pattern):
        raise RefusedError("a format with a width that is large or computed")
    check_size(len(pattern) + len(_FIELD.findall(pattern)) * (largest + MAX_WIDTH), "a format")


def check_power(base: Any, exponent: Any) -> None:
    if isinstance(exponent, (int, float)) and abs(exponent) > MAX_EXPONENT:
        raise RefusedError(f"a power of {exponent}")
    bits = base.bit_length() * exponent if isinstance(base, int) else 0
    if bits > MAX_INTEGER_BITS:
        raise RefusedError(f"a number of {bits:,} bits")
