"""Color lines on standard error, where a terminal shows them."""

import os
from typing import TextIO

_CODES = {"red": 31, "yellow": 33}


def tinted(text: str, color: str, stream: TextIO) -> str:
    """Return a text in a color if `stream` is a terminal; not where NO_COLOR or TERM refuse it."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return text
    return f"\x1b[{_CODES[color]}m{text}\x1b[0m"
