"""The state that a run starts from: random weights, or those of a published checkpoint."""

from collections.abc import Callable
from dataclasses import asdict
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
from trainer.checkpointing.weights import hugging_face_config
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.models.t5.model import T5
from trainer.models.t5.sizes import FREE_FIELDS, T5Config
from trainer.sharding import Layout, moment_shardings, parameter_shardings, replicated
from trainer.train_step import Params, TrainState

# What a checkpoint decides by itself, whatever the size's name stands for.
_CHECKPOINTS_OWN = {"tied_head", "scale_decoder_outputs", "norm_epsilon"}


def resolve_model(config: TrainConfig, vocabulary_size: int) -> T5Config:
    """The architecture of the run, for a vocabulary of so many ids.

    Raises:
        TrainerError: `initial_weights` is a model of other dimensions.
    """
    wanted = config.model_config_for(vocabulary_size)
    if config.initial_weights is None:
        return wanted
    free = {name: getattr(wanted, name) for name in FREE_FIELDS}
    held = _held_model(Path(config.initial_weights), free)
    differences = differing_fields(asdict(wanted), asdict(held), ignored=_CHECKPOINTS_OWN)
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
        return ModelCard(asdict(hugging_face_config(path)), hugging_face_vocabulary(path))
    return checkpoints.read_card(checkpoints.find_checkpoint(path))


def differing_fields(ours: dict[str, Any], theirs: dict[str, Any], ignored: set[str]) -> str:
    """Fields that differ, as text: `model_dim 64, 512; num_heads 2, 6`; empty if none."""
    return "; ".join(
        f"{name} {ours[name]}, {theirs.get(name)}"
        for name in ours
        if name not in ignored and ours[name] != theirs.get(name)
    )


def abstract_model(model: T5Config) -> T5:
    """The model with shapes in place of arrays: nothing is allocated."""
    return nnx.eval_shape(lambda: T5(model, rngs=nnx.Rngs(params=0)))


def fresh_state(
    config: TrainConfig, model: T5Config, optimizer: optax.GradientTransformation, layout: Layout
) -> TrainState:
    """Step 0, placed as the layout says; Adafactor's moments start at zero."""

    def random() -> TrainState:
        params = nnx.state(T5(model, rngs=nnx.Rngs(params=config.seed)), nnx.Param)
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
    model: T5Config, optimizer: optax.GradientTransformation, layout: Layout
) -> TrainState:
    """A sharding for each array of the state."""
    params = nnx.state(abstract_model(model), nnx.Param)
    shapes = jax.eval_shape(partial(_start, optimizer=optimizer), params)
    return TrainState(
        replicated(layout.mesh),  # type: ignore[arg-type]
        parameter_shardings(params, layout),
        moment_shardings(shapes.optimizer, layout),
    )


def abstract_state(
    model: T5Config, optimizer: optax.GradientTransformation, layout: Layout
) -> TrainState:
    """Shapes, types and shardings of the state, for a checkpoint to be restored into."""
    params = nnx.state(abstract_model(model), nnx.Param)
    shapes = jax.eval_shape(partial(_start, optimizer=optimizer), params)
    state: TrainState = jax.tree.map(
        lambda leaf, placed: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype, sharding=placed),
        shapes,
        state_shardings(model, optimizer, layout),
    )
    return state


def _start(params: Params, optimizer: optax.GradientTransformation) -> TrainState:
    return TrainState(jnp.zeros((), jnp.int32), params, optimizer.init(params))


def _is_hugging_face(path: Path) -> bool:
    return (path / "config.json").is_file()


def _held_model(path: Path, free: dict[str, Any]) -> T5Config:
    """The architecture of the weights at `path`, with `free` fields of the run's."""
    if _is_hugging_face(path):
        return hugging_face_config(path, **free)
    card = checkpoints.read_card(checkpoints.find_checkpoint(path))
    return T5Config(**(card.architecture | free))


def _read_weights(path: Path, model: T5Config, shardings: Params) -> Params:
    if _is_hugging_face(path):
        params, _ = read_hugging_face(path)
        # Each process holds the file's arrays and keeps its parts of them.
        loaded: Params = jax.tree.map(_place, params, shardings)
        return loaded
    params = nnx.state(abstract_model(model), nnx.Param)
    abstract = jax.tree.map(
        lambda leaf, placed: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype, sharding=placed),
        params,
        shardings,
    )
    return checkpoints.read_params(checkpoints.find_checkpoint(path), abstract)


def _place(array: jax.Array, placed: NamedSharding) -> jax.Array:
    return jax.make_array_from_callback(array.shape, placed, array.__getitem__)
