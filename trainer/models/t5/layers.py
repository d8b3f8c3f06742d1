"""Implement T5 1.1's stacks: gated tanh-GELU, RMS norms, relative biases.

From Raffel et al. 2020 and Shazeer 2020 (gated units). Published variants differ in `T5Config`.
"""

from collections.abc import Callable
from itertools import cycle
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx

from trainer.models.axes import FEATURES, HIDDEN
from trainer.models.t5.attention import Attention, causal_mask, dropout, linear, segment_mask
from trainer.models.t5.relative_position import biases_of, relative_biases
from trainer.models.t5.sizes import T5Config

Pair = tuple[jax.Array, jax.Array]  # keys and values


class RMSNorm(nnx.Module):
    """Division by the root mean square over features, in float32; no mean, no bias."""

    def __init__(self, config: T5Config) -> None:
        self.epsilon = config.norm_epsilon
        self.dtype = jnp.dtype(config.compute_dtype)
        self.scale = nnx.Param(jnp.ones((config.model_dim,), jnp.float32))

    def __call__(self, x: jax.Array) -> jax.Array:
        """Normalize [..., dim] -> [..., dim] in the compute dtype."""
        x = x.astype(jnp.float32)
        square = jnp.mean(jnp.square(x), axis=-1, keepdims=True)
        return (x * jax.lax.rsqrt(square + self.epsilon) * self.scale[...]).astype(self.dtype)


class MLP(nnx.Module):
    """Gated feed-forward: `gelu(x @ gate) * (x @ up) @ down`."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        dim, hidden, dtype = config.model_dim, config.mlp_dim, config.compute_dtype
        into, out_of = (FEATURES, HIDDEN), (HIDDEN, FEATURES)
        self.gate = linear((dim, hidden), into, dim**-0.5, dtype, rngs)
        self.up = linear((dim, hidden), into, dim**-0.5, dtype, rngs)
        self.down = linear((hidden, dim), out_of, hidden**-0.5, dtype, rngs)
        self.dropout = dropout(config.dropout_rate)

    def __call__(self, x: jax.Array, rngs: nnx.Rngs | None) -> jax.Array:
        """Apply the layer: [batch, length, dim] -> [batch, length, dim]."""
        hidden = nnx.gelu(self.gate(x), approximate=True) * self.up(x)
        return self.down(self.dropout(hidden, deterministic=rngs is None, rngs=rngs))


class EncoderBlock(nnx.Module):
    """Self-attention, then feed-forward, each on a normalized input and added to it."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        self.attention_norm = RMSNorm(config)
        self.attention = Attention(config, rngs=rngs)
        self.mlp_norm = RMSNorm(config)
        self.mlp = MLP(config, rngs=rngs)
        self.dropout = dropout(config.dropout_rate)

    def __call__(
        self, x: jax.Array, mask: jax.Array, bias: jax.Array, rngs: nnx.Rngs | None
    ) -> jax.Array:
        """Apply the block: [batch, inputs, dim] -> [batch, inputs, dim]."""
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
        """Apply the block: [batch, targets, dim], encoded [batch, inputs, dim] -> as `x`."""
        normed = self.attention_norm(x)
        attended = self.attention(normed, normed, self_mask, bias, rngs)
        x = x + self.dropout(attended, deterministic=rngs is None, rngs=rngs)
        attended = self.cross_attention(self.cross_norm(x), encoded, cross_mask, None, rngs)
        x = x + self.dropout(attended, deterministic=rngs is None, rngs=rngs)
        hidden = self.mlp(self.mlp_norm(x), rngs)
        return x + self.dropout(hidden, deterministic=rngs is None, rngs=rngs)


class Encoder(nnx.Module):
    """The stack that encodes inputs."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        layers = config.encoder_layers
        self.bias = relative_biases(config, layers, bidirectional=True, rngs=rngs)
        self.blocks = nnx.List([EncoderBlock(config, rngs=rngs) for _ in range(layers)])
        self.norm = RMSNorm(config)
        self.dropout = dropout(config.dropout_rate)
        self.remat = config.remat

    def __call__(self, x: jax.Array, segments: jax.Array, rngs: nnx.Rngs | None) -> jax.Array:
        """Encode embedded inputs: [batch, inputs, dim] -> [batch, inputs, dim]."""
        mask = segment_mask(segments, segments)
        biases = cycle(biases_of(self.bias, x.shape[1]))
        x = self.dropout(x, deterministic=rngs is None, rngs=rngs)
        for block, bias in zip(self.blocks, biases, strict=False):
            x = _run(self.remat, block, x, mask, bias, rngs)
        return self.dropout(self.norm(x), deterministic=rngs is None, rngs=rngs)


class Decoder(nnx.Module):
    """The stack that predicts targets from earlier targets and the encoded inputs."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        layers = config.decoder_layers
        self.bias = relative_biases(config, layers, bidirectional=False, rngs=rngs)
        self.blocks = nnx.List([DecoderBlock(config, rngs=rngs) for _ in range(layers)])
        self.norm = RMSNorm(config)
        self.dropout = dropout(config.dropout_rate)
        self.remat = config.remat

    def __call__(
        self,
        x: jax.Array,
        segments: jax.Array,
        encoded: jax.Array,
        cross_mask: jax.Array,
        rngs: nnx.Rngs | None,
    ) -> jax.Array:
        """Decode embedded targets: [batch, targets, dim] -> hidden [batch, targets, dim]."""
        self_mask = segment_mask(segments, segments) & causal_mask(x.shape[1])
        biases = cycle(biases_of(self.bias, x.shape[1]))
        x = self.dropout(x, deterministic=rngs is None, rngs=rngs)
        for block, bias in zip(self.blocks, biases, strict=False):
            x = _run(self.remat, block, x, encoded, self_mask, cross_mask, bias, rngs)
        return self.dropout(self.norm(x), deterministic=rngs is None, rngs=rngs)

    def start(self, encoded: jax.Array, encoder_segments: jax.Array, length: int) -> "DecoderCache":
        """Make an empty cache for `length` steps, given encoded inputs [batch, inputs, dim]."""
        crossed: list[Pair] = []
        own: list[Pair] = []
        for block in self.blocks:
            key, value = block.cross_attention.keys_values(encoded)
            empty = jnp.zeros((key.shape[0], length, *key.shape[2:]), key.dtype)
            crossed.append((key, value))
            own.append((empty, empty))
        visible = (encoder_segments > 0)[:, None, None]  # [batch, 1, 1, inputs]
        return DecoderCache(own, crossed, visible, biases_of(self.bias, length))

    def step(
        self, x: jax.Array, cache: "DecoderCache", position: jax.Array
    ) -> tuple[jax.Array, "DecoderCache"]:
        """Decode one position of every row; return hidden [batch, 1, dim] and the new cache."""
        mask = (jnp.arange(cache.biases[0].shape[3]) <= position)[None, None, None]
        own: list[Pair] = []
        layers = zip(self.blocks, cache.own, cache.crossed, cycle(cache.biases), strict=False)
        for block, held, crossed, biases in layers:
            bias = jax.lax.dynamic_slice_in_dim(biases, position, 1, axis=2)  # [1, heads, 1, k]
            normed = block.attention_norm(x)
            new = block.attention.keys_values(normed)
            key = jax.lax.dynamic_update_slice_in_dim(held[0], new[0], position, axis=1)
            value = jax.lax.dynamic_update_slice_in_dim(held[1], new[1], position, axis=1)
            own.append((key, value))
            x = x + block.attention.attend(normed, key, value, mask, bias)
            normed = block.cross_norm(x)
            x = x + block.cross_attention.attend(normed, *crossed, cache.visible, None)
            x = x + block.mlp(block.mlp_norm(x), None)
        return self.norm(x), cache._replace(own=own)


class DecoderCache(NamedTuple):
    """The keys and values of earlier positions, one pair for each layer."""

    own: list[Pair]  # targets: [batch, length, heads, head_dim]
    crossed: list[Pair]  # inputs: [batch, inputs, heads, head_dim]
    visible: jax.Array  # bool [batch, 1, 1, inputs]
    biases: list[jax.Array]  # for all layers or one for each: [1, heads, length, length]


def _call(block: Callable[..., jax.Array], *arguments: object) -> jax.Array:
    return block(*arguments)


_call_again_for_gradient = nnx.remat(_call)


def _run(remat: bool, block: Callable[..., jax.Array], *arguments: object) -> jax.Array:
    """Call a block; with `remat`, recompute it for the gradient instead of storing it."""
    output: jax.Array = (_call_again_for_gradient if remat else _call)(block, *arguments)
    return output
