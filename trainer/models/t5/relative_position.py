"""Compute T5's relative position bias: one learned value for each head and distance bucket.

Raffel et al. 2020, section 2.1: each near distance has its own bucket, far distances share buckets
whose width grows logarithmically, and all distances beyond `max_distance` share the last bucket.
"""

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from numpy.typing import NDArray

from trainer.models.t5.sizes import T5Config


def relative_bucket(
    distances: NDArray[np.int32], *, bidirectional: bool, num_buckets: int, max_distance: int
) -> NDArray[np.int32]:
    """Return the bucket of each distance `key position - query position`, in tokens.

    A decoder (not bidirectional) only looks back: all keys ahead of the query are in bucket 0.

    >>> relative_bucket(np.array([0, 1, -1, -40]), bidirectional=True,
    ...                 num_buckets=32, max_distance=128).tolist()
    [0, 17, 1, 12]
    """
    buckets = np.zeros_like(distances)
    if bidirectional:
        num_buckets //= 2
        buckets = np.where(distances > 0, num_buckets, 0)
        reach = np.abs(distances)
    else:
        reach = np.maximum(-distances, 0)
    exact = num_buckets // 2
    # float32 as in the published code: other rounding would move the boundary of a bucket.
    ratio = np.log(np.maximum(reach, exact).astype(np.float32) / exact)
    far = exact + (ratio / np.log(max_distance / exact) * (num_buckets - exact)).astype(np.int32)
    far = np.minimum(far, num_buckets - 1)
    return (buckets + np.where(reach < exact, reach, far)).astype(np.int32)


def toeplitz(values: jax.Array, num_queries: int, num_keys: int) -> jax.Array:
    """Spread values of distances over a matrix: `out[..., q, k] = values[..., k - q]`.

    `values` is [..., num_queries + num_keys], with negative distances counted from its end. Uses
    reshapes only: the gradient of a gather would be a scatter of queries x keys elements.
    """
    period = num_queries + num_keys
    rows = jnp.broadcast_to(values[..., None, :], (*values.shape[:-1], num_queries, period))
    flat = rows.reshape(*values.shape[:-1], num_queries * period)
    # Rows are one shorter than the period: each starts one distance before the row above.
    skewed = flat[..., : num_queries * (period - 1)]
    return skewed.reshape(*values.shape[:-1], num_queries, period - 1)[..., :num_keys]


class RelativeBias(nnx.Module):
    """The bias that a layer, or all layers of a stack, add to their self-attention scores."""

    def __init__(self, config: T5Config, *, bidirectional: bool, rngs: nnx.Rngs) -> None:
        self.bidirectional = bidirectional
        self.num_buckets = config.relative_buckets
        self.max_distance = config.relative_max_distance
        init = nnx.initializers.normal(config.model_dim**-0.5)
        # [buckets, heads]
        self.table = nnx.Param(init(rngs.params(), (self.num_buckets, config.num_heads)))

    def __call__(self, length: int) -> jax.Array:
        """Return the bias, float32 [1, heads, length, length].

        It depends only on `k - q`, and pairs across segments are masked. Positions in the packed
        row therefore serve every segment in it and every row of the batch.
        """
        # Distances in the order of `toeplitz`: 0 .. length - 1, then -length .. -1.
        distances = np.concatenate([np.arange(length), np.arange(-length, 0)]).astype(np.int32)
        buckets = relative_bucket(
            distances,
            bidirectional=self.bidirectional,
            num_buckets=self.num_buckets,
            max_distance=self.max_distance,
        )
        one_hot = jnp.asarray(np.eye(self.num_buckets, dtype=np.float32)[buckets])
        # HIGHEST: picking a row by a matrix product must not round it to TF32 or bfloat16.
        values = jnp.einsum(
            "db,bh->hd", one_hot, self.table[...], precision=jax.lax.Precision.HIGHEST
        )
        return toeplitz(values, length, length)[None]


def relative_biases(
    config: T5Config, layers: int, *, bidirectional: bool, rngs: nnx.Rngs
) -> RelativeBias | nnx.List[RelativeBias]:
    """Return the bias of a stack, or a list with one for each of its layers."""
    if not config.bias_in_each_layer:
        return RelativeBias(config, bidirectional=bidirectional, rngs=rngs)
    return nnx.List(
        [RelativeBias(config, bidirectional=bidirectional, rngs=rngs) for _ in range(layers)]
    )


def biases_of(bias: RelativeBias | nnx.List[RelativeBias], length: int) -> list[jax.Array]:
    """Return the bias for all layers, or one for each, float32 [1, heads, length, length]."""
    return [one(length) for one in ([bias] if isinstance(bias, RelativeBias) else bias)]
