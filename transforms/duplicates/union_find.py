"""Connected components by union-find: exact, in one pass over the edges, for any shape of graph.

A node is a number; parents[node] leads to the smallest node of its component. At first each node is
its own parent.
"""

from typing import Any

from tfrecords_schema.compiled import compiled


@compiled
def find(parents: Any, node: int) -> int:
    """Return the root of `node`; halve the path on the way."""
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


@compiled
def unite(parents: Any, first: int, second: int) -> bool:
    """Join two components under the smaller root; return whether they were separate."""
    first, second = find(parents, first), find(parents, second)
    if first == second:
        return False
    parents[max(first, second)] = min(first, second)
    return True


@compiled
def unite_all(parents: Any, first: Any, second: Any) -> None:
    """Join the components of first[i] and second[i], for every i."""
    for edge in range(len(first)):
        unite(parents, first[edge], second[edge])


@compiled
def label_all(parents: Any) -> None:
    """Point every node at the smallest of its component."""
    for node in range(len(parents)):
        parents[node] = find(parents, node)


@compiled
def next_divided(parents: Any, nodes: Any, bounds: Any, number: int) -> int:
    """Return the first group from `number` on whose nodes are not in one component.

    Group i is nodes[bounds[i] : bounds[i + 1]]; if there is none, the number of groups is returned.
    """
    while number < len(bounds) - 1:
        root = find(parents, nodes[bounds[number]])
        for i in range(bounds[number] + 1, bounds[number + 1]):
            if find(parents, nodes[i]) != root:
                return number
        number += 1
    return number
