"""Work on items in processes of this machine, without Beam.

Beam takes longer to import than most sources take to read. One machine needs none of it: the stages
of an assembly exchange files, and only wait for one another.
"""

import pickle
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing.connection import wait
from typing import IO, Any, TypeVar

from transforms.runtime.worker_program import ITEM_WORKER, worker_program

T = TypeVar("T")
R = TypeVar("R")


class WorkerDiedError(Exception):
    """A worker process ended before it answered; the message says how."""


class ItemWorkers:
    """Worker processes, which stay for one round of items after the other."""

    def __init__(self, number: int) -> None:
        pipe = subprocess.PIPE
        command = worker_program(ITEM_WORKER)
        self._processes = [
            subprocess.Popen(command, stdin=pipe, stdout=pipe) for _ in range(number)
        ]

    def each(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Return what `work` returns for each item, in the order of the answers.

        A process that is free gets the next item.

        Raises:
          WorkerDiedError: a process ended. RuntimeError: `work` raised the error in the message.
        """
        # All of them, so that each imports what `work` needs while the others do.
        for process in self._processes:
            _give(process, ("work", work))
        waiting, found = iter(items), []
        busy: dict[Any, subprocess.Popen[bytes]] = {}
        for process, item in zip(self._processes, islice(waiting, len(self._processes))):  # noqa: B905
            _give(process, ("item", item))
            busy[process.stdout] = process
        while busy:
            for answers in wait(list(busy)):
                found.append(_answer(busy[answers]))
                try:
                    _give(busy[answers], ("item", next(waiting)))
                except StopIteration:
                    del busy[answers]
        return found

    def close(self) -> None:
        """End the processes after what they do."""
        for process in self._processes:
            with suppress(BrokenPipeError):
                _opened(process.stdin).close()
        for process in self._processes:
            process.wait()
            _opened(process.stdout).close()

    def kill(self) -> None:
        """End the processes now."""
        for process in self._processes:
            process.kill()
        self.close()


@contextmanager
def item_workers(number: int) -> Iterator[ItemWorkers]:
    """Start so many processes, which end with the block."""
    workers = ItemWorkers(number)
    try:
        yield workers
    except BaseException:
        workers.kill()
        raise
    workers.close()


def _give(worker: "subprocess.Popen[bytes]", what: tuple[str, Any]) -> None:
    stream = _opened(worker.stdin)
    try:
        pickle.dump(what, stream)
        stream.flush()
    except BrokenPipeError:
        raise WorkerDiedError(why_ended(worker.wait())) from None


def _answer(worker: "subprocess.Popen[bytes]") -> Any:
    try:
        answer, error = pickle.load(_opened(worker.stdout))
    except EOFError:
        raise WorkerDiedError(why_ended(worker.wait())) from None
    if error is not None:
        raise RuntimeError(error)
    return answer


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
