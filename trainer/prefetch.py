"""Load batches in a thread while the devices compute."""

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)

_AHEAD = 2


class _ByPosition(Protocol[T_co]):
    def __getitem__(self, position: int, /) -> T_co: ...


def prefetched(source: _ByPosition[T_co], positions: range) -> Generator[T_co]:
    """`source[p]` for each position in order, up to two loaded ahead; errors come in place."""
    pending: deque[Future[T_co]] = deque()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prefetch")
    try:
        for position in positions:
            pending.append(executor.submit(source.__getitem__, position))
            if len(pending) > _AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        executor.shutdown(cancel_futures=True)
