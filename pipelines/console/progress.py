"""Progress on standard error: a live display on a terminal, plain lines elsewhere."""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from pipelines.console.terminal import fitting, folded, width
from transforms.runtime.progress import DIRECTORY, Done, Expected, collect_done, collect_expected

_TICK_SECONDS = 0.5
_PLAIN_SECONDS = 10.0
# Widths of terminals with room for millions of records beside the longest name of a stage.
_RECORDS_FIT, _ALL_FIT = 75, 100


@dataclass(kw_only=True)
class StageProgress:
    """Progress of one stage since `began`.

    `total` is in records or, if they are unknown, in work items; None if neither is known.
    """

    name: str
    began: float
    ended: float
    done: Done
    total: int | None
    in_items: bool
    position: int = 0
    stages: int = 0

    @property
    def completed(self) -> int:
        """Return the finished amount, in the unit of `total`."""
        return self.done.items if self.in_items else self.done.records

    @property
    def rate(self) -> float:
        """Return records per second."""
        return self.done.records / max(self.ended - self.began, _TICK_SECONDS)

    @property
    def seconds_left(self) -> float | None:
        """Return the time for the rest at the same speed, if the total is known."""
        if not self.total or not self.completed:
            return None
        spent = max(self.ended - self.began, _TICK_SECONDS)
        return spent * max(0, self.total - self.completed) / self.completed

    @property
    def title(self) -> str:
        """Return its place among the stages, its name, and the source that it reads."""
        place = f"{self.position}/{self.stages} " if self.position else ""
        return f"{place}{self.name} {self.done.source}".rstrip()


class _Watch:
    """Reads the progress that worker processes report in a directory."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self.stages: dict[str, StageProgress] = {}

    def update(self) -> None:
        """Read the reports so far."""
        now = time.monotonic()
        expected = {one.stage: one for one in collect_expected(self._directory)}
        positions = {name: number for number, name in enumerate(expected, start=1)}
        for name, done in collect_done(self._directory).items():
            if not done.records and name not in self.stages:
                continue
            before = self.stages.get(name)
            if before is None:
                total, in_items = self._total(expected.get(name))
                before = StageProgress(
                    name=name,
                    began=now - _TICK_SECONDS,
                    ended=now,
                    done=done,
                    total=total,
                    in_items=in_items,
                )
                self.stages[name] = before
            before.position, before.stages = positions.get(name, 0), len(positions)
            if before.done != done:
                before.done, before.ended = done, now

    def _total(self, expected: Expected | None) -> tuple[int | None, bool]:
        """Return the total of a stage, and whether it counts work items.

        If the number of records is unknown, it is at most that of the previous stage.
        """
        if expected is not None and expected.records is not None:
            return expected.records, False
        if expected is not None and expected.stage == "read":
            return expected.items, True
        last = next(reversed(self.stages.values()), None)
        return (last.done.records, False) if last and not last.in_items else (None, False)


@contextmanager
def stage_progress() -> Iterator[None]:
    """Show the progress of worker processes while the block runs."""
    with tempfile.TemporaryDirectory(prefix="flanbeam-progress-") as directory:
        watch, stop = _Watch(directory), threading.Event()
        show = _Live(watch) if sys.stderr.isatty() else _Lines(watch)

        def follow() -> None:
            while not stop.wait(_TICK_SECONDS):
                watch.update()
                show.update()

        thread = threading.Thread(target=follow, daemon=True)
        os.environ[DIRECTORY] = directory
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            watch.update()
            show.finish()
            os.environ.pop(DIRECTORY, None)


class _Lines:
    """Plain lines: the current stage every ten seconds, and each stage at the end."""

    def __init__(self, watch: _Watch) -> None:
        self._watch = watch
        self._printed = time.monotonic()

    def update(self) -> None:
        """Print a line for the current stage, if ten seconds have passed."""
        if self._watch.stages and time.monotonic() - self._printed > _PLAIN_SECONDS:
            self._printed = time.monotonic()
            print(_line(list(self._watch.stages.values())[-1]), file=sys.stderr, flush=True)

    def finish(self) -> None:
        """Print a line for each stage."""
        for stage in self._watch.stages.values():
            line = f"{stage.title:28} {stage.done.records:>12,} records {stage.rate:>10,.0f}/s"
            print(line, file=sys.stderr, flush=True)


def _line(stage: StageProgress) -> str:
    """Return the line of a stage."""
    line = f"{stage.title:28} {stage.done.records:>12,} records {stage.rate:>10,.0f}/s"
    if stage.total:
        line += f" {min(1.0, stage.completed / stage.total):>5.0%}"
    if (left := stage.seconds_left) is not None:
        line += f" {timedelta(seconds=round(left))} left"
    return line


class _Records(ProgressColumn):
    """Column with records, and records per second."""

    def render(self, task: Task) -> Text:
        """Return the column of one task."""
        stage: StageProgress = task.fields["stage"]
        return Text(f"{stage.done.records:,} records {stage.rate:,.0f}/s")


class _Left(ProgressColumn):
    """Column with the time left."""

    def render(self, task: Task) -> Text:
        """Return the column of one task."""
        left = task.fields["stage"].seconds_left
        if left is None or task.finished:
            return Text("")
        return Text(f"{timedelta(seconds=round(left))} left")


def _columns(terminal: int) -> list[ProgressColumn]:
    """Return the columns that a terminal has room for, so that no number is cut."""
    name, share = TextColumn("{task.description}"), TextColumn("{task.percentage:>3.0f}%")
    if terminal < _RECORDS_FIT:
        return [name, share, _Left()]
    if terminal < _ALL_FIT:
        return [name, share, _Records(), _Left()]
    return [name, BarColumn(bar_width=12), share, _Records(), TimeElapsedColumn(), _Left()]


class _Live:
    """One line for each stage, with bar, percent, records, elapsed time and time left."""

    def __init__(self, watch: _Watch) -> None:
        self._watch = watch
        self._progress = Progress(*_columns(width()), console=Console(stderr=True))
        self._tasks: dict[str, Any] = {}
        self._progress.start()

    def update(self) -> None:
        """Update the lines; a stage is done when the next one has begun."""
        stages = list(self._watch.stages.values())
        for stage in stages:
            if stage.name not in self._tasks:
                self._tasks[stage.name] = self._progress.add_task(
                    stage.title, total=stage.total, stage=stage
                )
            is_over = stage is not stages[-1]
            total = stage.completed if is_over else stage.total
            self._progress.update(
                self._tasks[stage.name],
                description=stage.title,
                completed=stage.completed if total is None else min(stage.completed, total),
                total=total,
            )

    def finish(self) -> None:
        """Show every stage as finished."""
        self.update()
        for stage in self._watch.stages.values():
            self._progress.update(self._tasks[stage.name], total=stage.completed or 1)
        self._progress.stop()


class TrainingLine:
    """Step, loss and speed: live on a terminal, every few seconds elsewhere."""

    _SECONDS = 10.0

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._live = sys.stderr.isatty()
        self._said = 0.0
        self._line = ""

    def __enter__(self) -> "TrainingLine":
        return self

    def __exit__(self, *_: object) -> None:
        if self._line:
            print(("\r\x1b[K" if self._live else "") + self._line, file=sys.stderr, flush=True)

    def say(self, text: str) -> None:
        """Print a note above the line."""
        print(("\r\x1b[K" if self._live else "") + folded(text), file=sys.stderr, flush=True)

    def update(self, metrics: dict[str, Any]) -> None:
        """Show one line of metrics.jsonl."""
        mfu = "" if metrics["mfu"] is None else f"  MFU {metrics['mfu']:.1%}"
        seconds = metrics["eta_seconds"]
        left = "" if seconds is None else f"  {timedelta(seconds=round(seconds))} left"
        parts = (
            f"{'train':12} step {metrics['step']:>6,}/{self._steps:,}",
            f" loss {metrics['loss']:7.3f}",
            f" {metrics['examples_per_second']:>8,.0f} examples/s",
            f" {metrics['tokens_per_second']:>9,.0f} tokens/s",
            mfu,
            left,
        )
        # A line that is broken could not be replaced by the next.
        self._line = fitting(parts) if self._live else "".join(parts)
        now = time.monotonic()
        if self._live:
            print(f"\r\x1b[K{self._line}", end="", file=sys.stderr, flush=True)
        elif now - self._said > self._SECONDS:
            self._said = now
            print(self._line, file=sys.stderr, flush=True)
