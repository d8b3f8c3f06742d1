"""Similarity is exact, of the least similar field, and large groups are compared within bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.duplicates.ngram_sets import NgramSets, join_sets, link_group, make_sets, similarity

WORDS = st.lists(st.sampled_from("abcdefg"), min_size=5, max_size=25)


def _similarity(
    first: list[tuple[str, str]],
    second: list[tuple[str, str]],
    ngram: int = 2,
    contained: bool = False,
    least: float = 0.0,
) -> float:
    sets = make_sets([first, second], ngram)
    arrays = sets.values, sets.text_ends, sets.ends, sets.forms
    return float(similarity(*arrays, 0, 1, contained, least))


def _jaccard(first: list[str], second: list[str], n: int) -> tuple[float, float]:
    a, b = ({tuple(w[i : i + n]) for i in range(len(w) - n + 1)} for w in (first, second))
    return len(a & b) / len(a | b), len(a & b) / min(len(a), len(b))


@given(WORDS, WORDS, st.integers(1, 4))
def test_similarity_is_the_jaccard_of_the_sets(a: list[str], b: list[str], n: int) -> None:
    jaccard, containment = _jaccard(a, b, n)
    texts = [[("t", " ".join(words))] for words in (a, b)]
    assert _similarity(*texts, n) == pytest.approx(jaccard)
    assert _similarity(*texts, n, contained=True) == pytest.approx(containment)
    assert _similarity(*texts, n, least=0.8) == (pytest.approx(jaccard) if jaccard >= 0.8 else 0)


@given(st.lists(st.lists(WORDS.map(" ".join), min_size=1, max_size=2), min_size=1, max_size=4))
def test_both_engines_make_the_same_sets(texts: list[list[str]]) -> None:
    documents = [[(f"t{i}", text) for i, text in enumerate(document)] for document in texts]
    one, other = (make_sets(documents, 3, with_numpy=engine) for engine in (False, True))
    for name in ("values", "text_ends", "ends", "forms"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()


PASSAGE = ("context", " ".join(f"w{i}" for i in range(300)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([("question", "who was the first to arrive")], [("question", "what did they all eat")]),
        ([("answer", "yes")], [("answer", "no")]),
        ([("answer", "in the late afternoon")], [("answer", "in the early afternoon")]),
        ([], [("answer", "yes")]),
    ],
)
def test_one_field_that_differs_is_enough(
    first: list[tuple[str, str]], second: list[tuple[str, str]]
) -> None:
    assert _similarity([PASSAGE, *first], [PASSAGE, *second]) == 0
    assert _similarity([PASSAGE, *first], [PASSAGE, *first]) == 1


def test_salts_part_what_is_equal() -> None:
    part = make_sets([[PASSAGE]], 3)
    for salts, expected in (([1, 1], 1.0), ([1, 2], 0.0)):
        both = join_sets([part, part], salts)
        arrays = both.values, both.text_ends, both.ends, both.forms
        assert similarity(*arrays, 0, 1, False, 0.8) == expected


def _linked(
    sets: NgramSets, count: int, most: int, threshold: float = 0.8
) -> list[tuple[int, int]]:
    slots = 1 << (2 * len(sets.values) + 1).bit_length()
    edges, scores = np.empty((count, 2), dtype=np.int64), np.empty(count)
    nodes = np.arange(count)
    n = link_group(
        (sets.values, sets.text_ends, sets.ends, sets.forms), nodes, nodes.copy(),
        (False, threshold), nodes, most, np.zeros(slots, dtype=np.uint64),
        np.full(slots, -1), edges, scores, 0,
    )  # fmt: skip
    return [(int(a), int(b)) for a, b in edges[:n]]


@pytest.mark.parametrize("most", [8, 4096])
def test_duplicates_are_found_among_thousands_of_texts_of_one_template(most: int) -> None:
    """The pairs lie far apart, and every text meets every other in the band of the template."""
    template = " ".join(f"t{i}" for i in range(40))
    texts = [f"{template} {' '.join(f'u{i}x{k}' for k in range(20))}" for i in range(1000)]
    texts += [f"{text} z" for text in texts[:100]]
    edges = _linked(make_sets([[("t", text)] for text in texts], 3), len(texts), most)
    assert sorted(edges) == [(i, 1000 + i) for i in range(100)]


def test_a_group_of_equals_gets_n_minus_1_edges() -> None:
    sets = make_sets([[PASSAGE]] * 500, 3)
    assert len(_linked(sets, 500, 16)) == 499
