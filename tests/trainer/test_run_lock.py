"""One trainer at a time, and one sentence where the disk is full."""

import errno
import os
import re
import shutil
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import pytest

from tfrecords_schema.errors import ExitStatus, LockedError
from trainer.checkpointing.checkpoints import ModelCard, Progress, open_checkpoints, save
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.full_disk import full_disk_named
from trainer.run_lock import run_lock
from trainer.train import train
from trainer.train_step import TrainState


def test_a_second_trainer_of_a_run_is_refused(config: TrainConfig, tmp_path: Path) -> None:
    with run_lock(tmp_path), pytest.raises(LockedError) as refused:
        train(config, "unused", str(tmp_path))
    assert refused.value.exit_status == ExitStatus.LOCKED == 4
    assert re.search(rf"is in use by process {os.getpid()} on \S+ since", str(refused.value))
    with run_lock(tmp_path):  # the first one has released it
        pass


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        ValueError("RESOURCE_EXHAUSTED: writing x: No space left on device"),
    ],
)
def test_a_full_disk_is_one_sentence(tmp_path: Path, error: Exception) -> None:
    refused = pytest.raises(TrainerError, match="the disk is full: free space, then run")
    with refused, full_disk_named(tmp_path):
        raise RuntimeError("while saving") from error


def test_other_errors_stay(tmp_path: Path) -> None:
    with pytest.raises(KeyError), full_disk_named(tmp_path):
        raise KeyError("other")


@pytest.mark.parametrize(
    ("error", "is_shown"),
    [
        (RuntimeError("Event loop is closed"), False),
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (RuntimeError("another"), True),
        (ValueError("Event loop is closed"), True),
    ],
)
def test_writes_that_were_given_up_print_no_tracebacks(
    error: Exception, is_shown: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TensorStore's threads report errors that nobody waits for as those of a destructor."""
    shown: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda arguments: shown.append(arguments.exc_value))
    before = sys.unraisablehook

    class Dropped:
        def __del__(self) -> None:
            raise error

    with full_disk_named(tmp_path):
        Dropped()
    assert shown == ([error] if is_shown else [])
    assert sys.unraisablehook is before


def test_no_checkpoint_is_begun_that_the_disk_cannot_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=3_999_999))
    card, progress = (
        ModelCard({}),
        Progress(position=1, examples_read=1, snapshot_fingerprint="a", plan_hash="b"),
    )
    with open_checkpoints(tmp_path) as manager:
        for count, room in ((1_000_000, False), (900_000, True)):
            state: Any = TrainState(jnp.asarray(1), {"w": jnp.zeros(count)}, ())
            told = nullcontext() if room else pytest.raises(TrainerError, match=r"needs 4\.0 MB")
            with told:
                save(manager, state, progress=progress, card=card, held_in_loss=None)
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["1"]
