"""Processes that work on one item after the other, for a parent that waits for the answers.

A worker gets pickled pairs: ("work", what to do with the items that follow) and ("item", one of
them). It answers each item by a pair: what came of it, and the error as Python words it, or None.
It ends with its input.

The process that is started works itself if it is to be one worker, over its standard input and
output. Otherwise its arguments are the two file descriptors of each worker. It imports what the
first work needs, which is most of what a worker does before its first item, and then becomes
several processes, so that they import it once and share its memory. It stays to say how each of
them ended: a pair (number, status) on its standard output.
"""

import gc
import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, Any

from transforms.runtime.parent_watchdog import end_with_parent

# File descriptors: of what a worker reads, and of what it writes.
Pipes = tuple[int, int]


def work_on(items: IO[bytes], answers: IO[bytes]) -> None:
    """Work on items until there are no more, or nobody waits for an answer."""
    end_with_parent()
    # What a library prints is no answer.
    os.dup2(2, 1)
    with suppress(EOFError, BrokenPipeError):
        _answer_all(items, answers)
    # Whatever was written is on disk.
    os._exit(0)


def _answer_all(items: IO[bytes], answers: IO[bytes]) -> None:
    work: Callable[[Any], Any] | None = None
    while True:
        kind, given = pickle.load(items)
        if kind == "work":
            work = given
            # The collector need not look again at what was imported.
            gc.freeze()
            continue
        assert work is not None, "what to do comes before the items"
        answer, error = None, None
        try:
            answer = work(given)
        except Exception as raised:
            error = f"{type(raised).__name__}: {raised}"
        pickle.dump((answer, error), answers)
        answers.flush()


def start_workers(workers: Sequence[Pipes]) -> None:
    """Become so many workers, and say how each ends until all have."""
    with suppress(EOFError):
        # Imports what it needs.
        pickle.load(sys.stdin.buffer)
    gc.freeze()
    # Python 3.12 warns of other threads. Those that there are belong to the linear algebra of
    # numpy, which expects forks.
    warnings.filterwarnings("ignore", "This process .*multi-threaded", DeprecationWarning)
    numbers: dict[int, int] = {}

    def end_all(*_: object) -> None:
        for process in numbers:
            # One of them may have ended just now.
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
        os._exit(1)

    signal.signal(signal.SIGTERM, end_all)
    for number, (items, answers) in enumerate(workers):
        process = os.fork()
        if not process:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            # A pipe ends when no process has it open any more.
            for later in workers[number + 1 :]:
                _close(later)
            work_on(os.fdopen(items, "rb"), os.fdopen(answers, "wb"))
        numbers[process] = number
        _close((items, answers))
    for _ in workers:
        process, status = os.wait()
        with suppress(BrokenPipeError):
            pickle.dump(
                (numbers.pop(process), os.waitstatus_to_exitcode(status)), sys.stdout.buffer
            )
            sys.stdout.buffer.flush()


def _close(pipes: Pipes) -> None:
    for descriptor in pipes:
        os.close(descriptor)


def main(arguments: Sequence[str]) -> None:
    """Work, or start workers."""
    # Control-C is for the parent, which then ends; what it asked for ends with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    descriptors = iter(map(int, arguments))
    if workers := list(zip(descriptors, descriptors, strict=True)):
        start_workers(workers)
    else:
        work_on(sys.stdin.buffer, os.fdopen(os.dup(1), "wb"))


if __name__ == "__main__":
    main(sys.argv[1:])
