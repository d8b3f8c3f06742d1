"""Work on items in processes of this machine, without Beam.

Beam takes longer to import than most sources take to read. One machine needs none of it: the stages
of an assembly exchange files, and only wait for one another.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import wait
from typing import IO, Any, TypeVar

from transforms.runtime.worker_program import ITEM_WORKER, worker_program

T = TypeVar("T")
R = TypeVar("R")


class WorkerDiedError(Exception):
    """A worker process ended before it answered; the message says how."""


@dataclass(frozen=True)
class _Worker:
    """A worker: what it reads and writes, and the process that was started for it."""

    number: int
    items: IO[bytes]
    answers: IO[bytes]
    started: "subprocess.Popen[bytes]"

    def give(self, what: tuple[str, Any]) -> None:
        try:
            _send(what, self.items)
        except BrokenPipeError:
            raise self._error() from None

    def answer(self) -> Any:
        try:
            answer, error = pickle.load(self.answers)
        except EOFError:
            raise self._error() from None
        if error is not None:
            raise RuntimeError(error)
        return answer

    def _error(self) -> WorkerDiedError:
        """Return how the worker ended; of several, the process that was started says it."""
        status, ends = None, _opened(self.started.stdout)
        with suppress(EOFError):
            while status is None:
                number, ended = pickle.load(ends)
                status = ended if number == self.number else None
        return WorkerDiedError(why_ended(self.started.wait() if status is None else status))


class ItemWorkers:
    """Worker processes, which stay for one round of items after the other."""

    def __init__(self, number: int) -> None:
        # Elsewhere, what has imported libraries of the system may not become several processes.
        counts = [number] if sys.platform == "linux" else [1] * number
        self._workers = [worker for count in counts for worker in _start(count)]
        self._started = list(dict.fromkeys(worker.started for worker in self._workers))
        # What becomes several workers imports what the first work needs before.
        self._untold = list(self._started) if len(self._workers) > len(counts) else []

    def each(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Return what `work` returns for each item, in the order of the answers.

        A process that is free gets the next item.

        Raises:
          WorkerDiedError: a process ended. RuntimeError: `work` raised the error in the message.
        """
        while self._untold:
            with suppress(BrokenPipeError):
                _send(work, _opened(self._untold.pop().stdin))
        # All of them, so that each imports what `work` needs while the others do.
        for worker in self._workers:
            worker.give(("work", work))
        waiting, found = iter(items), []
        busy: dict[Any, _Worker] = {}
        for worker, item in zip(self._workers, islice(waiting, len(self._workers))):  # noqa: B905
            worker.give(("item", item))
            busy[worker.answers] = worker
        while busy:
            for answers in wait(list(busy)):
                found.append(busy[answers].answer())
                try:
                    busy[answers].give(("item", next(waiting)))
                except StopIteration:
                    del busy[answers]
        return found

    def close(self) -> None:
        """End the processes after what they do."""
        inputs = [_opened(process.stdin) for process in self._started]
        for stream in (*inputs, *(worker.items for worker in self._workers)):
            with suppress(BrokenPipeError):
                stream.close()
        for process in self._started:
            process.wait()
            _opened(process.stdout).close()
        for worker in self._workers:
            worker.answers.close()

    def kill(self) -> None:
        """End the processes now."""
        for process in self._started:
            process.terminate()
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


def _start(count: int) -> list[_Worker]:
    """Start a process that is one worker, or that becomes several (transforms/item_worker.py)."""
    command, pipe = worker_program(ITEM_WORKER), subprocess.PIPE
    if count == 1:
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe)
        return [_Worker(0, _opened(process.stdin), _opened(process.stdout), process)]
    to, back = [os.pipe() for _ in range(count)], [os.pipe() for _ in range(count)]
    theirs = [
        end for (items, _), (_, answers) in zip(to, back, strict=True) for end in (items, answers)
    ]
    process = subprocess.Popen(
        [*command, *map(str, theirs)], stdin=pipe, stdout=pipe, pass_fds=theirs
    )
    for end in theirs:
        os.close(end)
    ours = zip(to, back, strict=True)
    return [
        _Worker(number, os.fdopen(items, "wb"), os.fdopen(answers, "rb"), process)
        for number, ((_, items), (answers, _)) in enumerate(ours)
    ]


def _send(what: object, stream: IO[bytes]) -> None:
    pickle.dump(what, stream)
    stream.flush()


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
