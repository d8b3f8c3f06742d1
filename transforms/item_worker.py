"""A process that works on one item after the other, for a parent that waits for the answers.

On its standard input it gets pickled pairs: ("work", what to do with the items that follow) and
("item", one of them). On its standard output it answers each item by a pair: what came of it, and
the error as Python words it, or None. It ends with its input.
"""

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from transforms.runtime.parent_watchdog import end_with_parent


def main() -> None:
    """Work on items.

    Raises:
      EOFError: there are no more. BrokenPipeError: nobody waits for an answer.
    """
    # Control-C is for the parent, which then ends; what it asked for ends with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    items, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints is no answer.
    os.dup2(2, 1)
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


if __name__ == "__main__":
    # The parent has no more items, or is gone.
    with suppress(EOFError, BrokenPipeError):
        main()
    # Whatever was written is on disk.
    os._exit(0)
