"""Packed batches of a snapshot, as a pure function of one integer: the global batch index.

Each epoch has its own order and its own packing plan, both derived from (seed, epoch), so a batch
depends on nothing that was read before it and training resumes from its position alone.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from trainer.errors import TrainerError
from trainer.packing import IntArray, PackingPlan, TokenArray, fill_rows, plan_rows


class ExampleReader(Protocol):
    """Random access to tokenised examples, as `Snapshot.reader` gives it."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Mapping[str, object]:
        """`{"id": str, "inputs": int32 [tokens], "targets": int32 [tokens]}`, EOS included."""


@dataclass(frozen=True)
class Batch:
    """One global batch: the arrays of `fill_rows`, and what lies in them."""

    position: int
    arrays: dict[str, NDArray[np.int32] | NDArray[np.float32]]
    example_ids: list[str]
    tokens: int  # input and target tokens that are not padding


def shuffled(count: int, *key: str | int) -> IntArray:
    """A permutation of `range(count)` drawn from `key`: [count].

    Sorts by a stable hash, since NumPy may change its generators' streams between versions.

    >>> shuffled(5, 0, "rows", 3).tolist() == shuffled(5, 0, "rows", 3).tolist()
    True
    """
    digest = hashlib.blake2b("/".join(map(str, key)).encode(), digest_size=8).digest()
    return np.argsort(_splitmix64(count, int.from_bytes(digest, "little")), kind="stable")


class PackedBatches:
    """All batches of one split, endlessly: epoch after epoch, each example once in each."""

    def __init__(
        self,
        reader: ExampleReader,
        lengths: TokenArray,
        *,
        seed: int,
        batch_rows: int,
        input_length: int,
        target_length: int,
    ) -> None:
        """Takes the reader of a split and its token lengths [examples, 2], EOS included."""
        if len(lengths) == 0:
            raise TrainerError("the snapshot's train split is empty: build one with examples")
        if len(reader) != len(lengths):
            raise TrainerError(
                f"the snapshot's index has {len(reader)} examples, its length table "
                f"{len(lengths)}: verify or rebuild the snapshot"
            )
        self._reader = reader
        self._lengths = lengths
        self._seed = seed
        self._batch_rows = batch_rows
        self._row_lengths = (input_length, target_length)
        # First position of each epoch planned so far, and of the one after.
        self._epoch_starts = [0]
        self._planned: tuple[int, PackingPlan] | None = None

    def __getitem__(self, position: int) -> Batch:
        """The global batch at `position`; an epoch's last one may end with empty rows."""
        epoch, index = self.locate(position)
        plan = self._plan(epoch)
        first = index * self._batch_rows
        rows = range(first, min(first + self._batch_rows, plan.num_rows))
        ids: list[str] = []
        tokens = 0
        examples: list[list[tuple[TokenArray, TokenArray]]] = []
        for row in rows:
            examples.append([])
            for example in plan.row(row).tolist():
                inputs, targets, example_id = self._read(example)
                examples[-1].append((inputs, targets))
                ids.append(example_id)
                tokens += len(inputs) + len(targets)
        arrays = fill_rows(examples, self._batch_rows, *self._row_lengths)
        return Batch(position, arrays, ids, tokens)

    def locate(self, position: int) -> tuple[int, int]:
        """Epoch of a global batch, and its index in it, both from 0.

        Epochs differ in their number of batches by a few, so the epochs before are planned once.
        """
        while self._epoch_starts[-1] <= position:
            plan = self._plan(len(self._epoch_starts) - 1)
            batches = -(-plan.num_rows // self._batch_rows)
            self._epoch_starts.append(self._epoch_starts[-1] + batches)
        epoch = int(np.searchsorted(self._epoch_starts, position, side="right")) - 1
        return epoch, position - self._epoch_starts[epoch]

    def epochs_read(self, position: int) -> float:
        """Epochs that the batches before `position` cover: 1.5 is one and a half."""
        epoch, index = self.locate(position)
        return epoch + index / (self._epoch_starts[epoch + 1] - self._epoch_starts[epoch])

    def plan_hash(self, position: int) -> str:
        """Digest of everything that decides the batches of `position`'s epoch, 64 hex digits."""
        epoch, _ = self.locate(position)
        plan = self._plan(epoch)
        shape = (epoch, self._batch_rows, *self._row_lengths)
        digest = hashlib.sha256(np.array(shape, dtype="<i8").tobytes())
        digest.update(plan.examples.astype("<i8").tobytes())
        digest.update(plan.row_starts.astype("<i8").tobytes())
        return digest.hexdigest()

    def _plan(self, epoch: int) -> PackingPlan:
        """The epoch's rows in the order in which they are read; the last plan asked for is kept."""
        if self._planned is None or self._planned[0] != epoch:
            order = shuffled(len(self._lengths), self._seed, "examples", epoch)
            plan = plan_rows(self._lengths[order], *self._row_lengths)
            plan = PackingPlan(order[plan.examples], plan.row_starts)
            # Planned rows come longest first in each window: unshuffled, batches would differ.
            rows = shuffled(plan.num_rows, self._seed, "rows", epoch)
            self._planned = (epoch, plan.reordered(rows))
        return self._planned[1]

    def _read(self, index: int) -> tuple[TokenArray, TokenArray, str]:
        example = self._reader[index]
        inputs, targets = np.asarray(example["inputs"]), np.asarray(example["targets"])
        if (len(inputs), len(targets)) != tuple(self._lengths[index]):
            raise TrainerError(
                f"example {example['id']} has {len(inputs)} input and {len(targets)} target "
                "tokens, its length table says otherwise: verify or rebuild the snapshot"
            )
        return inputs, targets, str(example["id"])


def _splitmix64(count: int, key: int) -> NDArray[np.uint64]:
    """Steele et al. 2014: `count` well-mixed 64-bit words of the stream `key`."""
    words = np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(key)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
