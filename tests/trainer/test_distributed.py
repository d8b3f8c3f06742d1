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

from tests.object_stores import s3_bucket
from tests.ports import free_port
from tfrecords_schema import filesystem
from trainer.checkpointing.checkpoints import find_checkpoint
from trainer.checkpointing.digests import damage
from trainer.config import TrainConfig
from trainer.distributed import join_processes
from trainer.errors import TrainerError
from trainer.metrics import read_metrics
from trainer.object_storage import local_run
from trainer.store_copies import local_copy
from trainer.train import train

SCRIPT = Path(__file__).with_name("run_training.py")
SECONDS = 300  # then both are killed: a collective that waits for a dead peer waits for ever


def _start_two(
    config: TrainConfig, snapshot: str, out: Path | str, cache: Path
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


def _outputs(started: list[subprocess.Popen[str]], status: int = 0) -> list[str]:
    """Wait for both to end with this status; what each printed."""
    outputs = []
    try:
        for process in started:
            said, _ = process.communicate(timeout=SECONDS)
            assert process.returncode == status, said[-2000:]
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
def test_two_processes_train_into_an_object_store(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after three steps, resumed, and refused while another trainer has the run."""
    snapshot, cache = make_snapshot(), tmp_path / "cache"
    settings = {"steps": 6, "devices": 1, "sharding": "full", "held_in_examples": 10}
    config = config.model_copy(update=settings | {"checkpoint_every": 2, "keep_checkpoints": 1})
    train(config, snapshot, str(tmp_path / "one"))
    (tmp_path / "local").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "local"))
    with s3_bucket() as bucket:
        run = f"{bucket}/run"
        for steps in (3, 6):
            changed = config.model_copy(update={"steps": steps})
            results = [
                json.loads(said.splitlines()[-1])
                for said in _outputs(_start_two(changed, snapshot, run, cache))
            ]
            assert results[0] == results[1]
            assert results[0]["checkpoint"] == f"{run}/checkpoints/{steps}"
        names = filesystem.files_below(run)
        assert "lock" not in names
        assert not list((tmp_path / "local").glob("flanbeam-run-*"))
        with local_copy(run, print) as copy:
            two = read_metrics(Path(copy) / "metrics.jsonl")
            held_in = read_metrics(Path(copy) / "held_in.jsonl")
            best = min(held_in[1:], key=lambda line: line["loss"])["step"]
            assert find_checkpoint(Path(copy)).name == str(best)
        steps_kept = {name.split("/")[1] for name in names if name.startswith("checkpoints/")}
        assert steps_kept == {str(best), "6"}
        one = read_metrics(tmp_path / "one" / "metrics.jsonl")
        assert [line["step"] for line in two] == list(range(1, 7))
        losses = [[line["loss"] for line in lines] for lines in (two, one)]
        np.testing.assert_allclose(*losses, rtol=2e-5)
        with local_run(run, print):
            refused = _outputs(_start_two(config, snapshot, run, cache), status=1)
        assert "is being trained by process" in refused[0]
        assert "process 0 of this run cannot write there; it says why" in refused[1]


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
