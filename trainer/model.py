"""T5 1.1 encoder-decoder: gated tanh-GELU, RMS norms, relative bias shared by a stack's layers.

Shazeer 2020 (gated units) over Raffel et al. 2020; the published variants differ in `T5Config`.
"""

import jax
import jax.numpy as jnp
from flax import nnx

from trainer.attention import Attention, causal_mask, dropout, linear, segment_mask
from trainer.model_sizes import T5Config
from trainer.relative_position import RelativeBias


class RMSNorm(nnx.Module):
    """Divide by the root mean square over features, in float32; no mean, no bias."""

    def __init__(self, config: T5Config) -> None:
        self.epsilon = config.norm_epsilon
        self.dtype = jnp.dtype(config.compute_dtype)
        self.scale = nnx.Param(jnp.ones((config.model_dim,), jnp.float32))

    def __call__(self, x: jax.Array) -> jax.Array:
        """[..., dim] -> [..., dim] in the compute dtype."""
        x = x.astype(jnp.float32)
        square = jnp.mean(jnp.square(x), axis=-1, keepdims=True)
        return (x * jax.lax.rsqrt(square + self.epsilon) * self.scale[...]).astype(self.dtype)


class MLP(nnx.Module):
    """Gated feed-forward: `gelu(x @ gate) * (x @ up) @ down`."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        dim, hidden, dtype = config.model_dim, config.mlp_dim, config.compute_dtype
        self.gate = linear(dim, hidden, dim**-0.5, dtype, rngs)
        self.up = linear(dim, hidden, dim**-0.5, dtype, rngs)
        self.down = linear(hidden, dim, hidden**-0.5, dtype, rngs)
        self.dropout = dropout(config.dropout_rate)

    def __call__(self, x: jax.Array, rngs: nnx.Rngs | None) -> jax.Array:
        """[batch, length, dim] -> [batch, length, dim]."""
        hidden = nnx.gelu(self.gate(x), approximate=True) * self.up(x)
        return self.down(self.dropout(hidden, deterministic=rngs is None, rngs=rngs))


class EncoderBlock(nnx.Module):
    """Self-attention, then feed-forward, each on a normed input and added to it."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        self.attention_norm = RMSNorm(config)
        self.attention = Attention(config, rngs=rngs)
        self.mlp_norm = RMSNorm(config)
        self.mlp = MLP(config, rngs=rngs)
        self.dropout = dropout(config.dropout_rate)

    def __call__(
        self, x: jax.Array, mask: jax.Array, bias: jax.Array, rngs: nnx.Rngs | None
    ) -> jax.Array:
        """[batch, inputs, dim] -> [batch, inputs, dim]."""
        normed = self.attention_norm(x)
        attended = self.attention(normed, normed, mask, bias, rngs)
        x = x + self.dropout(attended, deterministic=rngs is None, rngs=rngs)
        hidden = self.mlp(self.mlp_norm(x), rngs)
        return x + self.dropout(hidden, deterministic=rngs is None, rngs=rngs)


class DecoderBlock(nnx.Module):
    """Causal self-attention, attention to the encoded inputs, then feed-forward."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        self.attention_norm = RMSNorm(config)
        self.attention = Attention(config, rngs=rngs)
        self.cross_norm = RMSNorm(config)
        self.cross_attention = Attention(config, rngs=rngs)
        self.mlp_norm = RMSNorm(config)
        self.mlp = MLP(config, rngs=rngs)
        self.dropout = dropout(config.dropout_rate)

    def __call__(
        self,
        x: jax.Array,
        encoded: jax.Array,
        self_mask: jax.Array,
        cross_mask: jax.Array,
        bias: jax.Array,
        rngs: nnx.Rngs | None,
    ) -> jax.Array:
        """[batch, targets, dim], given [batch, inputs, dim] -> [batch, targets, dim]."""
        normed = self.attention_norm(x)
        attended = self.attention(normed, normed, self_mask, bias, rngs)
        x = x + self.dropout(attended, deterministic=rngs is None, rngs=rngs)
        attended = self.cross_attention(self.cross_norm(x), encoded, cross_mask, None, rngs)
        x = x + self.dropout(attended, deterministic=rngs is None, rngs=rngs)
        hidden = self.mlp(self.mlp_norm(x), rngs)
        return x + self.dropout(hidden, deterministic=rngs is None, rngs=rngs)


class Encoder(nnx.Module):
    """The stack that reads inputs."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        self.bias = RelativeBias(config, bidirectional=True, rngs=rngs)
        self.blocks = nnx.List(
            [EncoderBlock(config, rngs=rngs) for _ in range(config.encoder_layers)]
        )
        self.norm = RMSNorm(config)
        self.dropout = dropout(config.dropout_rate)

    def __call__(self, x: jax.Array, segments: jax.Array, rngs: nnx.Rngs | None) -> jax.Array:
        """Embedded inputs [batch, inputs, dim] -> encoded [batch, inputs, dim]."""
        mask, bias = segment_mask(segments, segments), self.bias(x.shape[1])
        x = self.dropout(x, deterministic=rngs is None, rngs=rngs)
        for block in self.blocks:
            x = block(x, mask, bias, rngs)
        return self.dropout(self.norm(x), deterministic=rngs is None, rngs=rngs)


class Decoder(nnx.Module):
    """The stack that predicts targets from the targets before and the encoded inputs."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        self.bias = RelativeBias(config, bidirectional=False, rngs=rngs)
        self.blocks = nnx.List(
            [DecoderBlock(config, rngs=rngs) for _ in range(config.decoder_layers)]
        )
        self.norm = RMSNorm(config)
        self.dropout = dropout(config.dropout_rate)

    def __call__(
        self,
        x: jax.Array,
        segments: jax.Array,
        encoded: jax.Array,
        encoder_segments: jax.Array,
        rngs: nnx.Rngs | None,
    ) -> jax.Array:
        """Embedded targets [batch, targets, dim] -> hidden [batch, targets, dim]."""
        self_mask = segment_mask(segments, segments) & causal_mask(x.shape[1])
        cross_mask, bias = segment_mask(segments, encoder_segments), self.bias(x.shape[1])
        x = self.dropout(x, deterministic=rngs is None, rngs=rngs)
        for block in self.blocks:
            x = block(x, encoded, self_mask, cross_mask, bias, rngs)
        return self.dropout(self.norm(x), deterministic=rngs is None, rngs=rngs)


class T5(nnx.Module):
    """T5 1.1 for conditional generation. `rngs` in calls is dropout's source; None for none."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        self.config = config
        shape = (config.vocab_size, config.model_dim)
        # [vocab, dim]
        self.embedding = nnx.Param(nnx.initializers.normal(1.0)(rngs.params(), shape))
        self.encoder = Encoder(config, rngs=rngs)
        self.decoder = Decoder(config, rngs=rngs)
        if not config.tied_head:
            std, dtype = config.model_dim**-0.5, config.compute_dtype
            self.head = linear(config.model_dim, config.vocab_size, std, dtype, rngs)

    def __call__(self, batch: dict[str, jax.Array], rngs: nnx.Rngs | None = None) -> jax.Array:
        """Logits of each next target token: a packed batch -> float32 [batch, targets, vocab].

        Args:
            batch: `encoder_input_tokens`, `encoder_segment_ids` [batch, inputs] and
                `decoder_input_tokens`, `decoder_segment_ids` [batch, targets], all int32.
            rngs: source of dropout; None for none.
        """
        segments = batch["encoder_segment_ids"]
        encoded = self.encode(batch["encoder_input_tokens"], segments, rngs)
        hidden = self.decode(
            batch["decoder_input_tokens"], batch["decoder_segment_ids"], encoded, segments, rngs
        )
        return self.logits(hidden)

    def encode(
        self, tokens: jax.Array, segments: jax.Array, rngs: nnx.Rngs | None = None
    ) -> jax.Array:
        """Input ids and their segments [batch, inputs] -> encoded [batch, inputs, dim]."""
        return self.encoder(self._embed(tokens), segments, rngs)

    def decode(
        self,
        tokens: jax.Array,
        segments: jax.Array,
        encoded: jax.Array,
        encoder_segments: jax.Array,
        rngs: nnx.Rngs | None = None,
    ) -> jax.Array:
        """Shifted target ids [batch, targets] -> hidden states [batch, targets, dim]."""
        return self.decoder(self._embed(tokens), segments, encoded, encoder_segments, rngs)

    def logits(self, hidden: jax.Array) -> jax.Array:
        """Hidden states [..., dim] -> float32 [..., vocab]."""
        if self.config.scale_decoder_outputs:
            hidden = hidden * self.config.model_dim**-0.5
        kernel = self.embedding[...].T if self.config.tied_head else self.head.kernel[...]
        # float32 out of the product itself: log-sum-exp over bfloat16 logits loses the z-loss.
        return jnp.matmul(hidden, kernel.astype(hidden.dtype), preferred_element_type=jnp.float32)

    def _embed(self, tokens: jax.Array) -> jax.Array:
        """[batch, length] -> [batch, length, dim] in the compute dtype."""
        return self.embedding[...].astype(self.config.compute_dtype)[tokens]
