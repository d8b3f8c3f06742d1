"""An index of held-out items by their word n-grams, as flat arrays that workers map into memory.

An n-gram weighs log(1 + entries / entries that have it); those of very many weigh nothing. Of a
short text only the rarest n-gram is indexed, since it matches as a whole or not at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from tfrecords_schema.splitmix64 import rehash
from transforms.held_out.items import STREAMS, ItemName, ItemTexts, last_sentence
from transforms.held_out.symbols import SymbolLine
from transforms.records.key_rows import first_of_runs
from transforms.runtime.exchange import Run, map_section
from transforms.settings import Decontaminate
from transforms.texts.normalization import fold_for_search
from transforms.texts.scripts import size_lost
from transforms.texts.word_hashes import Hashes, Words, hash_words, ngram_hashes

QUESTION, PASSAGE, OPTION, ANSWER = 0, 1, 2, 3
# An n-gram in more items than this is wording that the set's items share.
_MOST_ITEMS = 64
# Fewer words are found everywhere.
_LEAST_WORDS = 3
# The stem of a choice can be a name alone ("The Voting Rights Act of 1965"): up to so many words it
# says nothing without the options.
_STEM_WORDS = 8
# An answer of one word supports no question: "yes".
_LEAST_ANSWER = 2
# Programs of fewer tokens are compared as a whole.
_WHOLE_TOKENS = 40
# Tokens at the end of a program, where its result is.
_RESULT_TOKENS = 6
# Words of a short text that is looked up in thirds.
_LEAST_FOR_THIRDS = 9
_FILTER_BITS = 24
_POSTING = np.dtype([("key", "<u8"), ("item", "<u4"), ("weight", "<f4")])
# The words of one text of an item; `ask` counts those at its end that ask what the text is about,
# `is_short` marks texts of so few words that in an item of no more they match as a whole.
_PART = np.dtype(
    [
        *(("start", "<u4"), ("end", "<u4"), ("item", "<u4"), ("kind", "<u4")),
        *(("ask", "<u4"), ("is_short", "<u4")),
    ]
)
_GRAM = np.dtype([("key", "<u8"), ("item", "<u4"), ("part", "<u4"), ("at", "<u8"), ("n", "<u4")])


def gram_keys(words: Hashes, n: int) -> Hashes:
    """Return the n-grams of `words` as keys of the index."""
    return rehash(ngram_hashes(words, n), n)


@dataclass(frozen=True)
class Part:
    """One text of an item: its words, what each weighs, and how many at its end ask.

    Attributes:
      is_short: whether it has too few words to lose any by itself.
    """

    words: Hashes
    weights: NDArray[np.float32]
    ask: int
    is_short: bool


@dataclass(frozen=True, kw_only=True)
class HeldOutIndex:
    """Postings sorted by key; what a match needs (`totals`); the words of each item's parts.

    An entry is one way to find an item; `names` has the item of each, `streams` the number of what
    it is looked for in (items.STREAMS). `needs_support` marks entries whose questions alone prove
    nothing: too short, or asked by several items. `weights` has one number for each of `words`.
    """

    names: list[ItemName]
    lengths: list[int]
    postings: NDArray[Any]
    totals: NDArray[np.float64]
    needs_support: NDArray[np.uint8]
    streams: NDArray[np.uint8]
    words: Hashes
    weights: NDArray[np.float32]
    parts: NDArray[Any]
    symbols: Mapping[int, Sequence[SymbolLine]]

    @cached_property
    def _runs(self) -> tuple[Hashes, NDArray[np.int64]]:
        """([keys] each key once, [keys + 1] where its postings begin)."""
        first = np.flatnonzero(first_of_runs(self.postings["key"]))
        return self.postings["key"][first], np.append(first, len(self.postings))

    @cached_property
    def filter(self) -> NDArray[np.bool_]:
        """[2^24] whether some key begins with these bits: most look-ups end here."""
        has_key = np.zeros(1 << _FILTER_BITS, dtype=bool)
        has_key[self._runs[0] >> np.uint64(64 - _FILTER_BITS)] = True
        return has_key

    @cached_property
    def _first_parts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.parts["item"], np.arange(len(self.names) + 1))

    def parts_of(self, entry: int, kind: int) -> list[Part]:
        """Return the parts of an entry of one kind."""
        parts = self.parts[self._first_parts[entry] : self._first_parts[entry + 1]]
        return [
            Part(
                self.words[part["start"] : part["end"]],
                self.weights[part["start"] : part["end"]],
                int(part["ask"]),
                bool(part["is_short"]),
            )
            for part in parts[parts["kind"] == kind]
        ]

    def anchor_of(self, entry: int) -> Part:
        """Return the longest part of an entry, where a match is shown."""
        parts = [part for kind in range(4) for part in self.parts_of(entry, kind)]
        questions = self.parts_of(entry, QUESTION)
        return max(questions or parts, key=lambda part: len(part.words))

    def look_up(self, keys: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(index into `keys`, index of a posting) of every match."""
        unique, starts = self._runs
        likely = np.flatnonzero(self.filter[keys >> np.uint64(64 - _FILTER_BITS)])
        if not len(likely):
            return likely, likely
        run = np.minimum(np.searchsorted(unique, keys[likely]), len(unique) - 1)
        is_key = unique[run] == keys[likely]
        likely, run = likely[is_key], run[is_key]
        counts = starts[run + 1] - starts[run]
        first = np.cumsum(counts) - counts
        postings = np.repeat(starts[run] - first, counts) + np.arange(int(counts.sum()))
        return np.repeat(likely, counts), postings

    @cached_property
    def has_programs(self) -> bool:
        """Whether some entry is looked for among the tokens of programs."""
        return bool(self.streams.any())


def hash_stream(texts: Sequence[str], stream: int) -> Words:
    """Return the words or tokens of texts as the entries of a stream have them."""
    if not stream:
        return hash_words([fold_for_search(text) for text in texts], "search")
    hashed = hash_words(texts, "verbatim")
    return Words(rehash(hashed.hashes, stream), hashed.ends)


def _texts_of(item: ItemTexts) -> Iterator[tuple[int, str]]:
    """(kind, text) of everything that is compared of an entry."""
    yield from ((QUESTION, question) for question in item.questions)
    yield from ((OPTION, option) for option in item.options)
    yield from (
        (kind, text) for kind, text in ((PASSAGE, item.passage), (ANSWER, item.answer)) if text
    )


def _hash_parts(
    items: Sequence[ItemTexts], whole_words: int
) -> tuple[Hashes, NDArray[Any], NDArray[np.float64]]:
    """(words, parts, size of each part in words of languages with spaces)."""
    hashes, tables, all_sizes, offset = [], [], [], 0
    for number, stream in enumerate(STREAMS):
        rows = [
            (entry, kind, text)
            for entry, item in enumerate(items)
            if item.stream == stream
            for kind, text in _texts_of(item)
        ]
        texts = [text for _, _, text in rows]
        hashed = hash_stream(texts, number)
        parts = np.zeros(len(rows), dtype=_PART)
        parts["end"] = hashed.ends
        parts["start"][1:] = hashed.ends[:-1]
        sizes = (parts["end"] - parts["start"]).astype(np.float64)
        if rows:
            parts["item"], parts["kind"] = [row[0] for row in rows], [row[1] for row in rows]
        if number:
            # Without their names, programs that differ in one operator are too much alike.
            parts["is_short"] = (sizes <= _WHOLE_TOKENS) | (stream == "shape")
            parts["ask"] = np.minimum(sizes, _RESULT_TOKENS)
        else:
            lost = np.array([size_lost(text) for text in texts], dtype=np.float64)
            # Marks are no words, and fewer characters than words are marked off by them.
            parts["is_short"] = sizes <= np.where(lost > 0, 0.75, 1.0) * whole_words
            sizes -= lost
            asks = hash_stream([last_sentence(text) for text in texts], number)
            parts["ask"] = np.diff(asks.ends, prepend=0)
        parts["start"] += offset
        parts["end"] += offset
        offset += len(hashed.hashes)
        hashes.append(hashed.hashes)
        tables.append(parts)
        all_sizes.append(sizes)
    parts, sizes = np.concatenate(tables), np.concatenate(all_sizes)
    order = np.argsort(parts["item"], kind="stable")
    return np.concatenate(hashes), parts[order], sizes[order]


def _anchors(parts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the parts to look entries up by: questions, else options, answer or passage."""
    fits = parts["end"] - parts["start"] >= _LEAST_WORDS
    item, kind = parts["item"], parts["kind"]
    # A question is better than what supports it, and the answer supports only what has no other.
    for better, worse in (((QUESTION,), (OPTION, PASSAGE, ANSWER)), ((OPTION, PASSAGE), (ANSWER,))):
        has_better = np.zeros(int(item.max()) + 1 if len(parts) else 0, dtype=bool)
        has_better[item[fits & np.isin(kind, better)]] = True
        fits &= ~(np.isin(kind, worse) & has_better[item])
    return np.flatnonzero(fits)


def _in_thirds(items: Sequence[ItemTexts], parts: NDArray[Any], whole: int) -> NDArray[np.bool_]:
    """Short texts of items with more words than they have: there a word may be another one."""
    sizes = (parts["end"] - parts["start"]).astype(np.int64)
    is_words = np.array([item.stream == "words" for item in items], dtype=bool)
    has_options = np.array([len(item.options) > 1 for item in items], dtype=bool)
    kinds = parts["kind"]
    counts = (kinds == QUESTION) | ((kinds == OPTION) & has_options[parts["item"]])
    totals = np.bincount(parts["item"], sizes * counts, len(items))
    is_long = is_words & (totals > whole)
    fits = (parts["is_short"] == 1) & (sizes >= _LEAST_FOR_THIRDS)
    in_thirds: NDArray[np.bool_] = fits & is_long[parts["item"]]
    return in_thirds


def _grams_of(
    words: Hashes,
    parts: NDArray[Any],
    anchors: NDArray[np.int64],
    ngram: int,
    in_thirds: NDArray[np.bool_],
) -> tuple[list[int], NDArray[Any]]:
    """(lengths in use, every n-gram of every anchor with its place, by key and entry)."""
    sizes = (parts["end"] - parts["start"]).astype(np.int64)[anchors]
    ns = np.where(in_thirds[anchors], _LEAST_WORDS, np.minimum(sizes, ngram))
    lengths, found = [], [np.zeros(0, dtype=_GRAM)]
    for n in range(_LEAST_WORDS, ngram + 1):
        of_size = np.flatnonzero(ns == n)
        if not len(of_size):
            continue
        lengths.append(n)
        counts = sizes[of_size] - n + 1
        starts = parts["start"][anchors[of_size]].astype(np.int64) - (np.cumsum(counts) - counts)
        rows = np.zeros(int(counts.sum()), dtype=_GRAM)
        rows["at"] = np.repeat(starts, counts) + np.arange(len(rows))
        rows["key"] = gram_keys(words, n)[rows["at"]]
        rows["part"] = np.repeat(anchors[of_size], counts)
        rows["item"] = parts["item"][rows["part"]]
        rows["n"] = n
        found.append(rows)
    grams = np.concatenate(found)
    return lengths, grams[np.lexsort((grams["part"], grams["item"], grams["key"]))]


def _weigh(grams: NDArray[Any], num_items: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(entries that have each n-gram, log(1 + all entries / those))."""
    if not len(grams):
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    run = np.cumsum(first_of_runs(grams["key"])) - 1
    is_first = first_of_runs(grams["key"], grams["item"])
    frequency = np.bincount(run, is_first)[run].astype(np.int64)
    return frequency, np.log1p(num_items / frequency)


def _word_weights(count: int, grams: NDArray[Any], weights: NDArray[np.float64]) -> Any:
    """[words] float32: a word weighs what the most common of the n-grams around it does."""
    of_words = np.full(count, np.inf, dtype=np.float32)
    for k in range(int(grams["n"].max()) if len(grams) else 0):
        inside = grams["n"] > k
        np.minimum.at(of_words, grams["at"][inside] + k, weights[inside].astype(np.float32))
    of_words[np.isinf(of_words)] = 1.0
    return of_words


def _postings(
    parts: NDArray[Any],
    grams: NDArray[Any],
    frequency: NDArray[np.int64],
    weights: NDArray[np.float64],
    in_thirds: NDArray[np.bool_],
) -> Any:
    """Return the n-grams that count, of one part of each entry: the one that says most.

    Of a long text those of few items, of a short one the rarest, or the rarest of each third.
    """
    if not len(grams):
        return np.zeros(0, dtype=_POSTING)
    part, length = grams["part"], (parts["end"] - parts["start"]).astype(np.int64)
    best = np.zeros(len(parts))
    np.maximum.at(best, part, weights)
    order = np.lexsort((length, best, parts["item"]))
    is_chosen = np.zeros(len(parts), dtype=bool)
    is_chosen[order[np.append(first_of_runs(parts["item"][order])[1:], True)]] = True
    # Thirds do not overlap: a word that was replaced breaks one of them.
    size, place = length[part] // 3, (grams["at"] - parts["start"][part]).astype(np.int64)
    third = np.where(in_thirds[part], place // np.maximum(size, 1), 0)
    is_inside = ~in_thirds[part] | ((place % np.maximum(size, 1) <= size - 3) & (third < 3))
    fits = np.flatnonzero(is_chosen[part] & is_inside)
    by_item = fits[np.lexsort((grams["key"][fits], frequency[fits], third[fits], part[fits]))]
    counts = np.zeros(len(grams), dtype=bool)
    counts[by_item[first_of_runs(part[by_item], third[by_item])]] = True
    counts |= is_chosen[part] & (parts["is_short"][part] == 0) & (frequency <= _MOST_ITEMS)
    rows = np.zeros(len(grams), dtype=_POSTING)
    rows["key"], rows["item"] = grams["key"], grams["item"]
    rows["weight"] = np.where(in_thirds[part], 1.0, weights)
    rows = rows[counts]
    return rows[first_of_runs(rows["key"], rows["item"])]


def build_index(items: Sequence[ItemTexts], settings: Decontaminate) -> HeldOutIndex:
    """Index held-out items; those that nothing could tell apart from chance have a total of 0."""
    words, parts, sizes = _hash_parts(items, settings.whole_words)
    needs_support, has_support = _support(items, words, parts, sizes, settings)
    in_thirds = _in_thirds(items, parts, settings.whole_words)
    lengths, grams = _grams_of(words, parts, _anchors(parts), settings.ngram, in_thirds)
    frequency, weights = _weigh(grams, len(items))
    postings = _postings(parts, grams, frequency, weights, in_thirds)
    postings = postings[(~needs_support | has_support)[postings["item"]]]
    totals = np.bincount(postings["item"], postings["weight"].astype(np.float64), len(items))
    return HeldOutIndex(
        names=[item.name for item in items],
        lengths=lengths,
        postings=postings,
        totals=totals.astype(np.float64),
        needs_support=needs_support.astype(np.uint8),
        streams=np.array([STREAMS.index(item.stream) for item in items], dtype=np.uint8),
        words=words,
        weights=_word_weights(len(words), grams, weights),
        parts=parts,
        symbols={entry: item.symbols for entry, item in enumerate(items) if item.symbols},
    )


def _support(
    items: Sequence[ItemTexts],
    words: Hashes,
    parts: NDArray[Any],
    sizes: NDArray[np.float64],
    settings: Decontaminate,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(entries whose questions prove nothing alone, entries with something that supports them)."""
    asked: list[list[bytes]] = [[] for _ in items]
    by_kind = np.zeros((len(items), 4))
    for part, size in zip(parts, sizes, strict=True):
        by_kind[part["item"], part["kind"]] += size
        if part["kind"] == QUESTION:
            asked[part["item"]].append(words[part["start"] : part["end"]].tobytes())
    askers: dict[tuple[bytes, ...], set[tuple[str, ...]]] = {}
    for texts, item in zip(asked, items, strict=True):
        askers.setdefault(tuple(texts), set()).add((item.passage, *sorted(item.options)))
    several = np.array([len(askers[tuple(texts)]) > 1 for texts in asked], dtype=bool)
    has_options = np.array([len(item.options) > 1 for item in items], dtype=bool)
    question, passage, answer = by_kind[:, QUESTION], by_kind[:, PASSAGE], by_kind[:, ANSWER]
    least = np.where(has_options, max(_STEM_WORDS, settings.min_words), settings.min_words)
    answers = (answer >= _LEAST_ANSWER) & (question + answer >= settings.min_words)
    has_answer = answers & (question > 0) & ~has_options & (passage == 0) & ~several
    return (question < least) | several, has_options | (passage > 0) | has_answer


_SECTIONS = (
    ("postings", _POSTING),
    ("totals", np.dtype("<f8")),
    ("needs_support", np.dtype("u1")),
    ("streams", np.dtype("u1")),
    ("words", np.dtype("<u8")),
    ("weights", np.dtype("<f4")),
    ("parts", _PART),
)
_NAMES, _SYMBOLS = len(_SECTIONS), len(_SECTIONS) + 1
NUM_SECTIONS = _SYMBOLS + 1


def index_sections(index: HeldOutIndex) -> dict[int, bytes]:
    """Return the arrays of `index`, its names and symbols as `NUM_SECTIONS` sections of a run."""
    sections = {
        number: np.ascontiguousarray(getattr(index, name)).astype(dtype).tobytes()
        for number, (name, dtype) in enumerate(_SECTIONS)
    }
    sections[_NAMES] = orjson.dumps([[name.set, name.task, name.id] for name in index.names])
    sections[_SYMBOLS] = orjson.dumps(
        [(entry, [[*line] for line in lines]) for entry, lines in sorted(index.symbols.items())]
    )
    return sections


def open_index(run: Run, lengths: Sequence[int]) -> HeldOutIndex:
    """Open the index in a run, mapped into memory where the file is local.

    `lengths` are those of the n-grams that it was built with.
    """
    arrays: dict[str, Any] = {
        name: map_section(run, number, dtype) for number, (name, dtype) in enumerate(_SECTIONS)
    }
    names, symbols = (
        orjson.loads(map_section(run, number, np.dtype("u1")).tobytes())
        for number in (_NAMES, _SYMBOLS)
    )
    return HeldOutIndex(
        names=[ItemName(*name) for name in names],
        lengths=list(lengths),
        symbols={entry: [SymbolLine(*line) for line in lines] for entry, lines in symbols},
        **arrays,
    )
