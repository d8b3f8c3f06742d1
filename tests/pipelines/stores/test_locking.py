"""One holder at a time; a dead or silent one is taken over and can publish no more."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing import channels
from pipelines.publishing.channels import channel_lock, publish, stated_gates
from pipelines.publishing.retention import collect_garbage
from pipelines.stores import locking
from pipelines.stores.locking import StoreLock, live_holder, live_holders
from pipelines.stores.store import Store
from tfrecords_schema.errors import LockedError


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
