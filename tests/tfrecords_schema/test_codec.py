"""Rows survive the codec, and its bytes are TensorFlow's, in any process."""

import hashlib
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema import word_kernels
from tfrecords_schema.codec import decode_row, encode_row, pack_all, read_texts
from tfrecords_schema.errors import DataError
from tfrecords_schema.features import FEATURES, Value

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_INT64 = st.integers(-(2**63), 2**63 - 1)
_VALUES = {
    ("string", False): _TEXT,
    ("string", True): st.lists(_TEXT, max_size=4),
    ("int64", False): _INT64,
    ("int64", True): st.lists(_INT64, max_size=8),
}
_ROWS = st.fixed_dictionaries({f.name: _VALUES[f.kind, f.repeated] for f in FEATURES})

_HASH_OF_A_ROW = """
import hashlib
from tfrecords_schema.codec import encode_row
from tfrecords_schema.features import FEATURES
row = {f.name: ["ä"] * 3 if f.repeated else "ö" for f in FEATURES if f.kind == "string"}
row |= {f.name: [5, 6] if f.repeated else 7 for f in FEATURES if f.kind == "int64"}
print(hashlib.sha256(encode_row(row)).hexdigest())
"""


def _tensorflow_bytes(tf: Any, row: dict[str, Value]) -> bytes:
    """Return what a user of TensorFlow would write for `row`."""
    features = {}
    for feature in FEATURES:
        value: Any = row[feature.name]
        values = value if feature.repeated else [value]
        if feature.kind == "string":
            texts = tf.train.BytesList(value=[text.encode() for text in values])
            features[feature.name] = tf.train.Feature(bytes_list=texts)
        else:
            numbers = tf.train.Int64List(value=values)
            features[feature.name] = tf.train.Feature(int64_list=numbers)
    example = tf.train.Example(features=tf.train.Features(feature=features))
    data: bytes = example.SerializeToString(deterministic=True)
    return data


@given(_ROWS)
def test_a_row_survives_the_round_trip(row: dict[str, Value]) -> None:
    assert decode_row(encode_row(row)) == row


@given(_ROWS)
def test_texts_alone_are_those_of_the_row(row: dict[str, Value]) -> None:
    names = [f.name for f in FEATURES if f.kind == "string" and not f.repeated]
    assert read_texts(encode_row(row), names) == [row[name] for name in names]


@pytest.mark.parametrize("data", [b"\x00", b"text", b""])
def test_texts_of_something_else_are_an_error(data: bytes) -> None:
    with pytest.raises(DataError, match=r"^there: not an example of this schema"):
        read_texts(data, ["id"], "there")


@pytest.mark.parametrize("has_kernels", [True, False])
@given(data=st.data())
def test_lists_that_are_packed_together_are_those_of_the_row(
    tensorflow: Any, has_kernels: bool, data: st.DataObject
) -> None:
    most = data.draw(st.sampled_from([127, 128, 16383, 16384, 2**31 - 1]))
    least = data.draw(st.sampled_from([0, -1]))
    numbers = st.lists(st.integers(least, most), max_size=8)
    lists = data.draw(st.lists(numbers, max_size=6))
    with pytest.MonkeyPatch.context() as patch:
        kernels = word_kernels if has_kernels else None
        patch.setitem(sys.modules, "tfrecords_schema.word_kernels", kernels)
        packed = pack_all([np.array(some, np.int32) if len(some) % 2 else some for some in lists])
    assert len(packed) == len(lists)
    for some, content in zip(lists, packed, strict=True):
        whole = tensorflow.train.Int64List(value=some).SerializeToString()
        # A tag and a size below 128 come first.
        assert whole == (bytes([10, len(content)]) + content if content else b"")


@given(row=_ROWS)
def test_bytes_are_those_of_tensorflow(tensorflow: Any, row: dict[str, Value]) -> None:
    assert encode_row(row) == _tensorflow_bytes(tensorflow, row)


def test_bytes_are_the_same_in_every_process() -> None:
    hashes = set()
    for seed in ("0", "1", "12345"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", _HASH_OF_A_ROW]
        hashes.add(subprocess.check_output(command, env=environment, text=True).strip())
    assert len(hashes) == 1
    assert len(hashes.pop()) == len(hashlib.sha256().hexdigest())


@pytest.mark.parametrize("name", [feature.name for feature in FEATURES])
def test_encoding_needs_every_feature(make_row: Any, name: str) -> None:
    row = make_row()
    del row[name]
    with pytest.raises(KeyError, match=name):
        encode_row(row)


@pytest.mark.parametrize(
    ("feature", "value"),
    [("inputs", ["1"]), ("inputs", [1.5]), ("inputs", 3), ("num_shots", "3"), ("options", 3)],
)
def test_encoding_refuses_wrong_types(make_row: Any, feature: str, value: object) -> None:
    with pytest.raises(TypeError):
        encode_row(make_row(**{feature: value}))


@pytest.mark.parametrize(
    "data",
    [b"\xff", b"not a proto at all", b"\x0a\xff\xff\xff\xff\x0f", b"\x0a\x05abc"],
)
def test_decoding_refuses_bytes_that_are_no_example(data: bytes) -> None:
    with pytest.raises(DataError, match="not an example of this schema"):
        decode_row(data)


def _edited(tf: Any, row: dict[str, Value], name: str, feature: Any) -> bytes:
    """Return the bytes of `row` with one feature replaced, or removed where `feature` is None."""
    example = tf.train.Example.FromString(encode_row(row))
    if feature is None:
        del example.features.feature[name]
    else:
        example.features.feature[name].CopyFrom(feature)
    data: bytes = example.SerializeToString(deterministic=True)
    return data


@pytest.mark.parametrize("name", [feature.name for feature in FEATURES])
def test_decoding_refuses_a_missing_feature(tensorflow: Any, make_row: Any, name: str) -> None:
    with pytest.raises(DataError, match=name):
        decode_row(_edited(tensorflow, make_row(), name, None))


def test_decoding_refuses_an_additional_feature(tensorflow: Any, make_row: Any) -> None:
    extra = tensorflow.train.Feature()
    with pytest.raises(DataError, match="features missing or unknown"):
        decode_row(_edited(tensorflow, make_row(), "extra", extra))


@pytest.mark.parametrize("name", [f.name for f in FEATURES if not f.repeated])
def test_decoding_refuses_two_values_of_a_scalar(tensorflow: Any, make_row: Any, name: str) -> None:
    tf = tensorflow.train
    feature = tf.Feature(int64_list=tf.Int64List(value=[1, 2]))
    if isinstance(make_row()[name], str):
        feature = tf.Feature(bytes_list=tf.BytesList(value=[b"a", b"b"]))
    with pytest.raises(DataError, match=f"'{name}' holds 2 values"):
        decode_row(_edited(tensorflow, make_row(), name, feature))


def test_decoding_refuses_text_that_is_not_utf8(tensorflow: Any, make_row: Any) -> None:
    tf = tensorflow.train
    feature = tf.Feature(bytes_list=tf.BytesList(value=[b"\xff"]))
    with pytest.raises(DataError, match="utf-8"):
        decode_row(_edited(tensorflow, make_row(), "source", feature))


REPEATED = [feature for feature in FEATURES if feature.repeated]


@pytest.mark.parametrize("name", [feature.name for feature in REPEATED])
def test_decoding_refuses_a_renamed_list(tensorflow: Any, make_row: Any, name: str) -> None:
    # As many features as the schema has, but one by another name: it reads as an empty list.
    example = tensorflow.train.Example.FromString(encode_row(make_row()))
    feature = example.features.feature
    feature[f"{name}_"].CopyFrom(feature[name])
    del feature[name]
    with pytest.raises(DataError, match=name):
        decode_row(example.SerializeToString())


@pytest.mark.parametrize("feature", REPEATED, ids=lambda feature: feature.name)
def test_decoding_refuses_a_list_of_another_kind(
    tensorflow: Any, make_row: Any, feature: Any
) -> None:
    # bytes where int64 belongs, or the reverse: it reads as an empty list.
    tf = tensorflow.train
    other = tf.Feature(bytes_list=tf.BytesList(value=[b"5"]))
    if feature.kind == "string":
        other = tf.Feature(int64_list=tf.Int64List(value=[5]))
    example = tf.Example.FromString(encode_row(make_row()))
    example.features.feature[feature.name].CopyFrom(other)
    with pytest.raises(DataError, match=feature.name):
        decode_row(example.SerializeToString())


def test_encoding_refuses_a_string_for_a_list_of_strings(make_row: Any) -> None:
    # "yes" is written as the three options "y", "e", "s".
    with pytest.raises(TypeError):
        encode_row(make_row(options="yes"))


@pytest.mark.parametrize("most", [1, 0x7F, 0x80, 0x3FFF, 0x4000, 2**31 - 1])
@pytest.mark.parametrize("count", [0, 1, 600])
@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_arrays_of_ids_have_the_bytes_of_tensorflow(
    tensorflow: Any, most: int, count: int, kind: Any
) -> None:
    row: dict[str, Any] = {}
    for feature in FEATURES:
        row[feature.name] = [] if feature.repeated else "a" if feature.kind == "string" else 1
    row["inputs"] = [*range(max(0, most - count + 1), most + 1)]
    expected = _tensorflow_bytes(tensorflow, row)
    array: Any = np.array(row["inputs"], kind)
    assert encode_row({**row, "inputs": array}) == expected
