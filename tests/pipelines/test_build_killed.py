"""Builds killed at random moments: nothing to see, and the next build has the same bytes."""

import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.build import BuildResult

# Kills the process at its N-th rename, by which every file of a build appears; counts them else.
KILL_AT_NUMBER = """
import os, signal, sys
real, left = os.replace, int(sys.argv.pop(1))

def replace(source, target):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(source, target)

os.replace = replace
from pipelines.cli import main
status = main()
print(-left)
sys.exit(status)
"""


def _is_there(store: Path) -> bool:
    return any(store.glob("snapshots/*"))


def _finish(process: Any, contents: Any) -> Any:
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    return contents(out.splitlines()[-1])


@pytest.mark.slow
def test_killed_at_five_random_renames(
    quickstart: BuildResult, start_flanbeam: Any, contents: Any, tmp_path: Path
) -> None:
    argv = ["build", "quickstart", "--out"]
    counting = start_flanbeam("0", *argv, tmp_path / "whole", script=KILL_AT_NUMBER)
    renames = int(counting.communicate(timeout=240)[0].splitlines()[-1])
    assert renames > 50
    draws = random.Random(1)
    for number in range(5):
        store = tmp_path / str(number)
        place = draws.randint(1, renames)
        killed = start_flanbeam(str(place), *argv, store, script=KILL_AT_NUMBER)
        killed.communicate(timeout=240)
        assert killed.returncode == -signal.SIGKILL, place
        assert not _is_there(store)
        assert _finish(start_flanbeam(*argv, store), contents) == contents(quickstart.path)


@pytest.mark.slow
def test_killed_at_five_random_times_with_two_workers(
    quickstart: BuildResult, start_flanbeam: Any, contents: Any, tmp_path: Path
) -> None:
    argv = ["build", "quickstart", "--workers", "2", "--out"]
    began = time.monotonic()
    whole = contents(quickstart.path)
    assert _finish(start_flanbeam(*argv, tmp_path / "whole"), contents) == whole
    seconds = time.monotonic() - began
    draws, killed = random.Random(2), 0
    for number in range(5):
        store = tmp_path / str(number)
        process = start_flanbeam(*argv, store)
        try:
            process.wait(timeout=draws.uniform(0.2, 0.9) * seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            # Reaped first: workers take a zombie for a living parent.
            process.wait()
            killed += 1
            assert not _is_there(store)
        assert _finish(start_flanbeam(*argv, store), contents) == whole
    assert killed >= 3
