"""Bring texts into the form in which duplicates and held-out items are compared.

`normalize_text` defines that form; `hash_words` (word_hashes.py) computes the words of the same
form from folded texts and the character classes given here.
"""

import re
import sys
import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Sentence marks go where no word goes on after them, quotation marks at the edges of words. Inside
# words marks stay, and so does the sign of a factorial: "3.5", "a.bc", "f'(x)", "3 != 4", "5! + 1".
_SENTENCE, _BANG, _QUOTES = ".,:;?…", "!", "'\"`“”‘’«»"
_MARKS = _SENTENCE + _BANG + _QUOTES
# What begins with one set of characters is searched for several times faster than alternatives.
_AT_END = rf"(?:(?<=[{_SENTENCE}{_QUOTES}])|(?<!\d!)(?<=!))(?![^\s{_MARKS}])"
_AT_START = rf"(?<=[{_QUOTES}])(?<![^\s{_MARKS}].)"
_PUNCTUATION = re.compile(rf"[{_MARKS}](?:{_AT_END}|{_AT_START})", re.DOTALL)
# NFKC would make "22" of "2²".
_EXPONENT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+")
# Classes of characters; 0 and DIGIT are parts of words.
SPACE, SENTENCE, QUOTE, DIGIT, BANG = 1, 2, 3, 4, 5


def fold_text(text: str, ignore_case: bool = True, ignore_width: bool = True) -> str:
    """Normalize to NFKC and fold case, as asked: "Ｗeiß 2²" → "weiss 2^2"; straight apostrophes."""
    if ignore_width and not text.isascii():
        text = _EXPONENT.sub(r"^\g<0>", text).replace("’", "'")
        text = unicodedata.normalize("NFKC", text)
    return text.casefold() if ignore_case else text


def normalize_text(
    text: str,
    ignore_case: bool = True,
    ignore_punctuation: bool = True,
    ignore_width: bool = True,
    ignore_space: bool = True,
) -> str:
    """Normalize to NFKC, fold case, remove sentence punctuation, collapse white space; as asked.

    "  “Ｗhat's 3.5, doubled?” " → "what's 3.5 doubled"
    """
    text = fold_text(text, ignore_case, ignore_width)
    if ignore_punctuation:
        text = _PUNCTUATION.sub("", text)
    return " ".join(text.split()) if ignore_space else text


def words(text: str) -> list[str]:
    """Return the words of `text` in normal form."""
    return normalize_text(text).split()


@lru_cache(maxsize=2)
def character_classes(ignore_punctuation: bool = True) -> NDArray[np.uint8]:
    """Return [code points] uint8: every character's class, as Python's `str` and `re` see it."""
    classes = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    for pattern, kind in ((r"\s", SPACE), (r"\d", DIGIT)):
        classes[[match.start() for match in re.finditer(pattern, everything)]] = kind
    if ignore_punctuation:
        for marks, kind in ((_SENTENCE, SENTENCE), (_BANG, BANG), (_QUOTES, QUOTE)):
            classes[[ord(mark) for mark in marks]] = kind
    return classes
