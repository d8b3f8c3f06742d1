"""Generate greedily with a key-value cache: each step computes one position of each row."""

import jax
import jax.numpy as jnp

from tfrecords_schema.vocabulary import EOS_ID, PAD_ID
from trainer.models.t5.layers import DecoderCache
from trainer.models.t5.model import T5

# Position, last token, tokens so far, which rows have ended, cache.
_Carry = tuple[jax.Array, jax.Array, jax.Array, jax.Array, DecoderCache]


def generate_greedily(
    model: T5, tokens: jax.Array, segments: jax.Array, max_target_tokens: int
) -> jax.Array:
    """Take the most likely token at each step, given input ids and segments [batch, inputs].

    Starts with T5's start token, the pad id, which the result does not include. Stops when all
    rows have ended.

    Returns:
        int32 [batch, max_target_tokens]: each row with its EOS, then padding.
    """
    rows = tokens.shape[0]
    encoded = model.encode(tokens, segments)
    cache = model.decoder.start(encoded, segments, max_target_tokens)

    def unfinished(carry: _Carry) -> jax.Array:
        position, _, _, ended, _ = carry
        return (position < max_target_tokens) & ~ended.all()

    def step(carry: _Carry) -> _Carry:
        position, last, written, ended, held = carry
        hidden, held = model.decoder.step(model.embed(last[:, None]), held, position)
        best = model.logits(hidden)[:, 0].argmax(-1).astype(jnp.int32)
        token = jnp.where(ended, PAD_ID, best)
        written = jax.lax.dynamic_update_slice_in_dim(written, token[:, None], position, axis=1)
        return position + 1, token, written, ended | (token == EOS_ID), held

    # A padding row of the batch (no inputs) has ended before the first step.
    start = (
        jnp.zeros((), jnp.int32),
        jnp.full(rows, PAD_ID, jnp.int32),
        jnp.zeros((rows, max_target_tokens), jnp.int32),
        ~(segments > 0).any(axis=1),
        cache,
    )
    return jax.lax.while_loop(unfinished, step, start)[2]
