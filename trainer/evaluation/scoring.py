"""Log-likelihoods of given targets: rank classification, and teacher-forced loss."""

import jax
import jax.numpy as jnp

from trainer.models.t5.attention import segment_mask
from trainer.models.t5.model import T5


def target_log_likelihoods(
    model: T5, batch: dict[str, jax.Array], max_targets: int
) -> tuple[jax.Array, jax.Array]:
    """Summed log-likelihood of each of several targets of one input.

    A row's input is encoded once and its keys and values are projected once: its targets lie one
    after the other in one decoder row, as segments that do not see each other.

    Args:
        model: the model.
        batch: `encoder_input_tokens`, `encoder_segment_ids` [batch, inputs] (one example a row)
            and `decoder_input_tokens`, `target_tokens`, `target_segment_ids`
            [batch, targets], segments counted from 1 in the order of the targets.
        max_targets: the most segments that a row may have.

    Returns:
        In nats and tokens, float32 [batch, max_targets] each; 0 where a row has fewer targets.
    """
    inputs, segments = batch["encoder_segment_ids"], batch["target_segment_ids"]
    encoded = model.encode(batch["encoder_input_tokens"], inputs)
    visible = segment_mask((segments > 0).astype(jnp.int32), inputs)
    hidden = model.decode(batch["decoder_input_tokens"], segments, encoded, visible)
    logits = model.logits(hidden)
    picked = jnp.take_along_axis(logits, batch["target_tokens"][..., None], -1)[..., 0]
    log_likelihood = picked - jax.nn.logsumexp(logits, axis=-1)  # [batch, targets]
    belongs = segments[:, :, None] == jnp.arange(
        1, max_targets + 1
    )  # [batch, targets, max_targets]
    summed = jnp.where(belongs, log_likelihood[..., None], 0.0).sum(1)
    return summed, belongs.sum(1).astype(jnp.float32)
