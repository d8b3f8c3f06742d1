"""Operation i of n fails, for every i: what is left is the old state or the new one.

The calls of a command that change files are counted once. Then the command is run again from the
same store, and one of them fails: because the disk is full, or broken. It ends with status 3 and
one sentence, or the failure changes nothing of what it does. The next run does what this one did
not.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.checks.verify import verify
from pipelines.stores.locking import live_holders
from pipelines.stores.store import Store
from tests.pipelines.file_calls import BROKEN_DISK, FULL_DISK, run
from tests.pipelines.recorded_builds import World

_WORDS = {FULL_DISK: "No space left on device", BROKEN_DISK: "Input/output error"}


class Sweep:
    """One command on one store, again and again.

    The store has two snapshots, the newer one published; the sources have a third version.
    """

    def __init__(self, world: World, words: list[str]) -> None:
        self.world, self.root, self.base = world, world.root, world.root.with_name("base")
        shutil.rmtree(self.base, ignore_errors=True)
        shutil.rmtree(self.root, ignore_errors=True)
        if "nothing" not in words:
            for version in (0, 1):
                world.use(version)
                assert run(world.refresh(version), self.root)[0] == 0
            shutil.copytree(self.root, self.base)
        world.use(2)
        self.store = Store(str(self.root))
        self.argv = self._argv(words[0])
        self.pointers = [self._pointed_at()]
        self.status, _, self.calls = run(self.argv, self.root)
        assert self.status == 0
        self.pointers.append(self._pointed_at())
        self.after = self._snapshots()

    def _argv(self, command: str) -> list[str]:
        first = (self.store.snapshot_names() or [""])[0]
        return {
            "refresh": self.world.refresh(2),
            "rollback": ["rollback", str(self.root)],
            "publish": ["publish", self.store.snapshot(first)],
            "pin": ["pin", self.store.snapshot(first)],
            "gc": ["gc", str(self.root), "--keep", "1", "--idle-hours", "0", "--delete"],
        }[command]

    def _pointed_at(self) -> str | None:
        """Return the fingerprint."""
        pointer = self.store.current("latest")
        return pointer.fingerprint if pointer else None

    def _snapshots(self) -> set[str]:
        """Return the fingerprints' beginnings; names also have the time."""
        return {name.split("-")[1] for name in self.store.snapshot_names()}

    def fail(self, at: int, act: Callable[[str], None]) -> None:
        """Let call number `at` fail, and run the command again."""
        shutil.rmtree(self.root)
        if self.base.exists():
            shutil.copytree(self.base, self.root)
        status, words, _ = run(self.argv, self.root, at, act)
        place = f"call {at} of {self.calls} of {self.argv[0]}: {status}, {words}"
        assert status in (0, 3), place
        if status == 3:
            [line] = [line for line in words.splitlines() if line.startswith("flanbeam ")]
            assert _WORDS[act] in line, place
        self._check(place)
        if status == 0 and self.argv[0] != "refresh":
            assert self._pointed_at() == self.pointers[1], place
        again, words, _ = run(self.argv, self.root)
        place += f"; then {again}, {words}"
        assert again == 0 or (self.argv[0], again) in (("refresh", 10), ("rollback", 2)), place
        self._check(place)
        assert self._pointed_at() == self.pointers[1], place
        assert self._snapshots() == self.after, place

    def _check(self, place: str) -> None:
        assert self._pointed_at() in self.pointers, place
        for name in self.store.snapshot_names():
            assert verify(self.store.snapshot(name)).problems == [], place
        assert live_holders(self.store) == {}, place
        path = Path(self.store.history)
        assert not path.exists() or path.read_bytes().endswith(b"\n"), place


@pytest.mark.parametrize("command", ["publish", "rollback", "pin", "gc"])
def test_a_full_disk_at_some_calls(world: World, command: str) -> None:
    sweep = Sweep(world, [command])
    for at in range(1, sweep.calls + 1, 9):
        sweep.fail(at, FULL_DISK)


def test_a_full_disk_at_some_calls_of_a_build(world: World) -> None:
    sweep = Sweep(world, ["refresh"])
    assert sweep.calls > 100
    for at in range(3, sweep.calls + 1, 50):
        sweep.fail(at, FULL_DISK)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "act", "step"),
    [
        ("pin", FULL_DISK, 1),
        *((command, FULL_DISK, 2) for command in ("publish", "rollback", "gc")),
        *((command, BROKEN_DISK, 5) for command in ("publish", "gc")),
        # With a step of 1, all 256 and 363 calls, they take minutes.
        ("refresh", FULL_DISK, 8),
        ("refresh from nothing", BROKEN_DISK, 15),
    ],
)
def test_calls_fail_one_by_one(
    world: World, words: str, act: Callable[[str], None], step: int
) -> None:
    sweep = Sweep(world, words.split())
    for at in range(1, sweep.calls + 1, step):
        sweep.fail(at, act)
