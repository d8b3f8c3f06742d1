"""Open what a run reads: the train split in packed batches, and the held-in examples."""

from dataclasses import dataclass

from tfrecords_schema.manifest import TRAIN
from tfrecords_schema.snapshot import Snapshot
from trainer.batches.data import PackedBatches
from trainer.batches.held_in import HeldIn, held_in
from trainer.batches.weighting import Weighting, snapshot_weighting
from trainer.config import TrainConfig
from trainer.models.rows import IntArray, RowFormat


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The parts of a snapshot that a run uses."""

    snapshot: Snapshot
    tasks: dict[str, str]  # task: collection, in the order of task ids
    held: HeldIn
    training: PackedBatches
    held_in: PackedBatches | None

    @property
    def examples(self) -> int:
        """Return the number of examples in train, including those kept out of training."""
        return self.snapshot.split(TRAIN).rows

    def plan_as(self, version: int) -> None:
        """Plan rows as a run that is resumed did.

        Raises:
            TrainerError: a later version's plan.
        """
        for batches in (self.training, self.held_in):
            if batches is not None:
                batches.plan_as(version)

    def check_lengths(self) -> None:
        """Plan the first epochs, before anything is compiled.

        Raises:
            TrainerError: examples do not fit the rows.
        """
        self.training.batches_in_epoch(0)
        if self.held_in is not None:
            self.held_in.batches_in_epoch(0)


def open_inputs(config: TrainConfig, snapshot: Snapshot, row_format: RowFormat) -> Inputs:
    """Open the splits of a snapshot that a run reads.

    Raises:
        TrainerError: the snapshot has no examples.
    """
    tasks = {entry.task: entry.collection for entry in snapshot.manifest.mixture}
    held = held_in(snapshot, config.held_in_examples)
    weighting = None
    if snapshot.manifest.weights:
        weighting = snapshot_weighting(snapshot, TRAIN, held.train, config.seed)

    def packed(split: str, chosen: IntArray, weighting: Weighting | None) -> PackedBatches:
        return PackedBatches(
            snapshot.reader(split),
            snapshot.lengths(split),
            seed=config.seed,
            batch_rows=config.batch_rows,
            row_format=row_format,
            tasks=list(tasks),
            chosen=chosen,
            weighting=weighting,
        )

    return Inputs(
        snapshot=snapshot,
        tasks=tasks,
        held=held,
        training=packed(TRAIN, held.train, weighting),
        held_in=packed(held.split, held.examples, None) if len(held.examples) else None,
    )
