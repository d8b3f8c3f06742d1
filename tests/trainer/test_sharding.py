"""Layouts on 8 forced CPU devices: the same losses however parameters and rows are split."""

from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from flax import nnx

from trainer.checkpointing.initial_state import abstract_state, state_shardings
from trainer.config import TrainConfig
from trainer.errors import TrainerConfigurationError
from trainer.metrics import HELD_IN_FILE, read_metrics
from trainer.models.choice import configured_model
from trainer.models.model import abstract_network, abstract_params
from trainer.optimizer import adafactor
from trainer.sharding import Layout, check_attention, check_rows_divide, make_mesh
from trainer.train import train
from trainer.train_step import make_eval_step


def _losses(config: TrainConfig, snapshot: str, out: Path, **changes: Any) -> list[float]:
    train(TrainConfig.model_validate(config.model_dump() | changes), snapshot, str(out))
    return [line["loss"] for line in read_metrics(out / "metrics.jsonl")]


@pytest.mark.slow
def test_eight_devices_give_the_losses_of_one(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    config = config.model_copy(update={"steps": 4, "batch_rows": 16})
    snapshot = make_snapshot(examples=200)
    one = _losses(config, snapshot, tmp_path / "one", devices=1)
    eight = {"devices": 8}
    for name, changes in {
        "data": eight,
        "full": eight | {"sharding": "full"},
        "model": eight | {"sharding": "full", "model_devices": 2},
    }.items():
        found = _losses(config, snapshot, tmp_path / name, **changes)
        np.testing.assert_allclose(found, one, rtol=2e-5, err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("normalizer", ["tokens", "examples", 40.0])
def test_accumulated_and_rematerialised_steps_equal_plain_ones(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path, normalizer: str | float
) -> None:
    config = config.model_copy(
        update={"steps": 3, "dropout": 0.0, "loss_normalizer": normalizer, "devices": 1}
    )
    snapshot = make_snapshot()
    plain = _losses(config, snapshot, tmp_path / "plain")
    parts = _losses(config, snapshot, tmp_path / "parts", accumulate=2, remat=True)
    np.testing.assert_allclose(parts, plain, rtol=2e-5)


@pytest.mark.slow
def test_the_held_in_loss_is_that_of_whole_batches(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    config = config.model_copy(update={"steps": 1, "held_in_examples": 10, "devices": 1})
    snapshot = make_snapshot()
    found = []
    for parts in (1, 2):
        changed = config.model_copy(update={"accumulate": parts})
        train(changed, snapshot, str(tmp_path / str(parts)))
        found.append(read_metrics(tmp_path / str(parts) / HELD_IN_FILE)[0])
    whole, in_parts = found
    np.testing.assert_allclose(in_parts["loss"], whole["loss"], rtol=1e-5)
    assert in_parts["task_loss"] == pytest.approx(whole["task_loss"], rel=1e-5)


def test_an_evaluation_in_parts_needs_the_memory_of_one_part(config: TrainConfig) -> None:
    model = configured_model(config, 259)
    layout = Layout(make_mesh(1))
    placed = state_shardings(model, adafactor(0.1), layout)
    graph = nnx.graphdef(abstract_network(model))
    inputs, targets = ((16, length) for length in (256, 64))
    batch = {
        "encoder_input_tokens": jax.ShapeDtypeStruct(inputs, np.int32),
        "encoder_segment_ids": jax.ShapeDtypeStruct(inputs, np.int32),
        "decoder_input_tokens": jax.ShapeDtypeStruct(targets, np.int32),
        "target_tokens": jax.ShapeDtypeStruct(targets, np.int32),
        "target_segment_ids": jax.ShapeDtypeStruct(targets, np.int32),
        "loss_weights": jax.ShapeDtypeStruct(targets, np.float32),
    }

    def temporary_bytes(parts: int) -> int:
        step = make_eval_step(graph, 1, layout.mesh, placed, parts)
        compiled = step.lower(abstract_params(model), batch).compile()  # type: ignore[attr-defined]
        return int(compiled.memory_analysis().temp_size_in_bytes)

    assert temporary_bytes(16) < temporary_bytes(1) / 4


def test_full_sharding_splits_kernels_and_moments_over_all_devices(config: TrainConfig) -> None:
    model = configured_model(config, 259)
    state = abstract_state(model, adafactor(0.1), Layout(make_mesh(8), fully_sharded=True))
    kernels = [leaf for leaf in jax.tree.leaves(state.params) if leaf.ndim == 2]
    tables = [leaf for leaf in kernels if leaf.shape == (32, 2)]
    whole = [leaf for leaf in kernels if leaf.sharding.is_fully_replicated]
    assert len(whole) == len(tables) == 2
    wide = [leaf for leaf in jax.tree.leaves(state.optimizer) if leaf.size >= 1024]
    assert wide
    assert not any(leaf.sharding.is_fully_replicated for leaf in wide)


def test_impossible_layouts_are_refused() -> None:
    with pytest.raises(TrainerConfigurationError, match="model_devices is 3"):
        make_mesh(8, 3)
    with pytest.raises(TrainerConfigurationError, match="batch_rows is 3, not a multiple of 2 "):
        check_rows_divide(3, 1, make_mesh(2))
    with pytest.raises(TrainerConfigurationError, match="cudnn, which runs on NVIDIA"):
        check_attention("cudnn", "bfloat16", make_mesh(1))
