"""Let one trainer at a time write into a run."""

import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import jax

from tfrecords_schema.errors import LockedError

FILE = "lock"


@contextmanager
def run_lock(run: Path) -> Iterator[None]:
    """Hold the lock of a run, in process 0 for all of its processes.

    The system releases it when the process ends, however it ends.

    Raises:
        LockedError: another trainer holds it.
    """
    if jax.process_index() != 0:
        yield
        return
    with (run / FILE).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "another process"
            raise LockedError(
                f"{run} is in use by {holder}: wait until it ends, or give another --out"
            ) from error
        file.truncate(0)
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        file.write(f"process {os.getpid()} on {platform.node()} since {now} UTC\n")
        file.flush()
        yield
