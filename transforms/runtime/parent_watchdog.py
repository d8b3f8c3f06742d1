"""End a worker process whose build was killed: Beam's local workers would wait for it for ever."""

import os
import threading
import time
from functools import lru_cache
from pathlib import Path

# Names the process that runs the build, in the environment of its workers.
PARENT = "FLANBEAM_PARENT_PID"
_SECONDS = 2.0


@lru_cache(maxsize=1)
def end_with_parent() -> None:
    """Watch the build's process from a thread of this one, once; nothing happens without one."""
    parent = int(os.environ.get(PARENT, "0"))
    if parent and parent != os.getpid():
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def is_alive(process: int) -> bool:
    """Return whether a process runs; one that ended and was not waited for yet does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Another user's, so it is there.
        return True
    try:
        stat = Path(f"/proc/{process}/stat").read_bytes()
    except OSError:
        # Systems without /proc, or it has ended just now: the next look tells.
        return True
    # Its name is in parentheses and may hold any byte; the state follows.
    return not stat.rpartition(b")")[2].lstrip().startswith((b"Z", b"X"))


def _watch(parent: int) -> None:
    while is_alive(parent):
        time.sleep(_SECONDS)
    os._exit(1)
