"""Work for the worker processes of tests, which import it by name."""

import os
import signal
import time
from pathlib import Path


def touch(path: str, first: str, files: int) -> None:
    """Make a file; the one named `first` waits until all the other `files` are there."""
    end = time.monotonic() + 60
    while path == first and len(list(Path(path).parent.iterdir())) < files - 1:
        assert time.monotonic() < end, "nobody made the other files"
        time.sleep(0.01)
    Path(path).touch()


def touch_or_fail(path: str, wrong: str) -> None:
    """Make a file after a moment, or fail at once at the one named `wrong`."""
    if path == wrong:
        raise ValueError("this one")
    time.sleep(0.2)
    Path(path).touch()


def wait_or_fail(waits: bool, process: str) -> None:
    """Write the number of this process to a file and wait forever, or fail once it is there."""
    if waits:
        Path(f"{process}.new").write_text(str(os.getpid()))
        Path(f"{process}.new").rename(process)
        signal.pause()
    end = time.monotonic() + 60
    while not Path(process).exists():
        assert time.monotonic() < end, "nobody waits"
        time.sleep(0.01)
    raise ValueError("the other one waits")
