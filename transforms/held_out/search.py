"""Search records for held-out items: look their n-grams up, then compare the words themselves.

An item is found by its question: as a whole where it is short, else where the n-grams found weigh
at least the threshold and what it asks last is there too, so that a passage or a quotation alone
is no match. A question that is very short, or that several items ask, proves nothing by itself:
all of its options, or its passage, must be there as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.held_out.index import (
    ASK,
    OPTION,
    PASSAGE,
    QUESTION,
    HeldOutIndex,
    gram_keys,
)
from transforms.held_out.items import ItemName
from transforms.settings import Decontaminate
from transforms.texts.normalization import fold_text, words
from transforms.texts.word_hashes import Hashes, Words, hash_words
from transforms.types import Record

_MOST_SHOWN_WORDS = 60
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Match:
    """Held-out item `item` found in a record: the words of the span, and which parts agree."""

    item: int
    score: float
    field: str
    first_word: int
    last_word: int
    span: str
    has_answer: bool


def _position(text: Hashes, part: Hashes) -> int:
    """Return where the words of `part` occur in `text` without a gap, or -1."""
    if not len(part) or len(part) > len(text):
        return -1
    starts = np.flatnonzero(text[: len(text) - len(part) + 1] == part[0])
    for start in starts.tolist():
        if np.array_equal(text[start : start + len(part)], part):
            return start
    return -1


def _share(text: Hashes, part: Hashes, ngram: int) -> float:
    """Return the share of the n-grams of `part` that `text` has."""
    n = min(ngram, len(part))
    if not n:
        return 0.0
    return float(np.isin(gram_keys(part, n), gram_keys(text, n)).mean())


class Finder:
    """Looks for the items of an index in records, many at once."""

    def __init__(self, index: HeldOutIndex, settings: Decontaminate) -> None:
        self._index = index
        self._settings = settings

    def name(self, item: int) -> ItemName:
        """Return which record item `item` is."""
        return self._index.names[item]

    def find(self, records: Sequence[Record]) -> list[list[Match]]:
        """Return the matches of each record, the best first."""
        if not self._index.names:
            return [[] for _ in records]
        named = [_named_texts(record) for record in records]
        hashed = hash_words([fold_text(text) for record in named for _, text in record])
        owner = np.repeat(np.arange(len(records)), [len(record) for record in named])
        first_text = np.append(0, np.cumsum([len(record) for record in named]))
        found: list[list[Match]] = [[] for _ in records]
        for record, item, score in self._candidates(hashed, owner):
            texts = [hashed.of(text) for text in range(*first_text[record : record + 2])]
            if match := self._verify(item, score, named[record], texts):
                found[record].append(match)
        return [sorted(matches, key=lambda m: (-m.score, m.item)) for matches in found]

    def _candidates(
        self, hashed: Words, owner: NDArray[np.int64]
    ) -> Iterator[tuple[int, int, float]]:
        """Yield (record, item, score) where the n-grams found weigh enough."""
        index, pairs = self._index, []
        for n in index.lengths:
            keys = gram_keys(hashed.hashes, n)
            at, posting = index.look_up(keys)
            text = np.searchsorted(hashed.ends, at, side="right")
            inside = at + n <= hashed.ends[text]
            pairs.append(np.stack([owner[text[inside]], posting[inside]]))
        # An n-gram that a record has twice counts once.
        record, posting = np.unique(np.concatenate(pairs, axis=1), axis=1)
        items = index.postings["item"][posting].astype(np.int64)
        key = record * len(index.names) + items
        unique, inverse = np.unique(key, return_inverse=True)
        scores: NDArray[Any] = np.bincount(
            inverse, index.postings["weight"][posting], minlength=len(unique)
        )
        records, items = np.divmod(unique, len(index.names))
        scores = scores.astype(np.float64) / index.totals[items]
        enough = scores >= self._settings.threshold - _TOLERANCE
        yield from zip(
            records[enough].tolist(), items[enough].tolist(), scores[enough].tolist(), strict=True
        )

    def _verify(
        self, item: int, score: float, named: list[tuple[str, str]], texts: list[Hashes]
    ) -> Match | None:
        """Compare the item's words themselves with the record's."""
        index, settings = self._index, self._settings
        (question,), (ask,) = index.parts_of(item, QUESTION), index.parts_of(item, ASK)
        options = index.parts_of(item, OPTION)
        has_options = len(options) > 1 and all(self._is_in(option, texts) for option in options)
        if index.needs_support[item] and not has_options:
            (passage,) = index.parts_of(item, PASSAGE)
            if not max(_share(text, passage, settings.ngram) for text in texts) >= (
                settings.threshold
            ):
                return None
        if len(question) <= settings.whole_words:
            places = [_position(text, question) for text in texts]
            if max(places) < 0:
                return None
            number = next(number for number, place in enumerate(places) if place >= 0)
            start, end, score = places[number], places[number] + len(question), 1.0
        else:
            if not self._asks(ask, texts):
                return None
            number, start, end = self._extent(question, texts)
        name, text = named[number]
        shown = " ".join(words(text)[start:end][:_MOST_SHOWN_WORDS])
        return Match(item, round(min(score, 1.0), 4), name, start, end, shown, has_options)

    def _asks(self, ask: Hashes, texts: list[Hashes]) -> bool:
        if len(ask) <= self._settings.whole_words:
            return self._is_in(ask, texts)
        n, least = self._settings.ngram, self._settings.threshold
        return max(_share(text, ask, n) for text in texts) >= least

    def _is_in(self, part: Hashes, texts: list[Hashes]) -> bool:
        return any(_position(text, part) >= 0 for text in texts)

    def _extent(self, question: Hashes, texts: list[Hashes]) -> tuple[int, int, int]:
        """Return (text, first word, end) of what is found of a long question, where it is most."""
        n = self._settings.ngram
        wanted = gram_keys(question, n)
        hits = [np.flatnonzero(np.isin(gram_keys(text, n), wanted)) for text in texts]
        number = max(range(len(texts)), key=lambda text: len(hits[text]))
        return number, int(hits[number][0]), int(hits[number][-1]) + n


def _named_texts(record: Record) -> list[tuple[str, str]]:
    """Return all texts of a record, inputs and targets: an item can be in either."""
    return [
        (name, value if isinstance(value, str) else "\n".join(value))
        for name, value in sorted(record.fields.items())
    ]
