"""Say in one sentence that the disk is full, whichever library noticed it."""

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trainer.errors import TrainerError

_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# TensorStore and Orbax pass on the system's error as text.
_TEXTS = ("No space left on device", "Disk quota exceeded", "File too large")


@contextmanager
def full_disk_named(run: Path) -> Iterator[None]:
    """Turn the errors of a full disk into one that names the run.

    Threads of libraries meet it as well, until the process ends; their tracebacks say no more.

    Raises:
        TrainerError: there was no room to write.
    """
    before = threading.excepthook

    def report(arguments: threading.ExceptHookArgs) -> None:
        if not _is_full(arguments.exc_value):
            before(arguments)

    threading.excepthook = report
    try:
        yield
        threading.excepthook = before
    except Exception as error:
        if not _is_full(error):
            threading.excepthook = before
            raise
        raise TrainerError(
            f"{run}: the disk is full: free space, then run the same command; the checkpoints that "
            "were complete are unchanged"
        ) from error


def _is_full(error: BaseException | None) -> bool:
    """Return whether an error, or one that led to it, is that of a full disk."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _ERRORS:
            return True
        if any(text in str(error) for text in _TEXTS):
            return True
        error = error.__cause__ or error.__context__
    return False
