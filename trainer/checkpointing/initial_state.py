"""Make the state that a run starts from: random weights, or those of a checkpoint."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx

from tfrecords_schema.manifest import VocabularyInfo
from trainer.checkpointing.stored_weights import StoredWeights
from trainer.config import TrainConfig
from trainer.errors import TrainerConfigurationError, TrainerError
from trainer.models import choice
from trainer.models.model import Model, Params, abstract_params
from trainer.sharding import (
    Layout,
    abstract_arrays,
    moment_shardings,
    parameter_shardings,
    replicated,
)
from trainer.train_step import TrainState


def resolve_model(
    config: TrainConfig, vocabulary_size: int, start: StoredWeights | None = None
) -> Model:
    """Return the model of the run, for a vocabulary of so many ids.

    Weights to start from may have an embedding of any size that holds the vocabulary.

    Raises:
        TrainerError: `start` has other dimensions, or an embedding that is too small.
    """
    wanted = choice.configured_model(config, vocabulary_size)
    if start is None:
        return wanted
    stored = start.model(config.computation)
    differences = differing_fields(
        wanted.architecture, stored.architecture, ignored=wanted.checkpoint_fields
    )
    if differences:
        raise TrainerConfigurationError(
            f"initial_weights {start.place} is not the model that the configuration asks for: "
            f"{differences} (requested, found): change model or initial_weights"
        )
    if stored.vocabulary_size < vocabulary_size:
        raise TrainerError(
            f"initial_weights {start.place} has an embedding of {stored.vocabulary_size} ids, but "
            f"the vocabulary of the snapshot has {vocabulary_size}: build the snapshot with the "
            "vocabulary of the weights"
        )
    return stored


def vocabulary_warning(start: StoredWeights, theirs: VocabularyInfo, name: str) -> str:
    """Return a warning if the weights have no vocabulary to compare with a snapshot's, else "".

    Args:
        start: the weights.
        theirs: the vocabulary of the snapshot.
        name: the weights, for the message.
    """
    if start.vocabulary() is not None:
        return ""
    return (
        f"warning: initial_weights {name} has no tokenizer beside its weights, so nothing shows "
        f"that its embedding of {start.model().vocabulary_size:,} ids is for the snapshot's "
        f"vocabulary ({theirs.kind}, {theirs.size:,} ids): put the model's spiece.model or "
        "tokenizer.json beside its config.json"
    )


def differing_fields(ours: dict[str, Any], theirs: dict[str, Any], ignored: frozenset[str]) -> str:
    """Return the fields that differ as text, `model_dim 64, 512; num_heads 2, 6`, or ''."""
    return "; ".join(
        f"{name} {ours.get(name)}, {theirs.get(name)}"
        for name in dict.fromkeys([*ours, *theirs])
        if name not in ignored and ours.get(name) != theirs.get(name)
    )


def fresh_state(
    seed: int,
    model: Model,
    optimizer: optax.GradientTransformation,
    layout: Layout,
    weights: StoredWeights | None = None,
) -> TrainState:
    """Make the state of step 0, placed by the layout; Adafactor's moments start at zero.

    Parameters are those of `weights`, or random ones drawn from `seed`.
    """

    def random() -> TrainState:
        params = nnx.state(model.build(nnx.Rngs(params=seed)), nnx.Param)
        return _start(params, optimizer)

    shardings = state_shardings(model, optimizer, layout)
    if weights is None:
        make: Callable[[], TrainState] = jax.jit(random, out_shardings=shardings)
        return make()
    params = weights.params(abstract_arrays(abstract_params(model), shardings.params))
    start: Callable[[Params], TrainState] = jax.jit(
        partial(_start, optimizer=optimizer), out_shardings=shardings
    )
    return start(params)


def state_shardings(
    model: Model, optimizer: optax.GradientTransformation, layout: Layout
) -> TrainState:
    """Return a sharding for each array of the state."""
    shapes = _shapes(model, optimizer)
    return TrainState(
        replicated(layout.mesh),  # type: ignore[arg-type]
        parameter_shardings(shapes.params, layout),
        moment_shardings(shapes.optimizer, layout),
    )


def abstract_state(
    model: Model, optimizer: optax.GradientTransformation, layout: Layout
) -> TrainState:
    """Return shapes, types and shardings of the state, to restore a checkpoint into."""
    shardings = state_shardings(model, optimizer, layout)
    state: TrainState = abstract_arrays(_shapes(model, optimizer), shardings)
    return state


def _shapes(model: Model, optimizer: optax.GradientTransformation) -> TrainState:
    state: TrainState = jax.eval_shape(partial(_start, optimizer=optimizer), abstract_params(model))
    return state


def _start(params: Params, optimizer: optax.GradientTransformation) -> TrainState:
    return TrainState(jnp.zeros((), jnp.int32), params, optimizer.init(params))
