"""Search records for held-out items: look their n-grams up, then compare the words themselves.

A record is one stream of words, all its fields in their order, since a question can be split among
them; its programs are streams of tokens beside it. An item is found where all its questions are: a
short one as a whole; in a longer one a few words may be others, most of what it asks last must be
there, so that a passage or a quotation alone is no match. Options count with a question that is
short. One that is very short, or that several items ask, proves nothing by itself: all of its
options, or its passage, or else its answer must be there as well. Lines of symbols, such as
brackets and assignments, must be there symbol by symbol.
"""

from collections.abc import Iterable, Iterator, Sequence
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
from transforms.held_out.symbols import SymbolLine, SymbolText
from transforms.records.key_rows import first_of_runs
from transforms.settings import Decontaminate
from transforms.texts.normalization import fold_text, search_words
from transforms.texts.word_hashes import Hashes
from transforms.types import Record

_MOST_SHOWN_WORDS = 60
_TOLERANCE = 1e-6
# Of the n-grams of a long text so much must be there, by weight, to compare it word by word: one
# word in twenty replaced leaves three quarters of the 5-grams.
_LEAST_GRAMS = 0.5
# Of what a long text asks last, so many of its words must be there: one of six may be another.
_LEAST_ASK = 0.5
# Of a text that goes with others, so many of its words must be there.
_LEAST_OF_PART = 0.5
# A longer item may always lose so many words: one that was replaced hides one beside it.
_ALWAYS_LOST = 2
# Words in a row that count as found, in each stream: names recur in a program, shapes more so.
_IN_A_ROW = (2, 5, 8)


@dataclass(frozen=True, kw_only=True)
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
    _symbols: tuple[SymbolText, ...] = ()

    def position_of(self, part: Hashes) -> int:
        """Where the words of `part` are without a gap, or -1."""
        if not len(part) or len(part) > len(self.words):
            return -1
        starts = np.flatnonzero(self.words[: len(self.words) - len(part) + 1] == part[0])
        for start in starts.tolist():
            if np.array_equal(self.words[start : start + len(part)], part):
                return start
        return -1

    def has_lines(self, record: Record, lines: Iterable[SymbolLine]) -> bool:
        """Return whether the record, whose stream it is, has lines of symbols as they are."""
        if not self._symbols:
            texts = [_as_text(value) for value in record.fields.values()]
            # What looks like markup may be the symbols: "> ] )" like a quoted line.
            self._symbols = (SymbolText.of(texts), SymbolText.of(texts, fold_text))
        return all(any(text.has(line) for text in self._symbols) for line in lines)

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


@dataclass(frozen=True, kw_only=True)
class _Streams:
    """The streams of one kind of several records: words of all texts, one after the other.

    `ends` are those of the streams, `text_ends` those of their texts, of which each has `counts`.
    """

    records: Sequence[int]
    words: Hashes
    ends: NDArray[np.int64]
    text_ends: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, records: Sequence[int], texts: Sequence[Sequence[str]], number: int) -> "_Streams":
        """Hash the texts of some records as stream `number` has them."""
        hashed = hash_stream([text for of_record in texts for text in of_record], number)
        counts = np.cumsum([len(of_record) for of_record in texts], dtype=np.int64)
        ends = np.append(0, hashed.ends)[counts]
        return cls(
            records=records,
            words=hashed.hashes,
            ends=ends,
            text_ends=hashed.ends,
            counts=counts,
        )

    def open(self, number: int) -> "_Stream":
        """One of the streams by itself."""
        start = int(self.ends[number - 1]) if number else 0
        first = int(self.counts[number - 1]) if number else 0
        ends = self.text_ends[first : self.counts[number]] - start
        return _Stream(self.records[number], self.words[start : self.ends[number]], ends)


class Finder:
    """Looks for the items of an index in records, many at once."""

    def __init__(self, index: HeldOutIndex, settings: Decontaminate) -> None:
        self._index = index
        self._settings = settings

    def name(self, item: int) -> ItemName:
        """Which record item `item` is."""
        return self._index.names[item]

    def find(self, records: Sequence[Record]) -> list[list[Match]]:
        """Return the matches of each record, the best first; each item once."""
        found: list[dict[ItemName, Match]] = [{} for _ in records]
        if not self._index.names:
            return [[] for _ in records]
        for streams in self._streams(records):
            opened: dict[int, _Stream] = {}
            for number, entry in self._candidates(streams):
                stream = opened.setdefault(number, streams.open(number))
                match = self._verify(entry, stream, records[stream.record])
                of_record = found[stream.record]
                known = of_record.get(self.name(entry))
                if match and (known is None or match.score > known.score):
                    of_record[self.name(entry)] = match
        return [sorted(of.values(), key=lambda m: (-m.score, m.item)) for of in found]

    def _streams(self, records: Sequence[Record]) -> Iterator["_Streams"]:
        """Return the words of each record, and the tokens of its programs where items have some."""
        texts = [[_as_text(value) for value in record.fields.values()] for record in records]
        yield _Streams.of(range(len(texts)), texts, 0)
        if self._index.has_programs:
            programs = [[text for text in some if looks_like_code(text)] for some in texts]
            numbers = [number for number, some in enumerate(programs) if some]
            for stream, tokens_of in ((1, code_tokens), (2, shape_tokens)):
                tokens = [[" ".join(tokens_of(text)) for text in programs[n]] for n in numbers]
                yield _Streams.of(numbers, tokens, stream)

    def _candidates(self, streams: "_Streams") -> Iterator[tuple[int, int]]:
        """(stream, entry) where the n-grams found weigh enough."""
        index, found = self._index, [np.zeros(0, dtype=np.int64)]
        for n in index.lengths:
            at, posting = index.look_up(gram_keys(streams.words, n))
            owner = np.searchsorted(streams.ends, at, side="right")
            inside = at + n <= streams.ends[owner]
            found.append(owner[inside] * len(index.postings) + posting[inside])
        # An n-gram that a record has twice counts once.
        pairs = np.sort(np.concatenate(found))
        pairs = pairs[first_of_runs(pairs)]
        owner, posting = np.divmod(pairs, max(1, len(index.postings)))
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
        questions, options = index.parts_of(entry, QUESTION), index.parts_of(entry, OPTION)
        share = self._share(questions, stream, n)
        has_options = len(options) > 1 and all(self._share([o], stream, n) for o in options)
        if not share and len(options) > 1:
            share = self._share([*questions, *options], stream, n)
        if not share:
            return None
        if index.needs_support[entry] and not has_options:
            support = index.parts_of(entry, PASSAGE)
            if not support and len(options) < 2:
                support = index.parts_of(entry, ANSWER)
            if not support or not all(self._share([part], stream, n) for part in support):
                return None
        if entry in index.symbols and not stream.has_lines(record, index.symbols[entry]):
            return None
        start, end = _extent(index.anchor_of(entry), stream, n)
        name, first, shown = _place(record, stream, start, end, STREAMS[number])
        return Match(
            item=entry,
            score=round(share, 4),
            field=name,
            first_word=first,
            last_word=first + end - start,
            span=" ".join(shown[:_MOST_SHOWN_WORDS]),
            has_answer=has_options,
        )

    def _share(self, parts: Sequence[Part], stream: _Stream, n: int) -> float:
        """Return the share of the words of texts that go together, 0 where that is not enough."""
        size, lost = sum(len(part.words) for part in parts), 0.0
        least = max((1 - self._settings.threshold) * size, _ALWAYS_LOST)
        may_lose = size > self._settings.whole_words
        if len(parts) == 1:
            may_lose = not parts[0].is_short
        for part in parts:
            if not len(part.words) or stream.position_of(part.words) >= 0:
                continue
            if not may_lose:
                return 0.0
            found = stream.covered(part.words, n)
            asked = found[-part.ask :] if part.ask and not part.is_short else found
            if found.mean() < _LEAST_OF_PART or asked.mean() < _LEAST_ASK:
                return 0.0
            lost += float(part.weights[~found].sum() / part.weights.mean())
            if lost > least + _TOLERANCE:
                return 0.0
        return 1 - lost / size if size else 1.0


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
    """(field, first word in it, the words) of a span, which may continue in the next field."""
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
