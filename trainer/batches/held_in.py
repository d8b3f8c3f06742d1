"""Held-in examples: a snapshot's validation split, or a sample of train kept out of training."""

from dataclasses import dataclass

import numpy as np

from tfrecords_schema.manifest import TRAIN, VALIDATION
from tfrecords_schema.snapshot import Snapshot
from trainer.batches.data import shuffled
from trainer.errors import TrainerError
from trainer.models.rows import IntArray

_SEED = 0  # not the run's: two runs on one snapshot hold out the same examples


@dataclass(frozen=True)
class HeldIn:
    """Which examples are held in, and which of train are left to train on."""

    split: str
    examples: IntArray  # indices in `split`
    train: IntArray  # indices in train

    @property
    def description(self) -> str:
        """For reports: where the examples come from."""
        if self.split == VALIDATION:
            return f"{len(self.examples)} examples of the validation split"
        return f"{len(self.examples)} examples of train, drawn by hash and kept out of training"


def held_in(snapshot: Snapshot, count: int) -> HeldIn:
    """At most `count` examples, always the same ones of a snapshot.

    Raises:
        TrainerError: train would keep no example.
    """
    train = np.arange(snapshot.split(TRAIN).rows)
    if VALIDATION in snapshot.manifest.splits:
        rows = snapshot.split(VALIDATION).rows
        return HeldIn(VALIDATION, np.sort(shuffled(rows, _SEED, "held_in")[:count]), train)
    if count >= len(train) and count > 0:
        raise TrainerError(
            f"held_in_examples is {count}, and train has {len(train)} examples in all: lower it"
        )
    order = shuffled(len(train), _SEED, "held_in")
    return HeldIn(TRAIN, np.sort(order[:count]), np.sort(order[count:]))
