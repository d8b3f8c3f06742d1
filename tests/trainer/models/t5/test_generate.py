"""Greedy generation and scores of targets, against Hugging Face and against plain decoding."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from numpy.typing import NDArray

from trainer.checkpointing.weights import load_hugging_face
from trainer.evaluation.scoring import target_log_likelihoods
from trainer.models.t5.generate import generate_greedily
from trainer.models.t5.hugging_face import hugging_face_format, read_config
from trainer.models.t5.model import T5
from trainer.models.t5.rows import EncoderDecoderRows
from trainer.models.t5.sizes import sized

STEPS = 12


@pytest.mark.parametrize("name", ["tied_v4", "tied_v5", "untied_v4"])
def test_greedy_tokens_equal_hugging_face(t5_parity: Path, name: str) -> None:
    model = T5(read_config(t5_parity / name), rngs=nnx.Rngs(params=0))
    load_hugging_face(model, hugging_face_format(model.config), t5_parity / name)
    reference = np.load(t5_parity / name / "reference.npz")
    count = sum(key.startswith("inputs_") for key in reference.files)
    tokens = np.zeros((count + 1, 200), np.int32)  # the last row is padding
    for row in range(count):
        tokens[row, : len(reference[f"inputs_{row}"])] = reference[f"inputs_{row}"]
    made = _generate(model, tokens)
    for row in range(count):
        assert made[row].tolist() == reference[f"greedy_{row}"][1:].tolist()
    assert not made[count].any()


@pytest.mark.parametrize("each", [False, True])
def test_the_cache_computes_what_a_whole_decoder_computes_and_stops_at_the_end(each: bool) -> None:
    config = sized("tiny", vocab_size=128, bias_in_each_layer=each)
    model = T5(config, rngs=nnx.Rngs(params=3))
    tokens = np.random.default_rng(0).integers(2, 128, (3, 20)).astype(np.int32)
    made = _generate(model, tokens)
    for row in range(3):
        written: list[int] = []
        for _ in range(STEPS):
            example = tokens[row], np.array([*written, 0], np.int32)
            batch = EncoderDecoderRows(20, STEPS).fill([[example]], 1)
            arrays = {name: jnp.asarray(array) for name, array in batch.items()}
            logits = np.asarray(_logits(model, arrays))[0, len(written)]
            assert logits[made[row, len(written)]] > logits.max() - 1e-4
            written.append(int(made[row, len(written)]))
            if written[-1] == 1:
                break
        assert made[row, len(written) :].sum() == 0


def test_packed_targets_score_as_each_alone() -> None:
    model = T5(sized("tiny", vocab_size=128), rngs=nnx.Rngs(params=3))
    random = np.random.default_rng(1)
    inputs = random.integers(2, 128, 9).astype(np.int32)
    targets = [random.integers(2, 128, length).astype(np.int32) for length in (3, 1, 5)]
    nothing = np.zeros(0, np.int32)
    together = [(inputs if place == 0 else nothing, t) for place, t in enumerate(targets)]
    summed, counts = _score(model, [together], 3)
    assert counts.tolist() == [[3, 1, 5]]
    for place, target in enumerate(targets):
        alone, _ = _score(model, [[(inputs, target)]], 3)
        np.testing.assert_allclose(summed[0, place], alone[0, 0], rtol=1e-5)
        assert alone[0, 1:].tolist() == [0.0, 0.0]


@nnx.jit
def _question_logits(model: T5, batch: dict[str, jax.Array]) -> jax.Array:
    return model.question_logits(batch)


@nnx.jit
def _logits(model: T5, batch: dict[str, jax.Array]) -> jax.Array:
    return model(batch)


def _generate(model: T5, tokens: NDArray[np.int32]) -> NDArray[np.int32]:
    generate = nnx.jit(generate_greedily, static_argnums=3)
    segments = (tokens > 0).astype(np.int32)
    return np.asarray(generate(model, jnp.asarray(tokens), jnp.asarray(segments), STEPS))


def _score(model: T5, rows: list[Any], most: int) -> tuple[NDArray[Any], NDArray[Any]]:
    batch = {n: jnp.asarray(a) for n, a in EncoderDecoderRows(16, 16).fill(rows, 1).items()}
    summed, counts = target_log_likelihoods(_question_logits(model, batch), batch, most)
    return np.asarray(summed), np.asarray(counts)
