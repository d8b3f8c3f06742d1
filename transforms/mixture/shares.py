"""The arithmetic of shares: whole numbers, capacities, and missing weights."""

from collections.abc import Mapping, Sequence
from math import floor


def round_cumulatively(exact: Sequence[float]) -> list[int]:
    """Return integers whose every partial sum is the rounded partial sum of `exact`.

    Each number, the sum of any neighbors (a task, a collection) and the total therefore differ
    from their exact values by less than one: [1.6, 1.6, 1.8] → [2, 1, 2].
    """
    counts, before, total = [], 0, 0.0
    for value in exact:
        total += value
        # Round to six decimals first, so that a half with a floating-point error still rounds up.
        after = floor(round(total, 6) + 0.5)
        counts.append(after - before)
        before = after
    return counts


def fill(total: float, weights: Sequence[float], capacities: Sequence[float]) -> list[float]:
    """Divide `total` in proportion to `weights`, up to the capacities.

    The excess of a full one goes to the others. The sum is less than `total` only if all with
    a weight are full: fill(10, [1, 1], [2, 100]) → [2, 8].
    """
    shares = [0.0] * len(weights)
    open_indices = [i for i, weight in enumerate(weights) if weight > 0]
    rest = total
    while open_indices and rest > 0:
        whole = sum(weights[i] for i in open_indices)
        full = [i for i in open_indices if rest * weights[i] / whole >= capacities[i]]
        if not full:
            for i in open_indices:
                shares[i] = rest * weights[i] / whole
            break
        for i in full:
            shares[i] = float(capacities[i])
        rest -= sum(capacities[i] for i in full)
        open_indices = [i for i in open_indices if i not in set(full)]
    return shares


def complete_weights(
    stated: Mapping[str, float | None], sizes: Mapping[str, float]
) -> dict[str, float]:
    """Return a weight for each name: by size if none is stated.

    If only some are stated, these are shares of 1, and the others divide the rest:
    {"a": 0.4, "b": None, "c": None}, sizes 1, 1, 2 → {"a": 0.4, "b": 0.2, "c": 0.4}. Those without
    a size get none of it.
    """
    known = {name: weight for name, weight in stated.items() if weight is not None}
    others = sum(size for name, size in sizes.items() if name not in known)
    if not known:
        return dict(sizes)
    rest = max(0.0, 1.0 - sum(known.values()))
    return {
        name: known[name] if name in known else rest * size / (others or 1.0)
        for name, size in sizes.items()
    }
