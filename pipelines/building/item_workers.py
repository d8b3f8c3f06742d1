"""Work on independent items in processes of this machine, without Beam.

Beam takes longer to import than most sources take to read, and what has one stage needs none of it.
"""

import pickle
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from multiprocessing.connection import wait
from typing import IO, Any, TypeVar

from transforms.runtime.worker_program import ITEM_WORKER, worker_program

T = TypeVar("T")


class WorkerDiedError(Exception):
    """A worker process ended before it answered; the message says how."""


def in_processes(work: Callable[[T], object], items: Iterable[T], workers: int) -> None:
    """Call `work` with each item, in at most `workers` processes; one that is free gets the next.

    Raises:
      WorkerDiedError: a process ended. RuntimeError: `work` raised the error in the message.
    """
    waiting = iter(items)
    with ExitStack() as stack:
        busy: dict[Any, subprocess.Popen[bytes]] = {}
        for item in islice(waiting, workers):
            worker = stack.enter_context(_worker(work))
            _give(worker, item)
            busy[worker.stdout] = worker
        while busy:
            for answers in wait(list(busy)):
                _check(busy[answers])
                try:
                    _give(busy[answers], next(waiting))
                except StopIteration:
                    del busy[answers]


@contextmanager
def _worker(work: Callable[[Any], object]) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a process that knows what to do; it ends with the block."""
    pipe = subprocess.PIPE
    with subprocess.Popen(worker_program(ITEM_WORKER), stdin=pipe, stdout=pipe) as process:
        try:
            _give(process, work)
            yield process
        except BaseException:
            process.kill()
            with suppress(BrokenPipeError):
                _opened(process.stdin).close()
            raise


def _give(worker: "subprocess.Popen[bytes]", what: Any) -> None:
    stream = _opened(worker.stdin)
    try:
        pickle.dump(what, stream)
        stream.flush()
    except BrokenPipeError:
        raise WorkerDiedError(why_ended(worker.wait())) from None


def _check(worker: "subprocess.Popen[bytes]") -> None:
    try:
        error = pickle.load(_opened(worker.stdout))
    except EOFError:
        raise WorkerDiedError(why_ended(worker.wait())) from None
    if error is not None:
        raise RuntimeError(error)


def _opened(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def why_ended(status: int) -> str:
    """Return how a worker ended, in words; a shell adds 128 to the number of a signal."""
    number = -status if status < 0 else status - 128
    if number == signal.SIGKILL:
        return "was killed, perhaps because memory ran out; fewer --workers need less"
    if 0 < number < signal.NSIG:
        return f"was ended by signal {number}"
    return f"ended with status {status}"
