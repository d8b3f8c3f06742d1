"""Load batches with grain while the devices compute, in a thread or in processes."""

import signal
from collections.abc import Generator
from typing import Generic, Protocol, TypeVar

import grain
from absl import flags

T_co = TypeVar("T_co", covariant=True)

_AHEAD = 2


class _ByPosition(Protocol[T_co]):
    def __call__(self, position: int, /) -> T_co: ...


class _Source(Generic[T_co]):
    """A random-access source for grain: a length, and items counted from 0."""

    def __init__(self, load: _ByPosition[T_co], positions: range) -> None:
        self._load = load
        self._positions = positions

    def __len__(self) -> int:
        return len(self._positions)

    def __getitem__(self, index: int) -> T_co:
        return self._load(self._positions[index])


def _ignore_interrupts(*_: int) -> None:
    """Leave Ctrl-C, which a terminal sends to all processes, to the one that trains."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def prefetched(
    load: _ByPosition[T_co], positions: range, workers: int = 0
) -> Generator[T_co, None, None]:
    """Yield `load(p)` for each position in order, loading two ahead.

    An error of `load` is raised at its position. One thread loads tens of thousands of examples a
    second; more threads contend for Python's lock (grain's default is 16). `workers` processes
    scale further. They receive `load` pickled.
    """
    if not positions:
        return
    reading = grain.ReadOptions(num_threads=1, prefetch_buffer_size=_AHEAD)
    loaded = grain.MapDataset.source(_Source(load, positions)).to_iter_dataset(reading)
    if workers:
        if not flags.FLAGS.is_parsed():  # grain reads absl flags, but absl's main is not used here
            flags.FLAGS.mark_as_parsed()
        processes = grain.MultiprocessingOptions(num_workers=workers, per_worker_buffer_size=_AHEAD)
        loaded = loaded.mp_prefetch(processes, worker_init_fn=_ignore_interrupts)
    iterator = iter(loaded)
    try:
        yield from iterator
    finally:
        iterator.close()
