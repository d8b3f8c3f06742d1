"""Place examples into rows by best fit, and write their tokens.

All of it works on whole arrays, so that Python's cost for one example disappears.
"""

from typing import Any

import numpy as np

from tfrecords_schema.compiled import compiled


@compiled
def _first_with_room(most: Any, inputs: int, targets: int) -> int:  # pragma: no cover
    """Return the least room for inputs, of `inputs` or more, with room for `targets`; -1 if none.

    Args:
      most: the most room for targets by room for inputs, as a binary tree: [2 * leaves].
    """
    leaves = len(most) // 2
    node = leaves + inputs
    # Up while no leaf from here to the end of the subtree will do, then down to the first.
    while most[node] < targets:
        while node & 1:
            node >>= 1
        if node == 0:
            return -1
        node += 1
    while node < leaves:
        node *= 2
        if most[node] < targets:
            node += 1
    return node - leaves


@compiled
def _set_most(most: Any, inputs: int, targets: int) -> None:  # pragma: no cover
    """Set a leaf of the tree `most`."""
    node = len(most) // 2 + inputs
    most[node] = targets
    node >>= 1
    while node > 0:
        most[node] = max(most[2 * node], most[2 * node + 1])
        node >>= 1


@compiled
def best_fit(pairs: Any, counts: Any, limits: Any) -> Any:  # pragma: no cover
    """Place pairs of lengths, in the order given, where they leave the least room for inputs.

    Among such rows in one with the least room for targets. Of equal examples, as many as fit enter
    a row at a time.

    Args:
      pairs: [pairs, 2]; inputs are 1 or more, targets 0 or more.
      counts: how many examples have each: [pairs].
      limits: [2].

    Returns:
      The row of each example, pair by pair: int32 [examples].
    """
    leaves = 1
    while leaves <= limits[0]:
        leaves *= 2
    most = np.full(2 * leaves, -1, np.int32)
    # Rows with the same room are a linked list: the first by room, and the next by row.
    first = np.full((limits[0] + 1, limits[1] + 1), -1, np.int32)
    row_of = np.empty(counts.sum(), np.int32)
    following = np.empty(len(row_of), np.int32)
    rows, done = 0, 0
    for pair in range(len(pairs)):
        needed_inputs, needed_targets = pairs[pair]
        end = done + counts[pair]
        while done < end:
            inputs = _first_with_room(most, needed_inputs, needed_targets)
            if inputs < 0:
                row, inputs, targets = rows, limits[0], limits[1]
                rows += 1
            else:
                targets = needed_targets
                while first[inputs, targets] < 0:
                    targets += 1
                row = first[inputs, targets]
                first[inputs, targets] = following[row]
                if targets == most[leaves + inputs]:
                    left = targets
                    while left >= 0 and first[inputs, left] < 0:
                        left -= 1
                    if left < targets:
                        _set_most(most, inputs, left)
            fitting = min(end - done, inputs // needed_inputs)
            if needed_targets > 0:
                fitting = min(fitting, targets // needed_targets)
            row_of[done : done + fitting] = row
            done += fitting
            inputs -= fitting * needed_inputs
            targets -= fitting * needed_targets
            following[row] = first[inputs, targets]
            first[inputs, targets] = row
            if targets > most[leaves + inputs]:
                _set_most(most, inputs, targets)
    return row_of
