"""Scripts that put no space between words: there each character counts as a word.

A character is a letter with the marks that follow it. Segmenters (ICU, MeCab, PyThaiNLP) disagree
with each other and need dictionaries; characters need none and agree in any context, so that a
text inside another is always found.
"""

import re
import unicodedata
from functools import lru_cache

# Blocks of Unicode 16 whose letters are words by themselves: Han, kana, Bopomofo and Yi. About
# three characters make two words.
_DENSE = (
    *((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B), (0x3041, 0x3096)),
    *((0x309D, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x30FF), (0x3105, 0x312F), (0x31A0, 0x31BF)),
    *((0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA48C), (0xF900, 0xFAFF)),
    *((0xFF66, 0xFF9D), (0x1AFF0, 0x1B16F), (0x20000, 0x3FFFD)),
)
# Thai, Lao, Tibetan, Myanmar, Khmer, Tai Le, New Tai Lue, Khmer symbols, Tai Tham, Balinese,
# Javanese, Myanmar extended, Tai Viet. About three letters make a word.
_SYLLABIC = (
    *((0x0E00, 0x0EFF), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1950, 0x19FF)),
    *((0x1A20, 0x1AAF), (0x1B00, 0x1B7F), (0xA980, 0xA9FF), (0xAA60, 0xAADF)),
)
_DENSE_SIZE, _SYLLABIC_SIZE = 2 / 3, 1 / 3
_FIRST = "\u0e00"

Ranges = tuple[tuple[int, int], ...]


@lru_cache(maxsize=1)
def syllabic_letters() -> tuple[int, ...]:
    """Return the code points of the letters of the scripts that write syllables."""
    return _of_category("L")


@lru_cache(maxsize=1)
def joined_marks() -> tuple[int, ...]:
    """Return the code points that belong to the letter before them."""
    return _of_category("M")


def _of_category(first: str) -> tuple[int, ...]:
    points = (point for start, end in _SYLLABIC for point in range(start, end + 1))
    return tuple(point for point in points if unicodedata.category(chr(point))[0] == first)


def dense_ranges() -> Ranges:
    """Return (first, last) code points of the scripts in which a letter is most of a word."""
    return _DENSE


@lru_cache(maxsize=1)
def character_set() -> str:
    """Return the letters, as the inside of a set of a regular expression."""
    dense = "".join(f"{chr(start)}-{chr(end)}" for start, end in _DENSE)
    return dense + "".join(map(chr, syllabic_letters()))


@lru_cache(maxsize=1)
def mark_set() -> str:
    """Return the marks, as the inside of a set of a regular expression."""
    return "".join(map(chr, joined_marks()))


@lru_cache(maxsize=1)
def _characters() -> re.Pattern[str]:
    return re.compile(f"([{character_set()}])[{mark_set()}]*")


def has_characters(text: str) -> bool:
    """Return whether some character of `text` counts as a word."""
    return not text.isascii() and max(text) >= _FIRST and bool(_characters().search(text))


def split_characters(text: str) -> str:
    """Put spaces around the characters that count as words: "AとB" → "A と B"."""
    return _characters().sub(r" \g<0> ", text) if has_characters(text) else text


def size_lost(text: str) -> float:
    """Return by how much the words of `text` overstate what it says.

    Three Chinese characters say about as much as two words, three Thai ones as much as one.
    """
    if not has_characters(text):
        return 0.0
    lost = 0.0
    for found in _characters().finditer(text):
        is_syllabic = ord(found[1]) in _syllabic_set()
        lost += 1 - (_SYLLABIC_SIZE if is_syllabic else _DENSE_SIZE)
    return lost


@lru_cache(maxsize=1)
def _syllabic_set() -> frozenset[int]:
    return frozenset(syllabic_letters())
