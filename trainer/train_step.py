"""One optimizer step as a pure function: the one path that all training takes."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax.sharding import Mesh

from trainer.loss import LossSums, summed_loss
from trainer.sharding import replicated, split_rows

Params = nnx.State[Any, Any]


class TrainState(NamedTuple):
    """What a step turns into the next, and a checkpoint holds."""

    step: jax.Array  # int32 scalar, steps done
    params: Params  # float32
    optimizer: optax.OptState


class StepMetrics(NamedTuple):
    """What a step reports: scalars, the same on every device."""

    sums: LossSums
    gradient_norm: jax.Array  # of the mean loss


TrainStep = Callable[[TrainState, dict[str, jax.Array]], tuple[TrainState, StepMetrics]]


def make_train_step(
    graph: nnx.GraphDef[Any],
    optimizer: optax.GradientTransformation,
    *,
    mesh: Mesh,
    z_loss: float,
    seed: int,
) -> TrainStep:
    """The jitted step: state replicated and donated, the batch's rows split over the mesh."""

    def loss_of(params: Params, batch: dict[str, jax.Array], key: jax.Array) -> Any:
        model = nnx.merge(graph, params)
        logits = model(batch, rngs=nnx.Rngs(dropout=key))
        sums = summed_loss(
            logits, batch["decoder_target_tokens"], batch["decoder_loss_weights"], z_loss
        )
        return sums.cross_entropy + sums.z_loss, sums

    def train_step(
        state: TrainState, batch: dict[str, jax.Array]
    ) -> tuple[TrainState, StepMetrics]:
        # A key for each step, not a stream: resuming draws the dropout of an uninterrupted run.
        key = jax.random.fold_in(jax.random.key(seed), state.step)
        gradients, sums = jax.grad(loss_of, has_aux=True)(state.params, batch, key)
        scale = 1.0 / jnp.maximum(sums.weight, 1.0)
        gradients = jax.tree.map(lambda gradient: gradient * scale, gradients)
        updates, moments = optimizer.update(gradients, state.optimizer, state.params)
        params = optax.apply_updates(state.params, updates)
        metrics = StepMetrics(sums, optax.tree.norm(gradients))
        return TrainState(state.step + 1, params, moments), metrics

    everywhere, rows = replicated(mesh), split_rows(mesh)
    return jax.jit(
        train_step,
        in_shardings=(everywhere, rows),
        out_shardings=(everywhere, everywhere),
        donate_argnums=0,
    )
