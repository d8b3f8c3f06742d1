"""Make the state that a run starts from: random weights, or those of a checkpoint."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax.sharding import NamedSharding

from trainer.checkpointing import checkpoints
from trainer.checkpointing.checkpoints import ModelCard
from trainer.checkpointing.conversion import hugging_face_vocabulary, read_hugging_face
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.models import choice
from trainer.models.computation import Computation
from trainer.models.model import Model, Params, abstract_params
from trainer.sharding import (
    Layout,
    abstract_arrays,
    moment_shardings,
    parameter_shardings,
    replicated,
)
from trainer.train_step import TrainState


def resolve_model(config: TrainConfig, vocabulary_size: int) -> Model:
    """Return the model of the run, for a vocabulary of so many ids.

    Raises:
        TrainerError: `initial_weights` has other dimensions.
    """
    wanted = choice.configured_model(config, vocabulary_size)
    if config.initial_weights is None:
        return wanted
    stored = _stored_model(Path(config.initial_weights), config.computation)
    differences = differing_fields(
        wanted.architecture, stored.architecture, ignored=wanted.checkpoint_fields
    )
    if differences:
        raise TrainerError(
            f"initial_weights {config.initial_weights} is not the model that the configuration "
            f"and the snapshot's vocabulary ask for: {differences} (requested, found): change "
            "model or initial_weights"
        )
    return stored


def initial_card(config: TrainConfig) -> ModelCard | None:
    """Return the card of `initial_weights`; None for random weights."""
    if config.initial_weights is None:
        return None
    path = Path(config.initial_weights)
    if _is_hugging_face(path):
        model = choice.hugging_face_model(path)
        return ModelCard(model.architecture, hugging_face_vocabulary(path, model))
    return checkpoints.read_card(checkpoints.find_checkpoint(path))


def differing_fields(ours: dict[str, Any], theirs: dict[str, Any], ignored: frozenset[str]) -> str:
    """Return the fields that differ as text, `model_dim 64, 512; num_heads 2, 6`, or ''."""
    return "; ".join(
        f"{name} {ours[name]}, {theirs.get(name)}"
        for name in ours
        if name not in ignored and ours[name] != theirs.get(name)
    )


def fresh_state(
    config: TrainConfig, model: Model, optimizer: optax.GradientTransformation, layout: Layout
) -> TrainState:
    """Make the state of step 0, placed by the layout; Adafactor's moments start at zero."""

    def random() -> TrainState:
        params = nnx.state(model.build(nnx.Rngs(params=config.seed)), nnx.Param)
        return _start(params, optimizer)

    shardings = state_shardings(model, optimizer, layout)
    if config.initial_weights is None:
        make: Callable[[], TrainState] = jax.jit(random, out_shardings=shardings)
        return make()
    params = _read_weights(Path(config.initial_weights), model, shardings.params)
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


def _is_hugging_face(path: Path) -> bool:
    return (path / "config.json").is_file()


def _stored_model(path: Path, computation: Computation) -> Model:
    """Return the model of the weights at `path`, computed as the run asks."""
    if _is_hugging_face(path):
        return choice.hugging_face_model(path, computation)
    card = checkpoints.read_card(checkpoints.find_checkpoint(path))
    return choice.described_model(card.architecture, computation)


def _read_weights(path: Path, model: Model, shardings: Params) -> Params:
    if _is_hugging_face(path):
        params, *_ = read_hugging_face(path)
        # Each process reads whole arrays and keeps the parts of its devices.
        loaded: Params = jax.tree.map(_place, params, shardings)
        return loaded
    abstract: Params = abstract_arrays(abstract_params(model), shardings)
    return checkpoints.read_params(checkpoints.find_checkpoint(path), abstract)


def _place(array: jax.Array, placed: NamedSharding) -> jax.Array:
    return jax.make_array_from_callback(array.shape, placed, array.__getitem__)
