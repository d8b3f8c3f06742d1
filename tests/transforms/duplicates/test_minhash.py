"""Signatures estimate Jaccard similarity, and both engines give the same ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema.splitmix64 import rehash
from transforms.duplicates.minhash import (
    band_hashes,
    hash_documents,
    may_repeat,
    sign,
    whole_below,
)
from transforms.stable_random import Draws

WORDS = st.lists(
    st.sampled_from(["a", "b", "c", "d", "e", "f,", "G.", "ü", "３", "4.5"]), max_size=12
)
DOCUMENT = st.lists(
    st.tuples(st.sampled_from(["question", "answer"]), WORDS.map(" ".join)), max_size=3
)


@given(st.lists(DOCUMENT, min_size=1, max_size=4), st.integers(1, 6), st.integers(0, 9))
def test_both_engines_agree_bit_by_bit(
    documents: list[list[tuple[str, str]]], ngram: int, count: int
) -> None:
    compiled = sign(hash_documents(documents, with_numpy=False), ngram, count, with_numpy=False)
    plain = sign(hash_documents(documents, with_numpy=True), ngram, count, with_numpy=True)
    assert compiled.minima.tolist() == plain.minima.tolist()
    assert compiled.forms.tolist() == plain.forms.tolist()


def test_band_hashes_are_the_same_for_ever() -> None:
    """Cached signatures hold these: raise SIGNATURE_VERSION where this changes on purpose."""
    first = [("t", "one two three four five six seven")]
    second = [("t", "short"), ("u", "one two three four five six")]
    hashes = band_hashes(sign(hash_documents([first, second]), 3, 4), 2, 2)
    assert hashes.tolist() == [
        [6479223650112296510, 11127983266798834475],
        [8304384177298976481, 17571757318084228825],
    ]


def _pair(similarity: float, number: int) -> tuple[str, str, float]:
    """Make two texts of 100 unique words, and the Jaccard similarity of their sets of words."""
    shared = round(100 * 2 * similarity / (1 + similarity))
    common = [f"c{number}x{i}" for i in range(shared)]
    texts = [common + [f"{side}{number}x{i}" for i in range(100 - shared)] for side in "ab"]
    return " ".join(texts[0]), " ".join(texts[1]), shared / (200 - shared)


@pytest.mark.parametrize("similarity", [0.2, 0.5, 0.8, 0.95])
def test_agreement_estimates_jaccard_similarity(similarity: float) -> None:
    pairs = [_pair(similarity, number) for number in range(60)]
    documents = [[("t", text)] for first, second, _ in pairs for text in (first, second)]
    minima = sign(hash_documents(documents), 1, 128).minima
    agreement = (minima[0::2] == minima[1::2]).mean()
    exact = np.mean([pair[2] for pair in pairs])
    assert abs(agreement - exact) < 0.02


def test_candidates_are_as_likely_as_the_formula_says() -> None:
    pairs = [_pair(0.6, number) for number in range(400)]
    documents = [[("t", text)] for first, second, _ in pairs for text in (first, second)]
    hashes = band_hashes(sign(hash_documents(documents), 1, 40), 8, 5)
    met = (hashes[0::2] == hashes[1::2]).any(axis=1).mean()
    probability = 1 - (1 - pairs[0][2] ** 5) ** 8
    assert abs(met - probability) < 0.08


def _bands(*document: tuple[str, str]) -> list[int]:
    hashes: list[int] = band_hashes(sign(hash_documents([list(document)]), 3, 12), 4, 3)[0].tolist()
    return hashes


LONG = ("question", "a question of quite a few words that goes on")


def test_documents_of_another_form_share_no_band() -> None:
    yes, no = _bands(LONG, ("answer", "yes")), _bands(LONG, ("answer", "no"))
    bare, renamed = _bands(LONG), _bands(("text", LONG[1]))
    assert _bands(LONG, ("answer", "yes")) == yes
    for first in (yes, no, bare, renamed):
        for second in (yes, no, bare, renamed):
            assert first is second or not set(first) & set(second)


def test_short_documents_have_no_bands() -> None:
    assert _bands(("question", "only four words here")) == [0] * 4
    assert whole_below(3) == 5
    assert whole_below(8) == 8


def test_any_order_of_documents_gives_the_same_signatures() -> None:
    draws = Draws("minhash order")
    documents = [[("t", " ".join(str(draws.below(50)) for _ in range(20)))] for _ in range(30)]
    there = sign(hash_documents(documents), 2, 16).minima
    back = sign(hash_documents(documents[::-1]), 2, 16).minima
    assert (there == back[::-1]).all()


@given(st.lists(st.integers(0, 40) | st.integers(0, 2**64 - 1), max_size=60))
def test_every_repeated_hash_is_marked(numbers: list[int]) -> None:
    hashes = np.array(numbers, dtype=np.uint64)
    for with_numpy in (False, True):
        marked = may_repeat(hashes, with_numpy).tolist()
        assert len(marked) == len(numbers)
        assert all(marked[i] for i, one in enumerate(numbers) if numbers.count(one) > 1)


def test_few_hashes_without_another_one_are_marked() -> None:
    hashes = rehash(np.arange(10_000, dtype=np.uint64), 0)
    # There are 131,072 slots: another one is in the same with a probability of 0.073.
    assert 600 < may_repeat(hashes, with_numpy=False).sum() < 880
