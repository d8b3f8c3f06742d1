"""Save and stop on Ctrl-C, and on SIGTERM, which clusters send before they take a machine away."""

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import jax
from jax.experimental import multihost_utils

from tfrecords_schema.errors import ExitStatus


class StopRequest:
    """A flag: the run has been asked to stop. `interrupted` is true if Ctrl-C asked."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.interrupted = False
        self._is_asked = False
        self._say = say

    def ask(self, number: int) -> None:
        """Ask the run to stop after the current step; end the process at the second Ctrl-C."""
        if number == signal.SIGINT and self.interrupted:
            self._say("ended without saving; the same command continues from the last checkpoint")
            for worker in multiprocessing.active_children():
                worker.terminate()
            os._exit(ExitStatus.FAILED)
        if number == signal.SIGINT:
            self.interrupted = True
            self._say("saving after this step, then stopping; Ctrl-C again ends without saving")
        elif not self._is_asked:
            self._say("asked to end: saving after this step, then stopping")
        if jax.process_count() > 1:
            os.kill(os.getpid(), signal.SIGTERM)  # JAX's own handler informs all processes
        self._is_asked = True

    def reached(self, step: int) -> bool:
        """Return whether to stop after `step`, the same in all processes of a run."""
        if jax.process_count() > 1:
            # JAX's coordinator receives the signal of any process and chooses one step for all.
            return bool(multihost_utils.reached_preemption_sync_point(step))
        return self._is_asked


@contextmanager
def stop_on_signals(say: Callable[[str], None]) -> Iterator[StopRequest]:
    """Make Ctrl-C and SIGTERM ask the run to stop instead of killing it, in this context.

    In a run of several processes, SIGTERM is left to JAX.
    """
    request = StopRequest(say)
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    numbers = [signal.SIGINT] if jax.process_count() > 1 else [signal.SIGINT, signal.SIGTERM]
    before = {number: signal.getsignal(number) for number in numbers}
    received, woken = socket.socketpair()
    woken.setblocking(False)
    # Python runs handlers between two of its instructions, after XLA's compilation for
    # example. A thread that reads the numbers of signals answers at once.
    old = signal.set_wakeup_fd(woken.fileno())
    thread = threading.Thread(target=_listen, args=(received, request, numbers), daemon=True)
    thread.start()
    try:
        for number in numbers:
            signal.signal(number, lambda *_: None)
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
        signal.set_wakeup_fd(old)
        woken.close()  # ends the thread
        thread.join()
        received.close()


def _listen(received: socket.socket, request: StopRequest, numbers: list[signal.Signals]) -> None:
    while data := received.recv(64):
        for number in data:
            if number in numbers:
                request.ask(number)
