"""A live line on a terminal, plain lines elsewhere: stage, records, records a second."""

import os
import sys
import tempfile
import threading
import time
from types import TracebackType

from transforms.progress import DIRECTORY, collect

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
