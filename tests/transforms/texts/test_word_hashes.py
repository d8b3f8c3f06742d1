"""The compiled kernel, numpy and plain Python agree on words, for any Unicode."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema.compiled import HAS_NUMBA
from transforms.texts.normalization import (
    Form,
    character_classes,
    fold_for_search,
    fold_text,
    normalize_text,
    search_words,
)
from transforms.texts.word_hashes import hash_words, ngram_hashes

ODD = (
    "東カー々กำ่ັខ្មြ་。「」…①-−(_*/ \t\n\x1c\u2028\u3000.,:;!?'\"“”’…0179٣５½ßİıſﬁ①Åа́😀\u200d\x00aZ+-"
    "\u200b\ufeff\u00ad\ufe0f\U000e0041🏴\u066b"
)
TEXT = st.one_of(st.text(), st.text(alphabet=ODD, max_size=30))


FORMS: tuple[Form, ...] = ("verbatim", "compare", "search")


@given(st.lists(TEXT, max_size=5), st.sampled_from(FORMS))
def test_both_engines_agree_bit_by_bit(texts: list[str], form: Form) -> None:
    folded = [fold_text(text) for text in texts]
    compiled = hash_words(folded, form, with_numpy=False)
    plain = hash_words(folded, form, with_numpy=True)
    assert compiled.hashes.tolist() == plain.hashes.tolist()
    assert compiled.ends.tolist() == plain.ends.tolist()


def test_a_mark_at_the_start_of_a_text_belongs_to_no_other_text() -> None:
    texts = ["⺀", "ា0"]
    plain = hash_words(texts, "verbatim", with_numpy=True)
    assert plain.hashes.tolist() == hash_words(texts, "verbatim", with_numpy=False).hashes.tolist()
    assert plain.ends.tolist() == [1, 2]


@given(st.lists(TEXT, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_words_are_those_of_the_normal_form(texts: list[str], case: bool, marks: bool) -> None:
    form: Form = "compare" if marks else "verbatim"
    hashed = hash_words([fold_text(text, case) for text in texts], form)
    words = [normalize_text(text, case, marks).split() for text in texts]
    assert [len(hashed.of(i)) for i in range(len(texts))] == [len(w) for w in words]
    flat = [word for of_text in words for word in of_text]
    _check_words(flat, hashed.hashes.tolist())


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_words_of_a_search_have_no_punctuation(texts: list[str]) -> None:
    hashed = hash_words([fold_for_search(text) for text in texts], "search")
    words = [search_words(text) for text in texts]
    assert [len(hashed.of(i)) for i in range(len(texts))] == [len(w) for w in words]
    _check_words([word for of_text in words for word in of_text], hashed.hashes.tolist())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.5, not 35", ["3.5", "not", "35"]),
        ("It is 3.", ["it", "is", "3"]),
        (".5 of $.50", [".5", "of", "$.50"]),
        ("wait...5 times", ["wait5", "times"]),
        ("1,000.25 −2.5", ["1000.25", "−2.5"]),
        ("e.g. a.b", ["eg", "ab"]),
        ("٣٫٥", ["٣٫٥"]),
        ("３．５", ["3.5"]),
    ],
)
def test_the_point_of_a_decimal_counts_in_a_search(text: str, expected: list[str]) -> None:
    assert search_words(text) == expected
    _check_words(expected, hash_words([fold_for_search(text)], "search").hashes.tolist())


def _check_words(flat: list[str], hashes: list[int]) -> None:
    by_word = dict(zip(flat, hashes, strict=True))
    assert [by_word[word] for word in flat] == hashes
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
    [
        ("3.5", "35"),
        ("東京", "京東"),
        ("3 + 4", "3 - 4"),
        ("ab c", "a bc"),
        ("a", "A b"),
        ("٣.٥", "٣٥"),
    ],
)
def test_what_differs_has_other_hashes(first: str, second: str) -> None:
    words = hash_words([fold_text(first), fold_text(second)])
    assert words.of(0).tolist() != words.of(1).tolist()


def test_equal_words_have_equal_hashes_wherever_they_stand() -> None:
    words = hash_words([fold_text(t) for t in ("Ｗeiß, oder: “weiss”!", "", "WEISS")])
    first, second = words.of(0), words.of(2)
    assert len(words.of(1)) == 0
    assert first[0] == first[2] == second[0] != first[1]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("hidden", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200c", "\u200d"])
def test_invisible_characters_are_no_part_of_words(hidden: str, form: Form) -> None:
    texts = [
        fold_text(text) for text in (f"{hidden}one t{hidden}wo, {hidden} three", "one two, three")
    ]
    words = hash_words(texts, form)
    assert words.of(0).tolist() == words.of(1).tolist()


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
