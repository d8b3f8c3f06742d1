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

    def prefetch(array: Any, row: Any) -> None:
        """Do nothing."""
else:
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.extending import intrinsic

    HAS_NUMBA = True

    @intrinsic
    def prefetch(context: Any, array: Any, row: Any) -> Any:
        """Have the start of a row of an array brought to the cache, and do not wait for it."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            where = context.make_array(signature.args[0])(context, builder, arguments[0])
            stride = cgutils.unpack_tuple(builder, where.strides)[0]
            start = builder.ptrtoint(where.data, stride.type)
            place = builder.add(start, builder.mul(arguments[1], stride))
            pointer = builder.inttoptr(place, cgutils.voidptr_t)
            number = ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [pointer.type, number, number, number])
            call = builder.module.declare_intrinsic("llvm.prefetch", [pointer.type], kind)
            # To be read, and soon again; into the cache of data.
            how = [ir.Constant(number, value) for value in (0, 3, 1)]
            builder.call(call, [pointer, *how])
            return context.get_dummy_value()

        return types.void(array, row), generate

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
