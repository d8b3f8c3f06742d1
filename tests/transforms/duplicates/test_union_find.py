"""Components are those of the graph, whatever its shape and the order of its edges."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.duplicates.union_find import label_all, next_divided, unite_all

EDGES = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=25)


def _labels(num_nodes: int, edges: list[tuple[int, int]]) -> list[int]:
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    parents = np.arange(num_nodes)
    # In two parts: the second goes on from the first.
    for part in (ends[: len(ends) // 3], ends[len(ends) // 3 :]):
        unite_all(parents, part[:, 0], part[:, 1])
    label_all(parents)
    labels: list[int] = parents.tolist()
    return labels


@given(EDGES, st.randoms(use_true_random=False))
def test_components_agree_with_a_plain_search(edges: list[tuple[int, int]], random: Any) -> None:
    expected = list(range(20))
    for _ in range(20):
        for a, b in edges:
            expected[a] = expected[b] = min(expected[a], expected[b])
    random.shuffle(edges)
    assert _labels(20, edges) == expected
    assert _labels(20, [(b, a) for a, b in edges]) == expected


def test_a_long_chain_converges() -> None:
    """Iterative methods need as many rounds as the chain is long."""
    chain = [(i, i + 1) for i in range(199_999)]
    assert set(_labels(200_000, chain[::-1])) == {0}
    assert set(_labels(200_000, chain[::2] + chain[1::2])) == {0}


def test_groups_of_one_component_are_passed_over() -> None:
    parents = np.arange(6)
    unite_all(parents, np.array([0, 1]), np.array([1, 2]))
    nodes, bounds = np.array([0, 2, 1, 3, 4, 4, 2, 5, 5]), np.array([0, 3, 5, 6, 8, 9])
    # Groups 1 (nodes 3 and 4) and 3 (nodes 2 and 5) are in several components.
    assert [next_divided(parents, nodes, bounds, number) for number in range(6)] == [
        *(1, 1, 3, 3, 5, 5)
    ]
    unite_all(parents, np.array([3]), np.array([4]))
    assert next_divided(parents, nodes, bounds, 0) == 3
    assert next_divided(parents, nodes, np.array([0]), 0) == 0
