"""Similarity is exact, of the least similar field, and large groups are compared within bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.duplicates.ngram_sets import (
    NgramSets,
    join_sets,
    link_group,
    make_sets,
    similarity,
    table_slots,
)

WORDS = st.lists(st.sampled_from("abcdefg"), min_size=5, max_size=25)


def _similarity(
    first: list[tuple[str, str]],
    second: list[tuple[str, str]],
    ngram: int = 2,
    contained: bool = False,
    least: float = 0.0,
) -> float:
    sets = make_sets([first, second], ngram)
    return float(similarity(*sets.arrays, 0, 1, contained, least))


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
    for name in ("values", "text_ends", "ends", "forms", "layouts"):
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


LOOP = """def total(prices, rate):
    value = 0
    for price in prices:
        value += price * rate
        print(value)
    return value"""
_MOVED = LOOP.replace("        print", "    print")
_FLAT = LOOP.replace("    ", "")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (LOOP, _MOVED, 0.0),
        (LOOP, _FLAT, 0.0),
        # The same program in tabs, in two spaces and with an empty line.
        (LOOP, LOOP.replace("    ", "\t"), 1.0),
        (LOOP, LOOP.replace("    ", "  "), 1.0),
        (LOOP, LOOP.replace("    return", "\n    return"), 1.0),
        (f"Run this:\n```python\n{LOOP}\n```", f"Run this:\n```python\n{_MOVED}\n```", 0.0),
        # Prose in other lines is the same prose.
        ("An old man\n  of the sea sat\n  by it", "An old man of the\nsea sat by it", 1.0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("contained", [False, True])
def test_indentation_distinguishes_programs(
    first: str, second: str, expected: float, contained: bool
) -> None:
    assert _similarity([("output", first)], [("output", second)], 3, contained) == expected


def test_salts_part_what_is_equal() -> None:
    part = make_sets([[PASSAGE]], 3)
    for salts, expected in (([1, 1], 1.0), ([1, 2], 0.0)):
        both = join_sets([part, part], salts)
        assert similarity(*both.arrays, 0, 1, False, 0.8) == expected


def _linked(
    sets: NgramSets, count: int, most: int, threshold: float = 0.8
) -> list[tuple[int, int]]:
    edges, scores = np.empty((count, 2), dtype=np.int64), np.empty(count)
    nodes = np.arange(count)
    n = link_group(
        sets.arrays, nodes, nodes.copy(),
        (False, threshold), nodes, most, edges, scores, 0,
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


@pytest.mark.parametrize(
    ("members", "slots"), [([0], 16), ([1], 16), ([2], 2), ([0, 1], 32), ([1, 2], 16)]
)
def test_a_table_has_twice_as_many_slots_as_ngrams(members: list[int], slots: int) -> None:
    # The first record has 4 n-grams, the second 2 and 4 in two texts, the third none.
    text_ends, ends = np.array([4, 6, 10]), np.array([1, 3, 3])
    assert table_slots(text_ends, ends, np.array(members)) == slots
    # Without a text, there is no text that ends.
    assert table_slots(text_ends[:0], np.zeros(3, dtype=np.int64), np.array(members)) == 2


def test_a_group_of_equals_gets_n_minus_1_edges() -> None:
    sets = make_sets([[PASSAGE]] * 500, 3)
    assert len(_linked(sets, 500, 16)) == 499
