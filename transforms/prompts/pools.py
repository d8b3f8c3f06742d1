"""The pools of records that exemplars are drawn from."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.splitmix64 import mix_int
from transforms.records.record_store import id_of
from transforms.types import Record


class LazyPool(Sequence[Record]):
    """A pool of which each record is decoded when it is first asked for.

    The prompts of a small task look at few of its records.
    """

    def __init__(self, lines: Sequence[bytes], decode: Callable[[bytes], Record]) -> None:
        self._lines = lines
        self._decode = decode
        self._decoded: dict[int, Record] = {}

    @property
    def lines(self) -> Sequence[bytes]:
        """The records, as their record files have them."""
        return self._lines

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._lines)

    def __getitem__(self, place: Any) -> Any:
        """Return a record, always the same object."""
        if place not in self._decoded:
            self._decoded[place] = self._decode(self._lines[place])
        return self._decoded[place]


def pool_keys(pool: Sequence[Record]) -> NDArray[np.uint64]:
    """Return the hash of each record of a pool by which it is drawn, uint64 [records]."""
    if isinstance(pool, LazyPool):
        ids = [id_of(line) for line in pool.lines]
    else:
        ids = [record.id for record in pool]
    return np.array([mix_int(int(identity[:16], 16)) for identity in ids], np.uint64)
