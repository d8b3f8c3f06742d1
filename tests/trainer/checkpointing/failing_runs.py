"""Calls that change files and fail, and training runs in which each of them does.

    python -m tests.trainer.checkpointing.failing_runs CONFIG SNAPSHOT DIRECTORY FIRST

trains as often as a run makes calls, every second time from FIRST on: call i and all after it fail
as on a full disk, and the run goes on from what is left. Prints how many runs failed, and how many
calls a whole run makes.
"""

import builtins
import io
import logging
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from tests.pipelines.file_calls import FULL_DISK, FileCalls
from trainer import train as training
from trainer.checkpointing import resuming
from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.metrics import FILE, HELD_IN_FILE, read_metrics

Act = Callable[[str], None]


class FailingCalls(FileCalls):
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
    def counted(self) -> Iterator["FailingCalls"]:
        with super().counted(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(io, "open", builtins.open)  # by which pathlib opens
            yield self


def fail_each_second_call(
    config: TrainConfig, snapshot: str, directory: Path, first: int
) -> tuple[int, int]:
    """Fail each second call of a run; return how many failed, and how many a whole run makes."""
    whole = directory / "whole"
    with FailingCalls(whole, 0, FULL_DISK, lasts=True).counted() as calls:
        training.train(config, snapshot, str(whole))
    assert {FILE, HELD_IN_FILE, "SHA256SUMS"} <= {Path(path).name for _, path in calls.made}
    expected, failed = _losses(whole), 0
    for at in range(first, 2 * len(calls.made), 2):
        run, left = directory / str(at), directory / f"{at}-left"
        failing, said = FailingCalls(run, at, FULL_DISK, lasts=True), ""
        try:
            with failing.counted():
                training.train(config, snapshot, str(run))
        except TrainerError as error:
            said = str(error)
        if len(failing.made) < at:
            break
        assert said.startswith(f"{run}: the disk is full: free space"), (failing.made[at - 1], said)
        failed += 1
        # Orbax's threads may still be at work here, where a process would have ended.
        if run.exists():
            run.rename(left)
        training.train(config, snapshot, str(left))
        assert _losses(left) == expected, failing.made[at - 1]
        shutil.rmtree(left)
    return failed, len(calls.made)


def _losses(run: Path) -> list[tuple[int, float]]:
    lines = [read_metrics(run / name) for name in (FILE, HELD_IN_FILE)]
    return [(line["step"], line["loss"]) for file in lines for line in file]


def _compile_once(patch: pytest.MonkeyPatch) -> None:
    """Let all runs share what they trace and compile: 0.6 s of CPU a run in place of 3."""
    for module, name in (
        (training, "_make_steps"),
        (training, "abstract_params"),
        (resuming, "abstract_state"),
        (resuming, "fresh_state"),
    ):
        patch.setattr(module, name, _once(getattr(module, name)))
    shared = resuming.fresh_state
    # A step is given the arrays of the state for keeps.
    patch.setattr(resuming, "fresh_state", lambda *of: jax.tree.map(jnp.copy, shared(*of)))


def _once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that returns what `make` returned at its first call."""
    made: list[Any] = []

    def once(*arguments: Any) -> Any:
        if not made:
            made.append(make(*arguments))
        return made[0]

    return once


def _main(config: str, snapshot: str, directory: str, first: str) -> None:
    logging.disable(logging.CRITICAL)  # Orbax's, of each failure
    settings = TrainConfig.model_validate_json(config)
    with pytest.MonkeyPatch.context() as patch:
        _compile_once(patch)
        counts = fail_each_second_call(settings, snapshot, Path(directory), int(first))
    print(*counts, flush=True)  # noqa: T201


if __name__ == "__main__":
    status = 1
    try:
        _main(*sys.argv[1:])
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)  # without waiting for Orbax's threads
