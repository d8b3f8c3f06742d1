"""Compute cross-entropy with z-loss as sums; divide only after all devices are summed.

Dividing earlier would weight a token by how full the rows of its device are.
"""

from typing import Literal, NamedTuple

import jax
import jax.numpy as jnp

Normalizer = Literal["tokens", "examples"] | float


class LossSums(NamedTuple):
    """Sums over a batch, float32. Divide them by their weights to get means."""

    cross_entropy: jax.Array  # nats, of all target tokens
    z_loss: jax.Array
    correct: jax.Array  # target tokens that are the most likely ones
    weight: jax.Array  # target tokens that count
    objective: jax.Array  # to differentiate, then divide by `divisor`
    divisor: jax.Array
    task_cross_entropy: jax.Array  # [tasks]
    task_weight: jax.Array  # [tasks]


def summed_loss(
    logits: jax.Array,
    batch: dict[str, jax.Array],
    *,
    z_loss: float = 0.0,
    normalizer: Normalizer = "tokens",
    num_tasks: int = 1,
) -> LossSums:
    """Sum cross-entropy in nats and `z_loss * log(Z) ** 2` over weighted target tokens.

    The z-loss (Mesh TensorFlow; 1e-4 in T5 1.1) keeps the softmax's normalizer Z near 1, so that
    logits do not drift out of the range that bfloat16 represents accurately.

    Args:
        logits: float32 [batch, targets, vocab].
        batch: `target_tokens`, `target_segment_ids`, `loss_weights` and, for more than one task,
            `task_ids`, all [batch, targets].
        z_loss: coefficient of the z-loss.
        normalizer: makes the objective a mean over `tokens`, a mean over `examples` (all with the
            same weight, whatever the length of their targets), or a sum divided by a number.
        num_tasks: number of tasks; `task_ids` are below it.
    """
    targets, weights = batch["target_tokens"], batch["loss_weights"]
    log_z = jax.nn.logsumexp(logits, axis=-1)  # [batch, targets]
    picked = jnp.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]
    cross_entropy = (log_z - picked) * weights
    z_term = z_loss * jnp.square(log_z) * weights
    shares, divisor = _normalized(normalizer, batch)
    tasks = batch["task_ids"].ravel() if num_tasks > 1 else jnp.zeros(weights.size, int)
    return LossSums(
        cross_entropy=jnp.sum(cross_entropy),
        z_loss=jnp.sum(z_term),
        correct=jnp.sum((logits.argmax(-1) == targets) * weights),
        weight=jnp.sum(weights),
        objective=jnp.sum((cross_entropy + z_term) * shares),
        divisor=divisor,
        task_cross_entropy=jax.ops.segment_sum(cross_entropy.ravel(), tasks, num_tasks),
        task_weight=jax.ops.segment_sum(weights.ravel(), tasks, num_tasks),
    )


def _normalized(normalizer: Normalizer, batch: dict[str, jax.Array]) -> tuple[jax.Array, jax.Array]:
    """Return a factor for each token's loss [batch, targets], and the divisor of the sum."""
    weights = batch["loss_weights"]
    shares = jnp.ones_like(weights)
    if normalizer == "examples":
        shares = 1.0 / jnp.maximum(_weights_of_example(batch["target_segment_ids"], weights), 1.0)
    if isinstance(normalizer, str):
        return shares, jnp.sum(weights * shares)
    return shares, jnp.asarray(normalizer, jnp.float32)


def _weights_of_example(segments: jax.Array, weights: jax.Array) -> jax.Array:
    """Return the total weight of each token's example: [batch, targets]."""

    def of_row(segments: jax.Array, weights: jax.Array) -> jax.Array:
        return jax.ops.segment_sum(weights, segments, segments.shape[0] + 1)[segments]

    return jax.vmap(of_row)(segments, weights)
