"""An object store in memory whose requests a seeded scheduler delays, duplicates and reorders.

Clients are threads, of which one runs at a time: each waits at each request until all wait, then
one request is drawn and done. It is done once, or twice with the reply of the second (the first
was lost, and the client's library asked again), or again later (a copy was late).
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from obstore.store import MemoryStore

Fate = str
_FATES: tuple[Fate, ...] = ("once", "once", "twice", "late")


@dataclass
class _Request:
    client: threading.Thread
    call: Callable[[], Any]
    done: threading.Event = field(default_factory=threading.Event)
    reply: Any = None
    error: Exception | None = None


@dataclass
class _Found:
    meta: Any
    data: bytes

    def bytes(self) -> bytes:
        return self.data


class ScheduledStore:
    """What `object_store` asks of a bucket; `faults` counts what was done to requests."""

    def __init__(self, seed: int) -> None:
        self._memory, self._random = MemoryStore(), random.Random(seed)
        self._waiting: list[_Request] = []
        self._late: list[Callable[[], Any]] = []
        self._changed = threading.Condition()
        self.faults: Counter[str] = Counter()
        self.time = 0
        # Clients, by thread, one of whose replies was lost since the set was last cleared.
        self.unsure: set[threading.Thread] = set()

    def left(self, key: str) -> bytes:
        """Return an object, without a request."""
        return bytes(self._memory.get(key).bytes())

    def put(self, key: str, data: bytes, **options: Any) -> Any:
        return self._ask(lambda: self._memory.put(key, data, **options))

    def get(self, key: str) -> Any:
        def get() -> _Found:
            found = self._memory.get(key)
            return _Found(found.meta, bytes(found.bytes()))

        return self._ask(get)

    def head(self, key: str) -> Any:
        return self._ask(lambda: self._memory.head(key))

    def delete(self, key: str) -> Any:
        return self._ask(lambda: self._memory.delete(key))

    def _ask(self, call: Callable[[], Any]) -> Any:
        request = _Request(threading.current_thread(), call)
        with self._changed:
            self._waiting.append(request)
            self._changed.notify_all()
        request.done.wait()
        if request.error:
            raise request.error
        return request.reply

    def run(self, clients: Sequence[Callable[[], None]]) -> None:
        """Run clients to their ends; what one of them raised is raised here."""
        errors: list[Exception] = []

        def guarded(client: Callable[[], None]) -> None:
            try:
                client()
            except Exception as error:  # a test's assertion, or a fault
                errors.append(error)
            finally:
                with self._changed:
                    running.remove(threading.current_thread())
                    self._changed.notify_all()

        running = {
            threading.Thread(target=guarded, args=(client,), daemon=True) for client in clients
        }
        order = sorted(running, key=lambda thread: int(thread.name.split("-")[1].split(" ")[0]))
        for thread in order:
            thread.start()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: len(self._waiting) == len(running), timeout=60)
                if not running:
                    break
                assert len(self._waiting) == len(running), "a client hangs"
                # Threads come in any order, draws must not.
                self._waiting.sort(key=lambda request: order.index(request.client))
                chosen = self._waiting.pop(self._random.randrange(len(self._waiting)))
            self._do(chosen)
        if errors:
            raise errors[0]

    def _do(self, request: _Request) -> None:
        self.time += 1
        while self._late and self._random.random() < 0.3:
            late = self._late.pop(self._random.randrange(len(self._late)))
            self._reply(_Request(request.client, late))
        fate = self._random.choice(_FATES)
        self.faults[fate] += 1
        if fate == "twice":
            self.unsure.add(request.client)
            self._reply(_Request(request.client, request.call))
        elif fate == "late":
            self._late.append(request.call)
        self._reply(request)
        # Who waits longest need not be next.
        self.faults["overtaken"] += len(self._waiting)
        request.done.set()

    @staticmethod
    def _reply(request: _Request) -> None:
        try:
            request.reply = request.call()
        except Exception as error:
            request.error = error

    def list(self, prefix: str | None) -> Iterator[Any]:
        yield from self._ask(lambda: [*self._memory.list(prefix=prefix)])
