"""Connected components by union-find: exact, in one pass over the edges, for any shape of graph."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.compiled import compiled


@compiled
def find(parents: Any, node: int) -> int:
    """The root of `node`; halves the path on the way."""
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


@compiled
def unite(parents: Any, first: int, second: int) -> bool:
    """Join two components under the smaller root; whether they were apart."""
    first, second = find(parents, first), find(parents, second)
    if first == second:
        return False
    parents[max(first, second)] = min(first, second)
    return True


@compiled
def _unite_all(parents: Any, first: Any, second: Any) -> None:
    for edge in range(len(first)):
        unite(parents, first[edge], second[edge])
    for node in range(len(parents)):
        parents[node] = find(parents, node)


def components(
    num_nodes: int, first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.int64]:
    """[nodes] the smallest node of each one's component, over edges first[i] – second[i].

    components(4, [3], [1]) → [0, 1, 2, 1]
    """
    parents = np.arange(num_nodes, dtype=np.int64)
    _unite_all(parents, first, second)
    return parents
