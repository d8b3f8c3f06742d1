"""Count the calls that change files below a directory, and end or fail one: operation i of n.

Counted are renames, links, deletions, new directories, syncs, and files opened for writing: each
is a moment between two states of the disk.
"""

import builtins
import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import main

_NAMES = ("replace", "rename", "link", "unlink", "mkdir", "rmdir", "fsync")


def kill(_: str) -> None:
    """End this process as `kill -9` does: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def fail_with(number: int) -> Callable[[str], None]:
    """Return what fails a call as the system does, e.g. with `errno.ENOSPC`."""

    def fail(path: str) -> None:
        raise OSError(number, os.strerror(number), path)

    return fail


FULL_DISK, BROKEN_DISK = fail_with(errno.ENOSPC), fail_with(errno.EIO)
KILLED = -signal.SIGKILL


class FileCalls:
    """The calls made so far: (name, path)."""

    def __init__(self, root: object, at: int, act: Callable[[str], None]) -> None:
        """Call `act` before call number `at` below `root`, counted from 1."""
        self.made: list[tuple[str, str]] = []
        self._root = str(root)
        self._at, self._act = at, act

    @contextmanager
    def counted(self) -> Iterator["FileCalls"]:
        """Count the calls of the block."""
        with pytest.MonkeyPatch.context() as patch:
            for name in _NAMES:
                patch.setattr(os, name, self._counting(name, getattr(os, name)))
            patch.setattr(builtins, "open", self._opening(builtins.open))
            yield self

    def _note(self, name: str, path: object) -> None:
        if not str(path).startswith(self._root):
            return
        self.made.append((name, str(path)))
        if len(self.made) == self._at:
            self._act(str(path))

    def _counting(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*arguments: Any, **options: Any) -> Any:
            path = arguments[0]
            if directory := options.get("dir_fd"):
                path = os.path.join(os.readlink(f"/proc/self/fd/{directory}"), path)
            if name == "fsync":
                path = os.readlink(f"/proc/self/fd/{path}")
            self._note(name, path)
            return call(*arguments, **options)

        return counting

    def _opening(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def opening(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if set(mode) & set("wax+"):
                self._note("open", file)
            return call(file, mode, *arguments, **options)

        return opening


def run(
    argv: list[str], root: Path, at: int = 0, act: Callable[[str], None] = kill
) -> tuple[int, str, int]:
    """Run a command as a process of its own, with `act` before call number `at` below `root`.

    Return its exit status, its words, and how many calls it made. A fork, since starting Python and
    importing takes a hundred times as long.
    """
    output = root.parent / "output"
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with output.open("w") as sys.stdout:
                sys.stderr = sys.stdout
                with FileCalls(root, at, act).counted() as calls:
                    status = main(argv)
                sys.stdout.write(f"\n{len(calls.made)}")
        except BaseException:
            traceback.print_exc(file=output.open("a"))
        finally:
            os._exit(status)  # nothing may return into pytest
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    words, _, calls_made = output.read_text().rpartition("\n")
    return status, words, int(calls_made) if calls_made.isdigit() else 0
