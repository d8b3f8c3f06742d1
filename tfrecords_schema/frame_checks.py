"""Check framed examples completely, many at once, with compiled kernels.

Import this only where there are many examples to check: numba takes half a second.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfrecords_schema import token_kernels
from tfrecords_schema.compiled import is_cached
from tfrecords_schema.features import INPUTS, TARGETS, Feature


class FrameChecker:
    """Checks framed examples completely: CRCs, encoding, features and their kinds."""

    def __init__(self, features: Sequence[Feature], texts: Sequence[str], unknown_id: int) -> None:
        names = [feature.name for feature in features]
        self._sizes = np.array([len(name) for name in names])
        longest = int(self._sizes.max())
        self._keys = np.array([list(name.encode().ljust(longest)) for name in names], np.uint8)
        kinds = {
            ("string", False): token_kernels.TEXT,
            ("string", True): token_kernels.SOME_TEXTS,
            ("int64", False): token_kernels.INTEGER,
            ("int64", True): token_kernels.INTEGERS,
        }
        self._kinds = np.array([kinds[feature.kind, feature.repeated] for feature in features])
        self._wanted = np.array([names.index(name) for name in texts])
        self._sides = np.array([names.index(name) for name in (INPUTS, TARGETS)])
        self._unknown_id = unknown_id

    def check(self, data: bytes) -> tuple[Any, Any, Any] | None:
        """Check the framed examples that are whole in `data`, from its start.

        Returns:
          Where each example ends, int64 [examples]; where each of the texts begins and ends, int64
          [examples, texts, 2]; the number of input tokens, of target tokens and of unknown ones
          among them, int64 [examples, 3]. None if any example is damaged, has other features, or is
          not in the encoding that the kernel knows.
        """
        ends, texts, numbers, is_read = token_kernels.check_all(
            np.frombuffer(data, np.uint8),
            self._keys,
            self._sizes,
            self._kinds,
            self._wanted,
            self._sides,
            self._unknown_id,
        )
        return (ends, texts, numbers) if is_read else None


def is_ready() -> bool:
    """Return whether the machine code of `FrameChecker` is on disk, so that nobody waits for it."""
    return is_cached(token_kernels.check_all)
