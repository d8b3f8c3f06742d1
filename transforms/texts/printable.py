"""Make untrusted texts safe to show on a terminal or a page."""

import re

# C0 and C1 without tab and newline: a terminal takes them as commands. The others turn the order
# of letters around, so that a name reads as another.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""Return the text with each control character replaced: "a\x1b[31m" → "a�[31m"."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
