"""A live line on a terminal, plain lines elsewhere: stage, records, records a second."""

import os
import sys
import tempfile
import threading
import time
from datetime import timedelta
from types import TracebackType
from typing import Any

from transforms.runtime.progress import DIRECTORY, collect

_TICK_SECONDS = 0.5
_PLAIN_SECONDS = 10.0


class Progress:
    """Shows what worker processes report, on standard error, while the `with` block runs."""

    def __init__(self, enabled: bool = True) -> None:
        self._enabled = enabled
        self._live = enabled and sys.stderr.isatty()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._directory = tempfile.TemporaryDirectory(prefix="flanbeam-progress-")
        self._began: dict[str, float] = {}
        self._ended: dict[str, tuple[int, float]] = {}
        self._said = time.monotonic()

    def __enter__(self) -> "Progress":
        os.environ[DIRECTORY] = self._directory.name
        if self._enabled:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        if self._enabled:
            self._thread.join()
            self._update()
            self._say(final=True)
        os.environ.pop(DIRECTORY, None)
        self._directory.cleanup()

    def _watch(self) -> None:
        while not self._stop.wait(_TICK_SECONDS):
            self._update()
            if self._live or time.monotonic() - self._said > _PLAIN_SECONDS:
                self._say(final=False)

    def _update(self) -> None:
        now = time.monotonic()
        for stage, records in collect(self._directory.name).items():
            self._began.setdefault(stage, now - _TICK_SECONDS)
            if self._ended.get(stage, (0, now))[0] != records:
                self._ended[stage] = (records, now)

    def _line(self, stage: str) -> str:
        records, ended = self._ended[stage]
        seconds = max(ended - self._began[stage], _TICK_SECONDS)
        return f"{stage:12} {records:>12,} records {records / seconds:>10,.0f}/s"

    def _say(self, final: bool) -> None:
        if not self._ended:
            return
        self._said = time.monotonic()
        if final:
            clear = "\r\x1b[K" if self._live else ""
            print(clear + "\n".join(map(self._line, self._ended)), file=sys.stderr, flush=True)
            return
        line = self._line(list(self._ended)[-1])
        if self._live:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


class TrainingLine:
    """Step, loss and speed on standard error: live on a terminal, every few seconds elsewhere."""

    _SECONDS = 10.0

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._live = sys.stderr.isatty()
        self._said = 0.0
        self._line = ""

    def __enter__(self) -> "TrainingLine":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._line:
            print(("\r\x1b[K" if self._live else "") + self._line, file=sys.stderr, flush=True)

    def update(self, metrics: dict[str, Any]) -> None:
        """Show one line of metrics.jsonl."""
        mfu = "" if metrics["mfu"] is None else f"  MFU {metrics['mfu']:.1%}"
        left = timedelta(seconds=round(metrics["eta_seconds"]))
        self._line = (
            f"{'train':12} step {metrics['step']:>6,}/{self._steps:,} "
            f"loss {metrics['loss']:7.3f} {metrics['examples_per_second']:>8,.0f} examples/s "
            f"{metrics['tokens_per_second']:>9,.0f} tokens/s{mfu}  {left} left"
        )
        now = time.monotonic()
        if self._live:
            print(f"\r\x1b[K{self._line}", end="", file=sys.stderr, flush=True)
        elif now - self._said > self._SECONDS:
            self._said = now
            print(self._line, file=sys.stderr, flush=True)
