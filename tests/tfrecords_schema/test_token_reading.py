"""The fast path of training: the same ids, tasks and tokens as decoding whole rows gives."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema.codec import decode_varints, encode_row, split_tokens
from tfrecords_schema.errors import DataError
from tfrecords_schema.features import FEATURES, Value
from tfrecords_schema.manifest import SplitInfo
from tfrecords_schema.snapshot import ShardedReader
from tfrecords_schema.tfrecord import write_shard

TOKENS = st.lists(st.integers(0, 2**31 - 1), max_size=40)


def _row(inputs: list[int], targets: list[int], name: str = "a") -> dict[str, Value]:
    row: dict[str, Value] = {
        feature.name: [] if feature.repeated else (0 if feature.kind == "int64" else "")
        for feature in FEATURES
    }
    return row | {"id": name, "_task_name": f"task {name}", "inputs": inputs, "targets": targets}


@given(inputs=TOKENS, targets=TOKENS, name=st.text(max_size=5))
def test_tokens_come_back_whatever_they_are(
    inputs: list[int], targets: list[int], name: str
) -> None:
    found = split_tokens(encode_row(_row(inputs, targets, name)))
    assert found[:2] == (name, f"task {name}")
    assert [decode_varints(part).tolist() for part in found[2:]] == [inputs, targets]


def _reader(path: Path, rows: list[dict[str, Value]]) -> ShardedReader:
    shard = write_shard(str(path), "s", [(encode_row(row), 0, 0) for row in rows])
    return ShardedReader(str(path), SplitInfo(rows=len(rows), shards=[shard]), eos_id=1)


def test_many_examples_at_once_equal_single_rows(tmp_path: Path) -> None:
    rows = [_row(list(range(n * 60)), [n, 40_000], str(n)) for n in range(5)]
    reader = _reader(tmp_path, rows)
    assert reader.read_tokens([]) == []
    for index, example in zip([3, 0, 4], reader.read_tokens([3, 0, 4]), strict=True):
        assert example[:2] == (str(index), f"task {index}")
        assert example[2].tolist() == [*range(index * 60), 1]
        assert example[3].tolist() == [index, 40_000, 1]
        assert example[2].dtype == np.int32
        np.testing.assert_array_equal(reader[index]["inputs"], example[2])  # type: ignore[arg-type]


def test_a_reader_travels_to_another_process(tmp_path: Path) -> None:
    reader = _reader(tmp_path, [_row([5], [6])])
    reader.read_tokens([0])  # opens files
    again = pickle.loads(pickle.dumps(reader))
    assert again.read_tokens([0])[0][2].tolist() == [5, 1]


@pytest.mark.parametrize("data", [b"\xff", b"", encode_row(_row([5], [6]))[:-3]])
def test_other_bytes_are_refused_with_their_place(data: bytes) -> None:
    with pytest.raises(DataError, match="here: not an example"):
        split_tokens(data, "here")
    with pytest.raises(ValueError, match="truncated"):
        decode_varints(b"\x85")
