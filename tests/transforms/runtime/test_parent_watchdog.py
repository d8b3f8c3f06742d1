"""Workers end when the process that they work for does, reaped or not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from transforms.runtime.parent_watchdog import PARENT, is_alive

_WAIT = "import sys; sys.stdin.read()"
_WORK = (
    "import time; from transforms.runtime import parent_watchdog; "
    "parent_watchdog._SECONDS = 0.1; "
    "parent_watchdog.end_with_parent(); print('at work', flush=True); time.sleep(60)"
)


def _start(script: str, **environment: str) -> "subprocess.Popen[bytes]":
    root = str(Path(__file__).parents[3])
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root, **environment},
    )


def test_a_process_is_alive_until_it_ends() -> None:
    assert is_alive(os.getpid())
    process = _start(_WAIT)
    assert is_alive(process.pid)
    process.communicate()
    assert not is_alive(process.pid)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_worker_ends_though_nobody_waited_for_its_parent() -> None:
    parent = _start(_WAIT)
    worker = _start(_WORK, **{PARENT: str(parent.pid)})
    # It watches, and has not ended of anything else.
    assert worker.stdout
    assert worker.stdout.readline() == b"at work\n"
    parent.kill()
    # Waits for the end, and leaves the zombie there.
    os.waitid(os.P_PID, parent.pid, os.WEXITED | os.WNOWAIT)
    try:
        assert worker.wait(timeout=20) == 1
        assert not is_alive(parent.pid)
    finally:
        worker.kill()
        worker.communicate()
        parent.communicate()
