"""Draw tasks by weight from a snapshot that has every record once (`examples: one_pass`).

An epoch has as many examples as the split. Each task supplies its share of them from its own
shuffled passes, starting where the previous epoch ended. Small tasks with a large weight repeat.
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
    """A choice of examples for each epoch.

    Attributes:
        members: indices of each task's examples; no task is empty.
        shares: shares of the tasks, in the same order.
        seed: decides the order of each task's passes.
    """

    members: dict[str, IntArray]
    shares: tuple[float, ...]
    seed: int

    def epoch(self, number: int) -> IntArray:
        """Return the examples of epoch `number`, task by task: [examples]."""
        return np.concatenate(
            [
                self._stream(task, number * count, count)
                for task, count in zip(self.members, self._counts, strict=True)
            ]
        )

    @cached_property
    def _counts(self) -> list[int]:
        """Return each task's number of examples in an epoch; the sum is that of all examples."""
        total = sum(map(len, self.members.values()))
        ends = np.floor(np.cumsum(self.shares) / sum(self.shares) * total + 0.5).astype(np.int64)
        return [int(count) for count in np.diff(ends, prepend=0)]

    def _stream(self, task: str, start: int, count: int) -> IntArray:
        """Return `count` examples of a task, from position `start` of its concatenated passes."""
        members = self.members[task]
        first, last = start // len(members), (start + count - 1) // len(members)
        passes = [
            members[shuffled(len(members), self.seed, "pass", task, number)]
            for number in range(first, last + 1)
        ]
        offset = start - first * len(members)
        return np.concatenate([members[:0], *passes])[offset : offset + count]


def snapshot_weighting(snapshot: Snapshot, split: str, chosen: IntArray, seed: int) -> Weighting:
    """Weight the examples `chosen` of a split as the manifest says.

    Reads the task of each example once.

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
