"""Draw tasks by weight from a snapshot that has every record once (`examples: one_pass`).

An epoch has as many examples as the split. Each task gives its share of them, going on in its own
shuffled passes where the epoch before ended: small tasks with a large weight come round again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tfrecords_schema.snapshot import Snapshot
from trainer.batches.data import shuffled
from trainer.errors import TrainerError
from trainer.models.rows import IntArray


@dataclass(frozen=True)
class Weighting:
    """Which examples each epoch has.

    Attributes:
        members: indices of each task's examples, none empty.
        shares: of the tasks, in the same order; they sum to 1.
        seed: of each task's passes.
    """

    members: dict[str, IntArray]
    shares: tuple[float, ...]
    seed: int

    def epoch(self, number: int) -> IntArray:
        """The examples of epoch `number`, task after task: [examples]."""
        return np.concatenate(
            [
                self._stream(task, number * count, count)
                for task, count in zip(self.members, self._counts, strict=True)
            ]
        )

    @cached_property
    def _counts(self) -> list[int]:
        """Examples of each task in an epoch; they sum to the number of all examples."""
        total = sum(map(len, self.members.values()))
        ends = np.floor(np.cumsum(self.shares) / sum(self.shares) * total + 0.5).astype(np.int64)
        return [int(count) for count in np.diff(ends, prepend=0)]

    def _stream(self, task: str, start: int, count: int) -> IntArray:
        """`count` examples of a task from place `start` of its passes one after the other."""
        members = self.members[task]
        first, last = start // len(members), (start + count - 1) // len(members)
        passes = [
            members[shuffled(len(members), self.seed, "pass", task, number)]
            for number in range(first, last + 1)
        ]
        offset = start - first * len(members)
        return np.concatenate([members[:0], *passes])[offset : offset + count]


def snapshot_weighting(snapshot: Snapshot, split: str, chosen: IntArray, seed: int) -> Weighting:
    """The manifest's weights over the examples `chosen` of a split; reads the task of each once.

    Raises:
        TrainerError: no task with a weight has examples.
    """
    weights: Mapping[str, float] = snapshot.manifest.weights
    names = sorted(weights)
    tasks = snapshot.task_numbers(split, names)[chosen]
    members = {
        name: chosen[tasks == number]
        for number, name in enumerate(names)
        if weights[name] > 0 and (tasks == number).any()
    }
    if not members:
        raise TrainerError("no task with a weight has examples: verify or rebuild the snapshot")
    return Weighting(members, tuple(weights[name] for name in members), seed)
