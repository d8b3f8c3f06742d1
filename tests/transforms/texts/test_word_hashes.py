"""The compiled kernel, numpy and plain Python agree on words, for any Unicode."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.runtime.compiled import HAS_NUMBA
from transforms.texts.normalization import character_classes, fold_text, normalize_text
from transforms.texts.word_hashes import hash_words, ngram_hashes

ODD = " \t\n\x1c\u2028\u3000.,:;!?'\"“”’…0179٣５½ßİıſﬁ①Åа́😀\u200d\x00aZ+-"
TEXT = st.one_of(st.text(), st.text(alphabet=ODD, max_size=30))


@given(st.lists(TEXT, max_size=5), st.booleans())
def test_both_engines_agree_bit_by_bit(texts: list[str], punctuation: bool) -> None:
    folded = [fold_text(text) for text in texts]
    compiled = hash_words(folded, punctuation, with_numpy=False)
    plain = hash_words(folded, punctuation, with_numpy=True)
    assert compiled.hashes.tolist() == plain.hashes.tolist()
    assert compiled.ends.tolist() == plain.ends.tolist()


@given(st.lists(TEXT, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_words_are_those_of_the_normal_form(texts: list[str], case: bool, marks: bool) -> None:
    hashed = hash_words([fold_text(text, case) for text in texts], marks)
    words = [normalize_text(text, case, marks).split() for text in texts]
    assert [len(hashed.of(i)) for i in range(len(texts))] == [len(w) for w in words]
    flat = [word for of_text in words for word in of_text]
    by_word = dict(zip(flat, hashed.hashes.tolist(), strict=True))
    assert [by_word[word] for word in flat] == hashed.hashes.tolist()
    assert len(set(by_word.values())) == len(by_word)


def test_classes_follow_the_unicode_of_this_python() -> None:
    classes = character_classes()
    for point in [*range(0x3100), 0xFF15, 0x1D7CE, 0x10FFFF]:
        character = chr(point)
        if character.isspace():
            assert classes[point] == 1
        elif character.isdecimal():
            assert classes[point] == 4


@pytest.mark.parametrize(
    ("first", "second"),
    [("3.5", "35"), ("3 + 4", "3 - 4"), ("ab c", "a bc"), ("a", "A b"), ("٣.٥", "٣٥")],
)
def test_what_differs_has_other_hashes(first: str, second: str) -> None:
    words = hash_words([fold_text(first), fold_text(second)])
    assert words.of(0).tolist() != words.of(1).tolist()


def test_equal_words_have_equal_hashes_wherever_they_stand() -> None:
    words = hash_words([fold_text(t) for t in ("Ｗeiß, oder: “weiss”!", "", "WEISS")])
    first, second = words.of(0), words.of(2)
    assert len(words.of(1)) == 0
    assert first[0] == first[2] == second[0] != first[1]


def test_ngrams() -> None:
    words = hash_words(["a b c a b"]).hashes
    bigrams = ngram_hashes(words, 2)
    assert len(bigrams) == 4
    assert bigrams[0] == bigrams[3]
    assert len(set(bigrams.tolist())) == 3
    assert len(ngram_hashes(words, 6)) == 0
    assert ngram_hashes(words[::-1].copy(), 2)[0] != bigrams[3]


def test_hashes_are_the_same_for_ever() -> None:
    """Cached signatures hold these: raise SIGNATURE_VERSION where this changes on purpose."""
    assert hash_words(["one two"]).hashes.tolist() == GOLDEN
    assert HAS_NUMBA, "numba is a dependency"
    assert np.array(GOLDEN, dtype=np.uint64).dtype == np.uint64


GOLDEN = [9882813741779596461, 5922218195460460239]
