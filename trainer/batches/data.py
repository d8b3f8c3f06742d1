"""Build packed batches of a snapshot as a pure function of one integer, the position.

The position is the index of a global batch. Each epoch has its own order and its own packing plan,
both derived from (seed, epoch). A batch therefore does not depend on what was read before it, and
training resumes from its position alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from tfrecords_schema.snapshot import TokenizedExample
from tfrecords_schema.splitmix64 import stream
from trainer.batches.packing import BEST_FIT, FIRST_FIT, PackingPlan, plan_rows
from trainer.errors import TrainerError
from trainer.models.row_kernels import spread
from trainer.models.rows import IntArray, RowArrays, RowFormat, TokenArray


class ExampleReader(Protocol):
    """Random access to tokenized examples, as `Snapshot.reader` returns it."""

    def __len__(self) -> int: ...

    def read_tokens(self, indices: Sequence[int], /) -> Sequence[TokenizedExample]:
        """Return id, task, inputs and targets of each example: int32 [tokens] with EOS."""


class Weighting(Protocol):
    """The choice of an epoch's examples (trainer/batches/weighting.py)."""

    def epoch(self, number: int, /) -> IntArray:
        """Return the indices of the examples of epoch `number`."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some rows of a global batch as arrays, and counts over all of its rows."""

    position: int
    rows: range  # those in `arrays`
    arrays: RowArrays
    tokens: int  # of the global batch: input and target tokens that are not padding
    examples: int  # of the global batch


def shuffled(count: int, *key: str | int) -> IntArray:
    """Return a permutation of `range(count)` drawn from `key`: [count].

    The order is that of a stable hash: NumPy may change its generators' streams between versions.

    >>> shuffled(5, 0, "rows", 3).tolist() == shuffled(5, 0, "rows", 3).tolist()
    True
    """
    digest = hashlib.blake2b("/".join(map(str, key)).encode(), digest_size=8).digest()
    return np.argsort(stream(int.from_bytes(digest, "little"), count), kind="stable")


class PackedBatches:
    """All batches of one split, epoch after epoch, endlessly.

    Each epoch has each example once. With a weighting, it has tasks in the weighting's proportions.
    """

    def __init__(
        self,
        reader: ExampleReader,
        lengths: TokenArray,
        *,
        seed: int,
        batch_rows: int,
        row_format: RowFormat,
        tasks: Sequence[str] = (),
        chosen: IntArray | None = None,
        weighting: Weighting | None = None,
    ) -> None:
        """Prepare the batches of a split; nothing is read yet.

        Args:
            reader: the examples of the split.
            lengths: input and target tokens of each example, EOS included: [examples, 2].
            seed: decides the order.
            batch_rows: rows of a global batch.
            row_format: the arrays of a row, and its room.
            tasks: task names in the order of `task_ids`; an unknown task has id 0.
            chosen: indices of the examples to use; None uses all.
            weighting: chooses the examples of each epoch; None takes each chosen one once.
        """
        self._examples = np.arange(len(lengths)) if chosen is None else chosen
        _check_examples(len(self._examples), len(reader), len(lengths))
        self._weighting = weighting
        self._reader = reader
        self._lengths = lengths
        self._seed = seed
        self.batch_rows = batch_rows
        self.row_format = row_format
        self.plan_version = BEST_FIT
        self._task_ids = {task: number for number, task in enumerate(tasks)}
        # First position of each epoch planned so far, and of the one after.
        self._epoch_starts = [0]
        self._planned: tuple[int, PackingPlan] | None = None

    def plan_as(self, version: int) -> None:
        """Plan rows as a run of an earlier version did, before any batch is loaded.

        Raises:
            TrainerError: a later version's plan.
        """
        if version not in (FIRST_FIT, BEST_FIT):
            raise TrainerError(
                f"version {version} of the packing plan is not known: use the version of flanbeam "
                "that wrote the checkpoint, or a later one"
            )
        if version != self.plan_version:
            self.plan_version, self._epoch_starts, self._planned = version, [0], None

    def __getitem__(self, position: int) -> Batch:
        """Return the whole global batch at `position`; an epoch's last one may have empty rows."""
        return self.load(position, range(self.batch_rows))

    def load(self, position: int, rows: range) -> Batch:
        """Build some rows of the global batch at `position`; read no other examples."""
        planned = self._rows_of(position)
        mine = planned.part(rows)
        examples = self._read(mine.examples)
        pairs = [(example[2], example[3]) for example in examples]
        packed = [pairs[start:end] for start, end in pairwise(mine.row_starts.tolist())]
        arrays = self.row_format.fill(packed, len(rows))
        tasks = [self._task_ids.get(example[1], 0) for example in examples]
        segments = np.asarray(arrays["target_segment_ids"], np.int32)
        arrays["task_ids"] = spread(np.array(tasks, np.int32), mine.row_starts, segments)
        return Batch(
            position=position,
            rows=rows,
            arrays=arrays,
            tokens=int(self._lengths[planned.examples].sum()),
            examples=len(planned.examples),
        )

    def example_ids(self, position: int) -> list[str]:
        """Return the ids of all examples of a global batch, row by row."""
        return [example[0] for example in self._read(self._rows_of(position).examples)]

    def batches_in_epoch(self, epoch: int) -> int:
        """Return the number of global batches in an epoch."""
        return -(-self._plan(epoch).num_rows // self.batch_rows)

    def _rows_of(self, position: int) -> PackingPlan:
        """Return the planned rows of a global batch."""
        epoch, index = self.locate(position)
        plan = self._plan(epoch)
        first = index * self.batch_rows
        return plan.part(range(first, min(first + self.batch_rows, plan.num_rows)))

    def locate(self, position: int) -> tuple[int, int]:
        """Return the epoch of a global batch and its index in that epoch, both from 0.

        Epochs differ by a few batches, so all earlier epochs are planned once.
        """
        while self._epoch_starts[-1] <= position:
            batches = self.batches_in_epoch(len(self._epoch_starts) - 1)
            self._epoch_starts.append(self._epoch_starts[-1] + batches)
        epoch = int(np.searchsorted(self._epoch_starts, position, side="right")) - 1
        return epoch, position - self._epoch_starts[epoch]

    def epochs_read(self, position: int) -> float:
        """Return how many epochs the batches before `position` cover, e.g. 1.5."""
        epoch, index = self.locate(position)
        return epoch + index / (self._epoch_starts[epoch + 1] - self._epoch_starts[epoch])

    def plan_hash(self, position: int) -> str:
        """Hash all that decides the batches of the epoch at `position`: 64 hex digits."""
        epoch, _ = self.locate(position)
        plan = self._plan(epoch)
        shape = (epoch, self.batch_rows, *self.row_format.limits.values())
        digest = hashlib.sha256(np.array(shape, dtype="<i8").tobytes())
        digest.update(plan.examples.astype("<i8").tobytes())
        digest.update(plan.row_starts.astype("<i8").tobytes())
        return digest.hexdigest()

    def _plan(self, epoch: int) -> PackingPlan:
        """Plan the rows of an epoch in reading order; cache the latest plan."""
        if self._planned is None or self._planned[0] != epoch:
            examples = self._weighting.epoch(epoch) if self._weighting else self._examples
            order = examples[shuffled(len(examples), self._seed, "examples", epoch)]
            needed = self.row_format.needed(self._lengths[order])
            plan = plan_rows(needed, self.row_format.limits, self.plan_version)
            plan = PackingPlan(order[plan.examples], plan.row_starts)
            # Planned rows come longest first: unshuffled, batches would differ.
            rows = shuffled(plan.num_rows, self._seed, "rows", epoch)
            self._planned = (epoch, plan.reordered(rows))
        return self._planned[1]

    def _read(self, examples: IntArray) -> Sequence[TokenizedExample]:
        """Read examples in one call, and check that they are as long as planned."""
        read = self._reader.read_tokens(examples.tolist())
        lengths = np.array([(len(example[2]), len(example[3])) for example in read], np.int32)
        differing = (lengths.reshape(-1, 2) != self._lengths[examples]).any(axis=1)
        if differing.any():
            example = read[int(differing.argmax())]
            raise TrainerError(
                f"example {example[0]} has {len(example[2])} input and {len(example[3])} "
                "target tokens, but the length table has other numbers: verify or rebuild the "
                "snapshot"
            )
        return read


def _check_examples(chosen: int, indexed: int, measured: int) -> None:
    if chosen == 0:
        raise TrainerError("the snapshot's train split is empty: build one that has examples")
    if indexed != measured:
        raise TrainerError(
            f"the snapshot's index has {indexed} examples, but its length table has {measured}: "
            "verify or rebuild the snapshot"
        )
