"""The result of `verify`, which gates and channels use."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

# Ids of examples: 16 bytes each.
ID = np.dtype("V16")
Ids = NDArray[np.void]
_MAX_PROBLEMS = 50


@dataclass(kw_only=True)
class Verification:
    """Counts and problems of a snapshot.

    `overlapping` counts examples of records in which a held-out item was found, and `unknown` the
    tokens for text that the vocabulary cannot express.
    """

    examples: int = 0
    num_bytes: int = 0
    shards: int = 0
    rejections: int = 0
    problems: list[str] = field(default_factory=list)
    ids: list[Ids] = field(default_factory=list)
    # By split, task and template type.
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    licenses: Counter[str] = field(default_factory=Counter)
    contaminated: set[str] = field(default_factory=set)
    overlapping: int = 0
    tokens: int = 0
    unknown: int = 0

    @property
    def passed(self) -> bool:
        """Whether no problem was found."""
        return not self.problems

    def check(self, holds: bool, problem: str) -> None:
        """Note `problem` unless `holds`."""
        if not holds and len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(problem)
