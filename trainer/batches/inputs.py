"""What a run reads: the snapshot's train split in packed batches, and its held-in examples."""

from dataclasses import dataclass

from tfrecords_schema.manifest import TRAIN
from tfrecords_schema.snapshot import Snapshot, open_snapshot
from trainer.batches.data import PackedBatches
from trainer.batches.held_in import HeldIn, held_in
from trainer.batches.packing import IntArray
from trainer.batches.weighting import Weighting, snapshot_weighting
from trainer.config import TrainConfig


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """A snapshot as one run uses it."""

    snapshot: Snapshot
    tasks: dict[str, str]  # task: collection, in the order of task ids
    held: HeldIn
    training: PackedBatches
    held_in: PackedBatches | None

    @property
    def examples(self) -> int:
        """Examples of the train split, those kept out of training included."""
        return self.snapshot.split(TRAIN).rows


def open_inputs(config: TrainConfig, path: str) -> Inputs:
    """Open a snapshot for a run.

    Raises:
        TrainerError: it has no examples, or some are longer than a row.
    """
    snapshot = open_snapshot(path)
    tasks = {entry.task: entry.collection for entry in snapshot.manifest.mixture}
    held = held_in(snapshot, config.held_in_examples)
    weighting = None
    if snapshot.manifest.weights:
        weighting = snapshot_weighting(snapshot, TRAIN, held.train, config.seed)
    training = _packed(config, snapshot, TRAIN, list(tasks), held.train, weighting)
    of_held_in = None
    if len(held.examples):
        of_held_in = _packed(config, snapshot, held.split, list(tasks), held.examples)
    return Inputs(snapshot=snapshot, tasks=tasks, held=held, training=training, held_in=of_held_in)


def _packed(
    config: TrainConfig,
    snapshot: Snapshot,
    split: str,
    tasks: list[str],
    chosen: IntArray,
    weighting: Weighting | None = None,
) -> PackedBatches:
    return PackedBatches(
        snapshot.reader(split),
        snapshot.lengths(split),
        seed=config.seed,
        batch_rows=config.batch_rows,
        input_length=config.input_length,
        target_length=config.target_length,
        tasks=tasks,
        chosen=chosen,
        weighting=weighting,
    )
