"""No channel is pointed at a snapshot that was built from rows that were forgotten later."""

import shutil
from pathlib import Path

import pytest

from pipelines.publishing.forgotten_since import forgotten_since
from pipelines.stores.store import Store
from tests.pipelines.corpus import edit
from tests.pipelines.refreshed_store import RefreshedStore
from tfrecords_schema.snapshot import open_snapshot


def _forget(store: RefreshedStore, *ids: str) -> None:
    words = [word for one in ids for word in ("--id", one)]
    assert store.run("forget", store.root, "--source", "questions", *words).status == 0


def _lines(store: RefreshedStore, snapshot: str) -> list[str]:
    """Return what is said of a snapshot, without the times of the requests."""
    found = forgotten_since(Store.at(str(store.root)), open_snapshot(snapshot))
    listed = store.root / "forgotten.jsonl"
    return [
        line.split(" at ")[0] + line[line.index(" (") :].replace(str(listed), "") for line in found
    ]


def test_a_channel_is_not_rolled_back_to_forgotten_rows(store: RefreshedStore) -> None:
    first = store.refresh().document["snapshot"]
    _forget(store, "q-red")
    second = store.refresh().document["snapshot"]
    edit(store.corpus.jsonl, "blue", "azure")
    third = store.refresh().document["snapshot"]
    # Back to one that was built without the row.
    assert store.run("rollback", store.root).document["snapshot"] == second
    for argv in ([], ["--to", Path(first).name]):
        refused = store.run("rollback", store.root, *argv)
        assert refused.status == 3
        error = refused.document["error"]
        assert f"{first}: it was built from 1 record of questions that were forgotten" in error
        assert f"({store.root}/forgotten.jsonl:1)" in error
        assert "the channel was not moved" in error
        assert store.current() == second
    # Nor is such a snapshot published, and the others are.
    refused = store.run("publish", first)
    assert refused.status == 3
    assert refused.document["failed"][0].startswith("forgotten: it was built from 1 record of ")
    assert store.run("publish", third).status == 0
    assert store.current() == third


def test_requests_count_if_a_snapshot_was_built_from_their_rows(store: RefreshedStore) -> None:
    first = store.refresh().document["snapshot"]
    _forget(store, "q-red")
    second = store.refresh().document["snapshot"]
    _forget(store, "q-green", "q-blue", "q-red")
    # No row has these ids, so no snapshot has the rows.
    _forget(store, "q-violet", "0123456789abcdef" * 2)
    red = "it was built from 1 record of questions that were forgotten (:1)"
    assert _lines(store, first) == [
        red,
        "it was built from 3 records of questions that were forgotten (:2)",
    ]
    assert _lines(store, second) == [
        "it was built from 2 records of questions that were forgotten (:2)"
    ]
    # Where the cache is gone, a snapshot's own records say it.
    shutil.rmtree(store.root / "cache")
    assert _lines(store, first)[0] == red
    assert len(_lines(store, second)) == 1


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_a_snapshot_that_cannot_say_it_may_hold_them(store: RefreshedStore, damage: str) -> None:
    """As of an earlier version, without nodes and records, after `gc`."""
    snapshot = open_snapshot(store.refresh().document["snapshot"])
    _forget(store, "q-red")
    nodes = Path(snapshot.path) / "nodes.json"
    if damage == "missing":
        nodes.unlink()
    else:
        nodes.write_text("{")
    shutil.rmtree(store.root / "cache")
    snapshot.manifest.records.clear()
    (line,) = forgotten_since(Store.at(str(store.root)), snapshot)
    assert line.startswith("it may have been built from rows of questions that were forgotten at ")


def test_a_task_may_lose_the_rows_that_were_forgotten(store: RefreshedStore) -> None:
    """Otherwise the channel would keep the snapshot that holds them."""
    store.refresh()
    _forget(store, "q-red", "q-green", "q-blue")
    assert store.refresh().status == 0
    rows = store.corpus.jsonl.read_text().splitlines(keepends=True)
    store.corpus.jsonl.write_text("".join(rows[:-1]))
    assert store.refresh().status == 0
    _forget(store, "q-white")
    store.corpus.jsonl.write_text("".join(rows[:-3]))
    refused = store.refresh()
    assert refused.status == 3
    assert refused.document["failed"] == [
        "max_task_drop: questions has 3 records, 6 before (-50%, at most -20%)"
    ]
