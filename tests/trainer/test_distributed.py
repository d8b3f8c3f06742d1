"""Two real processes on localhost, joined by jax.distributed, against one."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ports import free_port
from trainer.checkpointing.digests import damage
from trainer.config import TrainConfig
from trainer.distributed import join_processes
from trainer.errors import TrainerError
from trainer.metrics import read_metrics
from trainer.train import train

SCRIPT = Path(__file__).with_name("run_training.py")
SECONDS = 150  # then both are killed: a collective that waits for a dead peer waits for ever


def _start_two(
    config: TrainConfig, snapshot: str, out: Path, cache: Path
) -> list[subprocess.Popen[str]]:
    shared = config.model_dump(mode="json") | {
        "coordinator": f"localhost:{free_port()}",
        "processes": 2,
        "devices": 1,
    }
    shared_json = TrainConfig.model_validate(shared).model_dump_json()
    return [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), shared_json, snapshot, str(out), str(cache)],
            env=os.environ | {"FLANBEAM_PROCESS_ID": str(number), "PYTHONPATH": os.getcwd()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number in range(2)
    ]


def _outputs(started: list[subprocess.Popen[str]]) -> list[str]:
    """Wait for both to end well; what each printed."""
    outputs = []
    try:
        for process in started:
            said, _ = process.communicate(timeout=SECONDS)
            assert process.returncode == 0, said[-2000:]
            outputs.append(said)
    finally:
        for process in started:
            process.kill()
    return outputs


@pytest.mark.slow
def test_two_processes_give_the_losses_of_one_and_one_goes_on_from_two(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    snapshot = make_snapshot()
    config = config.model_copy(update={"steps": 6, "devices": 1, "sharding": "full"})
    train(config, snapshot, str(tmp_path / "one"))
    half = config.model_copy(update={"steps": 3})
    _outputs(_start_two(half, snapshot, tmp_path / "two", tmp_path / "cache"))
    train(config, snapshot, str(tmp_path / "two"))  # goes on, alone
    one, two = (read_metrics(tmp_path / name / "metrics.jsonl") for name in ("one", "two"))
    assert [line["step"] for line in two] == list(range(1, 7))
    for name in ("tokens", "examples"):  # the same global batches
        assert [line[name] for line in one] == [line[name] for line in two]
    np.testing.assert_allclose(
        [line["loss"] for line in two], [line["loss"] for line in one], rtol=2e-5
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_one_of_two_processes_saves_in_both_at_one_step(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path, number: signal.Signals
) -> None:
    config = config.model_copy(update={"steps": 100_000, "devices": 1})
    run = tmp_path / "two"
    started = _start_two(config, make_snapshot(), run, tmp_path / "cache")
    end = time.monotonic() + SECONDS
    while len(read_metrics(run / "metrics.jsonl")) < 4 and time.monotonic() < end:
        time.sleep(0.1)
    started[1].send_signal(number)
    ended = [json.loads(said.splitlines()[-1]) for said in _outputs(started)]
    assert [result["stopped"] for result in ended] == [True, True]
    (step,) = [int(p.name) for p in (run / "checkpoints").iterdir()]
    assert read_metrics(run / "metrics.jsonl")[-1]["step"] == step
    assert damage(run / "checkpoints" / str(step)) is None
    assert (run / "checkpoints" / str(step) / "SHA256SUMS").is_file()


def test_incomplete_settings_are_named(
    config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FLANBEAM_PROCESS_ID", raising=False)
    config = config.model_copy(
        update={"coordinator": "localhost:1", "processes": 2, "devices": None}
    )
    with pytest.raises(TrainerError, match="process_id is not"):
        join_processes(config)
