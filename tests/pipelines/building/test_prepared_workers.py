"""Workers that wait until Beam asks for them."""

import os
import subprocess

import pytest

from pipelines.building.prepared_workers import prepared_workers


def _listed(parent: int) -> list[str]:
    command = ["ps", "-ww", "-o", "args=", "--ppid", str(parent)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if "transforms.worker" in line]


def test_workers_that_nobody_asks_for_end_with_the_block() -> None:
    with prepared_workers(2):
        assert len(_listed(os.getpid())) == 2
    assert _listed(os.getpid()) == []


def test_a_worker_is_started_where_none_waits() -> None:
    with prepared_workers(0) as workers:
        started = workers.Popen("exit $CODE", shell=True, env={**os.environ, "CODE": "3"})
        assert started.wait(timeout=30) == 3


@pytest.mark.parametrize("signal", [9, 15])
def test_a_worker_that_died_while_it_waited_is_handed_out_dead(signal: int) -> None:
    """So that whoever asked for it reports its death as that of any other."""
    with prepared_workers(1) as workers:
        [waiting] = workers._waiting
        waiting.send_signal(signal)
        waiting.wait(timeout=30)
        handed = workers.Popen("exit 0", shell=True, env={**os.environ, "CODE": "3"})
        assert handed.wait(timeout=30) == -signal
