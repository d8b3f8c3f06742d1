"""Pointers and locks on an object store whose requests are delayed, duplicated and reordered."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from pipelines.publishing import channels
from pipelines.publishing.channels import channel_lock
from pipelines.stores import locking
from pipelines.stores.locking import StoreLock
from pipelines.stores.store import Store
from tests.linearizability import Operation, is_linearizable
from tests.scheduled_store import ScheduledStore
from tfrecords_schema import filesystem, object_store
from tfrecords_schema.channels import Pointer, pointer_path
from tfrecords_schema.errors import LockedError

_URL = "s3://bucket/store/channels/latest.json"


def _read(data: bytes | None, began: int, ended: int) -> Operation:
    return Operation(kind="read", began=began, ended=ended, data=data)


def _swap(kind: Any, expected: bytes | None, data: bytes, began: int, ended: int) -> Operation:
    return Operation(kind=kind, began=began, ended=ended, data=data, expected=expected)


@pytest.mark.parametrize(
    ("history", "is_right"),
    [
        ([_swap("swapped", None, b"1", 0, 1), _read(b"1", 2, 3)], True),
        # A lost update, and a read of what is gone.
        ([_swap("swapped", None, b"1", 0, 1), _read(None, 2, 3)], False),
        ([_swap("swapped", None, b"1", 0, 3), _read(None, 2, 4)], True),
        ([_swap("swapped", None, b"1", 0, 5), _swap("swapped", None, b"2", 0, 5)], False),
        ([_swap("swapped", None, b"1", 0, 1), _swap("refused", None, b"2", 2, 3)], True),
        # Refused, and there all the same.
        ([_swap("refused", None, b"1", 0, 1), _read(b"1", 2, 3)], False),
        ([_swap("refused", None, b"1", 0, 1), _read(None, 2, 3)], False),
    ],
)
def test_what_has_no_order_is_noticed(history: list[Operation], is_right: bool) -> None:
    assert is_linearizable(history) is is_right


class Recorder:
    """The history of one object, as its clients see it."""

    def __init__(self, store: ScheduledStore, patch: pytest.MonkeyPatch) -> None:
        self.history: list[Operation] = []
        self._store, self._data = store, dict[str, bytes | None]()
        self._real = (filesystem.read_with_token, filesystem.compare_and_swap)
        patch.setattr(object_store, "_bucket", lambda _: store)
        patch.setattr(filesystem, "read_with_token", self._read)
        patch.setattr(filesystem, "compare_and_swap", self._swap)

    def _read(self, path: str) -> tuple[bytes | None, filesystem.Token]:
        began = self._store.time
        data, token = self._real[0](path)
        if path == _URL:
            self._data[str(token)] = data
            self.history.append(_read(data, began, self._store.time))
        return data, token

    def _swap(
        self, path: str, token: filesystem.Token, data: bytes, **options: Any
    ) -> filesystem.Token:
        began, client = self._store.time, threading.current_thread()
        self._store.unsure.discard(client)
        swapped = self._real[1](path, token, data, **options)
        if path == _URL:
            self._data[str(swapped)] = data if swapped else None
            operation = Operation(
                kind="swapped" if swapped else "refused",
                began=began,
                ended=self._store.time,
                data=data,
                expected=self._data[str(token)] if token else None,
                may_have_won=client in self._store.unsure,
            )
            self.history.append(operation)
        return swapped


def _swapping(name: str, rounds: int) -> Callable[[], None]:
    def client() -> None:
        for number in range(rounds):
            _, token = filesystem.read_with_token(_URL)
            filesystem.compare_and_swap(_URL, token, f"{name}.{number}".encode())

    return client


def _check_swaps(seed: int) -> Counter[str]:
    store = ScheduledStore(seed)
    with pytest.MonkeyPatch.context() as patch:
        recorder = Recorder(store, patch)
        store.run([_swapping(name, 2) for name in "abc"])
    left = store.left("store/channels/latest.json")
    won = {operation.data for operation in recorder.history if operation.kind == "swapped"}
    assert left in won, f"seed {seed}: {left!r} was written, but its writer was refused"
    assert is_linearizable(recorder.history), f"seed {seed}: {recorder.history}"
    kinds = Counter(operation.kind for operation in recorder.history)
    assert kinds["read"] == 6
    return store.faults + kinds


def _refresher(store: Store, name: str, inside: list[str], moved: list[int]) -> Callable[[], None]:
    def point(_: Pointer | None, fencing: int) -> Pointer:
        return channels._pointer("latest", name, name, fencing, [], [])

    def client() -> None:
        for _ in range(2):
            try:
                with channel_lock(store, "latest", name) as lock:
                    inside.append(name)
                    try:
                        moved.append(channels._move(store, "latest", lock, point).fencing)
                        assert locking.TTL_SECONDS < 0 or inside == [name]
                    finally:
                        inside.remove(name)
            except LockedError:
                continue

    return client


def _check_refreshes(seed: int) -> Counter[str]:
    """With every other seed each holder looks dead to the others, which take its lock over."""
    store, inside, moved = ScheduledStore(seed), list[str](), list[int]()
    with pytest.MonkeyPatch.context() as patch:
        recorder = Recorder(store, patch)
        patch.setattr(locking, "TTL_SECONDS", -1e9 if seed % 2 else 120.0)
        patch.setattr(StoreLock, "_beat", lambda _: None)
        locking.check_conditions.cache_clear()
        root = Store("s3://bucket/store")
        assert pointer_path(root.root, "latest") == _URL
        store.run([_refresher(root, name, inside, moved) for name in "abc"])
    locking.check_conditions.cache_clear()
    assert is_linearizable(recorder.history), f"seed {seed}: {recorder.history}"
    swaps = [operation for operation in recorder.history if operation.kind == "swapped"]
    numbers = [Pointer.model_validate_json(operation.data or b"").fencing for operation in swaps]
    assert sorted(numbers) == sorted(moved)
    assert len({*numbers}) == len(numbers) > 0, f"seed {seed}"
    return store.faults + Counter(operation.kind for operation in recorder.history)


@pytest.mark.parametrize("check", [_check_swaps, _check_refreshes])
def test_histories_are_linearizable(check: Callable[[int], Counter[str]]) -> None:
    totals = sum((check(seed) for seed in range(20)), Counter[str]())
    assert min(totals[kind] for kind in ("twice", "late", "overtaken", "swapped")) > 10


@pytest.mark.slow
@pytest.mark.parametrize("check", [_check_swaps, _check_refreshes])
def test_many_histories_are_linearizable(
    check: Callable[[int], Counter[str]], record_property: Callable[[str, object], None]
) -> None:
    totals = sum((check(seed) for seed in range(1000)), Counter[str]())
    record_property("faults", dict(totals))
    assert totals["refused"] > 100
