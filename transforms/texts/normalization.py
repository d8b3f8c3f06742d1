"""Normalize texts for the comparison of duplicates and held-out items.

`normalize_text` defines the form for duplicates, `search_words` the plainer one in which held-out
items are searched; `hash_words` (word_hashes.py) computes the words of both from folded texts and
the character classes given here. A character of a script without spaces is a word (scripts.py).
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from transforms.texts.markup import drop_markup
from transforms.texts.scripts import (
    character_set,
    dense_ranges,
    has_characters,
    joined_marks,
    mark_set,
    split_characters,
    syllabic_letters,
)

# Sentence marks are removed if no word continues after them, quotation marks at the edges of words.
# Marks inside words are kept, and so is the sign of a factorial: "3.5", "a.bc", "f'(x)", "3 != 4",
# "5! + 1".
_SENTENCE, _BANG, _QUOTES = ".,:;?…。、・", "!", "'\"`“”‘’«»「」『』"
_MARKS = _SENTENCE + _BANG + _QUOTES


@lru_cache(maxsize=2)
def _punctuation(words_apart: str) -> re.Pattern[str]:
    """Return what finds marks to leave out; `words_apart` are characters that end a word."""
    no_word = rf"[^\s{_MARKS}{words_apart}]"
    at_end = rf"(?:(?<=[{_SENTENCE}{_QUOTES}])|(?<!\d!)(?<=!))(?!{no_word})"
    at_start = rf"(?<=[{_QUOTES}])(?<!{no_word}.)"
    return re.compile(rf"[{_MARKS}](?:{at_end}|{at_start})", re.DOTALL)


# The default-ignorable characters of Unicode 16 (DerivedCoreProperties.txt), which nobody sees:
# zero-width spaces and joiners, soft hyphens, byte order marks, direction marks, variation
# selectors. Unicode's own NFKC_Casefold leaves them out too.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]+"
)
# Tags after a black flag say which flag it is: England's or Scotland's.
_SEEN = re.compile(rf"(\U0001f3f4[\U000e0020-\U000e007f]+)|{_INVISIBLE.pattern}")
# NFKC would make "22" of "2²".
_EXPONENT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+")
# Classes of characters; 0 and DIGIT are parts of words, ALONE is a word, JOINED goes with the word
# before it, DROPPED is left out, HYPHEN too unless it is the sign of a number, POINT unless it is
# the point of a decimal.
SPACE, SENTENCE, QUOTE, DIGIT, BANG, ALONE, JOINED, DROPPED, HYPHEN, POINT = range(1, 11)
# Operators and signs among the punctuation of Unicode: they stay in search.
Form = Literal["verbatim", "compare", "search", "symbols"]
_OPERATORS = "#%&*/@\\"
_DASHES = "-\u2010\u2011\u2212"
_ONE_DASH = str.maketrans(dict.fromkeys(_DASHES, "-"))


def drop_invisible(text: str) -> str:
    """Leave out what nobody sees: "zero\\u200b width" → "zero width"."""
    if text.isascii() or not _INVISIBLE.search(text):
        return text
    return _SEEN.sub(r"\1", text)


def fold_text(text: str, ignore_case: bool = True, ignore_width: bool = True) -> str:
    """NFKC and case-folded, as asked: "Ｗeiß 2²" → "weiss 2^2"; curly apostrophes are straight.

    With NFKC, invisible characters are left out.
    """
    if ignore_width and not text.isascii():
        text = _EXPONENT.sub(r"^\g<0>", drop_invisible(text)).replace("’", "'")
        text = unicodedata.normalize("NFKC", text)
    return text.casefold() if ignore_case else text


def fold_for_search(text: str) -> str:
    """Fold a text in which held-out items are searched, or one of an item; without its markup."""
    return fold_text(drop_markup(text))


def normalize_text(
    text: str,
    ignore_case: bool = True,
    ignore_punctuation: bool = True,
    ignore_width: bool = True,
    ignore_space: bool = True,
) -> str:
    """NFKC, case-folded, without sentence punctuation, white space collapsed; as asked.

    "  “Ｗhat's 3.5, doubled?” " → "what's 3.5 doubled"
    """
    text = fold_text(text, ignore_case, ignore_width)
    apart = has_characters(text)
    if ignore_punctuation:
        text = _punctuation(character_set() + mark_set() if apart else "").sub("", text)
    if not ignore_space:
        return text
    return " ".join((split_characters(text) if apart else text).split())


def words(text: str) -> list[str]:
    """Return the words of `text` in normal form."""
    return normalize_text(text).split()


def search_words(text: str) -> list[str]:
    """Return the words of `text` as held-out items are searched: no markup, no punctuation.

    "“F(x) = -3.5,” he **said**—twice." → ["fx", "=", "-3.5", "he", "saidtwice"]
    """
    return split_characters("".join(_kept(fold_for_search(text), "search"))).split()


def symbol_words(folded: str) -> list[str]:
    """Return the words of a text folded for the search, with brackets and operators as words.

    "input: f(x) = -3.5" → ["input", "f", "(", "x", ")", "=", "-", "3.5"]
    """
    return split_characters("".join(_kept(folded.translate(_ONE_DASH), "symbols"))).split()


def _kept(folded: str, form: Form) -> Iterator[str]:
    """Yield the characters that are parts of words, symbols between spaces."""
    classes = character_classes(form)
    for position, character in enumerate(folded):
        kind = classes[ord(character)]
        if kind in (HYPHEN, POINT):
            after = classes[ord(folded[position + 1])] if position + 1 < len(folded) else SPACE
            before = classes[ord(folded[position - 1])] if position else SPACE
            if after != DIGIT or before in ((0, DIGIT) if kind == HYPHEN else (POINT,)):
                continue
        if kind != DROPPED:
            yield f" {character} " if kind == ALONE and form == "symbols" else character


@lru_cache(maxsize=4)
def character_classes(form: Form = "compare") -> NDArray[np.uint8]:
    """[code points] uint8: the class of every character, just as Python's `str` and `re` see it.

    In form "verbatim" punctuation is part of words, in "compare" that between letters, in "search"
    none; in "symbols", each bracket and operator is a word.
    """
    classes = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    points = np.arange(sys.maxunicode + 1, dtype="<u4")
    everything = points.tobytes().decode("utf-32-le", "surrogatepass")
    for start, end in dense_ranges():
        classes[start : end + 1] = ALONE
    classes[list(syllabic_letters())] = ALONE
    classes[list(joined_marks())] = JOINED
    if form in ("search", "symbols"):
        marks = [ord(c) for c in everything if unicodedata.category(c)[0] == "P"]
        classes[[mark for mark in marks if chr(mark) not in _OPERATORS]] = DROPPED
        # What markdown and NFKC add or take away.
        classes[[ord(mark) for mark in "`^"]] = DROPPED
        classes[[ord(mark) for mark in _DASHES]] = HYPHEN
        # Arabic has a point of its own.
        classes[[ord(mark) for mark in ".\u066b"]] = POINT
    if form == "symbols":
        kinds = ("Ps", "Pe", "Sm", "Sc", "So")
        symbols = [ord(c) for c in everything if unicodedata.category(c) in kinds]
        classes[[*symbols, *map(ord, _OPERATORS + _DASHES)]] = ALONE
    for pattern, kind in ((r"\s", SPACE), (r"\d", DIGIT)):
        classes[[match.start() for match in re.finditer(pattern, everything)]] = kind
    if form == "compare":
        for marks_of, kind in ((_SENTENCE, SENTENCE), (_BANG, BANG), (_QUOTES, QUOTE)):
            classes[[ord(mark) for mark in marks_of]] = kind
    return classes
