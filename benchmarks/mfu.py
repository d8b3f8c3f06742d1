"""Speed of a training step on an accelerator, beside PyTorch transformers' T5 on the same card.

    python -m benchmarks.mfu [--sizes base large] [--rows 32] [--steps 20]

Packed rows in bfloat16 at 512/128 and 2048/512, without dropout, synthetic tokens, best of three
spans of steps. PyTorch: the same dimensions, attention as transformers has it,
autocast to bfloat16, Adafactor, torch.compile.
Prints one JSON line a measurement; what cannot be measured says why.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

# Before JAX starts: by default it takes three quarters of the card, and PyTorch needs some.
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

import jax
import numpy as np
from flax import nnx

from trainer.checkpointing.initial_state import state_shardings
from trainer.devices import peak_flops
from trainer.models.model import abstract_network
from trainer.models.t5.flops import training_flops_per_row
from trainer.models.t5.rows import EncoderDecoderRows
from trainer.models.t5.sizes import T5Config, sized
from trainer.models.t5.t5_model import T5Model
from trainer.optimizer import adafactor
from trainer.sharding import Layout, make_mesh, place_batch
from trainer.train_step import Objective, TrainState, make_train_step

SHAPES = ((512, 128), (2048, 512))
SPANS = 3


def packed_arrays(rows: int, shape: tuple[int, int], vocabulary: int) -> dict[str, Any]:
    """Return rows full of examples, four to a row."""
    random = np.random.default_rng(0)
    lengths = [length // 4 for length in shape]
    made = [
        [
            tuple(random.integers(2, vocabulary, length).astype(np.int32) for length in lengths)
            for _ in range(4)
        ]
        for _ in range(rows)
    ]
    return dict(EncoderDecoderRows(*shape).fill(made, rows))  # type: ignore[arg-type]


def spans(step: Callable[[], None], finish: Callable[[], None], steps: int) -> Iterator[float]:
    """Yield the seconds of a step, for a few spans of steps after two to warm up."""
    for _ in range(2):
        step()
    finish()
    for _ in range(SPANS):
        begin = perf_counter()
        for _ in range(steps):
            step()
        finish()
        yield (perf_counter() - begin) / steps


def flanbeam_step(
    model: T5Config, rows: int, shape: tuple[int, int]
) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return one training step of ours, and how to wait for it."""
    layout, optimizer = Layout(make_mesh(None)), adafactor(1e-3)
    described = T5Model(model)
    graph = nnx.graphdef(abstract_network(described))
    placed = state_shardings(described, optimizer, layout)
    objective = Objective(z_loss=1e-4, normalizer="tokens", num_tasks=1, seed=0)
    train_step = make_train_step(
        graph, optimizer, objective=objective, layout=layout, state_shardings=placed
    )

    def start() -> TrainState:
        params = nnx.state(described.build(nnx.Rngs(params=0)), nnx.Param)
        return TrainState(jax.numpy.zeros((), "int32"), params, optimizer.init(params))

    arrays = packed_arrays(rows, shape, model.vocab_size)
    batch = place_batch(arrays, rows, layout.mesh)
    held = [jax.jit(start, out_shardings=placed)()]

    def step() -> None:
        held[0], _ = train_step(held[0], batch)

    return step, lambda: jax.block_until_ready(held[0].step)


def pytorch_step(
    model: T5Config, rows: int, shape: tuple[int, int]
) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return a training step of transformers' T5, and how to wait for it.

    It packs nothing: rows are full.

    Raises:
        ImportError: PyTorch or transformers is not installed.
    """
    import torch
    from transformers import Adafactor, T5ForConditionalGeneration
    from transformers import T5Config as TheirConfig

    config = TheirConfig(
        vocab_size=model.vocab_size,
        d_model=model.model_dim,
        d_kv=model.head_dim,
        d_ff=model.mlp_dim,
        num_layers=model.encoder_layers,
        num_heads=model.num_heads,
        feed_forward_proj="gated-gelu",
        dropout_rate=0.0,
        tie_word_embeddings=False,
    )
    net = T5ForConditionalGeneration(config).to("cuda").train()
    optimizer = Adafactor(net.parameters(), lr=1e-3, relative_step=False, warmup_init=False)
    compiled = torch.compile(net)
    inputs, labels = (torch.randint(2, model.vocab_size, (rows, n), device="cuda") for n in shape)

    def step() -> None:
        with torch.autocast("cuda", torch.bfloat16):
            loss = compiled(input_ids=inputs, labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return step, torch.cuda.synchronize


def measure(name: str, size: str, rows: int, shape: tuple[int, int], steps: int) -> dict[str, Any]:
    """Measure rows and TFLOP per second of one implementation, and its MFU."""
    model = sized(size, compute_dtype="bfloat16")
    found: dict[str, Any] = {"implementation": name, "size": size, "row": f"{shape[0]}/{shape[1]}"}
    try:
        make = flanbeam_step if name == "flanbeam" else pytorch_step
        seconds = min(spans(*make(model, rows, shape), steps))
    except ImportError as error:
        return found | {"not_measured": f"{error.name} is not installed"}
    except (RuntimeError, ValueError) as error:  # out of memory among them: try fewer --rows
        return found | {"not_measured": str(error)[:300]}
    flops = rows / seconds * training_flops_per_row(model, *shape)
    peak = peak_flops(jax.devices()[0])
    devices = jax.device_count() if name == "flanbeam" else 1
    return found | {
        "rows_per_second": round(rows / seconds, 2),
        "tflops_per_second": round(flops / 1e12, 2),
        "mfu": None if peak is None else round(flops / (peak * devices), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["base", "large"])
    parser.add_argument("--rows", type=int, default=32, help="at 512/128; a quarter at 2048/512")
    parser.add_argument("--steps", type=int, default=20)
    arguments = parser.parse_args()
    device = jax.devices()[0]
    if device.platform == "cpu":
        print(json.dumps({"not_measured": "no accelerator here: JAX found CPUs alone"}))
        return
    print(json.dumps({"device": device.device_kind, "jax": jax.__version__}))
    for size in arguments.sizes:
        for shape in SHAPES:
            rows = arguments.rows if shape == SHAPES[0] else max(arguments.rows // 4, 1)
            for name in ("flanbeam", "pytorch"):
                print(json.dumps(measure(name, size, rows, shape, arguments.steps)), flush=True)


if __name__ == "__main__":
    main()
