"""A Flink cluster of this machine (deploy/flink) for benchmarks, and what its processes use."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.memory import proportional_bytes

_ROOT = Path(__file__).parent.parent
_SCRIPTS = _ROOT / "deploy" / "flink"
_TICKS = os.sysconf("SC_CLK_TCK")
_SECONDS_BETWEEN_SAMPLES = 0.2


@contextmanager
def flink_cluster(flink: str) -> Iterator[Path]:
    """Start a cluster of two task managers, and stop it at the end.

    Args:
      flink: the directory that deploy/flink/fetch.sh filled.

    Yields:
      The directory of its configuration, logs and process numbers.
    """
    with tempfile.TemporaryDirectory(prefix="flanbeam-flink-") as directory:
        run = Path(directory)
        environment = {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(_ROOT)}
        start = [_SCRIPTS / "start.sh", flink, run]
        subprocess.run(start, check=True, env=environment, stdout=subprocess.DEVNULL)
        try:
            yield run
        finally:
            subprocess.run([_SCRIPTS / "stop.sh", run], check=True)


def beam_options(run: Path) -> tuple[str, ...]:
    """Return Beam's options for the cluster of a directory."""
    return tuple((run / "options").read_text().split())


def _with_all_below(processes: Sequence[int]) -> list[int]:
    found = list(processes)
    for number in found:
        for children in Path(f"/proc/{number}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:  # the process has ended
                continue
    return found


def _numbers(*files: Path) -> list[int]:
    return [int(number) for file in files for number in file.read_text().split()]


def cpu_seconds(run: Path) -> float:
    """Return what the processes of a cluster, and those below that have ended, have spent."""
    ticks = 0
    for number in _with_all_below(_numbers(*(run / "pid").iterdir())):
        try:
            status = Path(f"/proc/{number}/stat").read_text()
        except OSError:  # its parent has its time now
            continue
        ticks += sum(map(int, status.rpartition(")")[2].split()[11:15]))
    return ticks / _TICKS


@contextmanager
def memory_peaks(run: Path) -> Iterator[dict[str, int]]:
    """Sample the memory of a cluster five times a second.

    Yields:
      Peaks in MiB, complete at the end: of all task managers, and of all Python workers, shared
      pages counted once.
    """
    peaks = {"task_managers": 0, "workers": 0}
    managers = _numbers(run / "pid" / "flink--taskexecutor.pid")
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(_SECONDS_BETWEEN_SAMPLES):
            workers = _with_all_below(managers)[len(managers) :]
            for name, processes in (("task_managers", managers), ("workers", workers)):
                now = sum(map(proportional_bytes, processes)) >> 20
                peaks[name] = max(peaks[name], now)

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield peaks
    finally:
        ended.set()
        sampler.join()
