"""The commands on a store: each by itself, in words for people, and used wrongly."""

from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.corpus import edit
from tests.pipelines.refreshed_store import RefreshedStore
from tfrecords_schema.channels import resolve


def test_each_step_is_a_command_of_its_own(store: RefreshedStore) -> None:
    recipe, root = store.corpus.recipe, store.root
    built = store.run("build", recipe, "--store", root).document["snapshot"]
    assert not (root / "channels").exists()
    assert store.run("verify", built).status == 0
    assert store.run("publish", built, "--channel", "candidate").status == 0
    assert resolve(f"{root}@candidate") == built
    assert resolve(f"{root}/channels/candidate.json") == built
    assert store.refresh().document["sources_read"] == []
    assert store.current() == built
    assert store.run("verify", f"{root}@latest").document["snapshot"] == built


def test_nothing_to_roll_back_to(store: RefreshedStore) -> None:
    assert store.run("rollback", store.root).status == 2
    store.refresh()
    outcome = store.run("rollback", store.root)
    assert outcome.status == 2
    assert "there is no undamaged snapshot to roll back to" in outcome.err
    assert store.run("rollback", store.root, "--to", "2020").status == 2


def test_words_for_people(flanbeam: Any, store: RefreshedStore) -> None:
    argv = ["refresh", store.corpus.recipe, "--store", store.root]
    first = flanbeam(*argv)
    assert first.last_line == store.current()
    assert f"published: latest points at {Path(store.current()).name}" in first.err
    again = flanbeam(*argv)
    assert (again.status, again.last_line) == (10, store.current())
    assert "nothing to do" in again.err
    edit(store.corpus.jsonl)
    planned = flanbeam("plan", store.corpus.recipe, "--refresh", store.root)
    lines = [" ".join(line.split()) for line in planned.out.splitlines()]
    size = store.corpus.jsonl.stat().st_size
    assert f"source:questions changed files.questions.jsonl 10 {size}" in lines
    flanbeam(*argv)
    changed = flanbeam("diff", first.last_line, f"{store.root}@latest")
    assert "source questions: 10 → 10 records; 0 files added" in changed.out
    assert flanbeam("snapshots", store.root).out.count(" tiny ") == 2
    assert flanbeam("history", store.root).out.count("published") == 2
    assert flanbeam("gc", store.root).out == "nothing to delete\n"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (
            ["plan", "{recipe}", "--refresh", "{store}", "--explain", "rende"],
            "did you mean 'render'",
        ),
        (["plan", "{recipe}", "--refresh", "{store}", "--channel", "../x"], "letters, digits"),
        (["publish", "{store}@nightly"], "no channel 'nightly'"),
        (["publish", "{recipe}"], "not in a store"),
        (["gc", "{store}", "--keep", "0"], "at least 1"),
    ],
)
def test_wrong_usage(store: RefreshedStore, argv: list[str], message: str) -> None:
    places = {"recipe": str(store.corpus.recipe), "store": str(store.root)}
    outcome = store.run(*(word.format(**places) for word in argv))
    assert outcome.status == 2
    assert message in outcome.err


def test_store_that_may_not_be_written_is_one_line(store: RefreshedStore) -> None:
    store.root.mkdir()
    (store.root / "locks").write_text("a file")
    outcome = store.refresh()
    assert outcome.status == 3
    assert str(store.root / "locks") in outcome.document["error"]
    assert "Traceback" not in outcome.err


def test_snapshot_is_named_by_its_place(
    store: RefreshedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = Path(store.refresh().document["snapshot"])
    monkeypatch.chdir(snapshot)
    assert store.run("pin", ".").status == 0
    assert snapshot.with_name(f"{snapshot.name}.pinned").exists()
    assert store.run("publish", "../" + snapshot.name + "/", "--channel", "other").status == 0
    assert resolve(f"{store.root}@other") == str(snapshot)
