"""Locks of a store. A stale lock can be taken over; fencing numbers stop its former holder.

On a local disk the system knows whether a holder lives (it holds a file locked), and takes turns at
the records. `s3://`, `gs://` and `az://` replace a record only in the state that was read, and a
holder that died is one whose heart has not beaten for `TTL_SECONDS`. Other filesystems have none of
it: there a record is written, waited for, and read again.
"""

import fcntl
import os
import platform
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.stores.store import Store
from tfrecords_schema import filesystem, object_store
from tfrecords_schema.errors import ConfigurationError, LockedError

TTL_SECONDS = 120.0
# How long a claim must stand where nothing decides between two; longer than one write takes.
SETTLE_SECONDS = 2.0
COLLECTION = "gc"


class Holder(BaseModel):
    """The holder of a lock; its `fencing` number is greater than that of all earlier holders."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: str
    task: str
    token: str
    fencing: int
    since: float
    heartbeat: float

    @property
    def words(self) -> str:
        """Readable form: `process 12 on host, since 14:05 UTC`."""
        return f"{self.owner}, since {datetime.fromtimestamp(self.since, UTC):%Y-%m-%d %H:%M} UTC"


class StoreLock:
    """The lock `name` of a store, held in a `with` block.

    Raises:
      LockedError: another process holds it, or garbage is being collected.
    """

    def __init__(self, store: Store, name: str, task: str, after: int = 0) -> None:
        """Prepare a lock; `task` describes the work to other processes.

        The fencing number will be greater than `after`.
        """
        self.store, self.name, self.task, self._after = store, name, task, after
        self.path = filesystem.join(store.locks, f"{name}.json")
        self.holder: Holder | None = None
        self._alive: IO[str] | None = None
        self._token: filesystem.Token = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "StoreLock":
        self._acquire()
        self._thread.start()
        if self.name != COLLECTION and (other := live_holder(self.store, COLLECTION)):
            self._release()
            raise LockedError(f"{other.task} ({other.words}); try again when it has finished")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._release()

    def check(self) -> Holder:
        """Return our holder record.

        Raises:
          LockedError: another process has taken the lock over.
        """
        current = _read(self.path)
        if self.holder is None or current is None or current.token != self.holder.token:
            by = f" by {current.words}" if current else ""
            raise LockedError(f"lock {self.name} was taken over{by}; nothing was published")
        return self.holder

    def while_held(self, act: Callable[[Holder], None]) -> None:
        """Run a block that only the holder may run; a local lock cannot be taken over meanwhile."""
        with filesystem.exclusive(self.store.guard):
            act(self.check())

    def _acquire(self) -> None:
        check_conditions(self.store.root)
        with filesystem.exclusive(self.store.guard):
            data, token = filesystem.read_with_token(self.path)
            former = _parse(data)
            if former is not None and _is_live(self.store, self.name, former):
                raise LockedError(f"{former.task} ({former.words})")
            after = max(self._after, former.fencing if former else 0)
            self.holder = _new_holder(self.task, after)
            self._alive = _show_life(self._alive_path(self.holder))
            self._token = self._swap(token, self.holder)
            if former:
                filesystem.remove(self._alive_path(former))
        if not (filesystem.is_local(self.path) or object_store.serves(self.path)):
            time.sleep(SETTLE_SECONDS)
            self.check()

    def _alive_path(self, holder: Holder) -> str:
        return alive_path(self.store, self.name, holder)

    def _swap(self, token: filesystem.Token, holder: Holder) -> filesystem.Token:
        data = holder.model_dump_json().encode()
        swapped = filesystem.compare_and_swap(self.path, token, data)
        if swapped is None:
            raise LockedError(f"another process was faster to take the lock {self.name}")
        return swapped

    def _beat(self) -> None:
        while not self._stop.wait(TTL_SECONDS / 4):
            # A full disk must not end the heartbeat thread; others notice missing heartbeats.
            with suppress(LockedError, OSError):
                self.while_held(self._show_beat)

    def _show_beat(self, holder: Holder) -> None:
        self._token = self._swap(self._token, holder.model_copy(update={"heartbeat": time.time()}))

    def _release(self) -> None:
        self._stop.set()
        self._thread.join()
        with suppress(LockedError):
            self.while_held(self._let_go)
        if self._alive is not None and self.holder is not None:
            filesystem.remove(self._alive_path(self.holder))
            self._alive.close()

    def _let_go(self, holder: Holder) -> None:
        if object_store.serves(self.path):
            # A deletion has no condition: it could meet the record of who took over.
            self._swap(self._token, holder.model_copy(update={"heartbeat": 0.0}))
        else:
            filesystem.remove(self.path)


@lru_cache
def check_conditions(root: str) -> None:
    """Refuse an object store that ignores conditions: two could hold one lock.

    Raises:
      ConfigurationError: an object was created twice.
    """
    if not object_store.serves(root):
        return
    probe = filesystem.join(root, "locks", f"probe-{uuid.uuid4().hex}")
    created = [object_store.write_if(probe, None, data) for data in (b"1", b"2")]
    object_store.remove(probe)
    if created[0] is None or created[1] is not None:
        raise ConfigurationError(
            f"{root}: this object store ignores conditions (If-None-Match) of writes, so that "
            "nothing keeps two writers apart; use another, or a local disk"
        )


def alive_path(store: Store, name: str, holder: Holder) -> str:
    """Return the path of the file that a living holder keeps locked."""
    return filesystem.join(store.locks, f"{name}.{holder.fencing}.alive")


def live_holder(store: Store, name: str) -> Holder | None:
    """Return the living holder of the lock `name`, if any."""
    holder = _read(filesystem.join(store.locks, f"{name}.json"))
    return holder if holder and _is_live(store, name, holder) else None


def live_holders(store: Store) -> dict[str, Holder]:
    """Return all live holders, by the name of their lock."""
    names = [name.removesuffix(".json") for name in filesystem.children(store.locks)]
    holders = {name: live_holder(store, name) for name in names}
    return {name: holder for name, holder in holders.items() if holder}


def _new_holder(task: str, after: int) -> Holder:
    began = time.time()
    return Holder(
        owner=f"process {os.getpid()} on {platform.node()}",
        task=task,
        token=uuid.uuid4().hex,
        # Derived from the clock, so that it grows even if no earlier record is left.
        fencing=max(after + 1, time.time_ns() // 1000),
        since=began,
        heartbeat=began,
    )


def _show_life(path: str) -> IO[str] | None:
    """Keep a local file locked; the system unlocks it when the process ends in any way."""
    if not filesystem.is_local(path):
        return None
    stream = open(path, "a")  # noqa: SIM115  closed on release
    fcntl.flock(stream, fcntl.LOCK_EX)
    return stream


def _is_live(store: Store, name: str, holder: Holder) -> bool:
    path = alive_path(store, name, holder)
    if not filesystem.is_local(path):
        return time.time() - holder.heartbeat <= TTL_SECONDS
    # The system decides, independent of the clock.
    try:
        with open(path) as stream:
            # A shared lock: two processes that check do not take each other for the holder.
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _read(path: str) -> Holder | None:
    """Read the lock record at `path`; an unreadable one counts as unlocked (None)."""
    return _parse(filesystem.read_with_token(path)[0])


def _parse(data: bytes | None) -> Holder | None:
    try:
        return None if data is None else Holder.model_validate_json(data)
    except ValidationError:
        return None
