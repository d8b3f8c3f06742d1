"""Implement T5's multi-head attention, and the masks that separate packed examples."""

import jax
import jax.numpy as jnp
from flax import nnx

from trainer.models.axes import FEATURES, HIDDEN
from trainer.models.t5.sizes import T5Config

# Not -inf: a padding query sees no key, and a softmax over -inf alone is NaN.
_MASKED = -1e9


def segment_mask(query_segments: jax.Array, key_segments: jax.Array) -> jax.Array:
    """Let a query see the keys of its own segment; segment 0 is padding.

    [batch, queries], [batch, keys] -> bool [batch, 1, queries, keys], true where it may see.
    """
    same = query_segments[:, :, None] == key_segments[:, None, :]
    return (same & (key_segments > 0)[:, None, :])[:, None]


def causal_mask(length: int) -> jax.Array:
    """Let a query see no key after it: bool [1, 1, length, length], true where it may see."""
    return jnp.tril(jnp.ones((length, length), dtype=bool))[None, None]


def linear(
    lengths: tuple[int, int], axes: tuple[str, str], std: float, dtype: str, rngs: nnx.Rngs
) -> nnx.Linear:
    """Make a map without bias: a float32 kernel of shape `lengths`, [inputs, outputs].

    Kernels are 2-D because Adafactor factors no others.
    """
    return nnx.Linear(
        *lengths,
        use_bias=False,
        dtype=jnp.dtype(dtype),
        param_dtype=jnp.float32,
        kernel_init=nnx.initializers.normal(std),
        kernel_metadata={"axes": axes},
        rngs=rngs,
    )


def dropout(rate: float) -> nnx.Dropout:
    """Make dropout that draws one mask for all positions, as t5x does.

    Axis -2 is the length of [batch, length, dim] and the queries of [batch, heads, queries, keys].
    """
    return nnx.Dropout(rate, broadcast_dims=(-2,))


class Attention(nnx.Module):
    """Attention without 1/sqrt(head_dim): T5 includes it in the query's initial scale."""

    def __init__(self, config: T5Config, *, rngs: nnx.Rngs) -> None:
        dim, dtype = config.model_dim, config.compute_dtype
        inner = config.num_heads * config.head_dim
        into, out_of = (FEATURES, HIDDEN), (HIDDEN, FEATURES)
        self.num_heads = config.num_heads
        self.implementation = config.attention
        self.query = linear((dim, inner), into, (dim * config.head_dim) ** -0.5, dtype, rngs)
        self.key = linear((dim, inner), into, dim**-0.5, dtype, rngs)
        self.value = linear((dim, inner), into, dim**-0.5, dtype, rngs)
        self.out = linear((inner, dim), out_of, inner**-0.5, dtype, rngs)
        self.dropout = dropout(config.dropout_rate)

    def __call__(
        self,
        queries: jax.Array,
        keys: jax.Array,
        mask: jax.Array,
        bias: jax.Array | None,
        rngs: nnx.Rngs | None,
    ) -> jax.Array:
        """Attend from queries to keys -> [batch, q, dim].

        Args:
            queries: positions that attend [batch, q, dim].
            keys: positions to attend to [batch, k, dim].
            mask: bool [batch, 1, q, k], true where a query may see a key.
            bias: [1, heads, q, k] to add to the scores, or None.
            rngs: source of dropout; None means no dropout.
        """
        return self.attend(queries, *self.keys_values(keys), mask, bias, rngs)

    def keys_values(self, keys: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Project keys and values, e.g. to cache them: two [batch, k, heads, head_dim]."""
        return self._heads(self.key(keys)), self._heads(self.value(keys))

    def attend(
        self,
        queries: jax.Array,
        key: jax.Array,
        value: jax.Array,
        mask: jax.Array,
        bias: jax.Array | None,
        rngs: nnx.Rngs | None = None,
    ) -> jax.Array:
        """Attend from [batch, q, dim] to projected keys and values -> [batch, q, dim]."""
        query = self._heads(self.query(queries))
        if self.implementation == "cudnn":
            mixed = _fused(query, key, value, mask, bias)
        else:
            mixed = self._plain(query, key, value, mask, bias, rngs)
        return self.out(mixed.reshape(*mixed.shape[:2], -1))

    def _plain(
        self,
        query: jax.Array,
        key: jax.Array,
        value: jax.Array,
        mask: jax.Array,
        bias: jax.Array | None,
        rngs: nnx.Rngs | None,
    ) -> jax.Array:
        # [batch, heads, q, k], float32 until after the softmax, whatever the compute dtype
        scores = jnp.einsum("bqhd,bkhd->bhqk", query, key, preferred_element_type=jnp.float32)
        if bias is not None:
            scores = scores + bias
        weights = jax.nn.softmax(jnp.where(mask, scores, _MASKED), axis=-1).astype(value.dtype)
        weights = self.dropout(weights, deterministic=rngs is None, rngs=rngs)
        return jnp.einsum("bhqk,bkhd->bqhd", weights, value)

    def _heads(self, projected: jax.Array) -> jax.Array:
        """Split heads: [batch, length, heads * head_dim] -> [batch, length, heads, head_dim]."""
        return projected.reshape(*projected.shape[:2], self.num_heads, -1)


def _fused(
    query: jax.Array, key: jax.Array, value: jax.Array, mask: jax.Array, bias: jax.Array | None
) -> jax.Array:
    """Attend with cuDNN's kernel: bfloat16 on GPUs, without dropout of attention weights."""
    bias = None if bias is None else bias.astype(query.dtype)
    mixed: jax.Array = jax.nn.dot_product_attention(
        query, key, value, bias=bias, mask=mask, scale=1.0, implementation="cudnn"
    )
    return mixed
