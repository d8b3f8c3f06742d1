"""Signals in a run: real ones, sent to this process."""

import os
import select
import signal
import threading
import time

import pytest

from trainer.stopping import StopRequest, stop_on_signals


def _wait_until_reached(stop: StopRequest) -> None:
    end = time.monotonic() + 10
    while not stop.reached(1):
        assert time.monotonic() < end, "the signal was not noticed"
        time.sleep(0.01)


def test_the_first_interrupt_asks_and_the_second_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    before = signal.getsignal(signal.SIGINT)
    with stop_on_signals(said.append) as stop:
        assert not stop.reached(1)
        signal.raise_signal(signal.SIGINT)
        _wait_until_reached(stop)
        assert stop.interrupted
        assert said == ["saving after this step, then stopping; Ctrl-C again ends without saving"]
        assert not ended
        signal.raise_signal(signal.SIGINT)
        end = time.monotonic() + 10
        while not ended:
            assert time.monotonic() < end
            time.sleep(0.01)
    assert ended == [1]
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.set_wakeup_fd(-1) == -1


def test_sigterm_asks_and_is_no_interrupt() -> None:
    said: list[str] = []
    with stop_on_signals(said.append) as stop:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        _wait_until_reached(stop)
    assert not stop.interrupted
    assert said == ["asked to end: saving after this step, then stopping"]


def test_the_answer_comes_while_a_long_step_is_computed() -> None:
    """A step holds the main thread, without Python's lock, until it is done."""
    said: list[tuple[str, float]] = []
    with stop_on_signals(lambda text: said.append((text, time.monotonic()))) as stop:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        # A call of the system that Python takes up again after a signal, as a step is.
        end = time.monotonic() + 2
        select.select([], [], [], 2)
        _wait_until_reached(stop)
    [(text, when)] = said
    assert text.startswith("saving after this step")
    assert when < end - 1
