"""The state that a run starts from: random weights, or those of a published checkpoint."""

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
    """The architecture of the run, for a vocabulary of so many ids.

    Raises:
        TrainerError: `initial_weights` is a model of other dimensions.
    """
    wanted = choice.configured_model(config, vocabulary_size)
    if config.initial_weights is None:
        return wanted
    held = _held_model(Path(config.initial_weights), config.computation)
    differences = differing_fields(
        wanted.architecture, held.architecture, ignored=wanted.checkpoint_fields
    )
    if differences:
        raise TrainerError(
            f"initial_weights {config.initial_weights} is another model than the configuration "
            f"and the snapshot's vocabulary ask for: {differences} (asked for, found)"
        )
    return held


def initial_card(config: TrainConfig) -> ModelCard | None:
    """What `initial_weights` says of itself; None for random weights."""
    if config.initial_weights is None:
        return None
    path = Path(config.initial_weights)
    if _is_hugging_face(path):
        model = choice.hugging_face_model(path)
        return ModelCard(model.architecture, hugging_face_vocabulary(path, model))
    return checkpoints.read_card(checkpoints.find_checkpoint(path))


def differing_fields(ours: dict[str, Any], theirs: dict[str, Any], ignored: frozenset[str]) -> str:
    """Fields that differ, as text: `model_dim 64, 512; num_heads 2, 6`; empty if none."""
    return "; ".join(
        f"{name} {ours[name]}, {theirs.get(name)}"
        for name in ours
        if name not in ignored and ours[name] != theirs.get(name)
    )


def fresh_state(
    config: TrainConfig, model: Model, optimizer: optax.GradientTransformation, layout: Layout
) -> TrainState:
    """Step 0, placed as the layout says; Adafactor's moments start at zero."""

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
    """A sharding for each array of the state."""
    shapes = _shapes(model, optimizer)
    return TrainState(
        replicated(layout.mesh),  # type: ignore[arg-type]
        parameter_shardings(shapes.params, layout),
        moment_shardings(shapes.optimizer, layout),
    )


def abstract_state(
    model: Model, optimizer: optax.GradientTransformation, layout: Layout
) -> TrainState:
    """Shapes, types and shardings of the state, for a checkpoint to be restored into."""
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


def _held_model(path: Path, computation: Computation) -> Model:
    """Return the model of the weights at `path`, computed as the run asks."""
    if _is_hugging_face(path):
        return choice.hugging_face_model(path, computation)
    card = checkpoints.read_card(checkpoints.find_checkpoint(path))
    return choice.described_model(card.architecture, computation)


def _read_weights(path: Path, model: Model, shardings: Params) -> Params:
    if _is_hugging_face(path):
        params, *_ = read_hugging_face(path)
        # Each process holds the file's arrays and keeps its parts of them.
        loaded: Params = jax.tree.map(_place, params, shardings)
        return loaded
    abstract: Params = abstract_arrays(abstract_params(model), shardings)
    return checkpoints.read_params(checkpoints.find_checkpoint(path), abstract)


def _place(array: jax.Array, placed: NamedSharding) -> jax.Array:
    return jax.make_array_from_callback(array.shape, placed, array.__getitem__)
