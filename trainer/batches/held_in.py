"""Choose held-in examples: the validation split, or a sample of train kept out of training."""

from dataclasses import dataclass

import numpy as np

from tfrecords_schema.manifest import TRAIN, VALIDATION
from tfrecords_schema.snapshot import Snapshot
from trainer.batches.data import shuffled
from trainer.models.rows import IntArray

_ASKED = 512
_SEED = 0  # not the run's: two runs on one snapshot hold out the same examples


@dataclass(frozen=True)
class HeldIn:
    """The held-in examples, and the examples of train that remain for training."""

    split: str
    examples: IntArray  # indices in `split`
    train: IntArray  # indices in train

    @property
    def description(self) -> str:
        """Return where the examples come from, for reports."""
        if self.split == VALIDATION:
            return f"{len(self.examples)} examples of the validation split"
        return f"{len(self.examples)} examples of train, drawn by hash and kept out of training"


def number_asked(kept: int) -> int:
    """Return how many held-in examples to ask a run that keeps `kept`: 512 where it keeps none."""
    return kept or _ASKED


def held_in(snapshot: Snapshot, count: int) -> HeldIn:
    """Choose at most `count` examples, always the same ones for a snapshot.

    Of a train split of which they would be more than half, a tenth is held in: the settings of a
    large corpus serve for a small one, too.
    """
    train = np.arange(snapshot.split(TRAIN).rows)
    if VALIDATION in snapshot.manifest.splits:
        rows = snapshot.split(VALIDATION).rows
        return HeldIn(VALIDATION, np.sort(shuffled(rows, _SEED, "held_in")[:count]), train)
    if 2 * count > len(train):
        count = len(train) // 10
    order = shuffled(len(train), _SEED, "held_in")
    return HeldIn(TRAIN, np.sort(order[:count]), np.sort(order[count:]))
