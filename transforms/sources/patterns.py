r"""Regular expressions of recipes, searched in time linear in the text.

A recipe may be untrusted, and Python's engine takes years for `((?:a+)+)$` and forty
letters. RE2 has no lookaround and no backreferences. A lookahead at the end of a pattern, which
tables of options need, is searched as a group and not consumed. `\d`, `\s` and `\w` are ASCII.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]


class PatternError(ValueError):
    """A pattern that RE2 cannot search for."""


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern; the second group is a lookahead, if it has one."""

    compiled: Any
    groups: int
    has_lookahead: bool

    def first(self, text: str) -> str | None:
        """Return the first match of the group; None if there is none, or if it lacks the group."""
        return next(self._found(text), None)

    def every(self, text: str) -> list[str]:
        """Return all matches of the group; "" for matches in which it does not take part."""
        return [found or "" for found in self._found(text)]

    def _found(self, text: str) -> Iterator[str | None]:
        data, position = text.encode(), 0
        while position <= len(data) and (match := self.compiled.search(data, position)):
            yield None if match[1] is None else match[1].decode()
            end = match.start(2) if self.has_lookahead else match.end()
            position = end + (end == match.start())
            while end < position < len(data) and data[position] & 0xC0 == 0x80:
                # Inside a character.
                position += 1


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Pattern:
    """Compile a pattern.

    Raises:
      PatternError: it is invalid, or uses features that RE2 lacks.
    """
    options = re2.Options()
    options.log_errors = False
    start = _lookahead(pattern)
    try:
        groups = re2.compile(pattern if start is None else pattern[:start], options).groups
        if start is not None:
            inner = f"(?:{pattern[start + 3 : -1]})"
            groups += re2.compile(inner, options).groups
            pattern = f"{pattern[:start]}({inner})"
        return Pattern(re2.compile(pattern.encode(), options), groups, start is not None)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        words = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(
            f"{words} (RE2 syntax: a lookahead at the end is all there is of lookaround)"
        ) from error


def _lookahead(pattern: str) -> int | None:
    """Return the position of a lookahead that ends the pattern; None if there is none."""
    opened: list[int] = []
    in_class, position, closed = False, 0, None
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            position += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
            # A bracket right after the opening one is a character.
            position += len(pattern[position + 1 :]) - len(pattern[position + 1 :].lstrip("^"))
            position += pattern[position + 1 : position + 2] == "]"
        elif character == "(":
            opened.append(position)
        elif character == ")" and opened:
            closed = (opened.pop(), position)
        position += 1
    if closed is None or closed[1] != len(pattern) - 1 or opened:
        return None
    return closed[0] if pattern.startswith("(?=", closed[0]) else None
