"""Largest attention arrays that a gradient of T5 asks for, with each implementation.

    python -m benchmarks.attention_memory [--size base] [--rows 8]

Reads the jaxpr of a gradient over packed rows of 2048/512 in bfloat16; computes nothing, so it
needs no GPU. XLA may fuse an array away; one that is an operand of cuDNN's kernel it cannot.
Prints one JSON line for each of the three largest shapes.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from unittest import mock

import jax
import jax.numpy as jnp
from flax import nnx

from trainer.models.t5.model import T5
from trainer.models.t5.sizes import SIZES, sized

INPUTS, TARGETS = 2048, 512
_CUDNN = "jax._src.cudnn.fused_attention_stablehlo"
_LARGEST = 3


def arrays(jaxpr: Any) -> Iterator[tuple[int, tuple[int, ...], str, str]]:
    """Yield bytes, shape, type and operation of every four-dimensional result."""
    for equation in jaxpr.eqns:
        for variable in equation.outvars:
            found = variable.aval
            if len(getattr(found, "shape", ())) == 4:
                size = found.size * found.dtype.itemsize
                yield size, found.shape, found.dtype.name, equation.primitive.name
        for parameter in equation.params.values():
            for part in parameter if isinstance(parameter, tuple | list) else [parameter]:
                inner = getattr(part, "jaxpr", part)
                if hasattr(inner, "eqns"):
                    yield from arrays(inner)


def gradient(size: Any, rows: int, attention: str) -> Any:
    """Return the jaxpr of a gradient with respect to the parameters."""
    config = sized(size, attention=attention, compute_dtype="bfloat16")
    network = nnx.eval_shape(lambda: T5(config, rngs=nnx.Rngs(params=0)))
    graph, params = nnx.split(network, nnx.Param)
    lengths = {
        "encoder_input_tokens": INPUTS,
        "encoder_segment_ids": INPUTS,
        "decoder_input_tokens": TARGETS,
        "target_segment_ids": TARGETS,
    }
    batch = {k: jax.ShapeDtypeStruct((rows, n), jnp.int32) for k, n in lengths.items()}

    def loss(params: Any, batch: Any) -> jax.Array:
        return nnx.merge(graph, params)(batch).mean()

    # JAX asks for the card while it traces; tracing itself needs none.
    version = mock.patch(f"{_CUDNN}.check_cudnn_version", return_value=90100)
    capability = mock.patch(f"{_CUDNN}.check_compute_capability", return_value=True)
    with version, capability:
        return jax.make_jaxpr(jax.grad(loss))(params, batch).jaxpr


def main() -> None:
    """Print the largest arrays of both implementations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=list(SIZES), default="base")
    parser.add_argument("--rows", type=int, default=8)
    chosen = parser.parse_args()
    for attention in ("xla", "cudnn"):
        counts = Counter(arrays(gradient(chosen.size, chosen.rows, attention)))
        for (size, shape, dtype, operation), count in sorted(counts.items(), reverse=True)[
            :_LARGEST
        ]:
            line = {
                "attention": attention,
                "shape": shape,
                "dtype": dtype,
                "operation": operation,
                "mebibytes": size / 2**20,
                "count": count,
            }
            print(json.dumps(line))


if __name__ == "__main__":
    main()
