"""Damaged files of a store: one line says which and what to do, and nothing needed is lost."""

import json
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import main
from tests.pipelines.corpus import Corpus, edit


class Damaged:
    """A store of two snapshots, of which `latest` points at the second; files to damage."""

    def __init__(self, flanbeam: Any, corpus: Corpus, root: Path) -> None:
        self.flanbeam, self.corpus, self.root = flanbeam, corpus, root
        self.first, self.last = sorted((root / "snapshots").iterdir())

    @property
    def recipe(self) -> Path:
        return Path(self.corpus.recipe)

    @property
    def pointer(self) -> Path:
        return self.root / "channels" / "latest.json"

    def refresh(self, *argv: object) -> Any:
        return self.flanbeam("refresh", self.recipe, "--store", self.root, "--json", *argv)

    def gc(self) -> Any:
        argv = ("--keep", 1, "--idle-hours", 0, "--delete", "--json")
        return self.flanbeam("gc", self.root, *argv)

    def everything(self) -> set[str]:
        """Return all paths but locks and the history."""
        kept = [p for p in self.root.rglob("*") if p.is_file() and p.parent.name != "locks"]
        return {path.relative_to(self.root).as_posix() for path in kept} - {"history.jsonl"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a corpus and the store that it was refreshed into twice, to copy."""
    root = tmp_path_factory.mktemp("whole")
    corpus = Corpus.write(root / "corpus")
    argv = ["refresh", str(corpus.recipe), "--store", str(root / "store")]
    assert main(argv) == 0
    edit(corpus.jsonl)
    assert main(argv) == 0
    return root


@pytest.fixture
def store(flanbeam: Any, whole: Path, tmp_path: Path) -> Damaged:
    shutil.copytree(whole, tmp_path / "whole")
    return Damaged(flanbeam, Corpus(tmp_path / "whole" / "corpus"), tmp_path / "whole" / "store")


def _one_line(outcome: Any, *words: object) -> None:
    assert outcome.status == 3, outcome.err
    assert outcome.err.count("\n") == 1, outcome.err
    for word in words:
        assert str(word) in outcome.err


_NODES = [None, b"", b"\xff", b"7", b"[]", b"{}", b'{"manifest": 7}', b'{"manifest": {}}']


@pytest.mark.parametrize("data", _NODES)
def test_damaged_nodes_stop_what_needs_them_and_cost_nothing(
    store: Damaged, data: bytes | None
) -> None:
    nodes = store.last / "nodes.json"
    nodes.unlink() if data is None else nodes.write_bytes(data)
    before = store.everything()
    plan = store.flanbeam("plan", store.recipe, "--refresh", store.root)
    for outcome in (plan, store.refresh(), store.gc()):
        _one_line(outcome, nodes, "its sha256 differs; roll back or publish another snapshot")
    assert store.everything() == before
    assert store.flanbeam("rollback", store.root).status == 0
    shutil.rmtree(store.last)
    assert store.gc().status == 0
    store.corpus.jsonl.write_text(store.corpus.jsonl.read_text().replace("blue", "azure"))
    assert store.refresh().status == 0


@pytest.mark.parametrize("keeper", ["channel", "pin"])
def test_what_is_kept_stays_without_its_manifest(store: Damaged, keeper: str) -> None:
    kept = store.last
    if keeper == "pin":
        kept = store.first
        store.flanbeam("pin", kept)
    (kept / "manifest.json").unlink()
    before = store.everything()
    _one_line(store.gc(), kept, "no snapshot here")
    assert store.everything() == before


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"\xff\xfe"])
def test_damaged_manifest_is_told_with_what_to_do(store: Damaged, data: bytes) -> None:
    manifest = store.last / "manifest.json"
    manifest.write_bytes(data)
    before = store.everything()
    for argv in (
        ["plan", store.recipe, "--refresh", store.root],
        ["refresh", store.recipe, "--store", store.root],
        ["publish", store.last],
        ["pin", store.last],
        ["gc", store.root, "--keep", 1, "--delete"],
        ["snapshots", store.root],
        ["diff", store.first, store.last],
        ["verify", f"{store.root}@latest", "--deep"],
        ["explain", store.last, "0" * 32],
    ):
        _one_line(store.flanbeam(*argv), f"{manifest}: not a manifest", "restore it, or delete")
    assert store.everything() == before


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\x00\xff", b'{"channel": 1}'])
def test_damaged_pointer_can_be_deleted_and_begun_anew(store: Damaged, data: bytes) -> None:
    store.pointer.write_bytes(data)
    before = store.everything()
    for argv in (
        ["plan", store.recipe, "--refresh", store.root],
        ["refresh", store.recipe, "--store", store.root],
        ["publish", store.last],
        ["rollback", store.root],
        ["pin", f"{store.root}@latest"],
        ["gc", store.root, "--keep", 1, "--delete"],
        ["snapshots", store.root],
    ):
        words = f"{store.pointer}: not the pointer of a channel; delete it and publish"
        _one_line(store.flanbeam(*argv), words)
    assert store.everything() == before
    store.pointer.unlink()
    assert store.flanbeam("publish", store.last).status == 0
    assert store.refresh().status == 10


_RUN = [None, b"", b"\xff", b"[]", b"{}", b"7", b'{"gates": []}', b'{"gates": {"x": 1}}']


@pytest.mark.parametrize("data", _RUN)
def test_gates_that_cannot_be_read_are_not_those_by_default(
    store: Damaged, data: bytes | None
) -> None:
    run = store.first / "run.json"
    run.unlink() if data is None else run.write_bytes(data)
    outcome = store.flanbeam("publish", store.first)
    _one_line(outcome, f"{run}: does not tell the gates of its recipe; build the snapshot again")
    assert json.loads(store.pointer.read_bytes())["snapshot"] == store.last.name


def test_lines_of_the_history_that_are_no_event_are_told(store: Damaged) -> None:
    history = store.root / "history.jsonl"
    lines = history.read_bytes().splitlines(keepends=True)
    broken = [b"[1]\n", b"no JSON\n", b"\xff\xfe}\n", b'{"a": }\n', b'{"a": 1}\n', b'{"half']
    history.write_bytes(b"".join([lines[0], *broken[:5], lines[1], broken[5]]))
    # Does not go on in the half line.
    assert store.flanbeam("pin", store.last).status == 0
    outcome = store.flanbeam("history", store.root, "--json")
    assert outcome.status == 0
    events = [event["event"] for event in outcome.document]
    assert events == ["published", "published", "pinned"]
    told = [f"{history}: line {number} is not an event" for number in (2, 3, 4, 5, 6, 8)]
    assert outcome.err.splitlines() == told
    assert "pinned" in store.flanbeam("history", store.root).out


_KILL_AT_REMOVAL = """
import os, signal, sys
real, left = os.unlink, int(sys.argv.pop(1))

def unlink(*arguments, **options):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*arguments, **options)

os.unlink = unlink
from pipelines.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize("removals", [2, 20])
def test_gc_that_was_killed_is_finished_by_the_next(
    store: Damaged, flanbeam_process: Any, contents: Any, removals: int
) -> None:
    argv = ("gc", store.root, "--keep", 1, "--idle-hours", 0, "--delete")
    first = contents(store.first)
    killed = flanbeam_process(removals, *argv, script=_KILL_AT_REMOVAL)
    assert killed.status == -signal.SIGKILL
    # What is half deleted is neither listed nor built from.
    store.corpus.jsonl.write_text(store.corpus.jsonl.read_text().replace("crimson", "red"))
    again = store.flanbeam("build", store.recipe, "--store", store.root)
    assert contents(again.last_line) == first
    assert store.gc().status == 0
    assert store.flanbeam("gc", store.root, "--keep", 1, "--idle-hours", 0).out.startswith(
        "nothing"
    )
    assert [path.name for path in (store.root / "locks").iterdir()] == ["guard"]
    assert store.flanbeam("verify", f"{store.root}@latest").status == 0
