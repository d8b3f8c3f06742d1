"""The key row: 64 bytes that represent a record during deduplication and selection."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# `key` is the duplicate key, its low half alone that of duplicates of any scope; `content` is a
# digest of the raw fields, `offset` and `length` point into record file `file`; `held_out` is 0, or
# 1 + the number of the held-out item it contains.
KEY_ROW = np.dtype(
    [
        ("key_high", "<u8"),
        ("key_low", "<u8"),
        ("id_high", "<u8"),
        ("id_low", "<u8"),
        ("content", "<u8"),
        ("offset", "<u8"),
        ("length", "<u4"),
        ("file", "<u4"),
        ("task", "<u4"),
        ("held_out", "<u4"),
    ]
)
KeyRows = NDArray[Any]


def bucket_of(values: NDArray[np.uint64], num_buckets: int) -> NDArray[np.int64]:
    """Return the buckets of uniform hashes: [rows] uint64 → [rows] int64 in [0, num_buckets)."""
    high = values >> np.uint64(32)
    return (high * np.uint64(num_buckets) >> np.uint64(32)).astype(np.int64)


def record_id(row: Any) -> str:
    """Return the 32 hex digits of a row's record id."""
    return f"{int(row['id_high']):016x}{int(row['id_low']):016x}"


def plain_rows(rows: NDArray[Any]) -> list[dict[str, Any]]:
    """Return rows as dicts of Python's numbers, for loops that read several columns of each."""
    names = rows.dtype.names or ()
    return [dict(zip(names, row, strict=True)) for row in rows.tolist()]


def first_of_runs(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark the first row of each run of rows that are equal in all (sorted) columns."""
    first = np.zeros(len(columns[0]), dtype=bool)
    first[:1] = True
    for column in columns:
        first[1:] |= column[1:] != column[:-1]
    return first


def in_file_order(rows: KeyRows) -> KeyRows:
    """Return rows of one record file in the order in which their records are in it."""
    return rows[np.argsort(rows["offset"], kind="stable")]
