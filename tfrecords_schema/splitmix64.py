"""SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), the mixing function behind every stable draw.

`mix_words` takes arrays, and compiles under numba; `mix_int` takes one Python integer.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

GOLDEN = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1
FACTOR_1, FACTOR_2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_WORD_1, _WORD_2 = np.uint64(FACTOR_1), np.uint64(FACTOR_2)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)


def mix_words(words: Any) -> Any:
    """Return the finalizer of each uint64 in `words`, a scalar or an array of any shape."""
    words = (words ^ (words >> _S30)) * _WORD_1
    words = (words ^ (words >> _S27)) * _WORD_2
    return words ^ (words >> _S31)


def mix_int(word: int) -> int:
    """Return the finalizer of one integer in [0, 2^64)."""
    word = ((word ^ (word >> 30)) * FACTOR_1) & MASK
    word = ((word ^ (word >> 27)) * FACTOR_2) & MASK
    return word ^ (word >> 31)


def rehash(values: NDArray[np.uint64], salt: int) -> NDArray[np.uint64]:
    """Return another uniform hash of `values` for each `salt` in [0, 2^64)."""
    hashes: NDArray[np.uint64] = mix_words(values ^ np.uint64(salt))
    return hashes


def stream(key: int, count: int) -> NDArray[np.uint64]:
    """Return [count] words of the stream `key`, beginning with the state `key` itself."""
    states = np.arange(count, dtype=np.uint64) * np.uint64(GOLDEN) + np.uint64(key)
    words: NDArray[np.uint64] = mix_words(states)
    return words
