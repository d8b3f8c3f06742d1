"""The state that a run starts from: random weights, or those of a published checkpoint."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax.sharding import Mesh

from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.model import T5
from trainer.model_sizes import T5Config
from trainer.sharding import replicated
from trainer.train_step import Params, TrainState
from trainer.weights import hugging_face_config, load_hugging_face

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
    held = hugging_face_config(
        config.initial_weights, dropout_rate=config.dropout, compute_dtype=config.dtype
    )
    differences = differing_fields(asdict(wanted), asdict(held), ignored=_CHECKPOINTS_OWN)
    if differences:
        raise TrainerError(
            f"initial_weights {config.initial_weights} is another model than the configuration "
            f"and the snapshot's vocabulary ask for: {differences} (asked for, found)"
        )
    return held


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
    config: TrainConfig, model: T5Config, optimizer: optax.GradientTransformation, mesh: Mesh
) -> TrainState:
    """Step 0, replicated over the mesh; Adafactor's moments start at zero."""

    def random() -> TrainState:
        params = nnx.state(T5(model, rngs=nnx.Rngs(params=config.seed)), nnx.Param)
        return _start(params, optimizer)

    if config.initial_weights is None:
        make: Callable[[], TrainState] = jax.jit(random, out_shardings=replicated(mesh))
        return make()
    loaded = abstract_model(model)
    load_hugging_face(loaded, config.initial_weights)
    params = jax.device_put(nnx.state(loaded, nnx.Param), replicated(mesh))
    start: Callable[[Params], TrainState] = jax.jit(
        partial(_start, optimizer=optimizer), out_shardings=replicated(mesh)
    )
    return start(params)


def abstract_state(
    model: T5Config, optimizer: optax.GradientTransformation, mesh: Mesh
) -> TrainState:
    """Shapes, types and shardings of the state, for a checkpoint to be restored into."""
    params = nnx.state(abstract_model(model), nnx.Param)
    shapes = jax.eval_shape(partial(_start, optimizer=optimizer), params)
    state: TrainState = jax.tree.map(
        lambda leaf: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype, sharding=replicated(mesh)), shapes
    )
    return state


def _start(params: Params, optimizer: optax.GradientTransformation) -> TrainState:
    return TrainState(jnp.zeros((), jnp.int32), params, optimizer.init(params))
