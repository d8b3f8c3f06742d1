"""Assemble the network of T5 1.1: embedding, encoder, decoder, head."""

import jax
import jax.numpy as jnp
from flax import nnx

from trainer.models.axes import FEATURES, VOCABULARY
from trainer.models.t5.attention import linear, segment_mask
from trainer.models.t5.layers import Decoder, Encoder
from trainer.models.t5.sizes import T5Config


class T5(nnx.Module):
    """T5 1.1 for conditional generation. `rngs` is the source of dropout; None means none."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        self.config = config
        shape = (config.vocab_size, config.model_dim)
        # [vocab, dim]
        embedding = nnx.initializers.normal(1.0)(rngs.params(), shape)
        self.embedding = nnx.Param(embedding, axes=(VOCABULARY, FEATURES))
        self.encoder = Encoder(config, rngs=rngs)
        self.decoder = Decoder(config, rngs=rngs)
        if not config.tied_head:
            std, dtype = config.model_dim**-0.5, config.compute_dtype
            self.head = linear(shape[::-1], (FEATURES, VOCABULARY), std, dtype, rngs)

    def __call__(self, batch: dict[str, jax.Array], rngs: nnx.Rngs | None = None) -> jax.Array:
        """Return the logits of all target tokens of a batch: float32 [batch, targets, vocab].

        Args:
            batch: `encoder_input_tokens`, `encoder_segment_ids` [batch, inputs] and
                `decoder_input_tokens`, `target_segment_ids` [batch, targets], all int32.
            rngs: source of dropout; None means no dropout.
        """
        visible = segment_mask(batch["target_segment_ids"], batch["encoder_segment_ids"])
        return self._batch_logits(batch, visible, rngs)

    def question_logits(self, batch: dict[str, jax.Array]) -> jax.Array:
        """Return the logits of several targets for one input in each row.

        The input is encoded once and its keys and values are projected once. The targets are
        segments of one decoder row: they do not see each other, but all see the input.
        """
        targets = (batch["target_segment_ids"] > 0).astype(jnp.int32)
        return self._batch_logits(batch, segment_mask(targets, batch["encoder_segment_ids"]), None)

    def _batch_logits(
        self, batch: dict[str, jax.Array], cross_mask: jax.Array, rngs: nnx.Rngs | None
    ) -> jax.Array:
        encoded = self.encode(batch["encoder_input_tokens"], batch["encoder_segment_ids"], rngs)
        tokens, segments = batch["decoder_input_tokens"], batch["target_segment_ids"]
        return self.logits(self.decode(tokens, segments, encoded, cross_mask, rngs))

    def encode(
        self, tokens: jax.Array, segments: jax.Array, rngs: nnx.Rngs | None = None
    ) -> jax.Array:
        """Encode input ids and their segments: [batch, inputs] -> [batch, inputs, dim]."""
        return self.encoder(self.embed(tokens), segments, rngs)

    def decode(
        self,
        tokens: jax.Array,
        segments: jax.Array,
        encoded: jax.Array,
        cross_mask: jax.Array,
        rngs: nnx.Rngs | None = None,
    ) -> jax.Array:
        """Decode shifted target ids: [batch, targets] -> hidden states [batch, targets, dim].

        A target sees earlier targets of its segment, and the inputs where `cross_mask`, bool
        [batch, 1, targets, inputs], is true.
        """
        return self.decoder(self.embed(tokens), segments, encoded, cross_mask, rngs)

    def logits(self, hidden: jax.Array) -> jax.Array:
        """Apply the head: hidden states [..., dim] -> float32 [..., vocab]."""
        if self.config.scale_decoder_outputs:
            hidden = hidden * self.config.model_dim**-0.5
        kernel = self.embedding[...].T if self.config.tied_head else self.head.kernel[...]
        # The product itself gives float32: log-sum-exp over bfloat16 logits loses the z-loss.
        return jnp.matmul(hidden, kernel.astype(hidden.dtype), preferred_element_type=jnp.float32)

    def embed(self, tokens: jax.Array) -> jax.Array:
        """Embed token ids: [batch, length] -> [batch, length, dim] in the compute dtype."""
        return self.embedding[...].astype(self.config.compute_dtype)[tokens]
