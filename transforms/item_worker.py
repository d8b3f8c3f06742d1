"""A process that works on one item after the other, for a parent that waits for the answers.

On its standard input it gets what to do, and then the items, pickled. On its standard output it
answers each item: None, or the error as Python words it. It ends with its input.
"""

import gc
import os
import pickle
import signal
import sys
from contextlib import suppress

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
    work = pickle.load(items)
    # The collector need not look again at what was imported.
    gc.freeze()
    while True:
        item = pickle.load(items)
        error = None
        try:
            work(item)
        except Exception as raised:
            error = f"{type(raised).__name__}: {raised}"
        pickle.dump(error, answers)
        answers.flush()


if __name__ == "__main__":
    # The parent has no more items, or is gone.
    with suppress(EOFError, BrokenPipeError):
        main()
    # Whatever was written is on disk.
    os._exit(0)
