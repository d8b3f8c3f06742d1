"""`@compiled` makes machine code of a numeric function, where numba is installed.

Import this only in modules that a stage imports when it runs: numba takes half a second. The code
is cached on disk, where one can be written, so that worker processes load it rather than compile it
again.
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
            # Neither beside the code nor in a home directory can a cache be written.
            return njit(nogil=True)(function)  # type: ignore[no-any-return]
