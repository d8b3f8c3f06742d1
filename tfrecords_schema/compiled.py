"""`@compiled` makes machine code of a numeric function, where numba is installed.

Import this only in modules that are imported where work begins: numba takes half a second. The
code is cached on disk, beside the module or in the user's cache directory, so that worker processes
load it and do not compile it again. Numba notices a change of the kernel's own file alone, so that
a kernel and what it calls belong into one module.
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

    compiled_alone = compiled
else:
    HAS_NUMBA = True

    def _compile(function: F, nogil: bool) -> F:
        try:
            return njit(cache=True, nogil=nogil)(function)  # type: ignore[no-any-return]
        except RuntimeError:
            # Neither beside the code nor in a home directory can a cache be written.
            return njit(nogil=nogil)(function)  # type: ignore[no-any-return]

    def compiled(function: F) -> F:
        """Return `function` as machine code; other threads run meanwhile."""
        return _compile(function, True)

    def compiled_alone(function: F) -> F:
        """Return `function` as machine code that holds the interpreter's lock.

        For a kernel that changes arrays which several threads hand to it.
        """
        return _compile(function, False)


def is_cached(kernel: Any) -> bool:
    """Return whether machine code of `kernel` as it is now is on disk.

    Numba's own index decides: by its version either the contents of the file count, or its time.
    """
    cache = getattr(kernel, "_cache", None)
    load = getattr(getattr(cache, "_cache_file", None), "_load_index", None)
    return bool(load and load())
