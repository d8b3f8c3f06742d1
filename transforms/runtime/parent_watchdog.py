"""End a worker process whose build was killed: Beam's local workers would wait for it forever."""

import os
import threading
import time
from functools import lru_cache
from pathlib import Path

# Environment variable of workers with the id of the build's process.
PARENT = "FLANBEAM_PARENT_PID"
_SECONDS = 2.0


@lru_cache(maxsize=1)
def end_with_parent() -> None:
    """Watch the build's process, if there is one, from a thread; later calls do nothing."""
    parent = int(os.environ.get(PARENT, "0"))
    if parent and parent != os.getpid():
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def is_alive(process: int) -> bool:
    """Return whether a process runs; a zombie does not count."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # It belongs to another user, so it exists.
        return True
    try:
        stat = Path(f"/proc/{process}/stat").read_bytes()
    except OSError:
        # A system without /proc, or it has just ended: the next check decides.
        return True
    # Its name is in parentheses and may hold any byte; the state follows.
    return not stat.rpartition(b")")[2].lstrip().startswith((b"Z", b"X"))


def _watch(parent: int) -> None:
    while is_alive(parent):
        time.sleep(_SECONDS)
    os._exit(1)
