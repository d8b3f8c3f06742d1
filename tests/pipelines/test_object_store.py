"""A store without rename, directories and prompt listings: the same snapshots and promises."""

import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import build
from pipelines.building.running import RunnerOptions
from pipelines.checks.verify import verify
from pipelines.recipe import load_recipe
from pipelines.stores import locking
from pipelines.stores.locking import StoreLock, live_holder
from pipelines.stores.store import Store
from tests.fake_store import FakeStore
from tests.pipelines.corpus import edit
from tfrecords_schema import filesystem
from tfrecords_schema.channels import resolve
from tfrecords_schema.errors import LockedError

Objects = dict[str, bytes]


@pytest.fixture
def root(object_store: Objects, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of an empty store whose listings lag."""
    monkeypatch.setattr(FakeStore, "lag_seconds", 0.5)
    monkeypatch.setattr(locking, "SETTLE_SECONDS", 0.05)
    return "fakestore://bucket/store"


def _below(objects: Objects, url: str) -> Objects:
    """Return the objects of a snapshot but run.json, by relative name."""
    found = {
        path.removeprefix(f"{url}/"): data
        for path, data in objects.items()
        if path.startswith(f"{url}/")
    }
    return {path: data for path, data in found.items() if path != "run.json"}


def test_fake_lags(root: str) -> None:
    filesystem.write_bytes(f"{root}/a", b"data")
    assert filesystem.exists(f"{root}/a")
    # What was renamed is still listed under its old name, not yet under its new one.
    assert not any(file == "a" for file in filesystem.files_below(root))
    time.sleep(FakeStore.lag_seconds)
    assert filesystem.files_below(root) == ["a"]
    filesystem.remove(f"{root}/a")
    assert not filesystem.exists(f"{root}/a")
    assert filesystem.files_below(root) == ["a"]
    time.sleep(FakeStore.lag_seconds)
    assert filesystem.files_below(root) == []


def test_refreshes_on_an_object_store(
    flanbeam: Any, corpus: Any, contents: Any, object_store: Objects, root: str, tmp_path: Path
) -> None:
    argv = ["refresh", corpus.recipe, "--store", root, "--json"]
    first = flanbeam(*argv)
    assert first.status == 0, first.err
    recipe = load_recipe(str(corpus.recipe), [], {}, None)
    local = build(recipe, str(tmp_path / "local"), RunnerOptions())
    snapshot = first.document["snapshot"]
    assert snapshot.startswith(f"{root}/snapshots/")
    assert _below(object_store, snapshot) == contents(local.path)
    assert resolve(f"{root}@latest") == snapshot
    assert flanbeam(*argv).status == 10
    edit(corpus.jsonl)
    second = flanbeam(*argv)
    assert second.document["sources_read"] == ["questions"]
    assert verify(second.document["snapshot"]).passed
    differs = flanbeam("diff", snapshot, f"{root}@latest", "--json").document
    # The edited row has another id, so exemplars of some other prompts are drawn anew.
    assert 0 < differs["tasks"]["questions"]["same"] < 10
    events = flanbeam("history", root, "--json").document
    assert [event["event"] for event in events] == ["published", "published"]
    assert flanbeam("rollback", root, "--json").document["snapshot"] == snapshot
    time.sleep(FakeStore.lag_seconds)
    garbage = flanbeam("gc", root, "--keep", "1", "--delete", "--json").document["garbage"]
    assert not any("/snapshots/" in row["path"] for row in garbage)
    assert verify(resolve(f"{root}@latest")).passed


def test_no_pointer_is_ever_half_there(
    flanbeam: Any,
    corpus: Any,
    object_store: Objects,
    root: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A manifest appears after all that it names, and the pointer after the manifest."""
    copies: list[str] = []
    copy = FakeStore.copy

    def note(self: Any, sources: list[str], targets: list[str]) -> None:
        copies.extend(targets)
        copy(self, sources, targets)

    monkeypatch.setattr(FakeStore, "copy", note)
    snapshot = flanbeam("refresh", corpus.recipe, "--store", root, "--json").document["snapshot"]
    moved = [path for path in copies if path.startswith(f"{snapshot}/")]
    assert moved[-1] == f"{snapshot}/manifest.json"
    assert set(moved) == {path for path in object_store if path.startswith(f"{snapshot}/")}
    pointer = f"{root}/channels/latest.json"
    assert copies.index(pointer) > copies.index(moved[-1])


def test_build_that_was_killed_while_it_moved_is_finished_by_the_next(
    flanbeam: Any, corpus: Any, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class _KilledError(RuntimeError):
        pass

    copy = filesystem.copy

    def kill(source: str, target: str) -> None:
        if target.endswith("manifest.json"):
            raise _KilledError
        copy(source, target)

    argv = ["refresh", corpus.recipe, "--store", root, "--json"]
    with monkeypatch.context() as patched:
        patched.setattr(filesystem, "copy", kill)
        assert flanbeam(*argv).status == 1
    assert not filesystem.exists(f"{root}/channels/latest.json")
    outcome = flanbeam(*argv)
    assert outcome.status == 0
    assert verify(outcome.document["snapshot"]).passed
    time.sleep(FakeStore.lag_seconds)
    garbage = flanbeam("gc", root, "--delete", "--json").document["garbage"]
    assert [row["why"] for row in garbage if "/snapshots/" in row["path"]] in (
        [],
        ["has no manifest.json: only partly moved or deleted"],
    )
    assert verify(outcome.document["snapshot"]).passed


def test_lock_on_an_object_store(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.at(root)
    with StoreLock(store, "a", "work") as lock:
        with pytest.raises(LockedError, match=r"work \(process"), StoreLock(store, "a", "other"):
            pass
        lock.check()
    assert live_holder(store, "a") is None
    monkeypatch.setattr(locking, "TTL_SECONDS", 0.2)
    monkeypatch.setattr(StoreLock, "_beat", lambda _: None)
    with StoreLock(store, "a", "silent") as silent:
        time.sleep(0.3)
        with StoreLock(store, "a", "next") as lock:
            assert lock.check().fencing > silent.holder.fencing  # type: ignore[union-attr]
            with pytest.raises(LockedError, match="taken over"):
                silent.check()


def test_of_two_claims_at_once_the_later_one_counts(
    root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both found no holder; each writes, waits, and reads who it is."""
    store = Store.at(root)
    claimed: list[StoreLock] = []
    sleep = time.sleep

    def claim_meanwhile(seconds: float) -> None:
        if not claimed:
            claimed.append(StoreLock(store, "a", "second"))
            filesystem.remove(claimed[0].path)
            claimed[0].__enter__()
        sleep(seconds)

    monkeypatch.setattr(locking.time, "sleep", claim_meanwhile)
    with pytest.raises(LockedError, match="taken over by process"):
        StoreLock(store, "a", "first").__enter__()
    claimed[0].check()
    claimed[0].__exit__(None, None, None)
    assert live_holder(store, "a") is None
