"""`metrics.jsonl`: one JSON object a line, the whole history of a run across its resumes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

FILE = "metrics.jsonl"


@dataclass(frozen=True)
class StepReport:
    """What one finished step adds to the metrics."""

    step: int
    cross_entropy_sum: float  # nats
    z_loss_sum: float
    target_tokens: float
    gradient_norm: float
    tokens: int
    examples: int
    input_wait_seconds: float


@dataclass
class MetricsLog:
    """Gathers steps and writes a line at the first, at every `every`-th and at the last."""

    path: Path
    every: int
    last_step: int
    progress: Callable[[dict[str, Any]], None] | None
    examples: int = 0  # of all steps taken so far
    _pending: list[StepReport] = field(default_factory=list)
    _since: float = field(default_factory=perf_counter)

    def add(self, report: StepReport) -> None:
        """Take one step, in order; write the line if it is due."""
        self._pending.append(report)
        self.examples += report.examples
        if report.step in (1, self.last_step) or report.step % self.every == 0:
            self._write()

    def _write(self) -> None:
        now = perf_counter()
        line = _line(self._pending, now - self._since)
        self._pending, self._since = [], now
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
        if self.progress is not None:
            self.progress(line)


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """All lines; a last one cut short by a kill is left out."""
    if not path.exists():
        return []
    whole, _, _ = path.read_text().rpartition("\n")
    return [json.loads(line) for line in whole.splitlines()]


def keep_until(path: Path, step: int) -> None:
    """Drop lines after `step`, so that a resumed run does not write them a second time."""
    lines = [line for line in read_metrics(path) if line["step"] <= step]
    temporary = path.with_suffix(".tmp")
    temporary.write_text("".join(json.dumps(line) + "\n" for line in lines))
    temporary.replace(path)


def _line(reports: list[StepReport], seconds: float) -> dict[str, Any]:
    """Means over the target tokens of the steps since the line before; counts are theirs alone."""
    weight = max(sum(report.target_tokens for report in reports), 1.0)
    return {
        "step": reports[-1].step,
        "loss": sum(report.cross_entropy_sum for report in reports) / weight,
        "z_loss": sum(report.z_loss_sum for report in reports) / weight,
        "gradient_norm": reports[-1].gradient_norm,
        "tokens": sum(report.tokens for report in reports),
        "examples": sum(report.examples for report in reports),
        "seconds": round(seconds, 6),
        "input_wait_seconds": round(sum(r.input_wait_seconds for r in reports), 6),
    }
