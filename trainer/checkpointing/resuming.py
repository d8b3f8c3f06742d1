"""Go on from a run's newest checkpoint, or begin; refuse what would not be the same run."""

import optax
import orbax.checkpoint as ocp

from trainer.batches.inputs import Inputs
from trainer.checkpointing import checkpoints
from trainer.checkpointing.checkpoints import ModelCard, Progress
from trainer.checkpointing.initial_state import (
    abstract_state,
    differing_fields,
    fresh_state,
    initial_card,
)
from trainer.checkpointing.vocabulary import check_vocabulary
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.models.computation import FREE_FIELDS
from trainer.models.model import Model
from trainer.sharding import Layout
from trainer.train_step import TrainState


def model_card(config: TrainConfig, model: Model, inputs: Inputs) -> ModelCard:
    """The card of the run's checkpoints.

    Raises:
        TrainerError: the initial weights belong to another vocabulary.
    """
    vocabulary = inputs.snapshot.manifest.vocabulary
    start = initial_card(config)
    if start is not None:
        check_vocabulary(start.vocabulary, vocabulary, str(config.initial_weights))
    return ModelCard(model.architecture, vocabulary.model_dump())


def resume_or_start(
    manager: ocp.CheckpointManager,
    *,
    config: TrainConfig,
    model: Model,
    optimizer: optax.GradientTransformation,
    layout: Layout,
    inputs: Inputs,
) -> tuple[TrainState, Progress]:
    """The state to train from, and how far it is.

    Raises:
        TrainerError: the newest checkpoint is of other data, another model or another order.
    """
    fingerprint = inputs.snapshot.manifest.fingerprint
    held = checkpoints.newest(manager)
    if held is None:
        state = fresh_state(config, model, optimizer, layout)
        return state, Progress(0, 0, fingerprint, inputs.training.plan_hash(0))
    _check_same_run(str(manager.directory.parent), *held, model, inputs)
    state = checkpoints.restore_newest(manager, abstract_state(model, optimizer, layout))
    return state, held[0]


def _check_same_run(
    run: str, held: Progress, card: ModelCard, model: Model, inputs: Inputs
) -> None:
    manifest = inputs.snapshot.manifest
    check_vocabulary(card.vocabulary, manifest.vocabulary, run)
    if held.snapshot_fingerprint != manifest.fingerprint:
        raise TrainerError(
            f"{run} holds a checkpoint of snapshot {held.snapshot_fingerprint}, and "
            f"{inputs.snapshot.path} is {manifest.fingerprint}: train into a new directory, or "
            "give the snapshot that the run began with"
        )
    differences = differing_fields(model.architecture, card.architecture, ignored=FREE_FIELDS)
    if differences:
        raise TrainerError(
            f"{run} holds a checkpoint of another model ({differences}: asked for, found): train "
            "into a new directory, or restore the configuration"
        )
    if held.plan_hash != inputs.training.plan_hash(held.position):
        raise TrainerError(
            f"{run} holds a checkpoint whose batches come in another order: restore seed, "
            "batch_rows, input_length, target_length and held_in_examples, or train into a new "
            "directory"
        )
