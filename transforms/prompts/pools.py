"""The pools of records that exemplars are drawn from."""

from binascii import unhexlify
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.splitmix64 import mix_words
from transforms.types import Record


class LazyPool(Sequence[Record]):
    """A pool that is read when it is first asked for, and of which each record is decoded then.

    The prompts of a small task look at few of its records, and zero-shot ones at none.
    """

    def __init__(
        self, read: Callable[[], Sequence[bytes]], decode: Callable[[bytes], Record]
    ) -> None:
        self._read = read
        self._decode = decode
        self._decoded: dict[int, Record] = {}
        # functools.cached_property takes a lock before Python 3.12.
        self._lines: Sequence[bytes] | None = None

    @property
    def lines(self) -> Sequence[bytes]:
        """The records, each behind the number of its record file and a tab."""
        if self._lines is None:
            self._lines = self._read()
        return self._lines

    @property
    def stored(self) -> list[bytes]:
        """The records, as their record files have them."""
        return [line[line.index(b"\t") + 1 :] for line in self.lines]

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.lines)

    def __getitem__(self, place: Any) -> Any:
        """Return a record, always the same object."""
        if place not in self._decoded:
            self._decoded[place] = self._decode(self.lines[place])
        return self._decoded[place]


def pool_keys(pool: Sequence[Record]) -> NDArray[np.uint64]:
    """Return the hash of each record of a pool by which it is drawn, uint64 [records]."""
    if isinstance(pool, LazyPool):
        # The id is behind a tab, a bracket and a quotation mark.
        digits = b"".join(
            [line[(start := line.index(b"\t") + 3) : start + 16] for line in pool.lines]
        )
    else:
        digits = b"".join([record.id[:16].encode() for record in pool])
    first_halves = np.frombuffer(unhexlify(digits), ">u8")
    keys: NDArray[np.uint64] = mix_words(first_halves.astype(np.uint64))
    return keys
