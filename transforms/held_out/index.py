"""An index of held-out items by their word n-grams, as flat arrays that workers map into memory.

An n-gram weighs log(1 + items / items that have it); those of very many items weigh nothing. Of a
short item only the rarest n-gram is indexed, since it matches as a whole or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from tfrecords_schema.splitmix64 import rehash
from transforms.held_out.items import ItemName, ItemTexts
from transforms.records.key_rows import first_of_runs
from transforms.runtime.exchange import Run, map_section
from transforms.settings import Decontaminate
from transforms.texts.normalization import fold_text
from transforms.texts.word_hashes import Hashes, hash_words, ngram_hashes

QUESTION, ASK, PASSAGE, OPTION = 0, 1, 2, 3
# An n-gram in more items than this is wording that the set's items share.
_MOST_ITEMS = 64
# Fewer words are found everywhere.
_LEAST_WORDS = 3
# The stem of a choice can be a name alone ("The Voting Rights Act of 1965"): up to so many words it
# says nothing without the options.
_STEM_WORDS = 8
_FILTER_BITS = 22
_POSTING = np.dtype([("key", "<u8"), ("item", "<u4"), ("weight", "<f4")])
_PART = np.dtype([("start", "<u4"), ("end", "<u4"), ("item", "<u4"), ("kind", "<u4")])


def gram_keys(words: Hashes, n: int) -> Hashes:
    """Return the n-grams of `words` as keys of the index."""
    return rehash(ngram_hashes(words, n), n)


@dataclass(frozen=True)
class HeldOutIndex:
    """Postings sorted by key; what a match needs (`totals`); the words of each item's parts.

    `needs_support` marks items whose question alone proves nothing: too short, or asked by
    several items.
    """

    names: list[ItemName]
    lengths: list[int]
    postings: NDArray[Any]
    totals: NDArray[np.float64]
    needs_support: NDArray[np.uint8]
    words: Hashes
    parts: NDArray[Any]

    @cached_property
    def keys(self) -> Hashes:
        """The key of each posting."""
        return np.ascontiguousarray(self.postings["key"])

    @cached_property
    def filter(self) -> NDArray[np.bool_]:
        """[2^22] whether some key begins with these bits: most look-ups end here."""
        found = np.zeros(1 << _FILTER_BITS, dtype=bool)
        found[self.keys >> np.uint64(64 - _FILTER_BITS)] = True
        return found

    @cached_property
    def _first_parts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.parts["item"], np.arange(len(self.names) + 1))

    def parts_of(self, item: int, kind: int) -> list[Hashes]:
        """Return the words of an item's parts of one kind."""
        parts = self.parts[self._first_parts[item] : self._first_parts[item + 1]]
        return [self.words[part["start"] : part["end"]] for part in parts[parts["kind"] == kind]]

    def look_up(self, keys: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (index into `keys`, index of a posting) of every match."""
        likely = np.flatnonzero(self.filter[keys >> np.uint64(64 - _FILTER_BITS)])
        low = np.searchsorted(self.keys, keys[likely], side="left")
        counts = np.searchsorted(self.keys, keys[likely], side="right") - low
        starts = np.cumsum(counts) - counts
        postings = np.repeat(low - starts, counts) + np.arange(int(counts.sum()))
        return np.repeat(likely, counts), postings

    @property
    def searchable(self) -> int:
        """Items that can be found."""
        return int((self.totals > 0).sum())


def _hash_parts(items: Sequence[ItemTexts]) -> tuple[Hashes, NDArray[Any]]:
    texts: list[str] = []
    kinds: list[tuple[int, int]] = []
    for number, item in enumerate(items):
        named = [(QUESTION, item.question), (ASK, item.ask), (PASSAGE, item.passage)]
        for kind, text in [*named, *((OPTION, option) for option in item.options)]:
            texts.append(fold_text(text))
            kinds.append((number, kind))
    hashed = hash_words(texts)
    parts = np.zeros(len(texts), dtype=_PART)
    parts["end"] = hashed.ends
    parts["start"][1:] = hashed.ends[:-1]
    if kinds:
        parts["item"], parts["kind"] = np.array(kinds).T
    return hashed.hashes, parts


def _anchors(parts: NDArray[Any]) -> Any:
    """Return the part by which each item is looked up: its question, else its longest option."""
    anchors = parts[parts["kind"] == QUESTION].copy()
    short = anchors["end"] - anchors["start"] < _LEAST_WORDS
    options = parts[(parts["kind"] == OPTION) & short[parts["item"]]]
    for option in options:
        anchor = anchors[option["item"]]
        if option["end"] - option["start"] > anchor["end"] - anchor["start"]:
            anchor["start"], anchor["end"] = option["start"], option["end"]
    return anchors


def _grams_of(words: Hashes, anchors: NDArray[Any], ngram: int) -> tuple[list[int], Any]:
    """Return (lengths in use, postings of every n-gram of every anchor, each once, by key)."""
    sizes = (anchors["end"] - anchors["start"]).astype(np.int64)
    lengths, pairs = [], [np.zeros(0, dtype=_POSTING)]
    for n in range(_LEAST_WORDS, ngram + 1):
        chosen = np.flatnonzero(sizes == n if n < ngram else sizes >= n)
        if not len(chosen):
            continue
        lengths.append(n)
        counts = sizes[chosen] - n + 1
        starts = anchors["start"][chosen].astype(np.int64) - (np.cumsum(counts) - counts)
        rows = np.zeros(int(counts.sum()), dtype=_POSTING)
        rows["key"] = gram_keys(words, n)[np.repeat(starts, counts) + np.arange(len(rows))]
        rows["item"] = np.repeat(anchors["item"][chosen], counts)
        pairs.append(rows)
    postings = np.concatenate(pairs)
    postings = postings[np.lexsort((postings["item"], postings["key"]))]
    return lengths, postings[first_of_runs(postings["key"], postings["item"])]


def _weigh(postings: Any, num_words: NDArray[np.int64], settings: Decontaminate) -> Any:
    """Return the postings that count, weighted by rarity."""
    if not len(postings):
        return postings
    run = np.cumsum(first_of_runs(postings["key"])) - 1
    frequency = np.bincount(run)[run]
    postings["weight"] = np.log1p(len(num_words) / frequency)
    by_item = np.lexsort((postings["key"], frequency, postings["item"]))
    rarest = np.zeros(len(postings), dtype=bool)
    rarest[by_item[first_of_runs(postings["item"][by_item])]] = True
    is_short = num_words[postings["item"]] <= settings.whole_words
    return postings[rarest | (~is_short & (frequency <= _MOST_ITEMS))]


def build_index(items: Sequence[ItemTexts], settings: Decontaminate) -> HeldOutIndex:
    """Index held-out items; those that nothing could tell apart from chance have a total of 0."""
    words, parts = _hash_parts(items)
    questions = parts[parts["kind"] == QUESTION]
    lengths, postings = _grams_of(words, _anchors(parts), settings.ngram)
    num_words = (questions["end"] - questions["start"]).astype(np.int64)
    texts = [words[part["start"] : part["end"]].tobytes() for part in questions]
    seen: dict[bytes, set[tuple[str, ...]]] = {}
    for text, item in zip(texts, items, strict=True):
        seen.setdefault(text, set()).add((item.passage, *sorted(item.options)))
    needs_support = np.array(
        [
            count < (_STEM_WORDS if len(item.options) > 1 else settings.min_words)
            or len(seen[text]) > 1
            for text, count, item in zip(texts, num_words.tolist(), items, strict=True)
        ],
        dtype=np.uint8,
    )
    has_support = np.array([len(item.options) > 1 or bool(item.passage) for item in items])
    postings = _weigh(postings, num_words, settings)
    if len(items):
        postings = postings[~(needs_support.astype(bool) & ~has_support)[postings["item"]]]
    weights = postings["weight"].astype(np.float64)
    totals = np.bincount(postings["item"], weights, minlength=len(items)).astype(np.float64)
    names = [item.name for item in items]
    return HeldOutIndex(names, lengths, postings, totals, needs_support, words, parts)


_SECTIONS = (
    ("postings", _POSTING),
    ("totals", np.dtype("<f8")),
    ("needs_support", np.dtype("u1")),
    ("words", np.dtype("<u8")),
    ("parts", _PART),
)
_NAMES = len(_SECTIONS)
NUM_SECTIONS = _NAMES + 1


def index_sections(index: HeldOutIndex) -> dict[int, bytes]:
    """Return the arrays of `index` and its names as `NUM_SECTIONS` sections of a run."""
    sections = {
        number: np.ascontiguousarray(getattr(index, name)).astype(dtype).tobytes()
        for number, (name, dtype) in enumerate(_SECTIONS)
    }
    sections[_NAMES] = orjson.dumps([[name.set, name.task, name.id] for name in index.names])
    return sections


def open_index(run: Run, lengths: Sequence[int]) -> HeldOutIndex:
    """Open the index in a run, mapped into memory where the file is local.

    `lengths` are those of the n-grams that it was built with.
    """
    arrays: dict[str, Any] = {
        name: map_section(run, number, dtype) for number, (name, dtype) in enumerate(_SECTIONS)
    }
    stored = orjson.loads(map_section(run, _NAMES, np.dtype("u1")).tobytes())
    names = [ItemName(*name) for name in stored]
    return HeldOutIndex(names=names, lengths=list(lengths), **arrays)
