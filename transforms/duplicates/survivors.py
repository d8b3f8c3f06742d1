"""Choose which near-duplicates stay: one record of each component of verified pairs.

Here alone the pairs of the whole corpus meet. Edges are read one run at a time; numbers are held of
the records that are in a pair, some hundred bytes each, and nothing of the others.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.duplicates.candidate_pairs import EDGE_ROW
from transforms.duplicates.union_find import label_all, unite_all
from transforms.records.key_rows import first_of_runs
from transforms.runtime.compiled import compiled
from transforms.runtime.exchange import Run, read_rows

Indices = NDArray[np.int64]


def paired_places(verified: Iterable[Run]) -> NDArray[np.uint64]:
    """The places of all records that are in a verified pair, sorted."""
    places = np.zeros(0, dtype=np.uint64)
    for run in verified:
        edges = read_rows([run], 0, EDGE_ROW)
        # Sorted, not np.unique: that hashes, which takes ten times as long.
        places = np.sort(np.concatenate([places, edges["first"], edges["second"]]))
        places = places[first_of_runs(places)]
    return places


def choose_survivors(
    places: NDArray[np.uint64],
    members: NDArray[Any],
    source_ranks: Indices,
    verified: Iterable[Run],
) -> tuple[Indices, Indices, NDArray[np.float64]]:
    """[members] each: (the record that stays, a neighbour that shows why, their similarity).

    `members` are in the order of `places`. The record of the source named first in the recipe
    stays, within a source the one with the smallest id. The neighbour is the one that stays, where
    that pair was verified, else the most similar one, of equals the one that would rather stay.
    """
    runs = list(verified)
    components = np.arange(len(members))
    for first, second, _ in _edges(runs, places):
        unite_all(components, first, second)
    label_all(components)
    ranks = source_ranks[members["file"]]
    order = np.lexsort((members["content"], members["id_low"], members["id_high"], ranks))
    seniority = np.empty_like(order)
    seniority[order] = np.arange(len(order))
    eldest = np.full(len(members), len(members))
    np.minimum.at(eldest, components, seniority)
    kept = order[eldest[components]]
    neighbours, scores = np.full(len(members), -1), np.zeros(len(members))
    for first, second, found in _edges(runs, places):
        _take_better(neighbours, scores, kept, seniority, first, second, found)
        _take_better(neighbours, scores, kept, seniority, second, first, found)
    return kept, neighbours, scores


def _edges(
    verified: Iterable[Run], places: NDArray[np.uint64]
) -> Iterator[tuple[Indices, Indices, NDArray[np.float64]]]:
    """(one end, the other end, similarity) of the edges of one run after the other."""
    for run in verified:
        edges = read_rows([run], 0, EDGE_ROW)
        first, second = (np.searchsorted(places, edges[end]) for end in ("first", "second"))
        yield first, second, edges["score"].copy()


@compiled
def _take_better(
    neighbours: Any, scores: Any, kept: Any, seniority: Any, nodes: Any, others: Any, found: Any
) -> None:
    """Let others[i] be the neighbour of nodes[i] where it is a better one than it has."""
    for edge in range(len(nodes)):
        node, other, score = nodes[edge], others[edge], found[edge]
        before = neighbours[node]
        if before == kept[node]:
            continue
        if (
            before < 0
            or other == kept[node]
            or score > scores[node]
            or (score == scores[node] and seniority[other] < seniority[before])
        ):
            neighbours[node], scores[node] = other, score
