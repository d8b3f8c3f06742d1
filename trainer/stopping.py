"""SIGTERM asks a run to save and end, as clusters send it before they take a machine away."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import jax
from jax.experimental import multihost_utils


class StopRequest:
    """Whether the run has been asked to stop."""

    def __init__(self) -> None:
        self._asked = False

    def ask(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Stop after the step under way; a signal handler."""
        self._asked = True

    def reached(self, step: int) -> bool:
        """Whether to stop after `step`; all processes of a run answer alike."""
        if jax.process_count() > 1:
            # JAX's coordinator catches the signal of any process and picks a step for all.
            return bool(multihost_utils.reached_preemption_sync_point(step))
        return self._asked


@contextmanager
def stop_on_sigterm() -> Iterator[StopRequest]:
    """While it lasts, SIGTERM asks to stop instead of killing."""
    request = StopRequest()
    ours = threading.current_thread() is threading.main_thread() and jax.process_count() == 1
    before = signal.signal(signal.SIGTERM, request.ask) if ours else None
    try:
        yield request
    finally:
        if ours:
            signal.signal(signal.SIGTERM, before or signal.SIG_DFL)
