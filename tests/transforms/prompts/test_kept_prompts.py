"""Rows of finished examples: found by their keys alone, at the places that their shards have."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema.tfrecord import write_shard
from transforms.prompts.example_rows import (
    EXAMPLE_ROW,
    NO_KEY,
    Made,
    Rows,
    decode_examples,
    encode_examples,
    hex_of,
    join_rows,
)
from transforms.prompts.kept_prompts import KeptPrompts, key_of, read_kept, write_kept
from transforms.types import TEMPLATE_TYPES


def _example(number: int, order: int) -> Made:
    return Made(
        data=b"example %d" % number * (number + 1),
        id=bytes([number]) * 16,
        record_id=bytes([100 + number]) * 16,
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


def _written(root: Path, orders: list[int], cut: int) -> tuple[list[Made], Rows]:
    """Write examples in two shards, in the order of their hashes; return their rows with places."""
    made = [_example(number, order) for number, order in enumerate(orders)]
    by_order = sorted(range(len(made)), key=lambda number: made[number].order)
    rows = []
    for shard, numbers in enumerate((by_order[:cut], by_order[cut:])):
        of_shard = [made[number] for number in numbers]
        write_shard(str(root), "ab"[shard], [(m.data, m.input_tokens, 1) for m in of_shard])
        packed = b"".join(made[number].row(_key(number), 0) for number in numbers)
        found = np.frombuffer(bytearray(packed), EXAMPLE_ROW)
        found["shard"] = shard
        # A frame has 12 bytes before an example, and 4 behind it.
        found["offset"] = np.cumsum([0, *(len(m.data) + 16 for m in of_shard)])[:-1]
        rows.append(found)
    return made, join_rows(rows)


def _opened(root: Path, rows: Rows, shards: list[str]) -> KeptPrompts:
    write_kept(str(root / "rows"), rows, shards)
    kept = read_kept(str(root / "rows"), str(root))
    assert kept is not None
    return kept


def test_every_example_is_found_where_its_shard_has_it(tmp_path: Path) -> None:
    made, rows = _written(tmp_path, [9, 2, 200, 7, 1, 128], 4)
    kept = _opened(tmp_path, rows, ["a", "b"])
    numbers, found, examples = kept.find([_key(n) for n in range(6)])
    assert numbers.tolist() == [0, 1, 2, 3, 4, 5]
    assert examples == [one.data for one in made]
    assert [row.tobytes()[:16] for row in found] == [_key(n) for n in range(6)]
    assert found["order"][:, 0].tolist() == [int.from_bytes(one.order[:8]) for one in made]
    assert found["input_tokens"].tolist() == [100, 101, 102, 103, 104, 105]
    numbers, found, examples = kept.find([bytes(16), _key(3), b"\xff" * 16])
    assert (numbers.tolist(), examples) == ([1], [made[3].data])
    # The first half of a key alone is no match.
    assert kept.find([_key(2)[:8] + b"\x01" * 8])[2] == []


def test_an_example_without_a_key_is_not_kept(tmp_path: Path) -> None:
    made, rows = _written(tmp_path, [3, 1, 2], 2)
    rows["key"][0] = 0
    kept = _opened(tmp_path, rows, ["a", "b"])
    # The first in the shards is that with the least hash, number 1.
    assert kept.find([_key(n) for n in range(3)])[2] == [made[0].data, made[2].data]
    assert kept.find([NO_KEY])[2] == []


@pytest.mark.parametrize("place", [0, 14, -1], ids=["length", "text", "CRC"])
def test_a_damaged_example_is_not_copied(tmp_path: Path, place: int) -> None:
    made, rows = _written(tmp_path, [1, 2], 1)
    data = bytearray((tmp_path / "b").read_bytes())
    data[place] ^= 1
    (tmp_path / "b").write_bytes(data)
    kept = _opened(tmp_path, rows, ["a", "b"])
    numbers, _, examples = kept.find([_key(0), _key(1)])
    assert (numbers.tolist(), examples) == ([0], [made[0].data])


def test_examples_of_a_shard_that_is_gone_are_not_found(tmp_path: Path) -> None:
    made, rows = _written(tmp_path, [1, 2], 1)
    (tmp_path / "a").unlink()
    kept = _opened(tmp_path, rows, ["a", "b"])
    assert kept.find([_key(0), _key(1)])[2] == [made[1].data]


def test_a_damaged_file_of_rows_is_not_used(tmp_path: Path) -> None:
    _, rows = _written(tmp_path, [1, 2], 1)
    _opened(tmp_path, rows, ["a", "b"])
    data = bytearray((tmp_path / "rows").read_bytes())
    data[-20] ^= 1
    (tmp_path / "rows").write_bytes(data)
    assert read_kept(str(tmp_path / "rows"), str(tmp_path)) is None


def test_no_example_is_no_error(tmp_path: Path) -> None:
    kept = _opened(tmp_path, join_rows([]), [])
    assert kept.find([_key(0)])[2] == []
    assert kept.find([])[2] == []


def test_rows_and_examples_of_sections_are_read_back() -> None:
    made = [_example(number, number) for number in range(5)]
    rows = np.frombuffer(b"".join(one.row(_key(n), 0) for n, one in enumerate(made)), EXAMPLE_ROW)
    data = [one.data for one in made]
    first, second = encode_examples(rows, data, np.array([0, 2]))
    for sections in ([first, second], [first + second], [first, b"", second]):
        found, examples = decode_examples(sections)
        assert examples == data
        # Hashes keep their byte order, in which they are sorted.
        assert found.tobytes() == rows.tobytes()
    assert [len(part) for part in decode_examples([])] == [0, 0]
    assert hex_of(rows["id"])[3] == "03" * 16


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
