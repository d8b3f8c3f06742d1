"""Reading many examples at once: equal to reading each, also where bytes are damaged or foreign."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema.codec import decode_varints, encode_row, split_tokens
from tfrecords_schema.compiled import HAS_NUMBA
from tfrecords_schema.errors import DataError
from tfrecords_schema.example_message import example_class
from tfrecords_schema.features import Value
from tfrecords_schema.manifest import SplitInfo
from tfrecords_schema.snapshot import ShardedReader, TokenizedExample
from tfrecords_schema.tfrecord import frame, write_shard
from tfrecords_schema.token_kernels import read_framed

MakeRow = Callable[..., dict[str, Value]]
Plain = tuple[str, str, list[int], list[int]]

EOS = 1
TOKENS = st.lists(st.integers(0, 2**31 - 1) | st.integers(0, 300), max_size=40)
KEYS = ("id", "_task_name", "inputs", "targets", "inputs_pretokenized", "num_shots", "scores")
Example = example_class()


def _plain(examples: list[TokenizedExample] | None) -> list[Plain] | None:
    if examples is None:
        return None
    assert all(part.dtype == np.int32 for example in examples for part in example[2:])
    return [(name, task, a.tolist(), b.tolist()) for name, task, a, b in examples]


def _entry(key: str, values: list[Any]) -> bytes:
    """Return one entry of the map of features, with the tag and length that precede it."""
    message = Example()
    feature = message.features.feature[key]
    kind = "bytes_list" if isinstance(values[0], bytes) else "int64_list"
    getattr(feature, "float_list" if key == "scores" else kind).value.extend(values)
    entry: bytes = message.features.SerializeToString()
    return entry


def _wrapped(features: bytes) -> bytes:
    """Return an Example of serialized features; protobuf messages in a row are merged."""
    size = len(features)
    assert size < 2**14
    return bytes([0x0A, size & 0x7F | 0x80, size >> 7]) + features


def test_the_kernels_run_compiled() -> None:
    assert HAS_NUMBA, "numba is a dependency"


@given(rows=st.lists(st.tuples(st.text(max_size=5), TOKENS, TOKENS), min_size=1, max_size=5))
def test_rows_that_we_write(
    rows: list[tuple[str, list[int], list[int]]], make_row: MakeRow
) -> None:
    stored = [
        frame(encode_row(make_row(id=name, _task_name="ä", inputs=inputs, targets=targets)))
        for name, inputs, targets in rows
    ]
    expected = [(name, "ä", [*inputs, EOS], [*targets, EOS]) for name, inputs, targets in rows]
    assert _plain(read_framed(stored, EOS)) == expected


def test_rows_that_tensorflow_writes(tensorflow: Any) -> None:
    train = tensorflow.train

    def row(number: int) -> bytes:
        ids = train.Int64List(value=range(number * 70))
        values = {
            "scores": train.Feature(float_list=train.FloatList(value=[0.5])),
            "targets": train.Feature(int64_list=train.Int64List(value=[2**31 - 1, number])),
            "inputs": train.Feature(int64_list=ids),
            "id": train.Feature(bytes_list=train.BytesList(value=[b"%d" % number])),
            "_task_name": train.Feature(bytes_list=train.BytesList(value=[b"task"])),
        }
        data: bytes = train.Example(features=train.Features(feature=values)).SerializeToString()
        return data

    found = _plain(read_framed([frame(row(number)) for number in range(9)], EOS))
    assert found == [(str(n), "task", [*range(n * 70), EOS], [2**31 - 1, n, EOS]) for n in range(9)]


@given(order=st.permutations(KEYS))
def test_features_in_any_order(order: list[str]) -> None:
    values: dict[str, list[Any]] = {
        "id": [b"x"],
        "_task_name": [b"task"],
        "inputs": [5, 300, 2**31 - 1],
        "targets": [0],
        "inputs_pretokenized": ["ünlike".encode()],
        "num_shots": [3],
        "scores": [0.25],
    }
    data = _wrapped(b"".join(_entry(key, values[key]) for key in order))
    expected = ("x", "task", [5, 300, 2**31 - 1, EOS], [0, EOS])
    assert _plain(read_framed([frame(data)], EOS)) == [expected]


ROW = {"id": [b"x"], "_task_name": [b"task"], "inputs": [5, 300], "targets": [7]}
ENTRIES = {key: _entry(key, values) for key, values in ROW.items()}
# Entries of `inputs`: tag, length, then key (field 1) and value (field 2).
KEY, LIST = b"\x0a\x06inputs", b"\x12\x07\x1a\x05\x0a\x03\x05\xac\x02"
FOREIGN = {
    "value before key": b"\x0a\x11" + LIST + KEY,
    "key twice": ENTRIES["inputs"] + ENTRIES["inputs"],
    "key absent": b"",
    "unpacked": b"\x0a\x11" + KEY + b"\x12\x07\x1a\x05\x08\x05\x08\xac\x02",
    "packed in two": b"\x0a\x13" + KEY + b"\x12\x09\x1a\x07\x0a\x01\x05\x0a\x02\xac\x02",
    "another type": _entry("inputs", [b"abc"]),
    "negative": _entry("inputs", [-1]),
    "too large": _entry("inputs", [2**31]),
    "no list": b"\x0a\x0a" + KEY + b"\x12\x00",
    "last number cut": b"\x0a\x10" + KEY + b"\x12\x06\x1a\x04\x0a\x02\x05\xac",
    "text that is not UTF-8": ENTRIES["inputs"] + _entry("id", [b"\xff"]),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_what_the_kernel_does_not_know_is_left_to_the_general_reader(
    case: str, tmp_path: Path
) -> None:
    rest = {**ENTRIES, "inputs": FOREIGN[case]}
    if case.startswith("text"):
        del rest["id"]
    known, foreign = (_wrapped(b"".join(e.values())) for e in (ENTRIES, rest))
    assert FOREIGN["value before key"] != ENTRIES["inputs"] == b"\x0a\x11" + KEY + LIST
    assert read_framed([frame(known), frame(foreign)], EOS) is None
    rows = [known] * 7 + [foreign]
    shard = write_shard(str(tmp_path), "s", [(row, 0, 0) for row in rows])
    reader = ShardedReader(str(tmp_path), SplitInfo(rows=8, shards=[shard]), EOS)
    assert _outcome(lambda: reader.read_tokens(range(8))) == _outcome(
        lambda: [*reader.read_tokens(range(7)), *reader.read_tokens([7])]
    )


def _outcome(read: Callable[[], list[TokenizedExample]]) -> list[Plain] | str | None:
    try:
        return _plain(read())
    except DataError as error:
        return str(error)


def test_an_encoding_that_the_general_reader_knows_is_read(tmp_path: Path) -> None:
    entries = b"".join({**ENTRIES, "inputs": FOREIGN["value before key"]}.values())
    shard = write_shard(str(tmp_path), "s", [(_wrapped(entries), 0, 0)] * 8)
    reader = ShardedReader(str(tmp_path), SplitInfo(rows=8, shards=[shard]), EOS)
    assert _plain(reader.read_tokens(range(8))) == [("x", "task", [5, 300, EOS], [7, EOS])] * 8


@given(data=st.data())
def test_whatever_the_bytes_are_they_are_read_alike_or_not_at_all(data: st.DataObject) -> None:
    """Bytes with right CRCs, so that only the parser can notice."""
    row = bytearray(_wrapped(b"".join(ENTRIES.values())))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(row) - 1))
        row[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    found = _plain(read_framed([frame(bytes(row))], EOS))
    if found is not None:
        name, task, *stored = split_tokens(bytes(row))
        inputs, targets = (decode_varints(part).tolist() for part in stored)
        assert found == [(name, task, [*inputs, EOS], [*targets, EOS])]


def test_every_changed_byte_of_a_shard_is_an_error_with_its_place(
    tmp_path: Path, make_row: MakeRow
) -> None:
    rows = [encode_row(make_row(id=f"{n}", inputs=[n, 400], targets=[n])) for n in range(8)]
    shard = write_shard(str(tmp_path), "s", [(row, 2, 1) for row in rows])
    whole = (tmp_path / "s").read_bytes()
    start = sum(len(frame(row)) for row in rows[:3])
    for place in range(start, start + len(frame(rows[3]))):
        damaged = bytearray(whole)
        damaged[place] ^= 0x40
        (tmp_path / "s").write_bytes(damaged)
        reader = ShardedReader(str(tmp_path), SplitInfo(rows=8, shards=[shard]), EOS)
        with pytest.raises(DataError, match=rf"{tmp_path}/s: byte {start}: corrupt TFRecord"):
            reader.read_tokens(range(8))


@pytest.mark.parametrize("cut", [1, 4, 5, 20, 10_000])
def test_a_truncated_shard_is_an_error_with_its_place(
    cut: int, tmp_path: Path, make_row: MakeRow
) -> None:
    rows = [encode_row(make_row(id=f"{n}")) for n in range(8)]
    shard = write_shard(str(tmp_path), "s", [(row, 0, 0) for row in rows])
    whole = (tmp_path / "s").read_bytes()
    (tmp_path / "s").write_bytes(whole[: max(0, len(whole) - cut)])
    reader = ShardedReader(str(tmp_path), SplitInfo(rows=8, shards=[shard]), EOS)
    first = 0 if cut > len(whole) else len(whole) - len(frame(rows[-1]))
    with pytest.raises(DataError, match=rf"{tmp_path}/s: byte {first}: corrupt TFRecord"):
        reader.read_tokens(range(8))
