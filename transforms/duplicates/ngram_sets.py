"""Sets of n-grams of documents, and their true similarity, which decides on near-duplicates.

Two documents are as similar as their least similar text: the same passage with another question,
or the same premise with another label, is not a duplicate. Programs of the same words in another
indentation are different programs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.compiled import HAS_NUMBA, compiled
from tfrecords_schema.splitmix64 import rehash
from transforms.duplicates.minhash import NamedText, hash_documents, sign, whole_below
from transforms.duplicates.union_find import find, unite
from transforms.stable_random import stable_hash
from transforms.texts.comparison import code_layout
from transforms.texts.word_hashes import WORD_BASE, Hashes, mixed, ngram_hashes

_ZERO = np.uint64(0)


@dataclass(frozen=True, kw_only=True)
class NgramSets:
    """Sorted n-gram hashes of texts: text i ends before `text_ends[i]`, document d's texts before
    `ends[d]`. Texts compared as a whole have no n-grams; they are in the documents' `forms`.
    `layouts` hash the indentation of the programs in each document."""

    values: Hashes
    text_ends: NDArray[np.int64]
    ends: NDArray[np.int64]
    forms: Hashes
    layouts: Hashes

    @property
    def arrays(self) -> tuple[Any, Any, Any, Any, Any]:
        """Return the arrays as the compiled functions take them."""
        return self.values, self.text_ends, self.ends, self.forms, self.layouts


@compiled
def _fill_sets(
    hashes: Any, word_ends: Any, ngram: int, whole: int, values: Any, text_ends: Any
) -> int:  # pragma: no cover
    size = 0
    for text in range(len(word_ends)):
        start, first = (word_ends[text - 1] if text else 0), size
        if word_ends[text] - start >= whole:
            for i in range(start, word_ends[text] - ngram + 1):
                total = _ZERO
                for k in range(i, i + ngram):
                    total = total * WORD_BASE + hashes[k]
                values[size] = mixed(total)
                size += 1
            values[first:size].sort()
            last = first
            for i in range(first + 1, size):
                if values[i] != values[last]:
                    last += 1
                    values[last] = values[i]
            size = last + 1
        text_ends[text] = size
    return size


def make_sets(
    documents: Sequence[Sequence[NamedText]],
    ngram: int,
    ignore_punctuation: bool = True,
    with_numpy: bool = not HAS_NUMBA,
) -> NgramSets:
    """Return the n-gram sets of documents of (name, folded text) pairs."""
    hashed = hash_documents(documents, ignore_punctuation, with_numpy)
    forms = sign(hashed, ngram, 0, with_numpy).forms
    layouts = np.array([_layout_hash(document) for document in documents], dtype=np.uint64)
    words, whole = hashed.words, whole_below(ngram)
    if with_numpy:
        sets: list[Any] = [
            np.unique(ngram_hashes(words.of(text), ngram)) if len(words.of(text)) >= whole else []
            for text in range(len(words.ends))
        ]
        text_ends = np.cumsum([len(values) for values in sets], dtype=np.int64)
        values = np.concatenate([np.zeros(0, dtype=np.uint64), *sets]).astype(np.uint64)
        return NgramSets(
            values=values, text_ends=text_ends, ends=hashed.ends, forms=forms, layouts=layouts
        )
    values = np.empty(len(words.hashes), dtype=np.uint64)
    text_ends = np.empty(len(words.ends), dtype=np.int64)
    size = _fill_sets(words.hashes, words.ends, ngram, whole, values, text_ends)
    return NgramSets(
        values=values[:size].copy(),
        text_ends=text_ends,
        ends=hashed.ends,
        forms=forms,
        layouts=layouts,
    )


def _layout_hash(document: Sequence[NamedText]) -> int:
    layouts = [code_layout(name, text) for name, text in document]
    return stable_hash("layout", repr(layouts)) if any(layouts) else 0


def join_sets(parts: Sequence[NgramSets], salts: Sequence[int]) -> NgramSets:
    """Concatenate sets; the salts of the documents become part of their forms."""
    forms: Hashes = np.concatenate([part.forms for part in parts])
    lengths = [len(part.values) for part in parts], [len(part.text_ends) for part in parts]
    value_starts, text_starts = (np.cumsum([0, *length])[:-1] for length in lengths)
    return NgramSets(
        values=np.concatenate([part.values for part in parts]),
        text_ends=np.concatenate(
            [p.text_ends + start for p, start in zip(parts, value_starts, strict=True)]
        ),
        ends=np.concatenate([p.ends + start for p, start in zip(parts, text_starts, strict=True)]),
        forms=rehash(forms ^ np.array(salts, dtype=np.uint64), 0),
        layouts=np.concatenate([part.layouts for part in parts]),
    )


@compiled
def _shared(values: Any, i: int, i_end: int, j: int, j_end: int) -> int:  # pragma: no cover
    count = 0
    while i < i_end and j < j_end:
        if values[i] == values[j]:
            count, i, j = count + 1, i + 1, j + 1
        elif values[i] < values[j]:
            i += 1
        else:
            j += 1
    return count


@compiled
def similarity(
    values: Any,
    text_ends: Any,
    ends: Any,
    forms: Any,
    layouts: Any,
    first: int,
    second: int,
    contained: bool,
    least: float,
) -> float:  # pragma: no cover
    """Return the similarity of two documents' least similar texts, or 0 if it is below `least`.

    It is 0 as well for documents that differ only in the indentation of their programs.
    """
    if forms[first] != forms[second]:
        return 0.0
    i, j = (ends[first - 1] if first else 0), (ends[second - 1] if second else 0)
    lowest, is_equal = 1.0, True
    while i < ends[first]:
        i_start, j_start = (text_ends[i - 1] if i else 0), (text_ends[j - 1] if j else 0)
        size_i, size_j = text_ends[i] - i_start, text_ends[j] - j_start
        small, large = min(size_i, size_j), max(size_i, size_j)
        if large > 0:
            # Two sets cannot be more similar than their sizes are.
            if not contained and small < least * large:
                return 0.0
            shared = _shared(values, i_start, text_ends[i], j_start, text_ends[j])
            whole = small if contained else size_i + size_j - shared
            is_equal &= shared == large
            lowest = min(lowest, shared / whole) if whole > 0 else 0.0
            if lowest < least:
                return 0.0
        i, j = i + 1, j + 1
    if is_equal and layouts[first] != layouts[second]:
        return 0.0
    return lowest


@compiled
def _try(
    sets: Any, nodes: Any, parents: Any, rule: Any, i: int, j: int, edges: Any, scores: Any, n: int
) -> int:  # pragma: no cover
    values, text_ends, ends, forms, layouts = sets
    if find(parents, nodes[i]) == find(parents, nodes[j]):
        return n
    score = similarity(values, text_ends, ends, forms, layouts, i, j, rule[0], rule[1])
    if score > 0 and unite(parents, nodes[i], nodes[j]):
        edges[n, 0], edges[n, 1], scores[n] = nodes[i], nodes[j], score
        return n + 1
    return n


@compiled
def _values_of(text_ends: Any, ends: Any, member: int) -> tuple[int, int]:  # pragma: no cover
    """Return where the n-grams of a document begin and end."""
    first_text = ends[member - 1] if member else 0
    start = text_ends[first_text - 1] if first_text else 0
    return start, text_ends[ends[member] - 1] if ends[member] else 0


@compiled
def table_slots(text_ends: Any, ends: Any, members: Any) -> int:  # pragma: no cover
    """Return a power of two, more than twice the number of the members' n-grams."""
    total, slots = 0, 2
    for member in members:
        start, end = _values_of(text_ends, ends, member)
        total += end - start
    while slots <= 2 * total:
        slots *= 2
    return slots


@compiled
def _link_large_group(
    sets: Any,
    nodes: Any,
    parents: Any,
    rule: Any,
    members: Any,
    most: int,
    edges: Any,
    scores: Any,
    n: int,
) -> int:  # pragma: no cover
    values, text_ends, ends, _, _ = sets
    # A table by n-gram of the last member that had it; -1: none.
    slots = table_slots(text_ends, ends, members)
    keys, holders = np.zeros(slots, dtype=np.uint64), np.full(slots, -1, dtype=np.int64)
    mask, one = np.uint64(slots - 1), np.uint64(1)
    met = np.full(len(members), -1, dtype=np.int64)
    for b in range(len(members)):
        member, count = members[b], 0
        while count < min(b, most // 4):
            n = _try(sets, nodes, parents, rule, members[count], member, edges, scores, n)
            met[count] = b
            count += 1
        start, end = _values_of(text_ends, ends, member)
        for k in range(start, end):
            slot = np.int64(values[k] & mask)
            while holders[slot] >= 0 and keys[slot] != values[k]:
                slot = np.int64((np.uint64(slot) + one) & mask)
            a, keys[slot], holders[slot] = holders[slot], values[k], b
            if 0 <= a < b and met[a] != b and count < most:
                met[a] = b
                count += 1
                n = _try(sets, nodes, parents, rule, members[a], member, edges, scores, n)
    return n


@compiled
def link_group(
    sets: Any,
    nodes: Any,
    parents: Any,
    rule: Any,
    members: Any,
    most: int,
    edges: Any,
    scores: Any,
    n: int,
) -> int:  # pragma: no cover
    """Compare the members of one group and unite similar ones; return the new number of edges.

    A group of at most `most` members is compared completely. In a larger one, each member is
    compared with the first few and, for each of its n-grams, with the last earlier member that has
    the same n-gram: near-duplicates share n-grams that are not in the template.
    """
    if len(members) > most:
        return _link_large_group(  # type: ignore[no-any-return]
            sets, nodes, parents, rule, members, most, edges, scores, n
        )
    for b in range(1, len(members)):
        for a in range(b):
            n = _try(sets, nodes, parents, rule, members[a], members[b], edges, scores, n)
    return n


@compiled
def link_groups(
    sets: Any,
    nodes: Any,
    parents: Any,
    rule: Any,
    members: Any,
    group_ends: Any,
    most: int,
    edges: Any,
    scores: Any,
) -> int:  # pragma: no cover
    """Link one group after the other, group i ends before members[group_ends[i]]; return the
    number of edges."""
    start, n = 0, 0
    for end in group_ends:
        group = members[start:end]
        n, start = link_group(sets, nodes, parents, rule, group, most, edges, scores, n), end
    return n
