"""Run the cells of a study, several at a time, each in a separate process."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic, sleep

from pipelines.studies.cells import LOG, Cell
from tfrecords_schema.errors import DataError
from transforms.runtime.parent_watchdog import PARENT

_POLL_SECONDS = 0.2
_LAST_LINES = 5


@dataclass(frozen=True)
class _Running:
    cell: Cell
    process: subprocess.Popen[bytes]
    began: float
    slot: int


def run_cells(
    cells: Sequence[Cell], jobs: int, devices: Sequence[str], say: Callable[[str], None]
) -> None:
    """Run every cell that is not done, `jobs` at a time.

    Args:
      devices: for each job the accelerator that it sees (CUDA_VISIBLE_DEVICES); empty: all see all.

    Raises:
      DataError: a cell failed; the others that run are ended first.
    """
    waiting = [cell for cell in cells if not cell.is_done]
    if len(waiting) < len(cells):
        say(f"{len(cells) - len(waiting)} of {len(cells)} cells are done already")
    for cell in waiting:
        cell.prepare()
    running: list[_Running] = []
    speeds: list[float] = []  # places a second, of cells that trained as a whole
    try:
        while waiting or running:
            while len(running) < jobs and (ready := _ready(waiting)) is not None:
                waiting.remove(ready)
                taken = {each.slot for each in running}
                slot = next(slot for slot in range(jobs) if slot not in taken)
                running.append(_start(ready, slot, devices))
                say(f"runs {ready.name}")
            sleep(_POLL_SECONDS)
            for each in [each for each in running if each.process.poll() is not None]:
                running.remove(each)
                _check(each)
                seconds = monotonic() - each.began
                speeds.append(each.cell.places / seconds)
                left = _left(waiting, [r.cell for r in running], speeds, jobs)
                say(f"done: {each.cell.name} in {seconds:.0f} s; about {_clock(left)} left")
    finally:
        for each in running:
            each.process.send_signal(signal.SIGTERM)
        for each in running:
            each.process.wait()


def _ready(waiting: Sequence[Cell]) -> Cell | None:
    """Return the first cell that starts from nothing, or from a cell that is trained."""
    for cell in waiting:
        if cell.start is None or os.path.exists(os.path.join(cell.start, "trained.json")):
            return cell
    return None


def _start(cell: Cell, slot: int, devices: Sequence[str]) -> _Running:
    path = cell.prepare()
    environment = {**os.environ, PARENT: str(os.getpid())}
    if devices:
        environment["CUDA_VISIBLE_DEVICES"] = devices[slot]
    with open(os.path.join(cell.directory, LOG), "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.studies.cells", path],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return _Running(cell, process, monotonic(), slot)


def _check(ended: _Running) -> None:
    if ended.process.returncode == 0 and ended.cell.is_done:
        return
    path = os.path.join(ended.cell.directory, LOG)
    with open(path, encoding="utf-8", errors="replace") as file:
        last = "".join(file.readlines()[-_LAST_LINES:]).strip()
    raise DataError(
        f"{ended.cell.name} failed (status {ended.process.returncode}):\n{last}\n"
        f"{path} has all that it said; the same command goes on from here"
    )


def _left(
    waiting: Sequence[Cell], running: Sequence[Cell], speeds: Sequence[float], jobs: int
) -> float:
    """Estimate the seconds left: running cells are half done on average."""
    places = sum(cell.places for cell in waiting) + sum(cell.places for cell in running) / 2
    return places / (sum(speeds) / len(speeds)) / jobs


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
