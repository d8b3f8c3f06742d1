"""What nothing needs is listed, then deleted; what a channel, a pin or a build needs stays."""

from pathlib import Path

from pipelines.checks.verify import verify
from tests.pipelines.corpus import edit
from tests.pipelines.refreshed_store import RefreshedStore


def test_garbage_is_what_nothing_needs(store: RefreshedStore) -> None:
    snapshots = [store.refresh().document["snapshot"]]
    for old, new in (("blue", "azure"), ("green", "jade"), ("white", "snowy")):
        edit(store.corpus.jsonl, old, new)
        snapshots.append(store.refresh().document["snapshot"])
    assert store.run("pin", snapshots[0]).status == 0
    store.run("rollback", store.root, "--to", Path(snapshots[1]).name)
    argv = ["gc", store.root, "--idle-hours", 0, "--keep", 1]
    listed = store.run(*argv).document["garbage"]
    assert [row["path"] for row in listed if "/snapshots/" in row["path"]] == [snapshots[2]]
    assert len([row for row in listed if "/cache/ingest/" in row["path"]]) == 1
    assert all(Path(row["path"]).exists() for row in listed)
    assert store.run(*argv, "--delete").document["garbage"] == listed
    assert not any(Path(row["path"]).exists() for row in listed)
    rows = store.run("snapshots", store.root).document
    assert [(Path(r["snapshot"]).name, r["channels"], r["pinned"]) for r in rows] == [
        (Path(snapshots[0]).name, [], True),
        (Path(snapshots[1]).name, ["latest"], False),
        (Path(snapshots[3]).name, [], False),
    ]
    assert all(verify(row["snapshot"]).passed for row in rows)
    assert store.run("unpin", snapshots[0]).status == 0
    removed = store.run(*argv, "--delete").document["garbage"]
    assert snapshots[0] in [row["path"] for row in removed]


def _gc(store: RefreshedStore, hours: int) -> list[dict[str, str]]:
    outcome = store.run("gc", store.root, "--idle-hours", hours, "--delete")
    return list(outcome.document["garbage"])


def test_garbage_is_an_unfinished_build_and_a_dead_lock(store: RefreshedStore) -> None:
    first = store.refresh().document["snapshot"]
    (store.root / "cache" / "building" / "0123").mkdir()
    (store.root / "snapshots" / "half").mkdir()
    (store.root / "locks" / "channel-latest.7.alive").write_text("")
    paths = [row["path"] for row in _gc(store, 1)]
    assert [Path(path).name for path in paths] == ["half", "channel-latest.7.alive"]
    paths = [row["path"] for row in _gc(store, 0)]
    assert [Path(path).name for path in paths] == ["0123"]
    assert store.current() == first
    assert store.refresh().status == 10


def test_stages_go_with_the_last_snapshot_that_is_from_them(store: RefreshedStore) -> None:
    store.refresh()
    first = set((store.root / "cache" / "stages").iterdir())
    half = store.root / "cache" / "stages" / "0123.tmp-0123"
    half.mkdir()
    store.set("seed=5")
    store.refresh()
    assert {Path(row["path"]) for row in _gc(store, 0)} == {half}
    edit(store.corpus.jsonl)
    store.refresh()
    rows = store.run("gc", store.root, "--idle-hours", 0, "--keep", 1, "--delete").document
    # The index of held-out sets does not depend on the sources that were edited.
    [index] = first & set((store.root / "cache" / "stages").iterdir())
    gone = {Path(row["path"]) for row in rows["garbage"] if "/stages/" in row["path"]}
    assert first - {index} <= gone
