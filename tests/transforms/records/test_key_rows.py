"""Buckets are even and in range, ids survive, runs are marked."""

import numpy as np
import pytest

from tfrecords_schema.splitmix64 import rehash
from transforms.records.key_rows import KEY_ROW, bucket_of, first_of_runs, plain_rows, record_id


def test_a_key_row_is_64_bytes() -> None:
    assert KEY_ROW.itemsize == 64


@pytest.mark.parametrize("buckets", [1, 2, 7, 1000])
def test_buckets_are_in_range_and_even(buckets: int) -> None:
    values = np.array([0, 1, 2**32 - 1, 2**63, 2**64 - 1], dtype=np.uint64)
    edges = bucket_of(values, buckets)
    assert edges.min() == 0
    assert edges.max() == edges[-1] == buckets - 1
    spread = rehash(np.arange(100 * buckets, dtype=np.uint64), 5)
    counts = np.bincount(bucket_of(spread, buckets), minlength=buckets)
    assert counts.min() > 50
    assert counts.max() < 150


def test_buckets_keep_the_order_of_the_hashes() -> None:
    values = np.sort(rehash(np.arange(1000, dtype=np.uint64), 1))
    assert (np.diff(bucket_of(values, 64)) >= 0).all()


@pytest.mark.parametrize("number", [0, 1, 2**64, 2**128 - 1, 0x0123456789ABCDEF << 64])
def test_ids_keep_their_leading_zeros(number: int) -> None:
    row = np.zeros(1, dtype=KEY_ROW)[0]
    row["id_high"], row["id_low"] = number >> 64, number & (2**64 - 1)
    assert record_id(row) == f"{number:032x}"


def test_plain_rows_hold_numbers_of_python() -> None:
    rows = np.zeros(2, dtype=[("id_high", "<u8"), ("id_low", "<u8"), ("task", "<u4")])
    rows["id_high"], rows["id_low"], rows["task"] = [0, 2**64 - 1], [7, 1], [3, 2**32 - 1]
    first, second = plain_rows(rows)
    assert first == {"id_high": 0, "id_low": 7, "task": 3}
    assert second == {"id_high": 2**64 - 1, "id_low": 1, "task": 2**32 - 1}
    assert {type(value) for value in second.values()} == {int}
    assert record_id(second) == f"{'f' * 16}{1:016x}"
    assert plain_rows(rows[:0]) == []


def test_mix_is_a_permutation_that_depends_on_the_salt() -> None:
    values = np.arange(10_000, dtype=np.uint64)
    assert len(np.unique(rehash(values, 0))) == len(values)
    assert not (rehash(values, 1) == rehash(values, 2)).any()


@pytest.mark.parametrize(
    ("columns", "first"),
    [
        (([],), []),
        (([5],), [True]),
        (([1, 1, 2, 2, 1],), [True, False, True, False, True]),
        (([1, 1, 1], [1, 2, 2]), [True, True, False]),
    ],
)
def test_first_of_runs(columns: tuple[list[int], ...], first: list[bool]) -> None:
    assert first_of_runs(*(np.array(column) for column in columns)).tolist() == first
