"""End a worker process whose build was killed: Beam's local workers would wait for it for ever."""

import os
import threading
import time
from functools import lru_cache

# Names the process that runs the build, in the environment of its workers.
PARENT = "FLANBEAM_PARENT_PID"
_SECONDS = 2.0


@lru_cache(maxsize=1)
def end_with_parent() -> None:
    """Watch the build's process from a thread of this one, once; nothing happens without one."""
    parent = int(os.environ.get(PARENT, "0"))
    if parent and parent != os.getpid():
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while True:
        time.sleep(_SECONDS)
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            os._exit(1)
