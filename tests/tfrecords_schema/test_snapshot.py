"""A snapshot is read at random as it is in order, and damage is named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tfrecords_schema import manifest, tfrecord
from tfrecords_schema.errors import DataError
from tfrecords_schema.manifest import FeatureInfo
from tfrecords_schema.snapshot import MANIFEST, Snapshot, open_snapshot, shard_name

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
    with pytest.raises(DataError, match=f"{tmp_path}: not a snapshot"):
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
    shard = snapshot.split("train").shards[0].path
    tfrecord.write_shard(snapshot.path, shard, [(b"\xff", 1, 1)])
    with pytest.raises(DataError, match=rf"{snapshot.path}/{shard}: byte 0"):
        list(snapshot.rows("train"))


def test_a_short_index_is_named(make_snapshot: MakeSnapshot) -> None:
    snapshot = open_snapshot(make_snapshot([3]))
    index = Path(snapshot.path, snapshot.split("train").shards[0].path + ".index")
    index.write_bytes(index.read_bytes().split(b"\n")[0] + b"\n")
    with pytest.raises(DataError, match=str(index)):
        snapshot.reader("train").row(2)


def _stating(snapshot: Snapshot, features: list[FeatureInfo]) -> Snapshot:
    """Write a manifest that states other features, and open the snapshot by it."""
    changed = snapshot.manifest.model_copy(update={"features": features})
    Path(snapshot.path, MANIFEST).write_bytes(manifest.dump(changed))
    return open_snapshot(snapshot.path)


def test_rows_are_decoded_by_the_features_that_the_manifest_states(
    make_snapshot: MakeSnapshot, tensorflow: Any
) -> None:
    """As of a version that wrote fewer features, and one that this version does not know."""
    tf = tensorflow.train
    snapshot = open_snapshot(make_snapshot([1]))
    example = tf.Example(
        features=tf.Features(
            feature={
                "id": tf.Feature(bytes_list=tf.BytesList(value=[b"0f"])),
                "_task_name": tf.Feature(bytes_list=tf.BytesList(value=[b"t"])),
                "inputs": tf.Feature(int64_list=tf.Int64List(value=[5, 6])),
                "targets": tf.Feature(int64_list=tf.Int64List(value=[7])),
                "hints": tf.Feature(bytes_list=tf.BytesList(value=["ä".encode(), b"b"])),
            }
        )
    )
    shard = snapshot.split("train").shards[0].path
    tfrecord.write_shard(snapshot.path, shard, [(example.SerializeToString(), 2, 1)])
    features = [
        FeatureInfo(name="_task_name", kind="string", repeated=False),
        FeatureInfo(name="hints", kind="string", repeated=True),
        FeatureInfo(name="id", kind="string", repeated=False),
        FeatureInfo(name="inputs", kind="int64", repeated=True),
        FeatureInfo(name="targets", kind="int64", repeated=True),
    ]
    row = {"_task_name": "t", "hints": ["ä", "b"], "id": "0f", "inputs": [5, 6], "targets": [7]}
    stated = _stating(snapshot, features)
    assert list(stated.rows("train")) == [row]
    assert list(next(stated.rows("train"))) == [feature.name for feature in features]
    assert stated.reader("train").row(0) == row
    np.testing.assert_array_equal(stated.reader("train")[0]["inputs"], [5, 6, EOS])


@pytest.mark.parametrize("change", ["fewer", "more", "another kind"])
def test_rows_that_have_other_features_than_stated_are_refused(
    make_snapshot: MakeSnapshot, change: str
) -> None:
    snapshot = open_snapshot(make_snapshot([1]))
    last = snapshot.manifest.features[-1]
    features = {
        "fewer": snapshot.manifest.features[:-1],
        "more": [*snapshot.manifest.features, last.model_copy(update={"name": "hints"})],
        "another kind": [
            *snapshot.manifest.features[:-1],
            last.model_copy(update={"kind": "string"}),
        ],
    }[change]
    stated = _stating(snapshot, features)
    name = "hints" if change == "more" else last.name
    with pytest.raises(DataError, match=name):
        list(stated.rows("train"))
    with pytest.raises(DataError, match=name):
        stated.reader("train").row(0)
