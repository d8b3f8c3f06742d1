"""A power cut at any moment leaves the old state or the new one, on a disk that forgets."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.checks.verify import verify
from pipelines.cli import main
from tests.pipelines.corpus import Corpus, edit
from tests.pipelines.power_cut import Disk, Tree, write_tree
from tfrecords_schema import filesystem

_ROOT = Path(__file__).parents[2]


def _files(tree: Tree, below: str = "") -> dict[str, bytes]:
    """Return path → bytes."""
    files: dict[str, bytes] = {}
    for name, content in tree.items():
        if isinstance(content, bytes):
            files[f"{below}{name}"] = content
        else:
            files |= _files(content, f"{below}{name}/")
    return files


class Watched:
    """A store on a disk that forgets, and what must hold of every state that a cut could leave.

    Snapshots that are there are whole, a pointer names one that is there, and the history has
    whole lines.
    """

    def __init__(self, root: Path) -> None:
        (root / "disk").mkdir()
        self.store = root / "disk" / "deep" / "store"
        self.disk = Disk(root / "disk", self._check)
        self.wrong: list[str] = []
        self.pointers: list[str] = []
        self.last: dict[str, Tree] = {}
        self._whole: dict[str, dict[str, bytes]] = {}

    def _check(self, moment: str, disk: Tree) -> None:
        store = disk.get("deep", {}).get("store", {})
        self.last[moment.rpartition(", ")[2]] = store
        snapshots = store.get("snapshots", {})
        for name, tree in snapshots.items():
            if isinstance(tree, bytes) or "manifest.json" not in tree:
                continue
            if name not in self._whole:
                self._whole[name] = _read(self.store / "snapshots" / name)
            if _files(tree) != self._whole[name]:
                self.wrong.append(f"{moment}: {name} is not whole")
        for file, data in store.get("channels", {}).items():
            if file.endswith(".json"):
                self._check_pointer(moment, data, snapshots)
        lines = store.get("history.jsonl", b"").splitlines(keepends=True)
        if any(not line.startswith(b"{") or not line.endswith(b"}\n") for line in lines):
            self.wrong.append(f"{moment}: half a line of history")

    def _check_pointer(self, moment: str, data: bytes, snapshots: Tree) -> None:
        name = json.loads(data)["snapshot"] if data else ""
        if "manifest.json" not in snapshots.get(name, {}):
            self.wrong.append(f"{moment}: the pointer names {name!r}, which is not there")
        if name not in self.pointers:
            self.pointers.append(name)


def _read(root: Path) -> dict[str, bytes]:
    files = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    with monkeypatch.context() as patch:
        watched.disk.install(patch)
        yield watched
    watched.disk.close()


def _refresh(corpus: Corpus, store: Path) -> None:
    assert main(["refresh", str(corpus.recipe), "--store", str(store)]) == 0


def _pointed_at(store: Path) -> str:
    return str(json.loads((store / "channels" / "latest.json").read_bytes())["snapshot"])


def test_power_cut_at_any_moment(watched: Watched, corpus: Corpus, tmp_path: Path) -> None:
    store = watched.store
    _refresh(corpus, store)
    first = _pointed_at(store)
    edit(corpus.jsonl)
    _refresh(corpus, store)
    second = _pointed_at(store)
    cut = dict(watched.last)
    for argv in (
        ["rollback", store],
        ["pin", store / "snapshots" / first],
        ["publish", store / "snapshots" / second],
        ["unpin", store / "snapshots" / first],
        ["gc", store, "--keep", "1", "--idle-hours", "0", "--delete"],
    ):
        assert main([str(word) for word in argv]) == 0
    assert watched.wrong == []
    # Only states that a command left on purpose, in no other order.
    assert watched.pointers == [first, second]
    for kind, state in watched.last.items():
        assert json.loads(state["channels"]["latest.json"])["snapshot"] == second, kind
        left = [n for n, tree in state["snapshots"].items() if "manifest.json" in tree]
        assert left == [second], kind
        assert state["history.jsonl"].count(b"\n") == 7, kind
    # The caches are not synced; what is left of them is looked through and made again.
    for number, kind in enumerate(cut):
        copy = tmp_path / f"left-{number}"
        write_tree(cut[kind], copy)
        snapshot = copy / "snapshots" / second
        assert verify(str(snapshot)).passed, kind
        assert main(["refresh", str(corpus.recipe), "--store", str(copy)]) == 10
    edit(corpus.jsonl, "blue", "azure")
    _refresh(corpus, copy)
    assert verify(str(copy / "snapshots" / _pointed_at(copy))).passed


def test_unsynced_caches_are_made_again(watched: Watched, corpus: Corpus, tmp_path: Path) -> None:
    """Of a cut just before the publication the names of all files are left, and no bytes."""
    left = tmp_path / "left"
    check = watched.disk._at_cut

    def keep(moment: str, disk: Tree) -> None:
        check(moment, disk)
        if "names unsynced" in moment and not left.exists():
            store = disk.get("deep", {}).get("store", {})
            if "snapshot" in next(iter(store.get("cache", {}).get("building", {}).values()), {}):
                staged = next(iter(store["cache"]["building"].values()))["snapshot"]
                if "manifest.json" in staged:
                    write_tree(store, left)

    watched.disk._at_cut = keep
    _refresh(corpus, watched.store)
    assert watched.wrong == []
    whole = _read(watched.store / "snapshots" / _pointed_at(watched.store))
    assert b"" in {path.read_bytes() for path in left.rglob("*.run")}
    _refresh(corpus, left)
    again = _read(left / "snapshots" / _pointed_at(left))
    assert again.keys() == whole.keys()
    assert [n for n in whole if n != "run.json" and again[n] != whole[n]] == []


@pytest.mark.parametrize("function", ["sync_tree", "sync"])
def test_a_missing_sync_is_noticed(
    watched: Watched, corpus: Corpus, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    monkeypatch.setattr(filesystem, function, lambda path: None)
    _refresh(corpus, watched.store)
    final = watched.last["nothing unsynced left"]
    assert watched.wrong or not final.get("channels")


# Calls of several threads interleave: the first half of a line is enough.
_CALL = re.compile(r"(?:fsync|fdatasync)\(\d+<(?P<synced>[^>]*)>|rename(?:at2?)?\((?P<names>.*)")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_the_system_sees_the_same_order_of_syncs(
    watched: Watched, corpus: Corpus, tmp_path: Path
) -> None:
    _refresh(corpus, watched.store)
    followed = [
        ("rename" if name == "replace" else name, _place(path, watched.store))
        for name, path in watched.disk.events
        if name in ("fsync", "replace", "rename")
    ]
    log, store = tmp_path / "strace.log", tmp_path / "deep" / "store"
    calls = "fsync,fdatasync,rename,renameat,renameat2"
    trace = ["strace", "-f", "--seccomp-bpf", "-y", "-o", str(log), "-e", f"trace={calls}"]
    command = [sys.executable, "-m", "pipelines.cli", "refresh", str(corpus.recipe)]
    done = subprocess.run(
        [*trace, "-s", "4096", *command, "--store", str(store)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in done.stderr and done.returncode:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert list(_traced(log, store)) == [e for e in followed if e[1] is not None]


def _traced(log: Path, store: Path) -> Iterator[tuple[str, str]]:
    for line in log.read_text().splitlines():
        if match := _CALL.search(line):
            path = match["synced"] or re.findall(r'"([^"]*)"', match["names"])[-1]
            if place := _place(path, store):
                yield ("fsync" if match["synced"] else "rename", place)


def _place(path: str, store: Path) -> str | None:
    """Return a path relative to the store, with what differs between two runs left out."""
    if not path.startswith(str(store.parent)):
        return None
    relative = os.path.relpath(path, store)
    relative = re.sub(r"\.tmp-[0-9a-f]{32}", ".tmp", relative)
    return re.sub(r"\d{8}T\d{6}\.\d{6}Z", "TIME", relative)


def _loop_devices() -> bool:
    return (
        os.geteuid() == 0 and Path("/dev/loop-control").exists() and bool(shutil.which("losetup"))
    )


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str, Path], Path]]:
    """Mount an image on a directory: `mounted(name, image)`."""
    places: list[Path] = []

    def mount(name: str, image: Path) -> Path:
        place = tmp_path / name
        place.mkdir()
        done = subprocess.run(
            ["mount", "-o", "loop", str(image), str(place)], capture_output=True, text=True
        )
        if done.returncode:
            pytest.skip(f"no image can be mounted here: {done.stderr.strip()}")
        places.append(place)
        return place

    yield mount
    for place in reversed(places):
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.skipif(not _loop_devices(), reason="needs root and loop devices")
def test_an_image_copied_while_a_refresh_runs(
    mounted: Any, flanbeam: Any, start_flanbeam: Any, corpus: Corpus, tmp_path: Path
) -> None:
    """What an ext4 image holds at some moments, as after a power cut: old state or new one."""
    image = tmp_path / "disk.img"
    with image.open("wb") as stream:
        stream.truncate(64 << 20)
    subprocess.run(["mkfs.ext4", "-qF", str(image)], check=True)
    store = mounted("disk", image) / "store"
    names: list[str | None] = [None]
    copies: list[Path] = []
    for word in ("crimson", "scarlet", "ruby"):
        edit(corpus.jsonl, "red", word)
        process = start_flanbeam("refresh", corpus.recipe, "--store", store)
        while process.poll() is None:
            copies.append(_copy(image, tmp_path / f"cut-{len(copies)}.img"))
            time.sleep(0.15)
        process.communicate()
        assert process.returncode == 0
        names.append(_pointed_at(store))
        edit(corpus.jsonl, word, "red")
    copies.append(_copy(image, tmp_path / "cut-last.img"))
    seen = [_state_of(mounted(copy.stem, copy) / "store") for copy in copies]
    order = [names.index(name) for name in seen]
    assert order == sorted(order)
    # Published is published, though nothing but the refresh itself has synced the disk.
    assert seen[-1] == names[-1]
    last = tmp_path / copies[-1].stem / "store"
    assert flanbeam("snapshots", last).status == 0
    assert flanbeam("refresh", corpus.recipe, "--store", last).status == 0


def _copy(image: Path, copy: Path) -> Path:
    subprocess.run(["cp", "--sparse=always", str(image), str(copy)], check=True)
    return copy


def _state_of(store: Path) -> str | None:
    """Return the name of the snapshot that the channel points at, which verifies; None before."""
    if not (store / "channels" / "latest.json").exists():
        return None
    name = _pointed_at(store)
    assert verify(str(store / "snapshots" / name)).problems == []
    return name
