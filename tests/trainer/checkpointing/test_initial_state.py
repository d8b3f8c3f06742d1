"""Starting from a published checkpoint; reads $FLANBEAM_DATA/t5_parity, skipped without it."""

from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest
from flax import nnx

from tfrecords_schema.manifest import VocabularyInfo
from trainer.checkpointing.checkpoints import ModelCard
from trainer.checkpointing.initial_state import (
    abstract_state,
    fresh_state,
    resolve_model,
    vocabulary_warning,
)
from trainer.checkpointing.stored_weights import StoredWeights, open_weights
from trainer.checkpointing.weights import load_hugging_face
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.optimizer import adafactor
from trainer.sharding import Layout, make_mesh

DIMS = {
    "model_dim": 48,
    "head_dim": 8,
    "num_heads": 6,
    "mlp_dim": 96,
    "encoder_layers": 4,
    "decoder_layers": 2,
}


def _config(config: TrainConfig, weights: Path, **dims: int) -> TrainConfig:
    changes = {"initial_weights": str(weights), "model": DIMS | dims}
    return TrainConfig.model_validate(config.model_dump() | changes)


def test_the_first_state_holds_the_checkpoints_weights(
    config: TrainConfig, t5_parity: Path
) -> None:
    config, start = _config(config, t5_parity / "tied_v4"), open_weights(t5_parity / "tied_v4")
    model, mesh = resolve_model(config, 259, start), Layout(make_mesh(2))
    optimizer = adafactor(0.1)
    held = model.architecture
    assert (held["tied_head"], held["scale_decoder_outputs"], held["dropout_rate"]) == (
        True,
        True,
        0.1,
    )
    state = fresh_state(config.seed, model, optimizer, mesh, start)
    loaded = model.build(nnx.Rngs(params=0))
    load_hugging_face(loaded, model.hugging_face, t5_parity / "tied_v4")
    expected = nnx.state(loaded, nnx.Param)
    jax.tree.map(np.testing.assert_array_equal, state.params, expected)
    for leaf, shape in zip(
        jax.tree.leaves(state), jax.tree.leaves(abstract_state(model, optimizer, mesh)), strict=True
    ):
        assert (leaf.shape, leaf.dtype, leaf.sharding) == (shape.shape, shape.dtype, shape.sharding)


def test_a_checkpoint_of_other_dimensions_is_refused(config: TrainConfig, t5_parity: Path) -> None:
    start = open_weights(t5_parity / "tied_v4")
    with pytest.raises(TrainerError, match="mlp_dim 80, 96"):
        resolve_model(_config(config, t5_parity / "tied_v4", mlp_dim=80), 259, start)
    with pytest.raises(TrainerError, match=r"embedding of 384 ids, but .* has 32100"):
        resolve_model(_config(config, t5_parity / "tied_v4"), 32100, start)


def test_a_directory_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="has no checkpoint"):
        open_weights(tmp_path)


def test_weights_without_a_tokenizer_are_named_with_both_sizes(
    config: TrainConfig, tmp_path: Path
) -> None:
    architecture = resolve_model(config, 32128).architecture
    theirs = VocabularyInfo(kind="bytes", size=259, extra_ids=0)
    card = ModelCard(architecture, None)
    place = tmp_path / "checkpoints" / "1"
    start = StoredWeights(place=place, card=card, is_hugging_face=False)
    warning = vocabulary_warning(start, theirs, "imported")
    assert warning.startswith("warning: initial_weights imported has no tokenizer")
    assert "embedding of 32,128 ids" in warning
    assert "(bytes, 259 ids)" in warning
    known = replace(start, card=ModelCard(architecture, theirs.model_dump()))
    assert vocabulary_warning(known, theirs, "imported") == ""
