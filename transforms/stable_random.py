"""Hashes and draws that are the same on every machine, in every process and Python version.

All randomness of the pipelines is a function of (seed, stage, id): never of `random`, `hash()` or
the order of arrival.
"""

import hashlib
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.splitmix64 import FACTOR_1, FACTOR_2, GOLDEN, MASK, rehash

T = TypeVar("T")


def stable_digest(*parts: str | int) -> bytes:
    """Hash `parts` to 16 bytes; ("ab", "c") and ("a", "bc") differ."""
    text = ""
    for part in parts:
        part = str(part)
        text += f"{len(part)}:{part}"
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def stable_id(*parts: str | int) -> str:
    """Hash `parts` to 32 hex digits."""
    return stable_digest(*parts).hex()


def stable_hash(*parts: str | int) -> int:
    """Hash `parts` to an unsigned 64-bit integer."""
    return int.from_bytes(stable_digest(*parts)[:8], "little")


_loaded: list[ModuleType] = []


def _kernels() -> ModuleType | None:
    """Return the compiled draws, once this process has loaded numba for something else."""
    if not _loaded and "tfrecords_schema.word_kernels" in sys.modules:
        from transforms import draw_kernels

        _loaded.append(draw_kernels)
    return _loaded[0] if _loaded else None


class Draws:
    """A sequence of draws that depends on `parts` alone (splitmix64 from their hash)."""

    __slots__ = ("_state",)

    def __init__(self, *parts: str | int) -> None:
        self._state = stable_hash(*parts)

    def bits(self) -> int:
        """Draw the next 64 random bits."""
        self._state = word = (self._state + GOLDEN) & MASK
        # `mix_int`, without a call: some prompts take twenty draws.
        word = ((word ^ (word >> 30)) * FACTOR_1) & MASK
        word = ((word ^ (word >> 27)) * FACTOR_2) & MASK
        return word ^ (word >> 31)

    def below(self, limit: int) -> int:
        """Draw an integer in [0, limit), uniform to 2^-40 for any limit that occurs here."""
        return (self.bits() * limit) >> 64

    def uniform(self) -> float:
        """Draw a float in [0, 1)."""
        return (self.bits() >> 11) * 2.0**-53

    def choice(self, items: Sequence[T]) -> T:
        """Draw one of `items`, each as likely."""
        return items[(self.bits() * len(items)) >> 64]

    def weighted(self, weights: Sequence[float]) -> int:
        """Draw an index, as likely as its weight (weights are >= 0 and not all 0)."""
        mark = self.uniform() * sum(weights)
        for index, weight in enumerate(weights):
            mark -= weight
            if mark < 0:
                return index
        return max(index for index, weight in enumerate(weights) if weight > 0)

    def rendezvous(
        self, keys: NDArray[np.uint64], weights: NDArray[np.float64] | None = None
    ) -> int:
        """Return an index into `keys`, as likely as its weight (all > 0; None: all equal).

        Each key has a separate score and the best one wins, so that a key that is added takes
        its share from the others and moves nothing else (rendezvous hashing, Thaler and
        Ravishankar 1996; with weights, Schindelhauer and Schomaker 2005).
        """
        salt = self.bits()
        if weights is None and (kernels := _kernels()):
            return int(kernels.best_of(keys, np.uint64(salt)))
        scores = rehash(keys, salt)
        if weights is None:
            return int(scores.argmax())
        uniforms = ((scores >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
        return int((-np.log(uniforms) / weights).argmin())

    def rendezvous_order(self, keys: NDArray[np.uint64], most: int) -> list[int]:
        """Return the indexes of at most `most` of the keys, in the order of their scores.

        The first is what `rendezvous` returns: a key that is added or taken away leaves the order
        of the others.
        """
        salt, kernels = self.bits(), _kernels()
        scores = kernels.rehash(keys, np.uint64(salt)) if kernels else rehash(keys, salt)
        order: list[int] = (~scores).argsort(kind="stable")[:most].tolist()
        return order

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Draw `count` of `items` (all, if there are fewer) in drawn order, none twice."""
        pool = list(items)
        count = min(count, len(pool))
        for index in range(count):
            other = index + self.below(len(pool) - index)
            pool[index], pool[other] = pool[other], pool[index]
        return pool[:count]
