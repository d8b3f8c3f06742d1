"""Search records for held-out items: look their n-grams up, then compare the words themselves.

A record is one stream of words, all its fields in their order, since a question can be split among
them; its programs are streams of tokens beside it. An item is found where all its questions are: a
short text as a whole, a longer one by a share of its words, weighted by rarity, with most of what
it asks last, so that a passage or a quotation alone is no match. A question that is very short, or
that several items ask, proves nothing by itself: all of its options, or its passage, or else its
answer must be there as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.held_out.index import (
    ANSWER,
    OPTION,
    PASSAGE,
    QUESTION,
    HeldOutIndex,
    Part,
    gram_keys,
    hash_stream,
)
from transforms.held_out.items import STREAMS, ItemName
from transforms.held_out.programs import code_tokens, looks_like_code, shape_tokens
from transforms.settings import Decontaminate
from transforms.texts.normalization import search_words
from transforms.texts.word_hashes import Hashes
from transforms.types import Record

_MOST_SHOWN_WORDS = 60
_TOLERANCE = 1e-6
# Of the n-grams of a long text so much must be there, by weight, to compare it word by word: one
# word in twenty replaced leaves three quarters of the 5-grams.
_LEAST_GRAMS = 0.5
# Of what a long text asks last, so many of its words must be there: one of six may be another.
_LEAST_ASK = 0.5
# Words in a row that count as found, in each stream: names recur in a program, shapes more so.
_IN_A_ROW = (3, 5, 8)


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


@dataclass
class _Stream:
    """The words of a record, or the tokens of its programs, and its n-grams once asked for.

    `ends` are those of its fields among the words.
    """

    record: int
    words: Hashes
    ends: NDArray[np.int64]
    _grams: dict[int, Hashes] = field(default_factory=dict)

    def position_of(self, part: Hashes) -> int:
        """Where the words of `part` are without a gap, or -1."""
        if not len(part) or len(part) > len(self.words):
            return -1
        starts = np.flatnonzero(self.words[: len(self.words) - len(part) + 1] == part[0])
        for start in starts.tolist():
            if np.array_equal(self.words[start : start + len(part)], part):
                return start
        return -1

    def covered(self, part: Hashes, n: int) -> NDArray[np.bool_]:
        """[words of part] whether each is found with its neighbors, n words in a row."""
        n = min(n, len(part))
        found = np.zeros(len(part), dtype=bool)
        if n:
            if n not in self._grams:
                self._grams[n] = np.unique(gram_keys(self.words, n))
            hits = np.isin(gram_keys(part, n), self._grams[n])
            for k in range(n):
                found[k : k + len(hits)] |= hits
        return found


class Finder:
    """Looks for the items of an index in records, many at once."""

    def __init__(self, index: HeldOutIndex, settings: Decontaminate) -> None:
        self._index = index
        self._settings = settings

    def name(self, item: int) -> ItemName:
        """Which record item `item` is."""
        return self._index.names[item]

    def find(self, records: Sequence[Record]) -> list[list[Match]]:
        """The matches of each record, the best first; each item once."""
        found: list[dict[ItemName, Match]] = [{} for _ in records]
        streams = self._streams(records) if self._index.names else []
        for number, entry in self._candidates(streams):
            stream = streams[number]
            match = self._verify(entry, stream, records[stream.record])
            if match:
                of_record = found[stream.record]
                known = of_record.setdefault(self.name(entry), match)
                if match.score > known.score:
                    of_record[self.name(entry)] = match
        return [sorted(of.values(), key=lambda m: (-m.score, m.item)) for of in found]

    def _streams(self, records: Sequence[Record]) -> list[_Stream]:
        """The words of each record, and the tokens of the programs in it where items have some."""
        texts = [[_as_text(value) for value in record.fields.values()] for record in records]
        streams = _hashed_streams(list(enumerate(texts)), 0)
        if self._index.has_programs:
            programs = [
                (number, [text for text in of_record if looks_like_code(text)])
                for number, of_record in enumerate(texts)
            ]
            programs = [(number, some) for number, some in programs if some]
            for stream, tokens_of in ((1, code_tokens), (2, shape_tokens)):
                tokens = [(n, [" ".join(tokens_of(text)) for text in some]) for n, some in programs]
                streams += _hashed_streams(tokens, stream)
        return streams

    def _candidates(self, streams: Sequence[_Stream]) -> Iterator[tuple[int, int]]:
        """(stream, entry) where the n-grams found weigh enough."""
        if not streams:
            return
        index, found = self._index, [np.zeros(0, dtype=np.int64)]
        words = np.concatenate([stream.words for stream in streams])
        ends = np.cumsum([len(stream.words) for stream in streams])
        for n in index.lengths:
            at, posting = index.look_up(gram_keys(words, n))
            owner = np.searchsorted(ends, at, side="right")
            inside = at + n <= ends[owner]
            found.append(owner[inside] * len(index.postings) + posting[inside])
        # An n-gram that a record has twice counts once.
        owner, posting = np.divmod(np.unique(np.concatenate(found)), max(1, len(index.postings)))
        entries = index.postings["item"][posting].astype(np.int64)
        unique, inverse = np.unique(owner * len(index.names) + entries, return_inverse=True)
        scores: NDArray[Any] = np.bincount(
            inverse, index.postings["weight"][posting], minlength=len(unique)
        )
        owner, entries = np.divmod(unique, len(index.names))
        scores = scores.astype(np.float64) / index.totals[entries]
        enough = scores >= _LEAST_GRAMS - _TOLERANCE
        yield from zip(owner[enough].tolist(), entries[enough].tolist(), strict=True)

    def _verify(self, entry: int, stream: _Stream, record: Record) -> Match | None:
        """Compare the words of an entry themselves with those of a stream."""
        index, number = self._index, int(self._index.streams[entry])
        n = _IN_A_ROW[number]
        shares = [self._share(part, stream, n) for part in index.parts_of(entry, QUESTION)]
        if not all(shares):
            return None
        options = index.parts_of(entry, OPTION)
        has_options = len(options) > 1 and all(self._share(part, stream, n) for part in options)
        if index.needs_support[entry] and not has_options:
            support = index.parts_of(entry, PASSAGE)
            if not support and len(options) < 2:
                support = index.parts_of(entry, ANSWER)
            if not support or not all(self._share(part, stream, n) for part in support):
                return None
        start, end = _extent(index.anchor_of(entry), stream, n)
        name, first, shown = _place(record, stream, start, end, STREAMS[number])
        return Match(
            item=entry,
            score=round(min(shares, default=1.0), 4),
            field=name,
            first_word=first,
            last_word=first + end - start,
            span=" ".join(shown[:_MOST_SHOWN_WORDS]),
            has_answer=has_options,
        )

    def _share(self, part: Part, stream: _Stream, n: int) -> float:
        """The share of a part's words that is found, 0 where that is not enough."""
        if not len(part.words):
            return 1.0
        if stream.position_of(part.words) >= 0:
            return 1.0
        if part.is_whole:
            return 0.0
        found = stream.covered(part.words, n)
        share = float(part.weights[found].sum() / part.weights.sum())
        if part.ask and found[-part.ask :].mean() < _LEAST_ASK:
            return 0.0
        return share if share >= self._settings.threshold - _TOLERANCE else 0.0


def _hashed_streams(texts: list[tuple[int, list[str]]], number: int) -> list[_Stream]:
    """The streams of records: (record, its texts) → words of all texts, one after the other."""
    hashed = hash_stream([text for _, of_record in texts for text in of_record], number)
    streams, first = [], 0
    for record, of_record in texts:
        start = int(hashed.ends[first - 1]) if first else 0
        ends = hashed.ends[first : first + len(of_record)]
        first += len(of_record)
        end = int(ends[-1]) if len(ends) else start
        streams.append(_Stream(record, hashed.hashes[start:end], ends - start))
    return streams


def _extent(part: Part, stream: _Stream, n: int) -> tuple[int, int]:
    """(first word, end) of what is found of a part in a stream."""
    start = stream.position_of(part.words)
    if start >= 0:
        return start, start + len(part.words)
    n = min(n, len(part.words))
    hits = np.flatnonzero(np.isin(gram_keys(stream.words, n), gram_keys(part.words, n)))
    return int(hits[0]), int(hits[-1]) + n


def _place(
    record: Record, stream: _Stream, start: int, end: int, kind: str
) -> tuple[str, int, list[str]]:
    """(field, first word in it, the words) of a span, which may go on in the next field."""
    values = list(record.fields.items())
    if kind != "words":
        programs = [(name, value) for name, value in values if looks_like_code(_as_text(value))]
        tokens_of = code_tokens if kind == "code" else shape_tokens
        named = [(name, tokens_of(_as_text(value))) for name, value in programs]
    else:
        named = [(name, search_words(_as_text(value))) for name, value in values]
    number = int(np.searchsorted(stream.ends, start, side="right"))
    offset = int(stream.ends[number - 1]) if number else 0
    every = [word for _, words in named for word in words]
    return named[number][0], start - offset, every[start:end]


def _as_text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)
