"""Compute log-likelihoods of given targets, for rank classification and teacher-forced loss."""

import jax
import jax.numpy as jnp

from trainer.models.model import Arrays


def target_log_likelihoods(
    logits: jax.Array, batch: Arrays, max_targets: int
) -> tuple[jax.Array, jax.Array]:
    """Sum the log-likelihood of each of several targets in a row.

    Args:
        logits: float32 [batch, targets, vocabulary].
        batch: `target_tokens`, `target_segment_ids` and `loss_weights` [batch, targets], segments
            counted from 1 in the order of the targets.
        max_targets: the most segments that a row may have.

    Returns:
        Nats and tokens, float32 [batch, max_targets] each; 0 where a row has fewer targets.
    """
    picked = jnp.take_along_axis(logits, batch["target_tokens"][..., None], -1)[..., 0]
    log_likelihood = picked - jax.nn.logsumexp(logits, axis=-1)  # [batch, targets]
    segments = jnp.where(batch["loss_weights"] > 0, batch["target_segment_ids"], 0)
    # [batch, targets, max_targets]
    belongs = segments[:, :, None] == jnp.arange(1, max_targets + 1)
    summed = jnp.where(belongs, log_likelihood[..., None], 0.0).sum(1)
    return summed, belongs.sum(1).astype(jnp.float32)
