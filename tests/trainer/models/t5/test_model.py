"""The model against Hugging Face: logits that torch computed from the same weights.

The parity tests read $FLANBEAM_DATA/t5_parity (three random T5 1.1 checkpoints with untied and tied
heads, random biases and norms, and inputs past 128 tokens) and are skipped where it is not set.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from numpy.typing import NDArray

from trainer.checkpointing.weights import load_hugging_face
from trainer.errors import TrainerError
from trainer.loss import summed_loss
from trainer.models.t5.attention import segment_mask
from trainer.models.t5.hugging_face import hugging_face_format, read_config
from trainer.models.t5.model import T5
from trainer.models.t5.relative_position import relative_bucket, toeplitz
from trainer.models.t5.rows import EncoderDecoderRows
from trainer.models.t5.sizes import SIZES, T5Config, sized

CHECKPOINTS = ("tied_v4", "tied_v5", "untied_v4")
TOLERANCE = 2e-5

Reference = dict[str, NDArray[Any]]


@pytest.fixture(params=CHECKPOINTS)
def checkpoint(request: pytest.FixtureRequest, t5_parity: Path) -> Path:
    return t5_parity / str(request.param)


def _loaded(directory: Path) -> tuple[T5, Reference]:
    model = T5(read_config(directory), rngs=nnx.Rngs(params=0))
    load_hugging_face(model, hugging_face_format(model.config), directory)
    return model, dict(np.load(directory / "reference.npz"))


def _examples(reference: Reference) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    count = sum(name.startswith("inputs_") for name in reference)
    return [(reference[f"inputs_{i}"], reference[f"targets_{i}"]) for i in range(count)]


def _logits(model: T5, batch: dict[str, Any]) -> NDArray[np.float32]:
    arrays = {name: jnp.asarray(array) for name, array in batch.items()}
    return np.asarray(nnx.jit(lambda model, batch: model(batch))(model, arrays))


def test_logits_and_loss_equal_hugging_face(checkpoint: Path) -> None:
    model, reference = _loaded(checkpoint)
    examples = _examples(reference)
    batch = EncoderDecoderRows(200, 30).fill([[example] for example in examples], len(examples))
    logits = _logits(model, batch)
    for index, (_, targets) in enumerate(examples):
        ours, theirs = logits[index, : len(targets)], reference[f"logits_{index}"]
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE)
        weights = jnp.ones((1, len(targets)))
        labels = {"target_tokens": jnp.asarray(targets)[None]}
        sums = summed_loss(jnp.asarray(ours)[None], labels | {"loss_weights": weights})
        mean = float(sums.cross_entropy / sums.weight)
        assert mean == pytest.approx(float(reference[f"loss_{index}"]), abs=TOLERANCE)


def test_packed_rows_equal_unpacked(checkpoint: Path) -> None:
    model, reference = _loaded(checkpoint)
    examples = _examples(reference)
    order = [2, 4, 1, 0, 3]
    rows = [[examples[i] for i in order[:3]], [examples[i] for i in order[3:]]]
    batch = EncoderDecoderRows(256, 64).fill(rows, 3)  # the third row is empty
    logits = _logits(model, batch)
    assert np.isfinite(logits).all()
    for position, index in enumerate(order):
        row, segment = (0, position + 1) if position < 3 else (1, position - 2)
        ours = logits[row][batch["target_segment_ids"][row] == segment]
        np.testing.assert_allclose(ours, reference[f"logits_{index}"], rtol=0, atol=TOLERANCE)


def test_weights_of_another_size_are_refused(checkpoint: Path) -> None:
    changed: dict[str, int]
    for changed, message in (
        ({"mlp_dim": 80}, "has shape"),
        ({"encoder_layers": 1}, "does not use, first"),
        ({"encoder_layers": 9}, r"no tensor encoder\.block"),
    ):
        config = replace(read_config(checkpoint), **changed)
        network = T5(config, rngs=nnx.Rngs(params=0))
        with pytest.raises(TrainerError, match=message):
            load_hugging_face(network, hugging_face_format(config), checkpoint)


@pytest.mark.parametrize(
    ("distance", "encoder", "decoder"),
    [
        # Worked out by hand from Raffel et al.'s rule: an encoder has 16 buckets a side, 8 of
        # them exact, then 8 * log(distance / 8) / log(16) more; a decoder 32, 16 of them exact.
        (0, 0, 0),
        (-1, 1, 1),
        (-7, 7, 7),
        (-8, 8, 8),
        (-15, 9, 15),  # 8 + floor(1.81)
        (-16, 10, 16),  # 8 + 2 exactly
        (-40, 12, 23),  # 8 + floor(4.64); 16 + floor(7.05)
        (-127, 15, 31),
        (-5000, 15, 31),
        (1, 17, 0),
        (40, 28, 0),
        (5000, 31, 0),
    ],
)
def test_relative_bucket(distance: int, encoder: int, decoder: int) -> None:
    distances = np.array([distance], dtype=np.int32)
    for bidirectional, expected in ((True, encoder), (False, decoder)):
        buckets = relative_bucket(
            distances, bidirectional=bidirectional, num_buckets=32, max_distance=128
        )
        assert buckets.tolist() == [expected]


def test_toeplitz_spreads_values_by_distance() -> None:
    queries, keys = 3, 4
    values = jnp.array([0, 1, 2, 3, -3, -2, -1])  # the value of each distance is the distance
    expected = np.arange(keys)[None, :] - np.arange(queries)[:, None]
    np.testing.assert_array_equal(toeplitz(values, queries, keys), expected)


def test_segment_mask_keeps_segments_and_padding_apart() -> None:
    mask = segment_mask(jnp.array([[1, 2, 0]]), jnp.array([[1, 1, 2, 0]]))
    expected = [[True, True, False, False], [False, False, True, False], [False] * 4]
    assert mask[0, 0].tolist() == expected


def test_bfloat16_computes_near_float32_and_keeps_float32_parameters() -> None:
    examples = [(np.arange(3, 60, dtype=np.int32), np.arange(3, 20, dtype=np.int32))]
    batch = EncoderDecoderRows(64, 32).fill([examples], 1)
    logits = {}
    for dtype in ("float32", "bfloat16"):
        config = sized("tiny", vocab_size=128, compute_dtype=dtype)
        model = T5(config, rngs=nnx.Rngs(params=0))
        assert {leaf.dtype for leaf in jax.tree.leaves(nnx.state(model, nnx.Param))} == {
            jnp.dtype("float32")
        }
        logits[dtype] = _logits(model, batch)
    assert logits["bfloat16"].dtype == np.float32
    np.testing.assert_allclose(logits["bfloat16"], logits["float32"], atol=0.1)


def _parameters(config: T5Config) -> int:
    """Count the parameters of T5 1.1 by its layers, from the dimensions."""
    attention = 4 * config.model_dim * config.num_heads * config.head_dim
    mlp = 3 * config.model_dim * config.mlp_dim
    encoder = config.encoder_layers * (attention + mlp + 2 * config.model_dim)
    decoder = config.decoder_layers * (2 * attention + mlp + 3 * config.model_dim)
    tables = 2 * config.relative_buckets * config.num_heads
    embedding_and_head = 2 * config.vocab_size * config.model_dim
    return encoder + decoder + tables + embedding_and_head + 2 * config.model_dim


def test_sizes_have_the_published_numbers_of_parameters() -> None:
    millions = {"small": 77, "base": 248, "large": 783, "xl": 2850, "xxl": 11135}
    assert {size: round(_parameters(SIZES[size]) / 1e6) for size in millions} == millions
    model = nnx.eval_shape(lambda: T5(SIZES["tiny"], rngs=nnx.Rngs(params=0)))
    leaves = jax.tree.leaves(nnx.state(model, nnx.Param))
    assert sum(leaf.size for leaf in leaves) == _parameters(SIZES["tiny"])
