"""Fit lines of standard error to the width of a terminal."""

import shutil
import sys
import textwrap
from collections.abc import Iterable


def width() -> int:
    """Return the width of the terminal, or of $COLUMNS."""
    return shutil.get_terminal_size().columns


def folded(text: str) -> str:
    """Return a text for standard error, on a terminal broken at spaces and not inside numbers."""
    if not sys.stderr.isatty():
        return text
    return "\n".join(_folded(line) for line in text.split("\n"))


def _folded(line: str) -> str:
    lines = textwrap.wrap(
        line,
        max(width(), 1),
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
        replace_whitespace=False,
    )
    return "\n".join(lines)


def fitting(parts: Iterable[str]) -> str:
    """Join the parts that fit in one line of the terminal, in order; leave out the others."""
    line = ""
    for part in parts:
        # The cursor stays behind the line.
        if part and len(line) + len(part) < width():
            line += part
    return line
