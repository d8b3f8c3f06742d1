"""Save and stop on SIGTERM, which clusters send before they take a machine away."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import jax
from jax.experimental import multihost_utils


class StopRequest:
    """A flag: the run has been asked to stop."""

    def __init__(self) -> None:
        self._is_asked = False

    def ask(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Ask the run to stop after the current step. Serves as a signal handler."""
        self._is_asked = True

    def reached(self, step: int) -> bool:
        """Return whether to stop after `step`, the same in all processes of a run."""
        if jax.process_count() > 1:
            # JAX's coordinator receives the signal of any process and chooses one step for all.
            return bool(multihost_utils.reached_preemption_sync_point(step))
        return self._is_asked


@contextmanager
def stop_on_sigterm() -> Iterator[StopRequest]:
    """Make SIGTERM ask the run to stop instead of killing it, while the context lasts."""
    request = StopRequest()
    ours = threading.current_thread() is threading.main_thread() and jax.process_count() == 1
    before = signal.signal(signal.SIGTERM, request.ask) if ours else None
    try:
        yield request
    finally:
        if ours:
            signal.signal(signal.SIGTERM, before or signal.SIG_DFL)
