"""Say in one sentence that the disk is full, whichever library noticed it."""

import errno
import gc
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CoroutineType

from trainer.errors import FullDiskError

_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_ORBAX = "orbax"
# TensorStore and Orbax pass on the system's error as text.
_TEXTS = ("No space left on device", "Disk quota exceeded", "File too large")


@contextmanager
def full_disk_named(run: Path) -> Iterator[None]:
    """Turn the errors of a full disk into one that names the run.

    Threads of libraries meet it as well, until the process ends; their tracebacks say no more.

    Raises:
        FullDiskError: there was no room to write.
    """
    restore = _quiet_threads()
    try:
        yield
        restore()
    except Exception as error:
        _close_abandoned()
        if not _is_full(error):
            restore()
            raise
        raise FullDiskError(
            f"{run}: the disk is full: free space, then run the same command; the checkpoints that "
            "were complete are unchanged"
        ) from error


def _close_abandoned() -> None:
    """Close the coroutines that Orbax made and will not start; else Python warns of each of them.

    Orbax makes those of all arrays of a checkpoint first, and gives them up when one fails.
    """
    for found in gc.get_objects():
        if (
            # Not `isinstance`, which asks what a weak reference refers to.
            type(found) is CoroutineType
            and inspect.getcoroutinestate(found) == inspect.CORO_CREATED
            and _ORBAX in Path(found.cr_code.co_filename).parts
        ):
            with suppress(ValueError):  # another thread has just started it
                found.close()


def _quiet_threads() -> Callable[[], None]:
    """Print no tracebacks of a full disk in other threads; return what undoes this."""
    in_threads, ignored = threading.excepthook, sys.unraisablehook

    def report(arguments: threading.ExceptHookArgs) -> None:
        if not _is_full(arguments.exc_value):
            in_threads(arguments)

    def report_ignored(arguments: "sys.UnraisableHookArgs") -> None:
        if not (_is_full(arguments.exc_value) or _is_late(arguments.exc_value)):
            ignored(arguments)

    def restore() -> None:
        threading.excepthook, sys.unraisablehook = in_threads, ignored

    threading.excepthook, sys.unraisablehook = report, report_ignored
    return restore


def _is_late(error: BaseException | None) -> bool:
    """Return whether TensorStore reports the end of a write that Orbax no longer waits for.

    Orbax gives up all writes of a checkpoint when the first one fails.
    """
    return isinstance(error, RuntimeError) and str(error) == "Event loop is closed"


def _is_full(error: BaseException | None) -> bool:
    """Return whether an error, or one that led to it, is that of a full disk."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _ERRORS:
            return True
        if any(text in str(error) for text in _TEXTS):
            return True
        error = error.__cause__ or error.__context__
    return False
