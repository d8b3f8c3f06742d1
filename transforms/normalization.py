"""Bring texts into the form in which duplicates and held-out items are compared.

`normalize_text` defines that form; `hash_words` (transforms/word_hashes.py) computes the words of
the same form from folded texts and the character classes given here.
"""

import re
import sys
import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Sentence punctuation, unless it stands between digits ("3.5", "12:30"). Operators, brackets and
# signs stay: "3 + 4" and "3 - 4" are different questions.
_MARKS = ";!?'\"`“”‘’«»…"
_NUMERIC_MARKS = ".,:"
_PUNCTUATION = re.compile(rf"[.,:](?!\d)|(?<!\d)[.,:]|[{_MARKS}]")
# Classes of characters; 0 is a part of a word.
SPACE, MARK, NUMERIC_MARK, DIGIT = 1, 2, 3, 4


def fold_text(text: str, ignore_case: bool = True, ignore_width: bool = True) -> str:
    """NFKC and case-folded, as asked: "Ｗeiß" → "weiss"."""
    if ignore_width and not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.casefold() if ignore_case else text


def normalize_text(
    text: str,
    ignore_case: bool = True,
    ignore_punctuation: bool = True,
    ignore_width: bool = True,
    ignore_space: bool = True,
) -> str:
    """NFKC, case-folded, without sentence punctuation, white space collapsed; as asked.

    "  Ｗhat's 3.5, doubled? " → "whats 3.5 doubled"
    """
    text = fold_text(text, ignore_case, ignore_width)
    if ignore_punctuation:
        text = _PUNCTUATION.sub("", text)
    return " ".join(text.split()) if ignore_space else text


def words(text: str) -> list[str]:
    """The words of `text` in normal form."""
    return normalize_text(text).split()


@lru_cache(maxsize=2)
def character_classes(ignore_punctuation: bool = True) -> NDArray[np.uint8]:
    """[code points] uint8: the class of every character, just as Python's `str` and `re` see it."""
    classes = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    for pattern, kind in ((r"\s", SPACE), (r"\d", DIGIT)):
        classes[[match.start() for match in re.finditer(pattern, everything)]] = kind
    if ignore_punctuation:
        classes[[ord(mark) for mark in _MARKS]] = MARK
        classes[[ord(mark) for mark in _NUMERIC_MARKS]] = NUMERIC_MARK
    return classes
