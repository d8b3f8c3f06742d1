"""Plan which examples share a row, from their lengths alone.

The plan is first-fit-decreasing over windows of 4,000 examples: long examples first, each in the
first row that has room for it. A window keeps the plan near the shuffled order and the search
short; wider windows save less than 1% of the rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trainer.errors import TrainerError
from trainer.models.rows import IntArray, TokenArray

WINDOW = 4000


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

    def reordered(self, rows: IntArray) -> "PackingPlan":
        """Return the same rows in the order `rows`, a permutation of their indices: [rows]."""
        sizes = np.diff(self.row_starts)[rows]
        ends = np.cumsum(sizes)
        # [examples]: for each position in the new order, the position in the old one
        places = np.repeat(self.row_starts[rows] - (ends - sizes), sizes) + np.arange(sizes.sum())
        return PackingPlan(self.examples[places], np.concatenate([[0], ends]).astype(np.int64))


def plan_rows(lengths: TokenArray, limits: Mapping[str, int]) -> PackingPlan:
    """Assign every example to exactly one row.

    Args:
        lengths: tokens that each example needs of each limit: [examples, limits]. The plan stays
            near this order.
        limits: tokens that a row has room for, by configuration key.

    Raises:
        TrainerError: some examples do not fit a row, or are empty.

    >>> lengths = np.array([[6, 2], [5, 2], [4, 2]], np.int32)
    >>> plan = plan_rows(lengths, {"input_length": 10, "target_length": 4})
    >>> [plan.row(r).tolist() for r in range(plan.num_rows)]
    [[0, 2], [1]]
    """
    _check_lengths(lengths, limits)
    row_of = np.empty(len(lengths), dtype=np.int64)
    num_rows = 0
    for start in range(0, len(lengths), WINDOW):
        rows = _first_fit_decreasing(lengths[start : start + WINDOW], list(limits.values()))
        row_of[start : start + WINDOW] = rows + num_rows
        num_rows += int(rows.max()) + 1
    examples = np.argsort(row_of, kind="stable")
    sizes = np.bincount(row_of, minlength=num_rows)
    return PackingPlan(examples, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))


def _check_lengths(lengths: TokenArray, limits: Mapping[str, int]) -> None:
    too_long = int(np.sum((lengths > list(limits.values())).any(axis=1)))
    if too_long:
        longest = zip(limits, lengths.max(axis=0).tolist(), strict=True)
        raised = " and ".join(f"{key} to {most}" for key, most in longest if most > limits[key])
        row = ", ".join(f"{key} {limit}" for key, limit in limits.items())
        raise TrainerError(
            f"{too_long} of {len(lengths)} examples do not fit a row ({row}, EOS included): raise "
            f"{raised} in the training configuration, or build the snapshot with lower limits"
        )
    empty = int(np.sum((lengths < 1).any(axis=1)))
    if empty:
        raise TrainerError(
            f"{empty} of {len(lengths)} examples have no inputs or no targets: rebuild the snapshot"
        )


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
