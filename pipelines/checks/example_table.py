"""Sorted tables of a snapshot's examples on disk, whose small rows make comparison cheap.

A table holds, for each shard, its examples' ids, digests of their bytes and task numbers, sorted by
id. Ids are hashes, so a range of ids has about the same number of rows in every table.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem, tfrecord
from tfrecords_schema.codec import read_texts
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import Snapshot

# An id in two halves, the digest of the example's bytes, the number of its task.
ROW = np.dtype([("high", "<u8"), ("low", "<u8"), ("digest", "<u8"), ("task", "<u4")])
Rows = NDArray[np.void]
_MOST_ROWS = 1_000_000
# The keys by which the examples of a snapshot are counted.
COUNTED = {"templates": "template_id", "licenses": "license"}


@dataclass(kw_only=True)
class ExampleTable:
    """Sorted files of a snapshot's examples, counts of them by key, and the names of tasks."""

    files: list[str] = field(default_factory=list)
    rows: int = 0
    tasks: list[str] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in COUNTED}
    )
    tokens: dict[str, int] = field(default_factory=dict)

    def range(self, first: int, last: int) -> Rows:
        """Return the rows whose first 64 id bits are in [first, last), unordered."""
        pieces = []
        for file in self.files:
            rows = np.load(file, mmap_mode="r")
            start = np.searchsorted(rows["high"], np.uint64(first), side="left")
            end = np.searchsorted(rows["high"], np.uint64(last - 1), side="right")
            pieces.append(np.array(rows[start:end]))
        return np.concatenate(pieces) if pieces else np.zeros(0, dtype=ROW)


def write_table(snapshot: Snapshot, directory: str) -> ExampleTable:
    """Read every example once, a shard at a time."""
    os.makedirs(directory)
    table = ExampleTable()
    numbers: dict[str, int] = {}
    for split in snapshot.manifest.splits.values():
        for shard in split.shards:
            rows = list(_rows(filesystem.join(snapshot.path, shard.path), table, numbers))
            sorted_rows = np.sort(np.array(rows, dtype=ROW), order=["high", "low"])
            table.files.append(os.path.join(directory, f"{len(table.files):06d}.npy"))
            table.rows += len(rows)
            np.save(table.files[-1], sorted_rows)
    table.tasks = list(numbers)
    return table


def _rows(
    path: str, table: ExampleTable, numbers: dict[str, int]
) -> Iterator[tuple[int, int, int, int]]:
    tokens = tfrecord.read_lengths(path).sum(axis=1).tolist()
    features = ("id", "_task_name", *COUNTED.values())
    with filesystem.open_read(path) as stream:
        for place, data in enumerate(tfrecord.read_frames(stream, path)):
            if place == len(tokens):
                raise DataError(f"{path}.lengths: fewer rows than examples; verify the snapshot")
            identity, task, *values = read_texts(data, features, f"{path}: example {place}")
            for name, value in zip(COUNTED, values, strict=True):
                table.counts[name][value] += 1
            table.tokens[task] = table.tokens.get(task, 0) + tokens[place]
            digest = hashlib.blake2b(data, digest_size=8).digest()
            number = numbers.setdefault(task, len(numbers))
            yield int(identity[:16], 16), int(identity[16:], 16), int.from_bytes(digest), number


def ranges(rows: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of ids that hold about a million of `rows` each."""
    count = 1 + rows // _MOST_ROWS
    bounds = [2**64 * number // count for number in range(count + 1)]
    yield from pairwise(bounds)
