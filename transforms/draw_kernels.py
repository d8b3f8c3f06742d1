"""Kernels of draws, for processes that have loaded numba anyway (transforms/stable_random.py)."""

from typing import Any

import numpy as np

from tfrecords_schema.compiled import compiled
from tfrecords_schema.splitmix64 import mix_words

_mix = compiled(mix_words)


@compiled
def best_of(keys: Any, salt: Any) -> Any:  # pragma: no cover
    """Return the index of the largest `splitmix64.rehash(keys, salt)`, the first of equal ones."""
    best, most = 0, np.uint64(0)
    for k in range(len(keys)):
        word = _mix(keys[k] ^ salt)
        if word > most:
            best, most = k, word
    return best


@compiled
def rehash(keys: Any, salt: Any) -> Any:  # pragma: no cover
    """Return what `splitmix64.rehash` does."""
    scores = np.empty(len(keys), np.uint64)
    for k in range(len(keys)):
        scores[k] = _mix(keys[k] ^ salt)
    return scores
