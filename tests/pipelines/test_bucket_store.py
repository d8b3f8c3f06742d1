"""A store in a bucket of S3 or Cloud Storage: refreshes, rollback and collection.

Of two writers at once one wins.
"""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.publishing.channels import channel_lock
from pipelines.stores import locking
from pipelines.stores.locking import StoreLock
from pipelines.stores.store import Store
from tests.object_stores import bucket_of
from tests.pipelines.corpus import edit
from tfrecords_schema import filesystem, object_store
from tfrecords_schema.errors import ConfigurationError, LockedError


@pytest.fixture(scope="module", params=["s3", "gs"])
def bucket(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Yield the URL of a bucket, of each kind of server."""
    with bucket_of(request.param, tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.mark.slow
def test_a_day_in_the_life(flanbeam: Any, corpus: Any, bucket: str) -> None:
    store = f"{bucket}/day"
    argv = ("refresh", corpus.recipe, "--store", store)
    first = flanbeam(*argv)
    assert first.status == 0, first.err
    assert flanbeam(*argv).status == 10
    edit(corpus.jsonl)
    second = flanbeam(*argv)
    assert second.status == 0, second.err
    assert flanbeam("verify", f"{store}@latest").status == 0
    assert flanbeam("rollback", store).last_line == first.last_line
    assert flanbeam("pin", first.last_line).status == 0
    collected = flanbeam("gc", store, "--keep", "1", "--delete", "--idle-hours", "0")
    assert collected.status == 0, collected.err
    assert flanbeam("verify", f"{store}@latest").status == 0


def test_of_many_claims_at_once_one_counts(bucket: str) -> None:
    store, held, refused = Store.at(f"{bucket}/claims"), [], []
    ready = threading.Barrier(8)

    def claim() -> None:
        ready.wait()
        try:
            with StoreLock(store, "build-x", "a build"):
                held.append(time.monotonic())
                time.sleep(1.0)
                held.append(time.monotonic())
        except LockedError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(held), len(refused)) == (2, 7)
    with StoreLock(store, "build-x", "another"):  # free again, with a greater number
        pass


def test_a_store_that_ignores_conditions_is_refused(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overwrite(url: str, _: object, data: bytes) -> dict[str, str]:
        object_store.write(url, data)
        return {"e_tag": "any"}

    monkeypatch.setattr(object_store, "write_if", overwrite)
    store = Store.at(f"{bucket}/liar")
    with pytest.raises(ConfigurationError, match="ignores conditions"), StoreLock(store, "x", "a"):
        pass
    assert filesystem.files_below(store.root) == []


def test_who_was_taken_over_moves_nothing(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.at(f"{bucket}/taken")
    with channel_lock(store, "latest", "one") as first:
        monkeypatch.setattr(locking, "TTL_SECONDS", -1.0)
        with channel_lock(store, "latest", "two") as second:
            assert first.holder
            assert second.holder
            assert second.holder.fencing > first.holder.fencing
            with pytest.raises(LockedError, match="taken over"):
                first.while_held(lambda _: None)
        monkeypatch.undo()
    record, _ = filesystem.read_with_token(f"{bucket}/taken/locks/channel-latest.json")
    assert record
    assert second.holder.token.encode() in record
