"""Cross-entropy with z-loss; sums and weight stay apart until all devices are added up.

Dividing before the reduction would weigh a token by how full its device's rows are.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp


class LossSums(NamedTuple):
    """Sums over the target tokens of a batch, float32 scalars; divide by `weight` for means."""

    cross_entropy: jax.Array  # nats
    z_loss: jax.Array
    weight: jax.Array  # target tokens that count


def summed_loss(
    logits: jax.Array, targets: jax.Array, weights: jax.Array, z_loss: float
) -> LossSums:
    """Cross-entropy in nats and `z_loss * log(Z) ** 2`, summed over weighted target tokens.

    The z-loss (Mesh TensorFlow; 1e-4 in T5 1.1) keeps the softmax's normaliser Z near 1, so that
    logits do not drift out of bfloat16's accurate range.

    Args:
        logits: float32 [batch, targets, vocab].
        targets: int32 [batch, targets].
        weights: float32 [batch, targets], 0 for padding.
        z_loss: the coefficient.
    """
    log_z = jax.nn.logsumexp(logits, axis=-1)  # [batch, targets]
    picked = jnp.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]
    return LossSums(
        cross_entropy=jnp.sum((log_z - picked) * weights),
        z_loss=jnp.sum(z_loss * jnp.square(log_z) * weights),
        weight=jnp.sum(weights),
    )
