"""Define how a model is computed, apart from what its parameters mean. Does not import JAX."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Computation:
    """The fields of a model's configuration that a run is free to change.

    `compute_dtype` is that of activations; parameters are always float32. `attention` is `xla` or
    `cudnn`. `remat` computes each block a second time for its gradient instead of keeping it.
    """

    dropout_rate: float = 0.0
    compute_dtype: str = "float32"
    attention: str = "xla"
    remat: bool = False


FREE_FIELDS = frozenset(field.name for field in fields(Computation))
