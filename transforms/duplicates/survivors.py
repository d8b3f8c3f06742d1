"""Choose the near-duplicates to keep: one record of each component of verified pairs.

Edges are read one run at a time. Memory holds numbers for the records that are in a pair, about 150
bytes each, and nothing for the others.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.compiled import compiled
from transforms.duplicates.candidate_pairs import MEMBER_ROW
from transforms.duplicates.union_find import label_all, unite_all
from transforms.records.key_rows import first_of_runs

Indices = NDArray[np.int64]


def paired_members(
    verified: Callable[[], Iterable[NDArray[Any]]],
) -> tuple[NDArray[np.uint64], NDArray[Any]]:
    """Return (places, MEMBER_ROWs) of all records that are in a verified pair, sorted by place.

    Each call of `verified` yields the edges, run by run.
    """
    places = np.zeros(0, dtype=np.uint64)
    for edges in verified():
        # Sort instead of np.unique, which hashes and takes ten times as long.
        places = np.sort(np.concatenate([places, edges["first"], edges["second"]]))
        places = places[first_of_runs(places)]
    members = np.zeros(len(places), dtype=MEMBER_ROW)
    for edges in verified():
        for end in ("first", "second"):
            members[np.searchsorted(places, edges[end])] = edges[f"{end}_member"]
    return places, members


def choose_survivors(
    places: NDArray[np.uint64],
    members: NDArray[Any],
    source_ranks: Indices,
    verified: Callable[[], Iterable[NDArray[Any]]],
) -> tuple[Indices, Indices, NDArray[np.float64]]:
    """Return arrays [members]: the kept record, a neighbor that shows why, their similarity.

    `members` are in the order of `places`; each call of `verified` yields the edges, run by run.
    The record from the source named first in the recipe is kept; within a source, the one with
    the smallest id. The neighbor is the kept record, if that pair was verified; otherwise the most
    similar record, and among equals the one first in this order.
    """
    components = np.arange(len(members))
    for first, second, _ in _edges(verified(), places):
        unite_all(components, first, second)
    label_all(components)
    ranks = source_ranks[members["file"]]
    order = np.lexsort((members["content"], members["id_low"], members["id_high"], ranks))
    seniority = np.empty_like(order)
    seniority[order] = np.arange(len(order))
    eldest = np.full(len(members), len(members))
    np.minimum.at(eldest, components, seniority)
    kept = order[eldest[components]]
    neighbors, scores = np.full(len(members), -1), np.zeros(len(members))
    for first, second, found in _edges(verified(), places):
        _take_better(neighbors, scores, kept, seniority, first, second, found)
        _take_better(neighbors, scores, kept, seniority, second, first, found)
    return kept, neighbors, scores


def _edges(
    verified: Iterable[NDArray[Any]], places: NDArray[np.uint64]
) -> Iterator[tuple[Indices, Indices, NDArray[np.float64]]]:
    """Yield (one end, the other end, similarity) of the edges of one run after the other."""
    for edges in verified:
        first, second = (np.searchsorted(places, edges[end]) for end in ("first", "second"))
        yield first, second, edges["score"].copy()


@compiled
def _take_better(
    neighbors: Any, scores: Any, kept: Any, seniority: Any, nodes: Any, others: Any, found: Any
) -> None:
    """Make others[i] the neighbor of nodes[i] if it is better than the present one."""
    for edge in range(len(nodes)):
        node, other, score = nodes[edge], others[edge], found[edge]
        before = neighbors[node]
        if before == kept[node]:
            continue
        if (
            before < 0
            or other == kept[node]
            or score > scores[node]
            or (score == scores[node] and seniority[other] < seniority[before])
        ):
            neighbors[node], scores[node] = other, score
