"""Resume from a run's newest checkpoint, or start; refuse a checkpoint of a different run."""

from dataclasses import dataclass
from pathlib import Path

import jax
import numpy as np
import optax
from jax.experimental import multihost_utils

from trainer.batches.inputs import Inputs
from trainer.checkpointing import checkpoints
from trainer.checkpointing.checkpoints import ModelCard, Progress
from trainer.checkpointing.initial_state import (
    abstract_state,
    differing_fields,
    fresh_state,
)
from trainer.checkpointing.stored_weights import StoredWeights
from trainer.checkpointing.vocabulary import check_vocabulary
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.models.computation import FREE_FIELDS
from trainer.models.model import Model
from trainer.sharding import Layout
from trainer.train_step import TrainState


@dataclass(frozen=True, kw_only=True)
class RunSetup:
    """Everything that the steps of a run depend on, except their state.

    Attributes:
        corpus: path or URL of the snapshot, of which `inputs` may read a local copy.
        start: the weights of `initial_weights`.
        is_own: whether each process has a directory of its own for the run.
    """

    config: TrainConfig
    corpus: str
    run: Path
    layout: Layout
    model: Model
    inputs: Inputs
    optimizer: optax.GradientTransformation
    start: StoredWeights | None
    is_own: bool


def model_card(setup: RunSetup) -> ModelCard:
    """Return the card of the run's checkpoints.

    Raises:
        TrainerError: the initial weights have another vocabulary.
    """
    snapshot = setup.inputs.snapshot
    if setup.start is not None:
        check_vocabulary(setup.start.vocabulary(), snapshot, str(setup.start.place))
    return ModelCard(setup.model.architecture, snapshot.manifest.vocabulary.model_dump())


def resume_or_start(manager: checkpoints.Manager, setup: RunSetup) -> tuple[TrainState, Progress]:
    """Return the state to train from, and how far it is.

    Raises:
        TrainerError: the newest checkpoint has another snapshot, model or order of batches.
    """
    # In this order:
    # 1. The run's newest checkpoint: step, position, parameters and optimizer state. It must be of
    #    the same snapshot, vocabulary, model and order of batches.
    # 2. `initial_weights`: the parameters of a Hugging Face model, a checkpoint or another run, at
    #    step 0 with fresh optimizer state.
    # 3. Random parameters, drawn from `seed`.
    model, optimizer, layout = setup.model, setup.optimizer, setup.layout
    newest = checkpoints.newest(manager)
    _check_same_in_all(-1 if newest is None else newest[0].position)
    if newest is None:
        state = fresh_state(setup.config.seed, model, optimizer, layout, setup.start)
        fingerprint = setup.inputs.snapshot.manifest.fingerprint
        batches = setup.inputs.training
        return state, Progress(
            position=0,
            examples_read=0,
            snapshot_fingerprint=fingerprint,
            plan_hash=batches.plan_hash(0),
            plan_version=batches.plan_version,
        )
    progress, card = newest
    setup.inputs.plan_as(progress.plan_version)
    _check_same_run(progress, card, setup)
    state = checkpoints.restore_newest(manager, abstract_state(model, optimizer, layout))
    return state, progress


def _check_same_in_all(position: int) -> None:
    """Check that all processes continue from one position; a copy of the run may be damaged."""
    first = int(multihost_utils.broadcast_one_to_all(np.array(position)))
    if position != first:
        raise TrainerError(
            f"process {jax.process_index()} would continue from batch {position}, process 0 from "
            f"{first}: run the same command"
        )


def _check_same_run(progress: Progress, card: ModelCard, setup: RunSetup) -> None:
    run, inputs = str(setup.run), setup.inputs
    manifest = inputs.snapshot.manifest  # its fingerprint covers the vocabulary
    if progress.snapshot_fingerprint != manifest.fingerprint:
        raise TrainerError(
            f"{run} has a checkpoint of snapshot {progress.snapshot_fingerprint}, but "
            f"{inputs.snapshot.path} is snapshot {manifest.fingerprint}: train into a new "
            "directory, or give the snapshot that the run started with"
        )
    differences = differing_fields(setup.model.architecture, card.architecture, ignored=FREE_FIELDS)
    if differences:
        raise TrainerError(
            f"{run} has a checkpoint of another model ({differences}: requested, found): train "
            "into a new directory, or restore the configuration"
        )
    if progress.plan_hash != inputs.training.plan_hash(progress.position):
        raise TrainerError(
            f"{run} has a checkpoint whose batches are in another order: restore seed, batch_rows, "
            f"{', '.join(inputs.training.row_format.limits)} and held_in_examples, or train into a "
            "new directory"
        )
