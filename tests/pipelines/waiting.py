"""Work for the worker processes of tests, which import it by name."""

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
