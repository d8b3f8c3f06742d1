"""Operation i of n of a save fails, for every i: the run goes on from a whole checkpoint.

Counted are the calls of Python, ours and Orbax's. TensorStore writes arrays by itself: for those,
test_checkpoints.py limits the size of files.
"""

import builtins
import errno
import inspect
import io
import logging
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import orbax.checkpoint as ocp
import pytest

from tests.pipelines.file_calls import BROKEN_DISK, FULL_DISK, FileCalls
from trainer.checkpointing import checkpoints
from trainer.checkpointing.checkpoints import ModelCard, Progress, open_checkpoints
from trainer.config import TrainConfig
from trainer.errors import FullDiskError, TrainerError
from trainer.full_disk import full_disk_named
from trainer.metrics import FILE, HELD_IN_FILE, read_metrics
from trainer.train import train
from trainer.train_step import TrainState

Act = Callable[[str], None]


class _FailingCalls(FileCalls):
    """Calls of which one fails, or that one and all after it, as after a crash."""

    def __init__(self, root: Path, at: int, act: Act, lasts: bool) -> None:
        super().__init__(root, 0, act)
        self._first, self._fail, self._lasts = at, act, lasts

    def _note(self, name: str, path: object) -> None:
        before = len(self.made)
        super()._note(name, path)
        made = len(self.made)
        if made > before and (made == self._first or (self._lasts and made > self._first > 0)):
            self._fail(str(path))

    @contextmanager
    def counted(self) -> Iterator["_FailingCalls"]:
        with super().counted(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(io, "open", builtins.open)  # by which pathlib opens
            yield self


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


def _fail(run: Path, at: int, act: Act, lasts: bool) -> int:
    """Save twice, the second time with a failing call; return how many calls that made."""
    run.mkdir(parents=True)
    _save(run, 1)
    calls = _FailingCalls(run, at, act, lasts)
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
    calls = _fail(directory / "0" / "run", 0, act, lasts)
    for at in range(1, calls + 1, step):
        _fail(directory / str(at) / "run", at, act, lasts)
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
def test_a_run_goes_on_after_a_full_disk_at_any_call(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    """All calls of a training run, its metrics and vocabulary included."""
    snapshot = make_snapshot()
    settings = {"steps": 4, "checkpoint_every": 2, "held_in_examples": 10, "devices": 1}
    config = config.model_copy(update=settings | {"keep_checkpoints": 1})

    def losses(run: Path) -> list[tuple[int, float]]:
        lines = [read_metrics(run / name) for name in (FILE, HELD_IN_FILE)]
        return [(line["step"], line["loss"]) for file in lines for line in file]

    with _FailingCalls(tmp_path / "whole", 0, FULL_DISK, lasts=True).counted() as calls:
        train(config, snapshot, str(tmp_path / "whole"))
    names = {Path(path).name for _, path in calls.made}
    assert {FILE, HELD_IN_FILE, "SHA256SUMS"} <= names
    # A step of 1 takes ten minutes.
    for at in range(2, len(calls.made) + 1, 9):
        run = tmp_path / str(at)
        failing = _FailingCalls(run, at, FULL_DISK, lasts=True)
        refused = pytest.raises(TrainerError, match=f"{run}: the disk is full: free space")
        with failing.counted(), refused:
            train(config, snapshot, str(run))
        left = run.rename(tmp_path / f"{at}-left")
        train(config, snapshot, str(left))
        assert losses(left) == losses(tmp_path / "whole"), failing.made[at - 1]
