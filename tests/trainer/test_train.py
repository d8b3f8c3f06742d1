"""One whole training after another on a small real snapshot."""

import json
from itertools import accumulate
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.loop import NON_FINITE_FILE
from trainer.metrics import read_metrics
from trainer.train import TrainResult, train
from trainer.train_step import TrainStep, make_train_step


def _losses(run: Path) -> list[float]:
    return [line["loss"] for line in read_metrics(run / "metrics.jsonl")]


def _with(config: TrainConfig, **changes: object) -> TrainConfig:
    return TrainConfig.model_validate(config.model_dump() | changes)


def test_trains_reports_and_counts(config: TrainConfig, make_snapshot: Any, tmp_path: Path) -> None:
    seen: list[dict[str, Any]] = []
    said: list[str] = []
    run = str(tmp_path / "run")
    result = train(config, make_snapshot(examples=60), run, seen.append, said.append)
    # Embedding and head of 384 x 32; an attention 4 x 32 x 32, a feed-forward part 3 x 32 x 64;
    # one norm before each of 2 + 3 parts and 2 at the ends, each of 32; two tables of 32 x 2.
    parameters = 2 * 384 * 32 + 3 * 4 * 32 * 32 + 2 * 3 * 32 * 64 + 7 * 32 + 2 * 64
    assert said == [
        f"2 devices (cpu), {parameters:,} parameters, 4 rows of 64 + 16 tokens = 320 tokens a "
        "step; compiling"
    ]
    assert isinstance(result, TrainResult)
    assert (result.steps, result.devices) == (12, 2)
    assert result.mean_last_loss < result.mean_first_loss - 1.0
    assert seen == read_metrics(tmp_path / "run" / "metrics.jsonl")
    assert result.examples_read == sum(line["examples"] for line in seen)
    assert result.examples_in_snapshot == 60
    assert result.epochs > 1
    assert 60 in accumulate(line["examples"] for line in seen)  # where the first epoch ends
    assert Path(result.checkpoint).is_dir()


@pytest.mark.slow
def test_two_devices_give_the_losses_of_one(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    snapshot = make_snapshot()
    train(config, snapshot, str(tmp_path / "two"))
    result = train(_with(config, devices=1), snapshot, str(tmp_path / "one"))
    assert result.devices == 1
    np.testing.assert_allclose(_losses(tmp_path / "two"), _losses(tmp_path / "one"), rtol=2e-5)


def test_resuming_gives_the_losses_of_an_uninterrupted_run(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    snapshot = make_snapshot()
    whole = train(config, snapshot, str(tmp_path / "whole"))
    train(_with(config, steps=5), snapshot, str(tmp_path / "parts"))
    resumed = train(config, snapshot, str(tmp_path / "parts"))
    assert _losses(tmp_path / "parts") == _losses(tmp_path / "whole")
    assert len(_losses(tmp_path / "parts")) == 12
    assert resumed.examples_read == whole.examples_read
    assert resumed.first_loss == whole.first_loss

    said: list[str] = []
    again = train(_with(config, steps=7), snapshot, str(tmp_path / "parts"), say=said.append)
    assert (again.steps, again.last_loss) == (12, whole.last_loss)
    assert "the run has done 12 steps and `steps` is 7, so nothing is left to train" in said[-1]


def test_resuming_is_refused_where_it_would_not_be_the_same_run(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    snapshot, other = make_snapshot(), make_snapshot(fingerprint="b")
    run = str(tmp_path / "run")
    train(_with(config, steps=1), snapshot, run)
    with pytest.raises(TrainerError, match="checkpoint of snapshot a"):
        train(config, other, run)
    with pytest.raises(TrainerError, match="another order"):
        train(_with(config, seed=4), snapshot, run)
    wider = _with(config, model=config.model_dump()["model"] | {"mlp_dim": 96})
    with pytest.raises(TrainerError, match="another model"):
        train(wider, snapshot, run)


@pytest.mark.slow
def test_non_finite_loss_names_the_examples(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    with pytest.raises(TrainerError, match=r"not finite at step \d+ .*[0-9a-f]{32}"):
        train(_with(config, learning_rate=1e30), make_snapshot(), str(run))
    listed = json.loads((run / NON_FINITE_FILE).read_text())
    assert listed["example_ids"]
    assert not list((run / "checkpoints").glob("[0-9]*"))


def test_an_implicit_transfer_in_the_loop_is_an_error(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make_careless_step(*arguments: Any, **named: Any) -> TrainStep:
        step = make_train_step(*arguments, **named)
        return lambda state, batch: step(state, jax.tree.map(np.asarray, batch))

    monkeypatch.setattr("trainer.train.make_train_step", make_careless_step)
    with pytest.raises(jax.errors.JaxRuntimeError, match="Disallowed host-to-device transfer"):
        train(config, make_snapshot(), str(tmp_path / "run"))


def test_lengths_are_checked_before_anything_is_compiled(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[object] = []
    monkeypatch.setattr("trainer.train.make_train_step", compiled.append)
    monkeypatch.setattr("trainer.checkpointing.resuming.fresh_state", compiled.append)
    with pytest.raises(TrainerError, match=r"do not fit a row .*raise input_length to"):
        train(_with(config, input_length=8), make_snapshot(), str(tmp_path))
    assert not compiled


def test_rows_must_divide_over_the_devices(config: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="set it to 6"):
        train(_with(config, batch_rows=5), "unused", str(tmp_path))
