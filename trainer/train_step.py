"""Do one optimizer step as a pure function, the same for all training."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax.sharding import Mesh

from trainer.loss import LossSums, Normalizer, summed_loss
from trainer.models.model import Arrays, Params
from trainer.sharding import Layout, replicated, split_micro_batches, split_rows


class TrainState(NamedTuple):
    """The state that a step updates and a checkpoint stores."""

    step: jax.Array  # int32 scalar, steps done
    params: Params  # float32
    optimizer: optax.OptState


class StepMetrics(NamedTuple):
    """The results of a step, the same on every device."""

    sums: LossSums
    gradient_norm: jax.Array  # of the mean loss


TrainStep = Callable[[TrainState, Arrays], tuple[TrainState, StepMetrics]]
EvalStep = Callable[[Params, Arrays], LossSums]


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What a step minimizes, and how: seed of dropout, number of micro-batches."""

    z_loss: float
    normalizer: Normalizer
    num_tasks: int
    seed: int
    accumulate: int = 1


def make_train_step(
    graph: nnx.GraphDef[Any],
    optimizer: optax.GradientTransformation,
    *,
    objective: Objective,
    layout: Layout,
    state_shardings: TrainState,
) -> TrainStep:
    """Return the jitted step.

    The state is placed by `state_shardings` and donated; rows are split over the mesh.
    """
    step = _Step(
        graph=graph,
        optimizer=optimizer,
        objective=objective,
        mesh=layout.mesh,
        shardings=state_shardings,
    )
    return jax.jit(
        step.take,
        in_shardings=(state_shardings, split_rows(layout.mesh)),
        out_shardings=(state_shardings, replicated(layout.mesh)),
        donate_argnums=0,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class _Step:
    """The pure function to jit, and its constants."""

    graph: nnx.GraphDef[Any]
    optimizer: optax.GradientTransformation
    objective: Objective
    mesh: Mesh
    shardings: TrainState

    def take(self, state: TrainState, batch: Arrays) -> tuple[TrainState, StepMetrics]:
        """Turn a state and a global batch into the next state and the results."""
        # A key for each step, not a stream: a resumed run draws the same dropout.
        key = jax.random.fold_in(jax.random.key(self.objective.seed), state.step)
        gradients, sums = self._accumulate(state.params, batch, key)
        # Divide after the global sum and after accumulation: a mean of means would weight tokens
        # unequally.
        scale = 1.0 / jnp.maximum(sums.divisor, 1.0)
        gradients = jax.tree.map(lambda gradient: gradient * scale, gradients)
        updates, moments = self.optimizer.update(gradients, state.optimizer, state.params)
        params = optax.apply_updates(state.params, updates)
        metrics = StepMetrics(sums, optax.tree.norm(gradients))
        return TrainState(state.step + 1, params, moments), metrics

    def _accumulate(self, params: Params, batch: Arrays, key: jax.Array) -> tuple[Params, LossSums]:
        """Sum over micro-batches in sequence: the memory of one, the gradient of all."""
        count = self.objective.accumulate
        if count == 1:
            return self._gradients(params, batch, key)
        parts = split_micro_batches(batch, count, self.mesh)
        first = jax.tree.map(lambda array: array[0], parts)
        start = jax.tree.map(
            lambda leaf: jnp.zeros(leaf.shape, leaf.dtype),
            jax.eval_shape(self._gradients, params, first, key),
        )

        def add(total: Any, numbered: tuple[jax.Array, Arrays]) -> tuple[Any, None]:
            index, part = numbered
            sums = self._gradients(params, part, jax.random.fold_in(key, index))
            return jax.tree.map(jnp.add, total, sums), None

        gradients, sums = jax.lax.scan(add, start, (jnp.arange(count), parts))[0]
        if not isinstance(self.objective.normalizer, str):
            sums = sums._replace(divisor=jnp.asarray(self.objective.normalizer, jnp.float32))
        return gradients, sums

    def _gradients(self, params: Params, batch: Arrays, key: jax.Array) -> tuple[Params, LossSums]:
        """Return gradients of the summed objective of some rows, placed like the parameters."""

        def loss(params: Params) -> tuple[jax.Array, LossSums]:
            logits = nnx.merge(self.graph, params)(batch, rngs=nnx.Rngs(dropout=key))
            sums = summed_loss(
                logits,
                batch,
                z_loss=self.objective.z_loss,
                normalizer=self.objective.normalizer,
                num_tasks=self.objective.num_tasks,
            )
            return sums.objective, sums

        gradients, sums = jax.grad(loss, has_aux=True)(params)
        return jax.lax.with_sharding_constraint(gradients, self.shardings.params), sums


def make_eval_step(
    graph: nnx.GraphDef[Any],
    num_tasks: int,
    mesh: Mesh,
    state_shardings: TrainState,
    accumulate: int = 1,
) -> EvalStep:
    """Return the jitted teacher-forced loss of a packed batch, without dropout.

    Like a training step, it computes a batch in `accumulate` parts, in the memory of one.
    """

    def sums_of(params: Params, batch: Arrays) -> LossSums:
        return summed_loss(nnx.merge(graph, params)(batch), batch, num_tasks=num_tasks)

    def eval_step(params: Params, batch: Arrays) -> LossSums:
        if accumulate == 1:
            return sums_of(params, batch)
        parts = split_micro_batches(batch, accumulate, mesh)
        leaves, tree = jax.tree.flatten(params)
        # Flax refuses parameters of an outer trace; new ones hold the same arrays.
        sums = jax.lax.map(lambda part: sums_of(jax.tree.unflatten(tree, leaves), part), parts)
        return LossSums(*(array.sum(axis=0) for array in sums))

    return jax.jit(
        eval_step,
        in_shardings=(state_shardings.params, split_rows(mesh)),
        out_shardings=replicated(mesh),
    )
