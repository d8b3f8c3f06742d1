"""Define what a row format is, and write sequences into rows.

The model decides which arrays a row has. The trainer decides which examples share a row.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from trainer.models.row_kernels import write_rows

IntArray = NDArray[np.int64]
TokenArray = NDArray[np.int32]
RowArrays = dict[str, NDArray[np.int32] | NDArray[np.float32]]

Example = tuple[TokenArray, TokenArray]  # inputs and targets, each with EOS


class RowFormat(Protocol):
    """The arrays of a batch, and the room of its rows."""

    @property
    def limits(self) -> dict[str, int]:
        """Return how many tokens a row has room for, by configuration key."""

    def needed(self, lengths: TokenArray) -> TokenArray:
        """Return the tokens that each example needs of each limit.

        [examples, 2] of input and target tokens -> [examples, limits].
        """

    def fill(self, rows: Sequence[Sequence[Example]], num_rows: int) -> RowArrays:
        """Build the arrays of a batch: the given rows, then empty rows up to `num_rows`.

        Every format has the arrays that the loss reads, all [num_rows, targets]: int32
        `target_tokens` and `target_segment_ids`, and float32 `loss_weights`. Segments number the
        examples of a row from 1; 0 is padding. All other arrays are the model's own.
        """


def lay_out(
    rows: Sequence[Sequence[TokenArray]], num_rows: int, row_length: int
) -> tuple[TokenArray, TokenArray, IntArray]:
    """Write the sequences of each row one after another.

    Returns:
        Tokens and segment ids [num_rows, row_length], and where each sequence starts in the
        flattened array [sequences].
    """
    sequences = [sequence for row in rows for sequence in row]
    joined = np.concatenate([*sequences, np.zeros(0, np.int32)])
    lengths = np.fromiter(map(len, sequences), np.int64, len(sequences))
    counts = np.fromiter(map(len, rows), np.int64, len(rows))
    written: tuple[TokenArray, TokenArray, IntArray] = write_rows(
        joined, lengths, counts, num_rows, row_length
    )
    return written


def power_of_two(length: int, shortest: int) -> int:
    """Round a length up to a power of two, at least `shortest`: 5, 1 -> 8."""
    return max(1 << (length - 1).bit_length(), shortest)
