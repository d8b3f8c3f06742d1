"""Write metrics.jsonl: one JSON object per line, the history of a run across its resumes.

task_metrics.jsonl has the loss of each task, and held_in.jsonl the loss on held-in examples at each
checkpoint.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.errors import TrainerError

FILE, TASK_FILE, HELD_IN_FILE = "metrics.jsonl", "task_metrics.jsonl", "held_in.jsonl"

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class StepReport:
    """The measurements of one finished step."""

    step: int
    cross_entropy_sum: float  # nats
    z_loss_sum: float
    correct_tokens: float
    target_tokens: float
    gradient_norm: float
    tokens: int
    examples: int
    input_wait_seconds: float
    task_loss_sum: FloatArray  # [tasks]
    task_tokens: FloatArray  # [tasks]


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """Constants of a run that turn counts into rates."""

    tasks: dict[str, str]  # collection of each task, in the order of task ids
    batch_rows: int
    row_tokens: int  # room of a row, inputs and targets together
    flops_per_row: float
    peak_flops: float | None  # of all devices together


@dataclass(kw_only=True)
class MetricsLog:
    """Collects steps; writes a line at the first step, at every `every`-th and at the last."""

    run: Path
    every: int
    last_step: int
    facts: RunFacts
    outlet: Callable[[dict[str, Any]], None] | None
    writes: bool = True  # true in one process of a run
    examples: int = 0  # in all steps added so far
    _pending: list[StepReport] = field(default_factory=list)
    _since: float = field(default_factory=perf_counter)
    _has_compiled: bool = False  # true after the first line of this process

    def add(self, report: StepReport) -> None:
        """Add the next step; write a line if one is due."""
        self._pending.append(report)
        self.examples += report.examples
        if report.step in (1, self.last_step) or report.step % self.every == 0:
            self.flush()

    def flush(self) -> None:
        """Write a line for the steps since the last line, if there are any."""
        if not self._pending:
            return
        reports, now = self._pending, perf_counter()
        line = self._line(reports, now - self._since)
        self._pending, self._since, self._has_compiled = [], now, True
        if not self.writes:
            return
        append_line(self.run / FILE, line)
        sums = sum_tasks([r.task_loss_sum for r in reports], [r.task_tokens for r in reports])
        losses = task_losses(list(self.facts.tasks), *sums)
        append_line(self.run / TASK_FILE, {"step": line["step"], "task_loss": losses})
        if self.outlet is not None:
            self.outlet(line)

    def pause(self) -> Callable[[], None]:
        """Pause the throughput clock, e.g. while saving. Call the returned function to resume."""
        paused = perf_counter()

        def resume() -> None:
            self._since += perf_counter() - paused

        return resume

    def _line(self, reports: list[StepReport], seconds: float) -> dict[str, Any]:
        """Return means over the target tokens of these steps, and their counts and rates."""
        weight = max(sum(report.target_tokens for report in reports), 1.0)
        tokens, examples = sum(r.tokens for r in reports), sum(r.examples for r in reports)
        rows = len(reports) * self.facts.batch_rows
        flops = rows * self.facts.flops_per_row / seconds
        sums = sum_tasks([r.task_loss_sum for r in reports], [r.task_tokens for r in reports])
        return {
            "step": reports[-1].step,
            "loss": sum(r.cross_entropy_sum for r in reports) / weight,
            "z_loss": sum(r.z_loss_sum for r in reports) / weight,
            "accuracy": sum(r.correct_tokens for r in reports) / weight,
            "gradient_norm": reports[-1].gradient_norm,
            "collection_loss": collection_losses(self.facts.tasks, *sums),
            "tokens": tokens,
            "examples": examples,
            "seconds": round(seconds, 6),
            "input_wait_seconds": round(sum(r.input_wait_seconds for r in reports), 6),
            "tokens_per_second": round(tokens / seconds, 3),
            "examples_per_second": round(examples / seconds, 3),
            "share_filled": round(tokens / (rows * self.facts.row_tokens), 6),
            "examples_per_row": round(examples / rows, 4),
            "tflops_per_second": round(flops / 1e12, 6),
            "mfu": None
            if self.facts.peak_flops is None
            else round(flops / self.facts.peak_flops, 5),
            # Compiling is most of the first line, and says nothing about the steps to come.
            "eta_seconds": round((self.last_step - reports[-1].step) * seconds / len(reports), 1)
            if self._has_compiled
            else None,
        }


def sum_tasks(losses: list[FloatArray], tokens: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Sum losses and tokens over steps: [steps][tasks] -> [tasks]."""
    return np.sum(losses, axis=0), np.sum(tokens, axis=0)


def task_losses(tasks: list[str], losses: FloatArray, tokens: FloatArray) -> dict[str, float]:
    """Return the mean loss per target token of each task that has target tokens."""
    return {
        task: float(loss / count)
        for task, loss, count in zip(tasks, losses, tokens, strict=True)
        if count
    }


def collection_losses(
    tasks: Mapping[str, str], losses: FloatArray, tokens: FloatArray
) -> dict[str, float]:
    """Return the mean loss per target token of each collection, from the sums of its tasks."""
    sums: dict[str, list[float]] = {}
    for collection, loss, count in zip(tasks.values(), losses, tokens, strict=True):
        if count:
            of_collection = sums.setdefault(collection, [0.0, 0.0])
            of_collection[0] += float(loss)
            of_collection[1] += float(count)
    return {name: loss / count for name, (loss, count) in sorted(sums.items())}


def append_line(path: Path, line: dict[str, Any]) -> None:
    """Append one JSON object as a line."""
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Read all lines; skip a last line that a killed process left incomplete.

    Raises:
        TrainerError: the file is not UTF-8, or a line is not JSON.
    """
    if not path.exists():
        return []
    try:
        whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    except UnicodeDecodeError as error:
        raise TrainerError(f"{path}: not UTF-8: restore the file from a copy") from error
    lines = []
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            lines.append(json.loads(line))
        except ValueError as error:
            raise TrainerError(
                f"{path}:{number}: not JSON: restore the file from a copy"
            ) from error
    return lines


def keep_until(run: Path, step: int) -> None:
    """Delete lines after `step`, so that a resumed run does not write them twice.

    At 0 none stays: the run begins anew, and measures step 0 again.
    """
    for path in (run / FILE, run / TASK_FILE, run / HELD_IN_FILE):
        if path.exists():
            lines = [line for line in read_metrics(path) if step and line["step"] <= step]
            temporary = path.with_suffix(".tmp")
            temporary.write_text("".join(json.dumps(line) + "\n" for line in lines))
            temporary.replace(path)
