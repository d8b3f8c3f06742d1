"""Rows of finished examples: found by their keys alone, at the places that their shards have."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tfrecords_schema.manifest import SPLITS, ShardInfo
from tfrecords_schema.tfrecord import write_shard
from transforms.prompts.kept_prompts import (
    KEPT_ROW,
    Made,
    key_of,
    placed,
    read_kept,
    write_kept,
)
from transforms.types import TEMPLATE_TYPES


def _example(number: int, order: int) -> Made:
    return Made(
        data=b"example %d" % number * (number + 1),
        order=bytes([order] * 16),
        template_type=TEMPLATE_TYPES[number % 4],
        input_tokens=100 + number,
        target_tokens=number,
        unknown_tokens=number % 3,
        newlines=7 * number,
        lost_newlines=5 * number,
        exemplars_dropped=number % 2,
        context_shortened=number % 5 == 0,
        one_cue=number % 3 != 0,
        read_back=(None, True, False)[number % 3],
    )


def _key(number: int) -> bytes:
    return bytes([255 - number, number]) + bytes(14)


def _rows(made: list[Made]) -> NDArray[np.void]:
    data = b"".join(one.row(_key(number), 0) for number, one in enumerate(made))
    return np.frombuffer(bytearray(data), KEPT_ROW)


def _written(root: Path, orders: list[int], cut: int) -> tuple[list[Made], list[ShardInfo]]:
    """Write examples in two shards, in the order of their hashes, as the stage does."""
    made = [_example(number, order) for number, order in enumerate(orders)]
    by_order = sorted(made, key=lambda one: one.order)
    infos = [
        write_shard(str(root), name, [(m.data, m.input_tokens, m.target_tokens) for m in part])
        for name, part in (("a", by_order[:cut]), ("b", by_order[cut:]))
    ]
    return made, infos


def test_every_example_is_found_where_its_shard_has_it(tmp_path: Path) -> None:
    made, infos = _written(tmp_path, [9, 2, 200, 7, 1, 128], 4)
    rows = _rows(made)
    known = placed(rows, {SPLITS[0]: infos})
    assert known is not None
    write_kept(str(tmp_path / "rows"), known, ["a", "b"])
    kept = read_kept(str(tmp_path / "rows"), str(tmp_path))
    assert kept is not None
    assert kept.find([_key(n) for n in range(6)]) == made
    assert kept.find([bytes(16), _key(3), b"\xff" * 16]) == [None, made[3], None]
    # The first half of a key alone is no match.
    assert kept.find([_key(2)[:8] + b"\x01" * 8]) == [None]


def test_of_two_examples_with_one_hash_neither_is_found(tmp_path: Path) -> None:
    made, infos = _written(tmp_path, [5, 8, 5, 6], 2)
    rows = _rows(made)
    known = placed(rows, {SPLITS[0]: infos})
    assert known is not None
    assert sorted(known["key"][:, 1].tolist()) == [0, 0]
    assert {int(one) >> 48 & 255 for one in known["key"][:, 0]} == {1, 3}


@pytest.mark.parametrize("change", ["one fewer", "another split", "another size"])
def test_shards_that_do_not_have_the_examples_are_not_kept(tmp_path: Path, change: str) -> None:
    made, infos = _written(tmp_path, [3, 1, 2], 1)
    rows = _rows(made)
    match change:
        case "one fewer":
            rows = rows[1:]
        case "another split":
            rows["split"][0] = 1
        case _:
            rows["size"][0] += 1
    assert placed(rows, {SPLITS[0]: infos}) is None


def test_no_example_is_no_error(tmp_path: Path) -> None:
    known = placed(np.zeros(0, KEPT_ROW), {SPLITS[0]: []})
    assert known is not None
    write_kept(str(tmp_path / "rows"), known, [])
    kept = read_kept(str(tmp_path / "rows"), str(tmp_path))
    assert kept is not None
    assert kept.find([_key(0)]) == [None]
    assert kept.find([]) == []


_USE = st.tuples(
    st.binary(min_size=16, max_size=16),
    st.integers(0, 1),
    st.integers(0, 10**6),
    st.integers(0, 3),
    st.binary(max_size=20),
)


@given(_USE, _USE)
def test_other_uses_have_other_keys(
    one: tuple[bytes, int, int, int, bytes], other: tuple[bytes, int, int, int, bytes]
) -> None:
    assert (key_of(*one) == key_of(*other)) == (one == other)


def test_numbers_do_not_run_into_each_other_or_into_the_record() -> None:
    common = bytes(16)
    keys = {
        key_of(common, 0, 1, 2, b"3"),
        key_of(common, 0, 12, 3, b""),
        key_of(common, 0, 1, 23, b""),
        key_of(common, 0, 1, 2, b" 3"),
    }
    assert len(keys) == 4
