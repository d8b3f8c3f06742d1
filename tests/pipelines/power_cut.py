"""A disk that loses what was not synced: what a power cut leaves of a directory, at any moment.

POSIX promises no more than this: `fsync` of a file keeps its bytes, `fsync` of a directory keeps
the names in it. What is not synced may be there or not, each by itself. `Disk` follows a real
directory while a command runs in this process, and at each call that changes names or syncs it
gives three possible states of the disk: nothing unsynced is left; all names are left and files that
were not synced are empty, as ext4 leaves them; and a mixture by chance.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# A file's bytes, or a directory's names.
Tree = dict[str, Any]


class Disk:
    """Follows the files below `root`; `at_cut` gets each state that a power cut could leave."""

    def __init__(self, root: Path, at_cut: Callable[[str, Tree], None], seed: int = 0) -> None:
        self.root, self._at_cut, self._random = root, at_cut, random.Random(seed)
        # By inode: bytes of files, names → inodes of directories, as of their last fsync. Open
        # descriptors keep the system from giving an inode's number to another file.
        self._bytes: dict[int, bytes] = {}
        self._names: dict[int, dict[str, int]] = {}
        self._kept_open: list[int] = []
        self.events: list[tuple[str, str]] = []

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Follow the calls of this process."""
        for name in ("replace", "rename", "unlink", "mkdir", "rmdir", "link", "fsync"):
            patch.setattr(os, name, self._follow(name, getattr(os, name)))

    def close(self) -> None:
        """Let go of what was kept open."""
        for descriptor in self._kept_open:
            os.close(descriptor)

    def _follow(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def followed(*arguments: Any, **options: Any) -> Any:
            result = call(*arguments, **options)
            path = arguments[-1] if name in ("replace", "rename", "link") else arguments[0]
            if name == "fsync":
                path = os.readlink(f"/proc/self/fd/{path}")
                self._sync(arguments[0])
            if "dir_fd" in options or str(path).startswith(str(self.root)):
                self.events.append((name, str(path)))
                self._cut(f"after {name} {path}")
            return result

        return followed

    def _sync(self, descriptor: int) -> None:
        inode = os.fstat(descriptor).st_ino
        self._kept_open.append(os.dup(descriptor))
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        if os.path.isdir(path):
            self._names[inode] = {e.name: e.inode() for e in os.scandir(path)}
        else:
            self._bytes[inode] = Path(path).read_bytes()

    def _cut(self, moment: str) -> None:
        inodes: dict[int, str] = {}
        self._find(str(self.root), inodes)
        root = os.stat(self.root).st_ino
        never, always, by_chance = (lambda: False), (lambda: True), self._coin
        for kind, chance in (("nothing", never), ("names", always), ("some", by_chance)):
            tree = self._state(root, inodes, chance)
            self._at_cut(f"{moment}, {kind} unsynced left", tree)

    def _coin(self) -> bool:
        return self._random.random() < 0.5

    def _find(self, path: str, inodes: dict[int, str]) -> None:
        with os.scandir(path) as entries:
            for entry in entries:
                inodes[entry.inode()] = entry.path
                if entry.is_dir(follow_symlinks=False):
                    self._find(entry.path, inodes)

    def _state(self, inode: int, inodes: dict[int, str], chance: Callable[[], bool]) -> Tree:
        """Return a directory as a cut may leave it; `chance` decides on each unsynced name."""
        path = inodes.get(inode, str(self.root))
        now = {e.name: e.inode() for e in os.scandir(path)} if os.path.isdir(path) else {}
        synced = self._names.get(inode, {})
        names: dict[str, int] = {}
        for name in sorted({*now, *synced}):
            a, b = synced.get(name), now.get(name)
            chosen = b if a == b or chance() else a
            if chosen is not None:
                names[name] = chosen
        tree: Tree = {}
        for name, child in names.items():
            where = inodes.get(child)
            if child in self._names or (where and os.path.isdir(where)):
                tree[name] = self._state(child, inodes, chance)
            else:
                tree[name] = self._bytes.get(child, b"")
        return tree


def write_tree(tree: Tree, target: Path) -> None:
    """Write a state of the disk to a real directory."""
    target.mkdir(parents=True)
    for name, content in tree.items():
        if isinstance(content, bytes):
            (target / name).write_bytes(content)
        else:
            write_tree(content, target / name)
