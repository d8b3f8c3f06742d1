"""Components in rounds are those of scipy, on every shape of graph."""

import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from tfrecords_schema.errors import DataError
from transforms.duplicates.candidate_pairs import EDGE_ROW
from transforms.duplicates.rounds import ConnectInRounds, large_star, nodes_of, small_star

Edges = list[tuple[int, int]]
Star = Callable[[tuple[bytes, Iterable[bytes]]], Iterator[tuple[bytes, bytes]]]


def _node(number: int) -> bytes:
    return number.to_bytes(4)


def _smallest(edges: Edges) -> dict[int, int]:
    """Return the smallest node of the component of every other node, by scipy."""
    first, second = np.array(edges).T
    size = int(max(first.max(), second.max())) + 1
    graph = coo_matrix((np.ones(len(edges)), (first, second)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    smallest: dict[int, int] = {}
    for node, label in enumerate(labels.tolist()):
        smallest.setdefault(label, node)
    named = {node: smallest[label] for node, label in enumerate(labels.tolist())}
    return {node: root for node, root in named.items() if node != root}


def _chain(nodes: list[int]) -> Edges:
    return list(itertools.pairwise(nodes))


def _renamed(count: int, seed: int) -> list[int]:
    nodes = list(range(count))
    random.Random(seed).shuffle(nodes)
    return nodes


def _random_graph(count: int, edges: int, seed: int) -> Edges:
    draw = random.Random(seed)
    pairs = {(draw.randrange(count), draw.randrange(count)) for _ in range(edges)}
    return sorted((a, b) for a, b in pairs if a != b)


def _star(count: int, seed: int) -> Edges:
    center, *leaves = _renamed(count, seed)
    return [(center, leaf) for leaf in leaves]


GRAPHS = {
    "sparse": _random_graph(400, 250, 1),
    "at the threshold of one large component": _random_graph(400, 400, 2),
    "dense": _random_graph(60, 900, 3),
    "chain in order": _chain(list(range(500))),
    "chain backwards": _chain(list(range(500))[::-1]),
    "chain in any order": _chain(_renamed(500, 4)),
    "ring": [*_chain(_renamed(300, 5)), (0, 299)],
    "star": _star(300, 6),
    "star of the largest": [(299, leaf) for leaf in range(299)],
    "complete": [(a, b) for a in range(30) for b in range(a)],
    "stars in a chain": [
        (10 * k + a, 10 * k + b) for k in range(40) for a, b in ((0, 1), (0, 2), (0, 3), (3, 10))
    ],
    "one edge": [(1, 0)],
}


def _apply(star: Star, edges: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    groups: dict[bytes, list[bytes]] = defaultdict(list)
    for node, other in edges:
        groups[node].append(other)
    return [edge for group in groups.items() for edge in star(group)]


@pytest.mark.parametrize("edges", GRAPHS.values(), ids=GRAPHS.keys())
def test_rounds_end_in_the_components_and_never_add_edges(edges: Edges) -> None:
    at_present = [(_node(max(pair)), _node(min(pair))) for pair in edges]
    # Twice the rounds that halve a chain, so that an endless loop fails.
    for _ in range(2 * len(edges).bit_length() + 1):
        both = at_present + [(b, a) for a, b in at_present]
        at_present = _apply(small_star, _apply(large_star, both))
        assert len(at_present) <= len(edges)
    assert {*at_present} == {(_node(a), _node(b)) for a, b in _smallest(edges).items()}


def test_beam_connects_all_graphs_at_once() -> None:
    together, start = [], 0
    for edges in GRAPHS.values():
        together += [(a + start, b + start) for a, b in edges]
        start = 1 + max(max(pair) for pair in together)
    expected = [(_node(a), _node(b)) for a, b in _smallest(together).items()]
    assert len(expected) > 2000
    pairs = [(_node(max(pair)), _node(min(pair))) for pair in together + together[::7]]
    with TestPipeline() as pipeline:
        labels = pipeline | beam.Create(pairs) | ConnectInRounds(9)
        assert_that(labels, equal_to(expected))


def test_too_few_rounds_are_an_error() -> None:
    pairs = [(_node(max(pair)), _node(min(pair))) for pair in _chain(_renamed(300, 4))]
    with (
        pytest.raises(DataError, match="2 rounds do not connect"),
        TestPipeline() as pipeline,
    ):
        _ = pipeline | beam.Create(pairs) | ConnectInRounds(2)


def test_nodes_sort_by_source_then_id_then_content_then_place() -> None:
    edges = np.zeros(6, dtype=EDGE_ROW)
    edges["first"] = [9, 8, 7, 6, 5, 4]
    edges["first_member"] = [
        (0, 0, 0, 1, 0),
        (2, 0, 0, 0, 0),
        (1, 2**63, 0, 0, 0),
        (1, 1, 300, 0, 0),
        (1, 1, 2, 0, 9),
        (1, 1, 2, 0, 3),
    ]
    # The second file is of the source that is named first.
    nodes = nodes_of(edges, "first", np.array([256, 1]))
    assert sorted(range(6), key=lambda i: nodes[i]) == [0, 5, 4, 3, 2, 1]
