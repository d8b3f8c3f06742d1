"""`@compiled` compiles a numeric function to machine code, if numba is installed.

Import this only in modules that a stage imports when it runs: numba takes half a second. The code
is cached on disk, if possible, so that worker processes load it instead of compiling it again.
"""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

try:
    from numba import njit
except ImportError:
    HAS_NUMBA = False

    def compiled(function: F) -> F:
        """Return `function` itself: it runs interpreted, with the same result."""
        return function
else:
    HAS_NUMBA = True

    def compiled(function: F) -> F:
        """Return `function` as machine code."""
        try:
            return njit(cache=True, nogil=True)(function)  # type: ignore[no-any-return]
        except RuntimeError:
            # A cache can be written neither next to the code nor in a home directory.
            return njit(nogil=True)(function)  # type: ignore[no-any-return]
