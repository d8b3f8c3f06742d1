"""One holder at a time; a dead or silent one is taken over and can publish no more."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from obstore.store import MemoryStore

from pipelines.publishing import channels
from pipelines.publishing.channels import channel_lock, publish, stated_gates
from pipelines.publishing.retention import collect_garbage
from pipelines.stores import locking
from pipelines.stores.locking import Holder, StoreLock, live_holder, live_holders
from pipelines.stores.store import Store
from tfrecords_schema import filesystem, object_store
from tfrecords_schema.errors import ConfigurationError, LockedError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.at(str(tmp_path / "store"))


def test_second_holder_is_told_of_the_first(store: Store) -> None:
    with StoreLock(store, "a", "work is going on") as lock:
        with pytest.raises(LockedError) as raised, StoreLock(store, "a", "other work"):
            pass
        words = f"work is going on (process {os.getpid()} on "
        assert str(raised.value).startswith(words)
        assert raised.value.exit_status == 4
        assert lock.check().fencing > 0
        with StoreLock(store, "b", "elsewhere"):
            assert set(live_holders(store)) == {"a", "b"}
    assert live_holders(store) == {}
    assert [path.name for path in Path(store.locks).iterdir()] == ["guard"]


def test_fencing_numbers_grow(store: Store) -> None:
    numbers = []
    ahead = time.time_ns() // 1000 + 10**12
    for after in (0, 0, ahead):
        with StoreLock(store, "a", "work", after) as lock:
            numbers.append(lock.check().fencing)
    assert numbers[0] < numbers[1] < numbers[2] == ahead + 1


def _silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "TTL_SECONDS", 0.2)
    monkeypatch.setattr(StoreLock, "_beat", lambda _: None)


def test_silent_holder_on_an_object_store_is_taken_over_and_finds_out(
    object_store: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    _silence(monkeypatch)
    monkeypatch.setattr(locking, "SETTLE_SECONDS", 0.0)
    store = Store.at("fakestore://bucket/store")
    with StoreLock(store, "a", "slow") as slow:
        assert live_holder(store, "a")
        time.sleep(0.3)
        assert live_holder(store, "a") is None
        with StoreLock(store, "a", "fast") as fast:
            assert fast.check().fencing > slow.holder.fencing  # type: ignore[union-attr]
            with pytest.raises(LockedError, match="taken over by process"):
                slow.check()
            with pytest.raises(LockedError, match="nothing was published"):
                slow.while_held(lambda _: pytest.fail("done by one who lost the lock"))
        with pytest.raises(LockedError):
            slow.check()


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Yield a store in an object store that honors conditions."""
    bucket = MemoryStore()
    monkeypatch.setattr(object_store, "_bucket", lambda _: bucket)
    locking.check_conditions.cache_clear()
    yield Store.at("s3://bucket/store")
    locking.check_conditions.cache_clear()


def test_a_heart_that_is_silent_for_two_minutes_is_dead(
    remote: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.time()
    monkeypatch.setattr(locking.time, "time", lambda: began)
    with StoreLock(remote, "a", "work") as lock:
        for silent, lives in ((0, True), (120, True), (120.5, False)):
            monkeypatch.setattr(locking.time, "time", lambda silent=silent: began + silent)
            assert live_holder(remote, "a") == (lock.holder if lives else None)


def test_a_heart_beats_four_times_as_often_as_it_must(
    remote: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A beat that finds a full disk, and one that finds another's record, are not the last."""
    waits: list[float] = []

    def fail(*_: Any) -> None:
        raise OSError("No space left on device")

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) > 3

    swaps = iter((fail, lambda *_: None, filesystem.compare_and_swap))
    with StoreLock(remote, "a", "work") as lock:
        assert lock._thread.daemon  # a program that ends does not wait for it
        held = lock.check()
        with monkeypatch.context() as patch:
            patch.setattr(filesystem, "compare_and_swap", lambda *of: next(swaps)(*of))
            patch.setattr(locking.time, "time", lambda: held.since + 90)
            patch.setattr(lock, "_stop", SimpleNamespace(wait=wait))
            lock._beat()
            assert live_holder(remote, "a") == held.model_copy(
                update={"heartbeat": held.since + 90}
            )
        assert waits == [30.0] * 4


def test_an_object_store_keeps_the_record_of_who_let_go(
    remote: Store,
) -> None:
    with StoreLock(remote, "a", "work") as lock:
        held = lock.check()
    left = json.loads(filesystem.read_bytes(lock.path))
    assert left == held.model_dump() | {"heartbeat": 0}
    assert live_holders(remote) == {}
    with StoreLock(remote, "a", "next") as lock:
        assert lock.check().fencing > held.fencing


@pytest.mark.parametrize(
    ("url", "waits"),
    [("fakestore://bucket/store", [2.0]), ("s3://bucket/store", []), (None, [])],
)
def test_only_where_nothing_decides_a_claim_is_waited_for(
    object_store: dict[str, bytes],
    remote: Store,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    url: str | None,
    waits: list[float],
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(locking.time, "sleep", slept.append)
    with StoreLock(Store.at(url) if url else store, "a", "work") as lock:
        assert slept == waits
        assert (lock._alive is None) is (url is not None)


def test_who_was_slower_does_not_hold_the_lock(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filesystem, "compare_and_swap", lambda *_: None)
    with (
        pytest.raises(LockedError, match="another process was faster to take the lock a"),
        StoreLock(store, "a", "work"),
    ):
        pass


class _Careless:
    """A bucket that ignores the conditions of all writes, or refuses each."""

    def __init__(self, mode: str) -> None:
        self._bucket, self._mode = MemoryStore(), mode
        self.writes = 0

    def put(self, key: str, data: bytes, **_: Any) -> Any:
        self.writes += 1
        if self._mode == "create":
            self._bucket.put(key, b"other")
        return self._bucket.put(key, data, mode=self._mode)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bucket, name)


@pytest.mark.parametrize("mode", ["overwrite", "create"])
def test_a_store_that_ignores_conditions_is_refused(
    remote: Store, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    bucket = _Careless(mode)
    monkeypatch.setattr(object_store, "_bucket", lambda _: bucket)
    with (
        pytest.raises(ConfigurationError, match="s3://bucket/store: this object store ignores"),
        StoreLock(remote, "a", "work"),
    ):
        pass
    assert bucket.writes == 2
    assert [name for page in bucket.list() for name in page] == []


def test_a_store_is_asked_once(remote: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[str] = []
    real = object_store.write_if
    monkeypatch.setattr(
        object_store, "write_if", lambda url, *of: (writes.append(url), real(url, *of))[1]
    )
    for _ in range(2):
        with StoreLock(remote, "a", "work"):
            pass
    assert sum("/locks/probe-" in url for url in writes) == 2


def test_a_holder_says_since_when(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking.time, "time", lambda: 90.0)
    monkeypatch.setattr(locking.time, "time_ns", lambda: 90_000_001_999)
    holder = locking._new_holder("work", after=7)
    assert (holder.since, holder.heartbeat) == (90.0, 90.0)
    assert holder.fencing == 90_000_001  # microseconds
    assert locking._new_holder("work", after=90_000_001).fencing == 90_000_002
    assert (
        holder.words
        == f"process {os.getpid()} on {os.uname().nodename}, since 1970-01-01 00:01 UTC"
    )
    with pytest.raises(ValueError, match="extra"):
        Holder.model_validate(holder.model_dump() | {"other": 1})


def test_beating_heart_keeps_the_lock(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "TTL_SECONDS", 0.4)
    with StoreLock(store, "a", "slow") as slow:
        time.sleep(1)
        assert live_holder(store, "a")
        slow.check()


@pytest.mark.parametrize("jump", [-86_400.0, 300.0, 100_000.0])
def test_a_clock_that_jumps_takes_no_lock_away(
    store: Store, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    with StoreLock(store, "a", "work") as lock:
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + jump)
        assert live_holder(store, "a")
        with pytest.raises(LockedError, match="work"), StoreLock(store, "a", "other work"):
            pass
        with pytest.raises(LockedError, match="work"):
            collect_garbage(store, keep=1, idle_hours=24, delete=True)
        lock.check()


_HOLD = """
import sys, time
from pipelines.stores.locking import StoreLock
from pipelines.stores.store import Store
with StoreLock(Store.at(sys.argv[1]), "a", "held"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_lock_of_a_killed_process_is_free_at_once(store: Store, ending: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, store.root],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    held = live_holder(store, "a")
    assert held
    assert held.owner.startswith(f"process {process.pid} on ")
    process.send_signal(ending)
    process.wait()
    process.stdout.close()
    with StoreLock(store, "a", "next") as lock:
        assert lock.check().fencing > held.fencing
    assert [path.name for path in Path(store.locks).iterdir()] == ["guard"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"owner": 1}'])
def test_record_that_cannot_be_read_is_no_ones(store: Store, data: bytes) -> None:
    Path(store.locks).mkdir(parents=True)
    (Path(store.locks) / "a.json").write_bytes(data)
    with StoreLock(store, "a", "work") as lock:
        lock.check()


def test_collection_and_work_exclude_each_other(store: Store) -> None:
    with (
        StoreLock(store, locking.COLLECTION, "garbage collection is running"),
        pytest.raises(LockedError, match="garbage collection is running"),
        StoreLock(store, "a", "work"),
    ):
        pass
    assert live_holders(store) == {}


@pytest.fixture
def built(flanbeam: Any, corpus: Any, store: Store) -> str:
    return str(flanbeam("build", corpus.recipe, "--out", store.root).last_line)


def test_holder_that_was_taken_over_publishes_nothing(store: Store, built: str) -> None:
    with channel_lock(store, "latest", "one") as one:
        # As somebody who deletes what is there does.
        Path(one.path).unlink()
        with channel_lock(store, "latest", "two"):
            with pytest.raises(LockedError):
                publish(built, store, "latest", stated_gates(built), one)
            assert store.current("latest") is None
    assert store.events() == ([], [])


def test_smaller_fencing_number_moves_no_pointer(store: Store, built: str) -> None:
    """Where records of locks can be lost, the pointer itself still refuses who comes too late."""
    with channel_lock(store, "latest", "one") as lock:
        published = publish(built, store, "latest", stated_gates(built), lock)
        pointer = published.pointer
        assert pointer
        later = pointer.model_copy(update={"fencing": pointer.fencing + 1})
        Path(channels.pointer_path(store.root, "latest")).write_text(later.model_dump_json())
        with pytest.raises(LockedError, match="another process moved channel"):
            publish(built, store, "latest", stated_gates(built), lock)
    assert store.current("latest") == later


def test_gc_waits_for_no_one_and_says_who_works(flanbeam: Any, store: Store, built: str) -> None:
    with channel_lock(store, "latest", "a refresh"):
        for argv in (["gc", store.root], ["rollback", store.root], ["publish", built]):
            outcome = flanbeam(*argv)
            assert outcome.status == 4
            assert "a refresh of channel latest is running (process" in outcome.err
    assert flanbeam("gc", store.root).status == 0
