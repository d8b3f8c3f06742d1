"""Bring texts into the form in which duplicates and held-out items are compared."""

import re
import unicodedata

# Sentence punctuation, unless it stands between digits ("3.5", "12:30"). Operators, brackets and
# signs stay: "3 + 4" and "3 - 4" are different questions.
_PUNCTUATION = re.compile(r"""[.,:](?!\d)|(?<!\d)[.,:]|[;!?'"`“”‘’«»…]""")


def normalize_text(text: str, ignore_case: bool = True, ignore_punctuation: bool = True) -> str:
    """NFKC, and as asked: case-folded, without sentence punctuation; white space collapsed.

    "  Ｗhat's 3.5, doubled? " → "whats 3.5 doubled"
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if ignore_case:
        text = text.casefold()
    if ignore_punctuation:
        text = _PUNCTUATION.sub("", text)
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """The words of `text` in normal form."""
    return normalize_text(text).split()
