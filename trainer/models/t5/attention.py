"""Multi-head attention as T5 has it, and the masks that keep packed examples apart."""

import jax
import jax.numpy as jnp
from flax import nnx

from trainer.models.axes import FEATURES, HIDDEN
from trainer.models.t5.sizes import T5Config

# Not -inf: a padding query has no key at all, and a softmax over -inf alone is NaN.
_MASKED = -1e9


def segment_mask(query_segments: jax.Array, key_segments: jax.Array) -> jax.Array:
    """Which key a query may see: those of its own segment; segment 0 is padding.

    [batch, queries], [batch, keys] -> bool [batch, 1, queries, keys].
    """
    same = query_segments[:, :, None] == key_segments[:, None, :]
    return (same & (key_segments > 0)[:, None, :])[:, None]


def causal_mask(length: int) -> jax.Array:
    """Bool [1, 1, length, length]: true where the key is not after the query."""
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
    """Dropout that draws one mask for all positions, as t5x does.

    The last axis but one is the length of [batch, length, dim] and the queries of
    [batch, heads, queries, keys].
    """
    return nnx.Dropout(rate, broadcast_dims=(-2,))


class Attention(nnx.Module):
    """Attention without 1/sqrt(head_dim): T5 folds that factor into the query's initial scale."""

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
        """[batch, q, dim] attends to [batch, k, dim] -> [batch, q, dim].

        Args:
            queries: the positions that look.
            keys: the positions looked at.
            mask: bool [batch, 1, q, k], true where a query may look.
            bias: [1, heads, q, k] added to the scores, or None.
            rngs: source of dropout; None for none.
        """
        return self.attend(queries, *self.keys_values(keys), mask, bias, rngs)

    def keys_values(self, keys: jax.Array) -> tuple[jax.Array, jax.Array]:
        """What a cache holds of the positions looked at: two [batch, k, heads, head_dim]."""
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
        """[batch, q, dim] attends to keys and values already projected -> [batch, q, dim]."""
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
        # [batch, heads, q, k], float32 up to the softmax whatever the compute dtype
        scores = jnp.einsum("bqhd,bkhd->bhqk", query, key, preferred_element_type=jnp.float32)
        if bias is not None:
            scores = scores + bias
        weights = jax.nn.softmax(jnp.where(mask, scores, _MASKED), axis=-1).astype(value.dtype)
        weights = self.dropout(weights, deterministic=rngs is None, rngs=rngs)
        return jnp.einsum("bhqk,bkhd->bqhd", weights, value)

    def _heads(self, projected: jax.Array) -> jax.Array:
        """[batch, length, heads * head_dim] -> [batch, length, heads, head_dim]."""
        return projected.reshape(*projected.shape[:2], self.num_heads, -1)


def _fused(
    query: jax.Array, key: jax.Array, value: jax.Array, mask: jax.Array, bias: jax.Array | None
) -> jax.Array:
    """cuDNN's kernel, on GPUs and in bfloat16 alone; it has no dropout of attention weights."""
    bias = None if bias is None else bias.astype(query.dtype)
    mixed: jax.Array = jax.nn.dot_product_attention(
        query, key, value, bias=bias, mask=mask, scale=1.0, implementation="cudnn"
    )
    return mixed
