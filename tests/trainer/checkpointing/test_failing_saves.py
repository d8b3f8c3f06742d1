"""Operation i of n of a save fails, for every i: the run goes on from a whole checkpoint.

Counted are the calls of Python, ours and Orbax's. TensorStore writes arrays by itself: for those,
test_checkpoints.py limits the size of files.
"""

import errno
import inspect
import logging
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import orbax.checkpoint as ocp
import pytest

from tests.pipelines.file_calls import BROKEN_DISK, FULL_DISK
from tests.trainer.checkpointing import failing_runs
from tests.trainer.checkpointing.failing_runs import Act, FailingCalls
from trainer.checkpointing import checkpoints
from trainer.checkpointing.checkpoints import ModelCard, Progress, open_checkpoints
from trainer.config import TrainConfig
from trainer.errors import FullDiskError, TrainerError
from trainer.full_disk import full_disk_named
from trainer.train_step import TrainState


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Leave out Orbax's logs of each failure."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def _state(step: int) -> Any:
    return TrainState(jnp.asarray(step), {"w": jnp.full(1000, float(step))}, {"m": jnp.zeros(3)})


def _save(run: Path, step: int) -> None:
    with full_disk_named(run), open_checkpoints(run, keep=1) as manager:
        _save_in(manager, step)


def _save_in(manager: Any, step: int) -> None:
    progress = Progress(position=step, examples_read=step, snapshot_fingerprint="a", plan_hash="b")
    checkpoints.save(
        manager, _state(step), progress=progress, card=ModelCard({}), held_in_loss=None
    )


def _steps(run: Path) -> list[str]:
    return sorted(path.name for path in (run / "checkpoints").iterdir())


def _fail(saved: Path, run: Path, at: int, act: Act, lasts: bool) -> int:
    """Save in a copy of a run, with a failing call; return how many calls that made."""
    shutil.copytree(saved, run)
    calls = FailingCalls(run, at, act, lasts)
    error: Exception | None = None
    with calls.counted():
        try:
            _save(run, 2)
        except (OSError, TrainerError) as raised:
            error = raised
    # Orbax's threads may still be at work here, where a process would have ended.
    left = run.rename(run.with_name("left"))
    place = f"call {at} of {len(calls.made)}: {calls.made[max(at, 1) - 1]}: {error}"
    if act is FULL_DISK and error is not None:
        assert str(error).startswith(f"{run}: the disk is full: free space, then run"), place
    elif error is not None:
        assert isinstance(error, OSError), place
        assert error.errno == errno.EIO, place
        assert str(run) in str(error), place
    said: list[str] = []
    checkpoints.set_aside_damaged(left, said.append)
    with open_checkpoints(left, keep=1) as manager:
        newest = checkpoints.newest(manager)
        assert newest is not None, place
        step = newest[0].position
        assert step == 2 or (step == 1 and error is not None), place
        restored: Any = checkpoints.restore_newest(manager, _state(0))
        assert int(restored.step) == step, place
        assert restored.params["w"].tolist() == [float(step)] * 1000, place
        _save_in(manager, 3)
    assert _steps(left) == ["3"], place
    assert said == [], place
    return len(calls.made)


def _sweep(directory: Path, act: Act, lasts: bool, step: int) -> int:
    saved = directory / "saved"
    saved.mkdir()
    _save(saved, 1)
    calls = _fail(saved, directory / "0" / "run", 0, act, lasts)
    for at in range(1, calls + 1, step):
        _fail(saved, directory / str(at) / "run", at, act, lasts)
        shutil.rmtree(directory / str(at))
    return calls


def test_some_calls_of_a_save_fail(tmp_path: Path) -> None:
    # Two renames and marks of completion for each of four items, and the old checkpoint's files.
    assert _sweep(tmp_path, FULL_DISK, lasts=True, step=13) > 50


def test_coroutines_that_orbax_gave_up_are_closed(tmp_path: Path) -> None:
    async def ours() -> None:
        """Do nothing; another library may yet start it."""

    theirs, other = ocp.JsonCheckpointHandler()._save_fn({}, tmp_path), ours()
    with pytest.raises(FullDiskError), full_disk_named(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert inspect.getcoroutinestate(theirs) == inspect.CORO_CLOSED
    assert inspect.getcoroutinestate(other) == inspect.CORO_CREATED
    other.close()


def _whole(run: Path) -> bool:
    """Return whether the checkpoint of step 1 is opened; if so, all of it must be there."""
    checkpoint = run / "checkpoints" / "1"
    try:
        assert checkpoints.find_checkpoint(run) == checkpoint
    except TrainerError:
        return False
    with open_checkpoints(run, keep=1) as manager:
        restored: Any = checkpoints.restore_newest(manager, _state(0))
    assert (int(restored.step), restored.params["w"].tolist()) == (1, [1.0] * 1000)
    assert restored.optimizer["m"].tolist() == [0.0] * 3
    return True


def test_no_half_deleted_checkpoint_is_opened(tmp_path: Path) -> None:
    """Deletion stops after each of its operations: Orbax deletes files in any order."""
    _save(tmp_path / "run", 1)
    directory = tmp_path / "run" / "checkpoints" / "1"
    kept = tmp_path / "kept"
    directory.rename(kept)
    names = [path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()]
    marks = {name for name in names if name.endswith(("_CHECKPOINT_METADATA", "success.txt"))}
    # Every file first, after the digests and before them; and in four orders all of them.
    orders = [["SHA256SUMS", name] for name in names if name != "SHA256SUMS"]
    orders += [[name] for name in names]
    orders += [random.Random(seed).sample(names, len(names)) for seed in range(4)]
    for order in orders:
        shutil.copytree(kept, directory)
        gone: set[str] = set()
        for name in order:
            (directory / name).unlink()
            gone.add(name)
            # An empty mark of success and the list of items hold nothing of a run.
            assert not _whole(tmp_path / "run") or gone <= marks, gone
        shutil.rmtree(directory)
    shutil.copytree(kept, directory)
    assert _whole(tmp_path / "run")


@pytest.mark.slow
@pytest.mark.parametrize("lasts", [False, True])
@pytest.mark.parametrize("act", [FULL_DISK, BROKEN_DISK])
def test_every_call_of_a_save_fails(act: Act, lasts: bool, tmp_path: Path) -> None:
    _sweep(tmp_path, act, lasts, step=1)


@pytest.mark.slow
@pytest.mark.parametrize("first", [1, 2])
def test_a_run_goes_on_after_a_full_disk_at_any_call(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path, first: int
) -> None:
    """All calls of a training run, its metrics included: every second one, from each of two."""
    settings = {"steps": 4, "checkpoint_every": 2, "held_in_examples": 10, "devices": 1}
    config = config.model_copy(update=settings | {"keep_checkpoints": 1})
    # In a process of its own, since Orbax's threads wait for ten minutes after a failure.
    command = [sys.executable, "-m", failing_runs.__name__, config.model_dump_json()]
    done = subprocess.run(
        [*command, make_snapshot(), str(tmp_path / "runs"), str(first)],
        cwd=Path(__file__).parents[3],
        env=os.environ | {"JAX_COMPILATION_CACHE_DIR": jax.config.jax_compilation_cache_dir},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    failed, calls = map(int, done.stdout.split())
    # How many calls there are depends a little on Orbax's threads.
    assert calls > 100
    assert failed > calls // 2 - 10
