"""Say whether a run trained on the held-in examples of an evaluation.

The configuration that an evaluation is given may not be that of the run, so the order of batches in
the run's checkpoint decides: it is a digest of the examples that the run trained on.
"""

from pathlib import Path

from tfrecords_schema.manifest import VALIDATION
from tfrecords_schema.snapshot import Snapshot
from trainer.batches.held_in import held_in, number_asked
from trainer.batches.inputs import open_inputs
from trainer.checkpointing.checkpoints import Progress, find_checkpoint, read_progress
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.models.rows import RowFormat


def held_in_note(
    config: TrainConfig, snapshot: Snapshot, row_format: RowFormat, checkpoint: Path
) -> str:
    """Describe the held-in examples: where they come from, and whether the run trained on them.

    Args:
        config: that of the evaluation.
        snapshot: the snapshot that has the examples.
        row_format: the rows that the model trains on, with the lengths of `config`.
        checkpoint: a run, one of its checkpoints or a Hugging Face model.
    """
    held = held_in(snapshot, number_asked(config.held_in_examples))
    if held.split == VALIDATION:
        return held.description
    drawn = f"{len(held.examples)} examples of train, drawn by hash"
    is_hugging_face = (checkpoint / "config.json").is_file()
    progress = None if is_hugging_face else read_progress(find_checkpoint(checkpoint))
    if progress is None:
        return f"{drawn}; the weights do not say whether they were trained on them"
    if progress.snapshot_fingerprint != snapshot.manifest.fingerprint:
        return f"{drawn}; the run trained on another snapshot, maybe with the same examples"
    if config.held_in_examples and _is_plan_of(config, snapshot, row_format, progress):
        return held.description
    without = config.model_copy(update={"held_in_examples": 0})
    if _is_plan_of(without, snapshot, row_format, progress):
        return f"{drawn}; the run had held_in_examples 0, so it trained on them"
    return (
        f"{drawn}; the run's batches are not those of this configuration (seed, batch_rows, "
        "lengths, held_in_examples), so it may have trained on them"
    )


def _is_plan_of(
    config: TrainConfig, snapshot: Snapshot, row_format: RowFormat, progress: Progress
) -> bool:
    inputs = open_inputs(config, snapshot, row_format)
    try:
        inputs.plan_as(progress.plan_version)
        return inputs.training.plan_hash(progress.position) == progress.plan_hash
    except TrainerError:
        # Examples do not fit the rows of this configuration, so it is not the run's.
        return False
