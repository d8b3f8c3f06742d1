"""Plan which examples share a row, from their lengths alone.

Best fit decreasing over a whole epoch: examples that need the largest share of a row come first,
each enters the row that it leaves least room in. The plan is one of pairs of lengths, since
examples of equal lengths can replace each other. Which of them enters which row follows the
shuffled order.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trainer.batches.packing_kernels import best_fit
from trainer.errors import TrainerConfigurationError, TrainerError
from trainer.models.rows import IntArray, TokenArray

# Versions of the plan. A run keeps the one that it started with: other rows are other batches.
FIRST_FIT, BEST_FIT = 1, 2
# Of FIRST_FIT, which plans so many examples at a time.
WINDOW = 4000
# Of BEST_FIT, which finds rows by their room in a table of 4 bytes for each pair of lengths.
_MOST_CELLS = 1 << 26


@dataclass(frozen=True)
class PackingPlan:
    """The examples of each row: row r holds `examples[row_starts[r]:row_starts[r + 1]]`."""

    examples: IntArray  # [examples]
    row_starts: IntArray  # [rows + 1]

    @property
    def num_rows(self) -> int:
        """Return the number of rows; none is empty."""
        return len(self.row_starts) - 1

    def row(self, index: int) -> IntArray:
        """Return the example indices of one row: [examples in the row]."""
        return self.examples[self.row_starts[index] : self.row_starts[index + 1]]

    def part(self, rows: range) -> "PackingPlan":
        """Return the plan of some consecutive rows alone; rows after the last are left out."""
        starts = self.row_starts[rows.start : rows.stop + 1]
        return PackingPlan(self.examples[starts[:1].sum() : starts[-1:].sum()], starts - starts[:1])

    def reordered(self, rows: IntArray) -> "PackingPlan":
        """Return the same rows in the order `rows`, a permutation of their indices: [rows]."""
        sizes = np.diff(self.row_starts)[rows]
        ends = np.cumsum(sizes)
        # [examples]: for each position in the new order, the position in the old one
        places = np.repeat(self.row_starts[rows] - (ends - sizes), sizes) + np.arange(sizes.sum())
        return PackingPlan(self.examples[places], np.concatenate([[0], ends]).astype(np.int64))


def plan_rows(
    lengths: TokenArray, limits: Mapping[str, int], version: int = BEST_FIT
) -> PackingPlan:
    """Assign every example to exactly one row.

    Args:
        lengths: tokens that each example needs of each limit, one or two: [examples, limits].
        limits: tokens that a row has room for, by configuration key.
        version: how to plan.

    Raises:
        TrainerError: some examples do not fit a row, or are empty.

    >>> lengths = np.array([[6, 2], [5, 2], [4, 2]], np.int32)
    >>> plan = plan_rows(lengths, {"input_length": 10, "target_length": 4})
    >>> [plan.row(r).tolist() for r in range(plan.num_rows)]
    [[0, 2], [1]]
    """
    _check_lengths(lengths, limits)
    plan = _best_fit_decreasing if version == BEST_FIT else _first_fit_in_windows
    row_of = plan(lengths, list(limits.values()))
    examples = np.argsort(row_of, kind="stable")
    sizes = np.bincount(row_of)
    return PackingPlan(examples, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))


def least_rows(lengths: TokenArray, limits: Mapping[str, int]) -> int:
    """Return a number of rows that no plan can have less of (Martello and Toth's L2).

    Args:
        lengths, limits: as in `plan_rows`.

    >>> least_rows(np.array([[6], [6], [6], [1]]), {"row_length": 10})
    3
    """
    return max(
        _least_rows_of(needed, limit)
        for needed, limit in zip(lengths.T, limits.values(), strict=True)
    )


def _least_rows_of(lengths: TokenArray, limit: int) -> int:
    counts = np.bincount(lengths, minlength=limit + 1)
    number = np.concatenate([[0], np.cumsum(counts)])  # of those below each length
    tokens = np.concatenate([[0], np.cumsum(counts * np.arange(limit + 1))])
    # Two above half do not share a row, and those below `small` are left out of the count.
    half, small = limit // 2 + 1, np.arange(limit // 2 + 1)
    alone = limit - small + 1  # from this length on nothing of `small` or more fits beside
    free = limit * (number[alone] - number[half]) - (tokens[alone] - tokens[half])
    more = -(-(tokens[half] - tokens[small] - free) // limit)
    return int((number[-1] - number[half] + np.maximum(more, 0)).max())


def _check_lengths(lengths: TokenArray, limits: Mapping[str, int]) -> None:
    too_long = int(np.sum((lengths > list(limits.values())).any(axis=1)))
    if too_long:
        longest = zip(limits, lengths.max(axis=0).tolist(), strict=True)
        raised = " and ".join(f"{key} to {most}" for key, most in longest if most > limits[key])
        row = ", ".join(f"{key} {limit}" for key, limit in limits.items())
        raise TrainerConfigurationError(
            f"{too_long} of {len(lengths)} examples do not fit a row ({row}, EOS included): raise "
            f"{raised} in the training configuration, or build the snapshot with lower limits"
        )
    empty = int(np.sum((lengths < 1).any(axis=1)))
    if empty:
        raise TrainerError(
            f"{empty} of {len(lengths)} examples have no inputs or no targets: rebuild the snapshot"
        )


def _best_fit_decreasing(lengths: TokenArray, limits: list[int]) -> IntArray:
    """Return the row of each example: [examples, limits] -> [examples], from 0."""
    needed = np.zeros((len(lengths), 2), np.int64)
    needed[:, : len(limits)] = lengths
    room = np.array([*limits, 0][:2])
    # Very long rows count targets in units of several tokens; one that needs all is alone.
    unit = min(1 + np.prod(room + 1) // _MOST_CELLS, max(room[1], 1))
    room[1] //= unit
    needed[:, 1] = np.minimum(-(-needed[:, 1] // unit), room[1])
    keys, which, counts = np.unique(
        needed[:, 0] * (room[1] + 1) + needed[:, 1], return_inverse=True, return_counts=True
    )
    pairs = np.stack(np.divmod(keys, room[1] + 1), axis=1)
    # A token of the scarcer side counts for more. Not a matrix product, whose rounding differs
    # between machines.
    weights = needed.sum(axis=0) / np.maximum(room, 1).astype(np.float64) ** 2
    share = pairs[:, 0] * weights[0] + pairs[:, 1] * weights[1]
    order = np.argsort(-share, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    rows = np.empty(len(lengths), np.int64)
    rows[np.argsort(rank[which], kind="stable")] = best_fit(pairs[order], counts[order], room)
    return rows


def _first_fit_in_windows(lengths: TokenArray, limits: list[int]) -> IntArray:
    """Return the row of each example, as runs of version 0.1.0 have them."""
    row_of, num_rows = np.empty(len(lengths), np.int64), 0
    for start in range(0, len(lengths), WINDOW):
        rows = _first_fit_decreasing(lengths[start : start + WINDOW], limits)
        row_of[start : start + WINDOW] = rows + num_rows
        num_rows += int(rows.max()) + 1
    return row_of


def _first_fit_decreasing(lengths: TokenArray, limits: list[int]) -> IntArray:
    """Return the row of each example of one window: [examples, limits] -> [examples], from 0."""
    share = (lengths / np.array(limits)).max(axis=1)
    order = np.argsort(-share, kind="stable")
    rows = np.empty(len(lengths), dtype=np.int64)
    free = np.repeat(np.array(limits, np.int32)[:, None], len(lengths), axis=1)  # [limits, rows]
    opened = 1
    for example, needed in zip(order.tolist(), lengths[order][..., None], strict=True):
        # The slice ends with one unused row, so there is always a fit.
        fits = np.logical_and.reduce(free[:, :opened] >= needed)
        row = int(fits.argmax())
        free[:, row] -= needed[:, 0]
        rows[example] = row
        if row == opened - 1:
            opened += 1
    return rows
