"""Cross-entropy with z-loss; sums and weights stay apart until all devices are added up.

Dividing before the reduction would weigh a token by how full its device's rows are.
"""

from typing import Literal, NamedTuple

import jax
import jax.numpy as jnp

Normalizer = Literal["tokens", "examples"] | float


class LossSums(NamedTuple):
    """Sums over a batch, float32; divide by their weights for means."""

    cross_entropy: jax.Array  # nats, of all target tokens
    z_loss: jax.Array
    correct: jax.Array  # target tokens that the model thinks likeliest
    weight: jax.Array  # target tokens that count
    objective: jax.Array  # what is differentiated, before it is divided by its divisor
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
    """Cross-entropy in nats and `z_loss * log(Z) ** 2`, summed over weighted target tokens.

    The z-loss (Mesh TensorFlow; 1e-4 in T5 1.1) keeps the softmax's normaliser Z near 1, so that
    logits do not drift out of bfloat16's accurate range.

    Args:
        logits: float32 [batch, targets, vocab].
        batch: `target_tokens`, `target_segment_ids`, `loss_weights` and, for
            more than one task, `task_ids`, all [batch, targets].
        z_loss: the coefficient.
        normalizer: what the objective is a mean over: `tokens`, or `examples` (each example weighs
            the same, however long its target), or a fixed number that it is divided by.
        num_tasks: tasks that the batch's ids count.
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
    """What each token's loss is multiplied by [batch, targets], and what the sum is divided by."""
    weights = batch["loss_weights"]
    shares = jnp.ones_like(weights)
    if normalizer == "examples":
        shares = 1.0 / jnp.maximum(_weights_of_example(batch["target_segment_ids"], weights), 1.0)
    if isinstance(normalizer, str):
        return shares, jnp.sum(weights * shares)
    return shares, jnp.asarray(normalizer, jnp.float32)


def _weights_of_example(segments: jax.Array, weights: jax.Array) -> jax.Array:
    """The summed weight of the example that each token belongs to: [batch, targets]."""

    def of_row(segments: jax.Array, weights: jax.Array) -> jax.Array:
        return jax.ops.segment_sum(weights, segments, segments.shape[0] + 1)[segments]

    return jax.vmap(of_row)(segments, weights)
