"""Damaged files of a store: said, never in the way of the rest, and nothing needed is lost."""

import errno
import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import main
from tests.pipelines.corpus import Corpus, edit
from tfrecords_schema import filesystem


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
def test_gc_keeps_what_a_damaged_snapshot_may_be_from(store: Damaged, data: bytes | None) -> None:
    nodes = store.last / "nodes.json"
    nodes.unlink() if data is None else nodes.write_bytes(data)
    before = store.everything()
    plan = store.flanbeam("plan", store.recipe, "--refresh", store.root)
    assert plan.status == 0
    assert f"{store.last.name} is damaged: {nodes}: " in plan.out
    gc = store.gc()
    assert gc.status == 0
    assert f"{nodes}: missing, or its sha256 differs" in gc.err
    assert "until it is deleted, all cached sources and stages are kept" in gc.err
    # The channel keeps the damaged one; of one sound one there is no other to delete.
    assert store.everything() == before


_DAMAGE: dict[str, Callable[[Path], object]] = {
    "power cut": lambda path: [file.write_bytes(b"") for file in path.rglob("*") if file.is_file()],
    "manifest": lambda path: (path / "manifest.json").write_bytes(b"{"),
    "no manifest": lambda path: (path / "manifest.json").unlink(),
    "edited manifest": lambda path: _edit(path / "manifest.json", b'"seed": 1', b'"seed": 2'),
    "nodes": lambda path: (path / "nodes.json").write_bytes(b"{}"),
    "shard": lambda path: next(path.rglob("*.tfrecord-*-of-00001")).write_bytes(b""),
    "index": lambda path: next(path.rglob("*.index")).write_bytes(b""),
    "gone": shutil.rmtree,
}


def _edit(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


@pytest.mark.parametrize("kind", _DAMAGE)
def test_refresh_builds_a_damaged_snapshot_again(store: Damaged, contents: Any, kind: str) -> None:
    before = contents(store.last)
    _DAMAGE[kind](store.last)
    assert store.flanbeam("snapshots", store.root).status == 0
    outcome = store.refresh()
    assert outcome.status == 0, outcome.err
    again = outcome.document["snapshot"]
    assert again != str(store.last)
    assert contents(again) == before
    assert store.refresh().status == 10
    assert store.gc().status == 0
    left = {path.name for path in (store.root / "snapshots").iterdir()}
    assert left == {Path(again).name}


@pytest.mark.parametrize("kind", ["power cut", "manifest", "shard"])
def test_a_damaged_old_snapshot_stops_nobody(store: Damaged, kind: str) -> None:
    _DAMAGE[kind](store.first)
    listed = store.flanbeam("snapshots", store.root, "--json")
    assert listed.status == 0
    damage = {row["name"]: row["damage"] for row in listed.document}
    assert damage[store.last.name] is None
    assert str(store.first) in damage[store.first.name]
    assert f"{store.first.name} is damaged: " in store.flanbeam("snapshots", store.root).out
    # It is not one of the newest that are kept, so it is what goes.
    gc = store.flanbeam("gc", store.root, "--keep", 2, "--delete", "--json")
    assert [row["path"] for row in gc.document["garbage"]] == [str(store.first)]
    assert not store.first.exists()


def test_the_sources_go_back_to_what_is_damaged(store: Damaged, contents: Any) -> None:
    before = contents(store.first)
    _DAMAGE["power cut"](store.first)
    edit(store.corpus.jsonl, "crimson", "red")
    outcome = store.refresh()
    assert outcome.status == 0
    assert "the snapshot is skipped, and gc will delete it" in outcome.err
    assert contents(outcome.document["snapshot"]) == before


def test_rollback_passes_over_damage_and_withdraws_nothing_damaged(store: Damaged) -> None:
    _DAMAGE["power cut"](store.last)
    assert store.flanbeam("rollback", store.root).status == 0
    assert json.loads(store.pointer.read_bytes())["withdrawn"] == []
    # What the sources give now was damaged, not bad: it is built again.
    assert store.refresh().status == 0
    _DAMAGE["power cut"](store.first)
    outcome = store.flanbeam("rollback", store.root)
    assert outcome.status == 2
    assert "there is no undamaged snapshot to roll back to" in outcome.err
    outcome = store.flanbeam("rollback", store.root, "--to", store.first.name)
    _one_line(outcome, f"--to {store.first.name}: {store.first}", "not a valid manifest")


def test_gates_compare_with_the_last_readable_snapshot(store: Damaged) -> None:
    _DAMAGE["power cut"](store.last)
    lines = store.corpus.jsonl.read_text().splitlines(keepends=True)
    store.corpus.jsonl.write_text("".join(lines[:5]))
    outcome = store.refresh()
    assert outcome.status == 3
    assert "questions has 5 records, 10 before" in outcome.document["failed"][0]


@pytest.mark.parametrize("keeper", ["channel", "pin"])
def test_what_is_kept_stays_without_its_manifest(store: Damaged, keeper: str) -> None:
    kept = store.last
    if keeper == "pin":
        kept = store.first
        store.flanbeam("pin", kept)
    (kept / "manifest.json").unlink()
    before = store.everything()
    gc = store.gc()
    assert gc.status == 0
    assert f"{kept}: not a snapshot" in gc.err
    assert store.everything() == before


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"\xff\xfe"])
def test_damaged_manifest_is_told_with_what_to_do(store: Damaged, data: bytes) -> None:
    manifest = store.last / "manifest.json"
    manifest.write_bytes(data)
    before = store.everything()
    for argv in (
        ["publish", store.last],
        ["pin", store.last],
        ["diff", store.first, store.last],
        ["verify", f"{store.root}@latest", "--deep"],
        ["explain", store.last, "0" * 32],
    ):
        _one_line(
            store.flanbeam(*argv),
            f"{manifest}: not a valid manifest",
            "restore the file, or delete",
        )
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
        words = f"{store.pointer}: not a valid channel pointer; delete it and publish"
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
    _one_line(outcome, f"{run}: has no valid gates; rebuild the snapshot")
    assert json.loads(store.pointer.read_bytes())["snapshot"] == store.last.name


@pytest.mark.parametrize("place", ["snapshots", "cache/building", "cache/ingest", "channels"])
def test_gc_deletes_links_and_never_what_they_name(
    store: Damaged, tmp_path: Path, place: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(store.first, elsewhere)
    before = {path.name: path.read_bytes() for path in elsewhere.iterdir() if path.is_file()}
    links = [store.root / place / name for name in ("0.tmp-link", "1.tmp-dangling")]
    for link, target in zip(links, (elsewhere, tmp_path / "nowhere"), strict=True):
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(target, target_is_directory=True)
    gc = store.gc()
    assert gc.status == 0, gc.err
    assert not any(link.is_symlink() for link in links)
    assert {p.name: p.read_bytes() for p in elsewhere.iterdir() if p.is_file()} == before
    assert store.gc().document["garbage"] == []


def test_a_full_disk_does_not_turn_a_publication_into_a_failure(
    store: Damaged, monkeypatch: pytest.MonkeyPatch
) -> None:
    def append(path: str, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(filesystem, "append", append)
    outcome = store.flanbeam("publish", store.first)
    assert outcome.status == 0
    assert json.loads(store.pointer.read_bytes())["snapshot"] == store.first.name
    assert (
        f"{store.root}/history.jsonl: No space left on device; "
        "published succeeded, but could not be recorded in the history"
    ) in outcome.err


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
