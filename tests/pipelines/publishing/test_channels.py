"""Which snapshot a channel points at: what is refused, rolled back, and taken up again."""

from pathlib import Path

import pytest

from pipelines.checks.verify import verify
from pipelines.recipe import load_recipe
from tests.pipelines.corpus import edit
from tests.pipelines.refreshed_store import RefreshedStore


@pytest.mark.parametrize("policy", ["fail", "skip"])
def test_corrupted_source_leaves_the_old_snapshot_in_place(
    store: RefreshedStore, policy: str
) -> None:
    store.set(f"on_source_error={policy}")
    first = store.refresh().document["snapshot"]
    intact = store.corpus.tasks.read_text()
    store.corpus.tasks.write_text(intact[:200])
    outcome = store.refresh()
    assert outcome.status == 3
    assert store.current() == first
    assert verify(first).passed
    if policy == "skip":
        [failed] = outcome.document["failed"]
        assert failed.startswith("max_task_drop: task001_colours has 0 records, 10 before (-100%")
        assert verify(outcome.document["snapshot"]).passed
        assert [event["event"] for event in store.run("history", store.root).document] == [
            "published",
            "refused",
        ]
    store.corpus.tasks.write_text(intact)
    assert store.refresh().status == 10


def test_refused_snapshot_is_taken_up_when_its_gate_is_opened(store: RefreshedStore) -> None:
    store.refresh()
    lines = store.corpus.jsonl.read_text().splitlines(keepends=True)
    store.corpus.jsonl.write_text("".join(lines[:5]))
    refused = store.refresh()
    assert refused.status == 3
    assert "questions has 5 records, 10 before" in refused.document["failed"][0]
    store.set("gates.max_task_drop=0.5")
    outcome = store.refresh()
    assert outcome.status == 0
    assert outcome.document["snapshot"] == refused.document["snapshot"]
    assert store.current() == refused.document["snapshot"]


def test_rolled_back_snapshot_does_not_come_back_by_itself(store: RefreshedStore) -> None:
    first = store.refresh().document["snapshot"]
    edit(store.corpus.jsonl)
    second = store.refresh().document["snapshot"]
    rolled = store.run("rollback", store.root)
    assert (rolled.status, rolled.document["snapshot"]) == (0, first)
    assert store.current() == first
    assert store.refresh().status == 10
    assert store.plan().document["withdrawn"]
    assert store.current() == first
    edit(store.corpus.jsonl, "blue", "azure")
    assert store.refresh().status == 0
    assert store.current() not in (first, second)
    assert store.run("publish", second).status == 0
    assert store.current() == second
    assert store.run("rollback", store.root, "--to", Path(first).name).status == 0
    assert store.current() == first


def test_publish_holds_to_the_gates_of_the_recipe(store: RefreshedStore) -> None:
    store.set("gates.min_examples=31")
    built = store.run("build", store.corpus.recipe, "--out", store.root, *store.more)
    outcome = store.run("publish", built.document["snapshot"])
    assert outcome.status == 3
    assert outcome.document["failed"] == ["min_examples: 30 examples, but at least 31 are required"]
    assert not (store.root / "channels").exists()


def test_damaged_snapshot_is_not_published(store: RefreshedStore) -> None:
    built = Path(store.run("build", store.corpus.recipe, "--out", store.root).document["snapshot"])
    shard = next(built.rglob("train.tfrecord-00000-of-00001"))
    shard.write_bytes(shard.read_bytes()[:-1])
    assert store.run("publish", built).status == 3
    outcome = store.refresh()
    assert outcome.status == 0
    assert outcome.document["snapshot"] != str(built)


def test_gates_change_neither_bytes_nor_fingerprint(store: RefreshedStore) -> None:
    plain = load_recipe(str(store.corpus.recipe), [], {}, None)
    gated = load_recipe(str(store.corpus.recipe), ["gates.min_examples=7"], {}, None)
    assert plain.gates != gated.gates
    assert plain.stated() == gated.stated()
