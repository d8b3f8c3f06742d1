"""Work for the processes of tests/pipelines/building/test_item_workers.py."""

import time
from pathlib import Path


def touch(path: str, first: str, files: int) -> None:
    """Make a file; the one named `first` waits until all the other `files` are there."""
    end = time.monotonic() + 60
    while path == first and len(list(Path(path).parent.iterdir())) < files - 1:
        assert time.monotonic() < end, "nobody made the other files"
        time.sleep(0.01)
    Path(path).touch()
