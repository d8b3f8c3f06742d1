"""A 64-bit hash of every word of many texts, and of every n-gram of words.

A compiled kernel reads each character once; the numpy form gives the same numbers. The hash of a
word is a polynomial in its code points, mixed by splitmix64's finalizer; that of an n-gram is one
in its words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.compiled import HAS_NUMBA, compiled
from tfrecords_schema.splitmix64 import mix_words, rehash
from transforms.texts.normalization import (
    ALONE,
    BANG,
    DIGIT,
    DROPPED,
    HYPHEN,
    JOINED,
    POINT,
    QUOTE,
    SPACE,
    Form,
    character_classes,
)

Hashes = NDArray[np.uint64]
# Odd multipliers of the two polynomials: the golden ratio, and splitmix64's second constant.
POINT_BASE = np.uint64(0x9E3779B97F4A7C15)
WORD_BASE = np.uint64(0xBF58476D1CE4E5B9)
_ONE, _ZERO = np.uint64(1), np.uint64(0)

# The finalizer of one word, as machine code.
mixed = compiled(mix_words)


@dataclass(frozen=True)
class Words:
    """Word hashes of texts, one after the other; text i ends before `ends[i]`."""

    hashes: Hashes
    ends: NDArray[np.int64]

    def of(self, text: int) -> Hashes:
        """Return the word hashes of text `text`."""
        return self.hashes[self.ends[text - 1] if text else 0 : self.ends[text]]


@compiled
def _hash_words(
    points: Any, ends: Any, classes: Any, hashes: Any, word_ends: Any
) -> int:  # pragma: no cover
    count, start = 0, 0
    for text in range(len(ends)):
        end, value, is_open, is_alone = ends[text], _ZERO, False, False
        for i in range(start, end):
            kind = classes[points[i]]
            if kind == SPACE:
                if is_open:
                    hashes[count] = mixed(value)
                    count, value, is_open = count + 1, _ZERO, False
                continue
            if kind != 0 and kind != DIGIT and kind < ALONE:
                before = classes[points[i - 1]] if i > start else SPACE
                after = classes[points[i + 1]] if i + 1 < end else SPACE
                if after != 0 and after != DIGIT:
                    if kind != BANG or before != DIGIT:
                        continue
                elif kind == QUOTE and before != 0 and before != DIGIT:
                    continue
            elif kind >= DROPPED:
                if kind == DROPPED:
                    continue
                before = classes[points[i - 1]] if i > start else SPACE
                after = classes[points[i + 1]] if i + 1 < end else SPACE
                if after != DIGIT:
                    continue
                if kind == POINT:
                    if before == POINT:
                        continue
                elif before == 0 or before == DIGIT:
                    continue
            if is_open and (kind == ALONE or (is_alone and kind != JOINED)):
                hashes[count] = mixed(value)
                count, value = count + 1, _ZERO
            if kind != JOINED:
                is_alone = kind == ALONE
            value, is_open = value * POINT_BASE + np.uint64(points[i]) + _ONE, True
        if is_open:
            hashes[count] = mixed(value)
            count += 1
        word_ends[text] = count
        start = end
    return count


def _hash_words_with_numpy(
    points: NDArray[np.uint32], ends: NDArray[np.int64], classes: NDArray[np.uint8]
) -> Words:
    kinds = classes[points]
    first = np.zeros(len(points) + 1, dtype=bool)
    first[0] = True
    first[ends] = True
    is_digit, is_word = kinds == DIGIT, (kinds == 0) | (kinds == DIGIT)
    after_digit = np.concatenate([[False], is_digit[:-1]]) & ~first[:-1]
    after_word = np.concatenate([[False], is_word[:-1]]) & ~first[:-1]
    before_word = np.concatenate([is_word[1:], [False]]) & ~first[1:]
    before_digit = np.concatenate([is_digit[1:], [False]]) & ~first[1:]
    at_end = ~before_word & ~((kinds == BANG) & after_digit)
    is_mark = (kinds != SPACE) & ~is_word & (kinds < ALONE)
    dropped = is_mark & (at_end | ((kinds == QUOTE) & ~after_word))
    dropped |= (kinds == DROPPED) | ((kinds == HYPHEN) & (~before_digit | after_word))
    after_point = np.concatenate([[False], kinds[:-1] == POINT]) & ~first[:-1]
    dropped |= (kinds == POINT) & (~before_digit | after_point)
    kept = np.flatnonzero((kinds != SPACE) & ~dropped)
    # Characters of one word have the same number of spaces and text starts up to them.
    spaces = np.cumsum((kinds == SPACE).astype(np.int64) + first[:-1])[kept]
    text_of = np.cumsum(first[:-1])[kept]
    group = np.cumsum(_begin_words(kinds[kept], spaces, text_of))
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(starts, append=len(kept))
    values = points[kept].astype(np.uint64) + _ONE
    hashes = np.zeros(0, dtype=np.uint64)
    if len(starts):
        powers = np.ones(int(sizes.max()), dtype=np.uint64)
        powers[1:] = POINT_BASE
        powers = np.multiply.accumulate(powers)
        from_end = np.repeat(starts + sizes, sizes) - np.arange(len(kept)) - 1
        hashes = rehash(np.add.reduceat(values * powers[from_end], starts), 0)
    return Words(hashes, np.searchsorted(kept[starts], ends))


def _begin_words(
    kinds: NDArray[np.uint8], spaces: NDArray[np.int64], text_of: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Mark the first character of each word; `spaces` differ where a space or a text is between."""
    apart = np.diff(spaces, prepend=-1) != 0
    # A mark goes with what is before it; is that, other marks aside, a word of one character?
    others = np.where(kinds != JOINED, np.arange(len(kinds)), -1)
    last = np.maximum.accumulate(np.append(-1, others[:-1]))[: len(kinds)]
    after_alone = (np.where(last >= 0, kinds[last], 0) == ALONE) & (text_of[last] == text_of)
    begins: NDArray[np.bool_] = apart | (kinds == ALONE) | (after_alone & (kinds != JOINED))
    return begins


def hash_words(
    folded: Sequence[str], form: Form = "compare", with_numpy: bool = not HAS_NUMBA
) -> Words:
    """Hash the words of folded texts (normalization.py); hashes of equal words are equal."""
    data = "".join(folded).encode("utf-32-le", "surrogatepass")
    points = np.frombuffer(data, dtype="<u4")
    ends = np.cumsum([len(text) for text in folded], dtype=np.int64)
    classes = character_classes(form)
    if with_numpy:
        return _hash_words_with_numpy(points, ends, classes)
    hashes = np.empty(len(points) + 1, dtype=np.uint64)
    word_ends = np.empty(len(folded), dtype=np.int64)
    count = _hash_words(points, ends, classes, hashes, word_ends)
    return Words(hashes[:count], word_ends)


def ngram_hashes(words: Hashes, n: int) -> Hashes:
    """Hash each n words in a row: [words] → [words - n + 1], empty if there are fewer."""
    count = len(words) - n + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint64)
    sums = np.zeros(count, dtype=np.uint64)
    for k in range(n):
        sums = sums * WORD_BASE + words[k : k + count]
    return rehash(sums, 0)
