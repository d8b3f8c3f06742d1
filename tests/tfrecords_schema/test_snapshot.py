"""A snapshot is read at random as it is in order, and damage is named."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tfrecords_schema import tfrecord
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import MANIFEST, open_snapshot, shard_name

MakeSnapshot = Callable[[list[int]], str]
EOS = 1


def test_shard_names_are_those_of_tfds() -> None:
    assert shard_name("train", 3, 12) == "train.tfrecord-00003-of-00012"


@pytest.mark.parametrize("shards", [[5], [2, 3], [0, 4, 0, 0, 3, 0], [1, 1, 1], [0], []])
def test_random_access_equals_reading_in_order(
    make_snapshot: MakeSnapshot, shards: list[int]
) -> None:
    snapshot = open_snapshot(make_snapshot(shards))
    rows = list(snapshot.rows("train"))
    reader = snapshot.reader("train")
    assert len(reader) == len(rows) == sum(shards)
    order = np.random.default_rng(0).permutation(len(rows)).tolist()
    assert [reader.row(index) for index in order] == [rows[index] for index in order]


def test_items_are_arrays_with_eos(make_snapshot: MakeSnapshot) -> None:
    snapshot = open_snapshot(make_snapshot([2, 3]))
    reader = snapshot.reader("train")
    for index in range(5):
        item = reader[index]
        assert item["id"] == f"{index:032x}"
        np.testing.assert_array_equal(item["inputs"], [*range(index + 1), EOS])
        np.testing.assert_array_equal(item["targets"], [index, EOS])
        assert item["inputs"].dtype == item["targets"].dtype == np.int32


def test_lengths_count_eos(make_snapshot: MakeSnapshot) -> None:
    snapshot = open_snapshot(make_snapshot([2, 0, 3]))
    reader = snapshot.reader("train")
    lengths = [[len(reader[i]["inputs"]), len(reader[i]["targets"])] for i in range(5)]
    assert snapshot.lengths("train").tolist() == lengths
    assert snapshot.lengths("train").dtype == np.int32


@pytest.mark.parametrize("index", [-1, 5, 100])
def test_an_index_outside_is_an_index_error(make_snapshot: MakeSnapshot, index: int) -> None:
    reader = open_snapshot(make_snapshot([2, 3])).reader("train")
    with pytest.raises(IndexError, match=f"example {index} of 5"):
        reader.row(index)


def test_a_missing_snapshot_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"{tmp_path}: no snapshot here"):
        open_snapshot(str(tmp_path))


def test_a_broken_manifest_is_named(make_snapshot: MakeSnapshot) -> None:
    path = Path(make_snapshot([1]), MANIFEST)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError, match=str(path)):
        open_snapshot(str(path.parent))


def test_a_missing_split_is_named(make_snapshot: MakeSnapshot) -> None:
    snapshot = open_snapshot(make_snapshot([1]))
    for read in (snapshot.split, snapshot.reader, snapshot.lengths):
        with pytest.raises(DataError, match=r"no split 'test'; it has \['train'\]"):
            read("test")


def test_a_corrupt_byte_is_placed(make_snapshot: MakeSnapshot) -> None:
    snapshot = open_snapshot(make_snapshot([3]))
    shard = Path(snapshot.path, snapshot.split("train").shards[0].path)
    lines = Path(f"{shard}.index").read_text().split()
    offset = int(lines[2])
    data = bytearray(shard.read_bytes())
    data[offset + 20] ^= 1
    shard.write_bytes(data)
    place = rf"{shard}: byte {offset}: corrupt TFRecord"
    with pytest.raises(DataError, match=place):
        snapshot.reader("train").row(1)
    with pytest.raises(DataError, match=place):
        list(snapshot.rows("train"))
    assert snapshot.reader("train").row(2)["id"] == f"{2:032x}"


def test_a_truncated_shard_is_found(make_snapshot: MakeSnapshot) -> None:
    snapshot = open_snapshot(make_snapshot([3]))
    shard = Path(snapshot.path, snapshot.split("train").shards[0].path)
    shard.write_bytes(shard.read_bytes()[:-3])
    with pytest.raises(DataError, match=str(shard)):
        list(snapshot.rows("train"))
    with pytest.raises(DataError, match=str(shard)):
        snapshot.reader("train").row(2)


def test_the_vocabulary_lies_in_the_snapshot(make_snapshot: MakeSnapshot) -> None:
    snapshot = open_snapshot(make_snapshot([1]))
    assert snapshot.vocabulary_path is None
    vocabulary = snapshot.manifest.vocabulary.model_copy(update={"file": "vocabulary.model"})
    manifest = snapshot.manifest.model_copy(update={"vocabulary": vocabulary})
    moved = type(snapshot)(snapshot.path, manifest)
    assert moved.vocabulary_path == f"{snapshot.path}/vocabulary.model"


def test_a_row_of_another_schema_is_named_when_read_in_order(make_snapshot: MakeSnapshot) -> None:
    snapshot = open_snapshot(make_snapshot([1]))
    shard = Path(snapshot.path, snapshot.split("train").shards[0].path)
    tfrecord.write_shard(str(shard), [(b"\xff", 1, 1)])
    with pytest.raises(DataError, match=rf"{shard}: byte 0"):
        list(snapshot.rows("train"))


def test_a_short_index_is_named(make_snapshot: MakeSnapshot) -> None:
    snapshot = open_snapshot(make_snapshot([3]))
    index = Path(snapshot.path, snapshot.split("train").shards[0].path + ".index")
    index.write_bytes(index.read_bytes().split(b"\n")[0] + b"\n")
    with pytest.raises(DataError, match=str(index)):
        snapshot.reader("train").row(2)
