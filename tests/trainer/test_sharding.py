"""Layouts on 8 forced CPU devices: the same losses however parameters and rows are split."""

from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from trainer.checkpointing.initial_state import abstract_state
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.metrics import read_metrics
from trainer.models.choice import configured_model
from trainer.optimizer import adafactor
from trainer.sharding import Layout, check_attention, make_mesh
from trainer.train import train


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
    with pytest.raises(TrainerError, match="model_devices is 3"):
        make_mesh(8, 3)
    with pytest.raises(TrainerError, match="cudnn, which runs on NVIDIA"):
        check_attention("cudnn", "bfloat16", make_mesh(1))
