"""Checkpoints: kept, best, interrupted by SIGTERM and by kill -9."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import pytest

from trainer.checkpointing.checkpoints import (
    ModelCard,
    Progress,
    find_checkpoint,
    open_checkpoints,
    preferred_steps,
    save,
)
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.metrics import append_line, read_metrics
from trainer.train import train
from trainer.train_step import TrainState

SCRIPT = Path(__file__).parents[1] / "run_training.py"
_ROOT = Path(__file__).parents[3]


def _with(config: TrainConfig, **changes: object) -> TrainConfig:
    return TrainConfig.model_validate(config.model_dump() | changes)


def _losses(run: Path) -> list[float]:
    return [line["loss"] for line in read_metrics(run / "metrics.jsonl")]


def _steps(run: Path) -> list[int]:
    return sorted(int(p.name) for p in (run / "checkpoints").glob("*") if p.name.isdigit())


@pytest.mark.slow
def test_the_newest_and_the_best_are_kept_and_held_in_loss_is_measured(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    # The rate is far too high: the loss soon rises, so the best is not the newest.
    settings = {"checkpoint_every": 2, "held_in_examples": 20, "keep_checkpoints": 1}
    wild = _with(config, **settings, devices=1, steps=10, learning_rate=2.0)
    result = train(wild, make_snapshot(), str(run))
    held_in = {line["step"]: line["loss"] for line in read_metrics(run / "held_in.jsonl")}
    assert list(held_in) == [0, 2, 4, 6, 8, 10]
    best = min((loss, step) for step, loss in held_in.items() if step)[1]
    assert best < 10
    assert _steps(run) == [best, 10]
    assert find_checkpoint(run).name == str(best)
    assert result.held_in_loss == held_in[10]
    assert set(read_metrics(run / "held_in.jsonl")[0]["collection_loss"]) == {"even", "odd"}


def test_a_resumed_run_keeps_its_best_checkpoint(tmp_path: Path) -> None:
    run = tmp_path / "run"
    for step, loss in ((1, 1.0), (2, 3.0), (3, 2.0)):
        with open_checkpoints(run, keep=1) as manager:  # as each start of a run does
            state: Any = TrainState(jnp.asarray(step), {"w": jnp.zeros(3)}, {"m": jnp.zeros(3)})
            progress = Progress(
                position=step, examples_read=step, snapshot_fingerprint="a", plan_hash="b"
            )
            save(manager, state, progress=progress, card=ModelCard({}), held_in_loss=loss)
        append_line(run / "held_in.jsonl", {"step": step, "loss": loss})
    assert _steps(run) == [1, 3]
    assert find_checkpoint(run).name == "1"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], [9, 6, 4, 2]),
        ([(0, 0.5), (2, 3.0), (4, 1.0), (6, 2.0), (9, 2.0)], [4, 9, 6, 2]),  # 0: no checkpoint
        ([(4, 1.0), (6, 1.0)], [6, 9, 4, 2]),  # of equal ones the newer
        ([(8, 1.0)], [9, 6, 4, 2]),  # deleted
    ],
)
def test_the_best_checkpoint_is_preferred(
    tmp_path: Path, lines: list[tuple[int, float]], expected: list[int]
) -> None:
    for step, loss in lines:
        append_line(tmp_path / "held_in.jsonl", {"step": step, "loss": loss})
    assert preferred_steps(tmp_path, [2, 4, 9, 6]) == expected


@pytest.mark.slow
def test_resuming_from_any_checkpoint_gives_the_same_losses_bit_by_bit(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    snapshot = make_snapshot()
    config = _with(config, checkpoint_every=2, held_in_examples=10, devices=1)
    train(config, snapshot, str(tmp_path / "whole"))
    train(_with(config, steps=5), snapshot, str(tmp_path / "parts"))
    train(config, snapshot, str(tmp_path / "parts"))
    assert _losses(tmp_path / "parts") == _losses(tmp_path / "whole")
    with pytest.raises(TrainerError, match="another order"):
        train(_with(config, held_in_examples=11), snapshot, str(tmp_path / "parts"))


def _start(config: TrainConfig, snapshot: str, run: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), config.model_dump_json(), snapshot, str(run), str(run / "c")],
        env=os.environ | {"PYTHONPATH": os.getcwd()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _all_ended(group: int) -> bool:
    """Return whether no process of a group is left, after at most ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def _wait_for(condition: Any, process: subprocess.Popen[str], seconds: float = 400.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()[0][-2000:]
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "input_workers"), [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGINT, 1)]
)
def test_a_signal_saves_and_ends_cleanly(
    config: TrainConfig,
    make_snapshot: Any,
    tmp_path: Path,
    number: signal.Signals,
    input_workers: int,
) -> None:
    snapshot, run = make_snapshot(), tmp_path / "run"
    run.mkdir()
    endless = _with(config, steps=100_000, devices=1, input_workers=input_workers)
    process = _start(endless, snapshot, run)
    _wait_for(lambda: len(_losses(run)) > 5, process)
    # A terminal sends Ctrl-C to all processes, SIGTERM comes to one.
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    said, _ = process.communicate(timeout=120)
    assert "Traceback" not in said
    assert _all_ended(process.pid)
    assert process.returncode == 0, said[-2000:]
    ended = json.loads(said.splitlines()[-1])
    (step,) = _steps(run)
    assert (ended["stopped"], ended["interrupted"]) == (True, number == signal.SIGINT)
    assert ended["checkpoint"] == str(run / "checkpoints" / str(step))
    assert [line["step"] for line in read_metrics(run / "metrics.jsonl")] == list(
        range(1, step + 1)
    )
    train(_with(config, steps=step + 3, devices=1), snapshot, str(run))
    whole = tmp_path / "whole"
    train(_with(config, steps=step + 3, devices=1), snapshot, str(whole))
    assert _losses(run) == _losses(whole)


@pytest.mark.slow
def test_kill_9_while_saving_leaves_the_checkpoints_before(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    snapshot, run = make_snapshot(), tmp_path / "run"
    run.mkdir()
    config = _with(config, steps=100_000, devices=1, checkpoint_every=1)
    process = _start(config, snapshot, run)
    half = "*.orbax-checkpoint-tmp*"
    _wait_for(lambda: len(_steps(run)) > 1, process)
    _wait_for(lambda: list((run / "checkpoints").glob(half)), process)  # one is being written
    process.kill()
    process.wait()
    left = _steps(run)
    assert left
    train(_with(config, steps=left[-1] + 2), snapshot, str(run))
    train(_with(config, steps=left[-1] + 2, checkpoint_every=None), snapshot, str(tmp_path / "w"))
    assert _losses(run) == _losses(tmp_path / "w")
    assert not list((run / "checkpoints").glob(half))


@pytest.mark.slow
def test_a_file_that_may_not_grow_ends_the_run_in_one_sentence(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    """A limit on the size of files stands for a full disk: both refuse a write half-way."""
    run, file = tmp_path / "run", tmp_path / "config.yaml"
    settings = {"steps": 4, "devices": 1, "checkpoint_every": 2}
    file.write_text(json.dumps(config.model_dump(mode="json", exclude_unset=True) | settings))

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000))

    # What Python does at its end, threads that are left over disturb.
    command = (
        "import atexit, sys; from pipelines.cli import main\n"
        "atexit.register(sys.stderr.write, 'behind the sentence\\n')\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    argv = ["train", str(file), "--snapshot", make_snapshot(), "--out", str(run)]
    done = subprocess.run(
        [sys.executable, "-c", command, *argv],
        capture_output=True,
        text=True,
        cwd=_ROOT,
        timeout=180,
        check=False,
        preexec_fn=limited,
    )
    assert done.returncode == 3, done.stderr
    header, *lines, sentence = done.stderr.splitlines()
    assert header.endswith("compiling")
    assert all(line.startswith("train  ") for line in lines), done.stderr
    assert sentence == (
        f"flanbeam train: {run}: the disk is full: free space, then run the same command; the "
        "checkpoints that were complete are unchanged"
    )
    assert not _steps(run)
