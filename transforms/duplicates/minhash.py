"""MinHash band hashes of texts: records that share one are candidates for near-duplicates.

A document is a list of named texts. Its set holds the word n-grams of every text, marked by name.
A text of fewer than `whole_below` words is compared as a whole: it is part of the document's
*form*, together with the names. Documents with different forms share no band.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.compiled import HAS_NUMBA, compiled
from tfrecords_schema.splitmix64 import rehash
from transforms.stable_random import stable_hash
from transforms.texts.word_hashes import WORD_BASE, Hashes, Words, hash_words, mixed, ngram_hashes

# Raise this when the hashes of the same text change, so that cached signatures are recomputed.
SIGNATURE_VERSION = 4
_EMPTY = np.uint32(0xFFFFFFFF)
_ZERO, _ONE, _HALF = np.uint64(0), np.uint64(1), np.uint64(32)
_SHORTEST = 5

NamedText = tuple[str, str]


def whole_below(ngram: int) -> int:
    """Return the number of words below which texts are compared as a whole."""
    return max(_SHORTEST, ngram)


@dataclass(frozen=True)
class Documents:
    """Word hashes of documents; document d has the texts before `ends[d]`, text i a hashed name."""

    words: Words
    names: Hashes
    ends: NDArray[np.int64]


def hash_documents(
    documents: Sequence[Sequence[NamedText]],
    ignore_punctuation: bool = True,
    with_numpy: bool = not HAS_NUMBA,
) -> Documents:
    """Hash documents of (name, folded text) pairs."""
    texts = [text for document in documents for _, text in document]
    names = [name for document in documents for name, _ in document]
    known = {name: stable_hash("name", name) for name in set(names)}
    ends = np.cumsum([len(document) for document in documents], dtype=np.int64)
    words = hash_words(texts, "compare" if ignore_punctuation else "verbatim", with_numpy)
    hashed = np.array([known[name] for name in names], dtype=np.uint64)
    return Documents(words, hashed, ends)


def permutations(count: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return (odd factors, terms) of `count` affine maps of 32-bit hashes; they never change."""
    numbers = rehash(np.arange(1, 2 * count + 1, dtype=np.uint64), stable_hash("permutations"))
    values = (numbers >> _HALF).astype(np.uint32)
    return values[:count] | np.uint32(1), values[count:]


@compiled
def _sign(
    hashes: Any,
    word_ends: Any,
    names: Any,
    ends: Any,
    ngram: int,
    whole: int,
    factors: Any,
    terms: Any,
    minima: Any,
    forms: Any,
) -> None:  # pragma: no cover
    text = 0
    for document in range(len(ends)):
        form = _ZERO
        row = minima[document]
        while text < ends[document]:
            start = word_ends[text - 1] if text else 0
            count, name = word_ends[text] - start, names[text]
            form = mixed(form * WORD_BASE + name + _ONE)
            if count < whole:
                for i in range(start, start + count):
                    form = mixed(form * WORD_BASE + hashes[i] + _ONE)
            else:
                for i in range(start, start + count - ngram + 1):
                    total = _ZERO
                    for k in range(i, i + ngram):
                        total = total * WORD_BASE + hashes[k]
                    value = np.uint32(mixed(mixed(total) ^ name) >> _HALF)
                    for p in range(len(row)):
                        row[p] = min(row[p], np.uint32(factors[p] * value + terms[p]))
            text += 1
        forms[document] = form


def _sign_with_numpy(
    documents: Documents, ngram: int, factors: Any, terms: Any, minima: Any, forms: Any
) -> None:
    text = 0
    for document, end in enumerate(documents.ends.tolist()):
        form = np.zeros(1, dtype=np.uint64)
        while text < end:
            words, name = documents.words.of(text), documents.names[text : text + 1]
            form = rehash(form * WORD_BASE + name + _ONE, 0)
            if len(words) < whole_below(ngram):
                for i in range(len(words)):
                    form = rehash(form * WORD_BASE + words[i : i + 1] + _ONE, 0)
            else:
                values = (rehash(ngram_hashes(words, ngram) ^ name, 0) >> _HALF).astype(np.uint32)
                images = values[:, None] * factors + terms
                minima[document] = np.minimum(minima[document], images.min(axis=0))
            text += 1
        forms[document] = form[0]


@dataclass(frozen=True)
class Signatures:
    """[documents, permutations] uint32 minima, and the [documents] uint64 forms.

    A document with only short texts has no n-grams: its minima are all 2^32 - 1.
    """

    minima: NDArray[np.uint32]
    forms: Hashes


def sign(
    documents: Documents, ngram: int, count: int, with_numpy: bool = not HAS_NUMBA
) -> Signatures:
    """Compute MinHash signatures of `count` permutations.

    P(minima agree) = Jaccard similarity of the n-gram sets.
    """
    factors, terms = permutations(count)
    minima = np.full((len(documents.ends), count), _EMPTY, dtype=np.uint32)
    forms = np.zeros(len(documents.ends), dtype=np.uint64)
    if with_numpy:
        _sign_with_numpy(documents, ngram, factors, terms, minima, forms)
    else:
        hashes, ends = documents.words.hashes, documents.words.ends
        whole = whole_below(ngram)
        _sign(
            hashes, ends, documents.names, documents.ends, ngram, whole, factors, terms,
            minima, forms,
        )  # fmt: skip
    return Signatures(minima, forms)


def band_hashes(signatures: Signatures, bands: int, rows: int) -> Hashes:
    """Return [documents, bands] uint64 from forms and minima; 0 where a document has no n-grams."""
    minima = signatures.minima.reshape(len(signatures.minima), bands, rows)
    numbers: Any = np.arange(bands, dtype=np.uint64)
    hashes: Hashes = rehash(signatures.forms, 1)[:, None] + numbers
    for row in range(rows):
        hashes = rehash(hashes * WORD_BASE + minima[:, :, row].astype(np.uint64), 0)
    hashes[(signatures.minima == _EMPTY).all(axis=1)] = 0
    return hashes


@compiled
def _mark_repeated(hashes: Any, seen: Any, repeated: Any) -> None:  # pragma: no cover
    mask = np.uint64(len(seen) - 1)
    for value in hashes:
        slot = np.int64(value & mask)
        seen[slot] = 1 if seen[slot] == 0 else 2
    for i in range(len(hashes)):
        repeated[i] = seen[np.int64(hashes[i] & mask)] == 2


def may_repeat(hashes: Hashes, with_numpy: bool = not HAS_NUMBA) -> NDArray[np.bool_]:
    """Mark every hash that occurs more than once, and about a tenth of the others.

    The kernel counts by their low bits, in 8 to 16 bytes a hash; numpy marks all.
    """
    repeated = np.ones(len(hashes), dtype=np.bool_)
    if not with_numpy:
        seen = np.zeros(1 << (8 * len(hashes)).bit_length(), dtype=np.uint8)
        _mark_repeated(hashes, seen, repeated)
    return repeated
