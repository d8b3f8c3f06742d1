"""How much memory a function takes, measured where nothing else runs."""

import multiprocessing
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

_T = TypeVar("_T")


def peak_kib() -> int:
    """Return the largest resident size that this process had."""
    # Not `ru_maxrss`, which also counts the process that started this one.
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1])


def _measure(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, int]:
    before = peak_kib()
    result = function(*arguments)
    return result, peak_kib() - before


def in_its_own_process(function: Callable[..., _T], *arguments: Any) -> tuple[_T, int]:
    """Call a function in a new process.

    In the process of the tests, threads that earlier tests left behind allocate as well.

    Returns:
      Its result, and by how many KiB the process's largest resident size grew.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (function, arguments))
