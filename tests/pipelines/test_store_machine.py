"""Commands on a store in any order, killed at any moment, and what docs/refresh.md promises.

Each command is a process of its own, and a kill is SIGKILL at one of its calls that change files.
After each step:

- Exit statuses are those of docs/refresh.md. No command ends in an error that is not expected.
- A channel points at a whole snapshot, or at one that the test itself damaged. A killed command
  leaves the old pointer or the new one.
- Of the snapshots that are there, no byte ever changes. They are those that a build from nothing
  gives for their fingerprint. Only `gc` deletes one.
- `gc` keeps what is pinned, what a channel points at, and the newest; a second one finds nothing.
- `refresh` points the channel at a snapshot of the present sources, again and again with status 10.
- What was rolled back does not come back by itself. Only `publish` brings it back.
- A damaged snapshot is not published, pinned or rolled back to. It stops no command on others, is
  built again when it is needed, and is deleted unless it is protected.
- Corrupt caches change no byte of what is built.
- Fencing numbers grow with each move of a pointer.
- A dead process holds no lock. While one lives, others end with status 4, and one whose lock was
  taken over moves no pointer.
- The history has whole lines, only grows, and its last move is the pointer's (unless killed between
  the two).
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pipelines.checks.damage import damage_of
from pipelines.checks.verify import verify
from pipelines.publishing.channels import channel_lock, publish, stated_gates
from pipelines.stores.locking import live_holders
from pipelines.stores.store import Store
from tests.pipelines.file_calls import KILLED, kill, run
from tests.pipelines.recorded_builds import VERSIONS, World, read
from tfrecords_schema.channels import Pointer
from tfrecords_schema.errors import LockedError
from tfrecords_schema.snapshot import open_snapshot

# A refresh that builds makes about 250 calls, a publication about 40.
_CALLS = st.integers(1, 300)
_ANY = st.integers(0, 1_000_000)


class StoreMachine(RuleBasedStateMachine):
    """A store, and what is known of it: the rest is read from the disk."""

    world: World
    kills = 0

    def __init__(self) -> None:
        super().__init__()
        self.root = self.world.root
        shutil.rmtree(self.root, ignore_errors=True)
        self.store = Store(str(self.root))
        self.version = 0
        self.world.use(0)
        self.pointer: Pointer | None = None
        self.seen: dict[str, dict[str, bytes]] = {}
        # Damage that the quick check sees, and damage that only `verify` finds.
        self.damaged: set[str] = set()
        self.rotten: set[str] = set()
        self.pinned: set[str] = set()
        self.history = b""
        self.is_last_move_noted = True

    # What is on the disk.

    def _names(self) -> list[str]:
        return self.store.snapshot_names()

    def _history(self) -> bytes:
        path = Path(self.store.history)
        return path.read_bytes() if path.exists() else b""

    def _fingerprint(self) -> str:
        return self.world.fingerprints[self.version]

    def _is_sound(self, name: str) -> bool:
        return name in self._names() and name not in self.damaged

    def _some(self, number: int) -> str:
        names = sorted(self.seen)
        return names[number % len(names)]

    def _command(
        self,
        argv: list[str],
        status: int,
        at: int = 0,
        moved: Callable[[Pointer], bool] | None = None,
    ) -> None:
        """Run a command that ends with `status`, or is killed; `moved` checks where it points."""
        found, words, _ = run(argv, self.root, at, kill)
        StoreMachine.kills += found == KILLED
        assert found == status or (at and found == KILLED), f"{argv} ended with {found}: {words}"
        before, self.pointer = self.pointer, self.store.current("latest")
        if self.pointer != before:
            assert moved, f"{argv} moved the pointer: {words}"
            assert self.pointer
            assert moved(self.pointer), words
            assert before is None or self.pointer.fencing > before.fencing
            self.is_last_move_noted = found != KILLED
        else:
            assert moved is None or found != 0, words

    # Commands.

    @rule(version=st.integers(0, len(VERSIONS) - 1))
    def edit(self, version: int) -> None:
        self.version = version
        self.world.use(version)

    def _refresh(self, at: int) -> None:
        fingerprint, pointer = self._fingerprint(), self.pointer
        is_current = (
            pointer is not None
            and pointer.fingerprint == fingerprint
            and self._is_sound(pointer.snapshot)
        )
        is_withdrawn = pointer is not None and fingerprint in pointer.withdrawn
        argv = self.world.refresh(self.version)
        if is_current or is_withdrawn:
            self._command(argv, 10, at)
            return

        def moved(new: Pointer) -> bool:
            assert not {new.snapshot} & (self.damaged | self.rotten)
            return new.fingerprint == fingerprint and new.snapshot in self._names()

        self._command(argv, 0, at, moved)

    @rule()
    def refresh(self) -> None:
        self._refresh(0)

    @rule(at=_CALLS)
    def kill_refresh(self, at: int) -> None:
        self._refresh(at)

    @rule()
    def build(self) -> None:
        argv = self.world.refresh(self.version)
        self._command(["build", argv[1], "--out", argv[3], *argv[4:]], 0)

    @rule(at=st.sampled_from([0, 0, 5, 10, 15, 20, 25, 30]))
    def rollback(self, at: int) -> None:
        old = self.pointer
        argv = ["rollback", str(self.root)]
        earlier = [name for name in (old.previous if old else []) if self._is_sound(name)]
        if old is None or not earlier:
            self._command(argv, 2, at)
            return
        gone = {*old.withdrawn} - {self.seen_fingerprint(earlier[0])}
        if self._is_sound(old.snapshot) and old.fingerprint != self.seen_fingerprint(earlier[0]):
            gone.add(old.fingerprint)

        def moved(new: Pointer) -> bool:
            return new.snapshot == earlier[0] and {*new.withdrawn} == gone

        self._command(argv, 0, at, moved)

    def seen_fingerprint(self, name: str) -> str:
        return next(f for f in self.world.fingerprints if f.startswith(name.split("-")[1]))

    @precondition(lambda self: self.seen)
    @rule(number=_ANY, at=st.sampled_from([0, 0, 5, 10, 15, 20, 25, 30, 35]))
    def publish(self, number: int, at: int) -> None:
        name = self._some(number)
        argv = ["publish", self.store.snapshot(name)]
        if name in self.damaged | self.rotten:
            self._command(argv, 3, at)
            return

        def moved(new: Pointer) -> bool:
            return new.snapshot == name and new.fingerprint not in new.withdrawn

        self._command(argv, 0, at, moved)

    @precondition(lambda self: self.seen)
    @rule(number=_ANY)
    def pin(self, number: int) -> None:
        name = self._some(number)
        self._command(["pin", self.store.snapshot(name)], 3 if name in self.damaged else 0)
        if name not in self.damaged:
            self.pinned.add(name)

    @precondition(lambda self: self.pinned)
    @rule(number=_ANY)
    def unpin(self, number: int) -> None:
        name = sorted(self.pinned)[number % len(self.pinned)]
        self._command(["unpin", self.store.snapshot(name)], 0)
        self.pinned.remove(name)

    @precondition(lambda self: self.seen)
    @rule(keep=st.integers(1, 3), at=st.sampled_from([0, 0, 3, 6, 9, 15, 40, 80, 150]))
    def gc(self, keep: int, at: int) -> None:
        sound = [name for name in sorted(self.seen) if self._is_sound(name)]
        protected = {*self.pinned, *([self.pointer.snapshot] if self.pointer else [])}
        kept = {*sound[-keep:], *protected} & self.seen.keys()
        options = ["--keep", str(keep), "--idle-hours", "0", "--delete"]
        self._command(["gc", str(self.root), *options], 0, at)
        there = {path.name for path in (self.root / "snapshots").iterdir() if path.is_dir()}
        assert kept & set(self.seen) <= there
        if not at:
            assert there == kept
            done = self._history()
            self._command(["gc", str(self.root), *options], 0)
            # What deletes nothing is no event.
            assert self._history() == done
        for name in self.seen.keys() - kept:
            # A deletion takes the manifest first: what is left of it is no snapshot.
            if name not in self._names():
                self._drop(name)

    def _drop(self, name: str) -> None:
        del self.seen[name]
        self.damaged.discard(name)
        self.rotten.discard(name)

    # What goes wrong.

    @precondition(lambda self: self.seen)
    @rule(number=_ANY, kind=st.sampled_from(["cut", "flip", "gone", "manifest", "no manifest"]))
    def damage(self, number: int, kind: str) -> None:
        name = self._some(number)
        if name in self.damaged:
            return
        snapshot = self.root / "snapshots" / name
        [shard] = [
            snapshot / shard.path
            for shard in open_snapshot(str(snapshot)).manifest.splits["train"].shards
        ]
        if kind == "flip":
            data = bytearray(shard.read_bytes())
            data[number % len(data)] ^= 1
            shard.write_bytes(data)
        elif kind == "cut":
            shard.write_bytes(shard.read_bytes()[:-1])
        elif kind == "gone":
            (snapshot / "nodes.json").unlink()
        elif kind == "manifest":
            (snapshot / "manifest.json").write_bytes(b"{")
        else:
            (snapshot / "manifest.json").unlink()
        if kind != "flip":
            self.damaged.add(name)
        self.seen[name] = read(snapshot)
        # The same bit twice is no damage.
        is_rotten = self.seen[name] != self.world.contents[self.seen_fingerprint(name)]
        (self.rotten.add if is_rotten else self.rotten.discard)(name)

    @rule(number=_ANY, is_cut=st.booleans())
    def corrupt_cache(self, number: int, is_cut: bool) -> None:
        files = sorted(path for path in (self.root / "cache").rglob("*") if path.is_file())
        if files:
            file = files[number % len(files)]
            data = bytearray(file.read_bytes())
            if data and not is_cut:
                data[number % len(data)] ^= 255
            file.write_bytes(data[: number % len(data)] if data and is_cut else data)

    @rule()
    def meet_a_holder(self) -> None:
        with channel_lock(self.store, "latest", "a refresh"):
            self._command(self.world.refresh(self.version), 4)
            if self.seen:
                self._command(["rollback", str(self.root)], 4)
                self._command(["gc", str(self.root), "--delete"], 4)

    @rule(number=_ANY)
    def take_over(self, number: int) -> None:
        sound = sorted(self.seen.keys() - self.damaged - self.rotten)
        if not sound:
            return
        path = self.store.snapshot(sound[number % len(sound)])
        gates = stated_gates(path)
        with channel_lock(self.store, "latest", "one") as one:
            # Somebody deletes what is there.
            Path(one.path).unlink()
            with channel_lock(self.store, "latest", "two") as two:
                moved = publish(path, self.store, "latest", gates, two).pointer
            with pytest.raises(LockedError):
                publish(path, self.store, "latest", gates, one)
        self.pointer, self.is_last_move_noted = self.store.current("latest"), True
        assert self.pointer == moved

    # What holds after each step.

    @invariant()
    def snapshots_never_change(self) -> None:
        # Those without a manifest were killed on the way to their names, or in their deletion.
        for name in self._names():
            found = read(self.root / "snapshots" / name)
            if name not in self.seen:
                assert found == self.world.contents[self.seen_fingerprint(name)], name
                self.seen[name] = found
            assert found == self.seen[name], f"{name} has changed"
            assert (damage_of(self.store.snapshot(name)) is not None) == (name in self.damaged)
        gone = self.seen.keys() - {*self._names()}
        assert gone <= self.damaged, "only gc deletes"

    @invariant()
    def the_channel_points_at_a_whole_snapshot(self) -> None:
        assert self.store.current("latest") == self.pointer
        if self.pointer and self.pointer.snapshot not in self.damaged | self.rotten:
            assert verify(self.store.snapshot(self.pointer.snapshot)).passed

    @invariant()
    def the_dead_hold_no_lock(self) -> None:
        assert live_holders(self.store) == {}

    @invariant()
    def the_history_grows(self) -> None:
        data = self._history()
        assert data.startswith(self.history)
        assert data == b"" or data.endswith(b"\n")
        self.history = data
        events = [json.loads(line) for line in data.splitlines()]
        moves = [e for e in events if e["event"] in ("published", "rolled_back")]
        if self.pointer and self.is_last_move_noted:
            assert moves[-1]["snapshot"] == self.pointer.snapshot

    @invariant()
    def pins_stay(self) -> None:
        pins = (self.root / "snapshots").glob("*.pinned")
        assert {pin.name.removesuffix(".pinned") for pin in pins} == self.pinned


def _run(world: World, examples: int, steps: int) -> None:
    StoreMachine.world = world
    chosen = settings(max_examples=examples, stateful_step_count=steps, report_multiple_bugs=False)
    run_state_machine_as_test(StoreMachine, settings=chosen)


def test_commands_in_any_order(world: World) -> None:
    _run(world, 6, 12)


@pytest.mark.slow
def test_many_commands_in_any_order(world: World) -> None:
    before = StoreMachine.kills
    _run(world, 25, 25)
    assert StoreMachine.kills - before > 15
