"""What verification reads of examples: checks of blocks and the decoder say the same."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.checks import row_facts
from pipelines.checks.row_facts import FactReader, Facts
from tfrecords_schema.codec import decode_row, encode_row
from tfrecords_schema.errors import DataError
from tfrecords_schema.example_message import example_class
from tfrecords_schema.features import FEATURES, FEATURES_1
from tfrecords_schema.frame_checks import FrameChecker
from tfrecords_schema.tfrecord import frame

tf_example = example_class()

_UNKNOWN = 2
_BLOCKS, _ALONE = "blocks", "one by one"


def _row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{number:032x}",
        "record_id": f"{number + 7:032x}",
        "inputs_pretokenized": f"What is {number} × 2?",
        "targets_pretokenized": f"{2 * number} — ж漢😀",
        "inputs": np.array([3, 2, 300, 70_000, 2][: 1 + number % 5], np.int32),
        "targets": np.array([2] * (1 + number % 3), np.int32),
        "options": ["a", "β", ""][: number % 4],
        "answer_index": -1 if number % 2 else 12,
        "template_id": "family:0123",
        "num_shots": number % 3,
        "inversion": "",
        "collection": "c",
        "source": "s",
        "split": "train",
        "license": "CC-BY-4.0",
        "_template_idx": 3,
        "_template_type": "zs_opt",
        "_task_name": f"task {number % 2}",
        "_task_source": "Flan2021",
        "prompt_parts": [] if number % 2 else [0, 0, 300],
        **changes,
    }


def _expected(number: int) -> dict[str, str | int]:
    data = encode_row(_row(number))
    inputs = [3, 2, 300, 70_000, 2][: 1 + number % 5]
    return {
        "id": f"{number:032x}",
        "record_id": f"{number + 7:032x}",
        "task": f"task {number % 2}",
        "template_type": "zs_opt",
        "split": "train",
        "license": "CC-BY-4.0",
        "framed": len(data) + 16,
        "inputs": len(inputs),
        "targets": 1 + number % 3,
        "unknown": inputs.count(2) + 1 + number % 3,
    }


def _reader(way: str, features: Any = FEATURES, unknown_id: int = _UNKNOWN) -> FactReader:
    """Return a reader that checks blocks as far as it can, or decodes every example by itself."""
    reader = FactReader(features, unknown_id)
    if way == _ALONE:
        reader._checker.check = lambda _: None  # type: ignore[method-assign]
    return reader


@pytest.fixture(params=[_BLOCKS, _ALONE])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _facts(reader: FactReader, path: Path) -> Iterator[dict[str, str | int]]:
    """Yield the facts of each example by name."""
    for facts in reader.read(str(path), "shard"):
        for values in zip(*facts, strict=True):
            yield dict(zip(Facts._fields, values, strict=True))


def _read(path: Path, data: bytes, reader: FactReader) -> list[dict[str, str | int]]:
    path.write_bytes(data)
    return list(_facts(reader, path))


def _outcome(path: Path, data: bytes, reader: FactReader) -> list[Any]:
    """Return the facts of the examples before the first error, and that error."""
    path.write_bytes(data)
    found: list[Any] = []
    try:
        found.extend(_facts(reader, path))
    except DataError as error:
        found.append(str(error))
    return found


@pytest.mark.parametrize("block", [1 << 20, 700, 10])
def test_facts_are_those_of_the_rows(
    way: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where an example is longer than a block, or ends in the next one."""
    monkeypatch.setattr(row_facts, "_BLOCK_BYTES", block)
    data = b"".join(frame(encode_row(_row(number))) for number in range(40))
    reader = _reader(way)
    assert _read(tmp_path / "s", data, reader) == [_expected(number) for number in range(40)]
    assert _read(tmp_path / "s", b"", reader) == []


def test_a_block_of_what_the_encoder_writes_is_checked_at_once() -> None:
    """Also with sizes of one, two and three bytes, and with tokens of as many."""
    rows = [
        _row(1, inputs_pretokenized="ж" * size, inputs=[token] * size, options=["é" * size] * 3)
        for size in (0, 1, 60, 63, 64, 100, 127, 128, 5000, 8192, 70_000)
        for token in (0, 2, 127, 128, 2**14, 2**21 - 1)
    ]
    data = [encode_row(row) for row in rows]
    checked = FrameChecker(FEATURES, ("id", "split"), _UNKNOWN).check(b"".join(map(frame, data)))
    assert checked is not None
    assert checked.framed.tolist() == [len(one) + 16 for one in data]
    assert checked.texts == [[f"{1:032x}"] * len(rows), ["train"] * len(rows)]
    assert checked.inputs.tolist() == [len(row["inputs"]) for row in rows]
    assert checked.targets.tolist() == [2] * len(rows)
    assert checked.unknown.tolist() == [row["inputs"].count(2) + 2 for row in rows]


@pytest.mark.parametrize("unknown_id", [-1, 0, 1, 2, 5, 128, 129, 130, 256, 2**14, 2**31 - 1])
def test_unknown_tokens_are_counted_wherever_their_bytes_are(
    unknown_id: int, way: str, tmp_path: Path
) -> None:
    """129, 130, 257 and 258 have the bytes of smaller numbers; so have some neighbors."""
    inputs = [0, 1, 2, 5, 127, 128, 129, 130, 255, 256, 257, 258, 2**14, 2**14 + 1, 2, 2, 2**31 - 1]
    for tokens in (inputs, inputs[::-1], inputs[:4], inputs[:-1], [unknown_id] * 3, []):
        stored = [max(0, token) for token in tokens]
        data = frame(encode_row(_row(1, inputs=stored, targets=stored)))
        [facts] = _read(tmp_path / "s", data, _reader(way, unknown_id=unknown_id))
        assert facts["unknown"] == 2 * stored.count(unknown_id)
        assert facts["inputs"] == len(stored)


def test_examples_of_another_encoder_are_read_between_ours(way: str, tmp_path: Path) -> None:
    """Protobuf's own order of features is another one; a varint may be longer than it must be."""
    message = tf_example()
    message.ParseFromString(encode_row(_row(5)))
    ours = [encode_row(_row(number)) for number in range(3)]
    for other in (message.SerializeToString(), _with_longer_token(5)):
        data = b"".join(map(frame, (*ours, other, *ours)))
        expected = [_expected(number) for number in (0, 1, 2, 5, 0, 1, 2)]
        expected[3]["framed"] = len(other) + 16
        assert _read(tmp_path / "s", data, _reader(way)) == expected


def test_blocks_are_checked_at_once_again_after_an_example_of_another_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = [frame(encode_row(_row(number))) for number in range(6)]
    other = frame(_with_longer_token(5))
    monkeypatch.setattr(row_facts, "_BLOCK_BYTES", 2 * max(map(len, ours)))
    monkeypatch.setattr(row_facts, "_ROWS_ALONE", 1)
    decoded = []

    def decode(data: bytes, *rest: Any) -> Any:
        decoded.append(frame(data))
        return decode_row(data, *rest)

    monkeypatch.setattr(row_facts, "decode_row", decode)
    assert len(_read(tmp_path / "s", other + b"".join(ours), _reader(_BLOCKS))) == 7
    assert decoded == [other]


def _with_longer_token(number: int) -> bytes:
    """Return an example whose targets, 2 each, have the two bytes 0x82 0x00."""
    targets = [0x82 & 0x7F | 0x02 << 7] * (1 + number % 3)
    data = encode_row(_row(number, targets=targets))
    assert data.count(b"\x82\x02") == len(targets)
    return data.replace(b"\x82\x02", b"\x82\x00")


def _without(number: int, name: str) -> bytes:
    message = tf_example()
    message.ParseFromString(encode_row(_row(number)))
    del message.features.feature[name]
    return bytes(message.SerializeToString())


def _with(change: Callable[[Any], None]) -> bytes:
    message = tf_example()
    message.ParseFromString(encode_row(_row(4)))
    change(message.features.feature)
    return bytes(message.SerializeToString())


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        (frame(_without(4, "options")), "features missing or unknown: options"),
        (frame(_with(lambda f: f["more"].int64_list.value.append(1))), "unknown: more"),
        (frame(_with(lambda f: f["split"].bytes_list.value.append(b"x"))), "holds 2 values"),
        (frame(_with(lambda f: f["num_shots"].int64_list.value.append(1))), "holds 2 values"),
        (frame(_with(lambda f: f["license"].int64_list.value.append(1))), "int64_list, not string"),
        (frame(_with(lambda f: f["source"].bytes_list.value.__setitem__(0, b"\xff"))), "utf-8"),
        (frame(b"no example"), "not an example of this schema"),
        (frame(encode_row(_row(4)))[:-1], "corrupt TFRecord"),
        (frame(encode_row(_row(4)))[:7], "corrupt TFRecord"),
        (b"\xff" * 60, "corrupt TFRecord"),
    ],
)
def test_damage_is_named_after_the_examples_before_it(
    damaged: bytes, message: str, way: str, tmp_path: Path
) -> None:
    data = b"".join(frame(encode_row(_row(number))) for number in range(3))
    path = tmp_path / "s"
    path.write_bytes(data + damaged + data)
    found = []
    with pytest.raises(DataError, match=message) as error:
        found.extend(_facts(_reader(way), path))
    assert found == [_expected(number) for number in range(3)]
    place = f"byte {len(data)}" if "TFRecord" in message else "shard: example 3"
    assert place in str(error.value)


def test_every_damaged_byte_is_named_in_both_ways(tmp_path: Path) -> None:
    """With the CRC as it was, and with one that fits, so that only the parser can notice."""
    rows = [encode_row(_row(number)) for number in (1, 6, 2)]
    before, row, after = map(frame, rows)
    blocks, alone = _reader(_BLOCKS), _reader(_ALONE)
    for place in range(len(row)):
        damaged = bytearray(row)
        damaged[place] ^= 1 << place % 8
        data = before + damaged + after
        expected = _outcome(tmp_path / "s", data, alone)
        assert _outcome(tmp_path / "s", data, blocks) == expected
        assert expected[0] == _expected(1)
        assert expected[1].startswith(f"{tmp_path}/s: byte {len(before)}: corrupt TFRecord")
        if 12 <= place < len(row) - 4:
            data = before + frame(bytes(damaged[12:-4])) + after
            expected = _outcome(tmp_path / "s", data, alone)
            assert _outcome(tmp_path / "s", data, blocks) == expected


def test_a_shard_cut_anywhere_is_named_in_both_ways(tmp_path: Path) -> None:
    first, second = (frame(encode_row(_row(number))) for number in (1, 6))
    blocks, alone = _reader(_BLOCKS), _reader(_ALONE)
    for size in range(len(second)):
        data = first + second[:size]
        found = _outcome(tmp_path / "s", data, blocks)
        assert found == _outcome(tmp_path / "s", data, alone)
        assert found[0] == _expected(1)
        assert len(found) == (2 if size else 1)


def _size(size: int) -> bytes:
    """Return a varint of two bytes."""
    return bytes((size & 0x7F | 0x80, size >> 7))


def _with_entry(name: str, entry: bytes, after: bytes = b"") -> bytes:
    """Return an example with another entry of a feature; `after` is put behind the features."""
    message = tf_example()
    message.ParseFromString(encode_row(_row(1)))
    value = message.features.feature[name].SerializeToString()
    key = bytes((0x0A, len(name))) + name.encode() + bytes((0x12, len(value)))
    row = encode_row(_row(1))
    features = row[3:]
    assert row[:3] == b"\x0a" + _size(len(features))
    old = bytes((0x0A, len(key) + len(value))) + key + value
    assert features.count(old) == 1
    features = features.replace(old, entry)
    return b"\x0a" + _size(len(features)) + features + after


def _packed(name: str, numbers: bytes) -> bytes:
    """Return the entry of a feature with packed numbers."""
    content = bytes((0x0A, len(numbers))) + numbers
    value = bytes((0x1A, len(content))) + content
    entry = bytes((0x0A, len(name))) + name.encode() + bytes((0x12, len(value))) + value
    return bytes((0x0A, len(entry))) + entry


_TARGETS = _packed("targets", b"\x02\x02")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (_with_entry("targets", _TARGETS), 2),
        (_with_entry("targets", _packed("targets", b"")), 0),
        (_with_entry("targets", _packed("targets", b"\x02" + b"\xff" * 9 + b"\x01")), 2),
        (_with_entry("targets", _packed("targets", b"\x02" + b"\xff" * 10 + b"\x01")), None),
        (_with_entry("targets", _packed("targets", b"\x02\x82")), None),
        (_with_entry("prompt_parts", _packed("prompt_parts", b"\x02\x82")), None),
        (_with_entry("targets", _packed("targetz", b"\x02\x02")), None),
        (_with_entry("targets", b""), None),
        (_with_entry("targets", b"\x0a\x00"), None),
        (_with_entry("targets", _TARGETS * 2), 2),
        (_with_entry("targets", _TARGETS, b"\x12\x01a"), 2),
        (_with_entry("targets", _TARGETS, b"\xff"), None),
        (_with_entry("template_id", b""), None),
        (_with_entry("split", b"\x0a\x00"), None),
        (encode_row(_row(1, id="0" * 31)), 2),
        (encode_row(_row(1, record_id="0" * 33)), 2),
    ],
)
def test_unusual_encodings_are_read_as_protobuf_reads_them(
    data: bytes, expected: int | None, way: str, tmp_path: Path
) -> None:
    before = frame(encode_row(_row(0)))
    found = _outcome(tmp_path / "s", before + frame(data), _reader(way))
    assert found[0] == _expected(0)
    if expected is None:
        assert "shard: example 1: not an example of this schema" in found[1]
    else:
        assert found[1]["targets"] == expected
        assert (found[1]["id"], found[1]["record_id"]) == _ids(data)


def _ids(data: bytes) -> tuple[str, ...]:
    message = tf_example()
    message.ParseFromString(data)
    feature = message.features.feature
    return tuple(feature[key].bytes_list.value[0].decode() for key in ("id", "record_id"))


def test_features_after_the_last_one_are_unknown(way: str, tmp_path: Path) -> None:
    row = encode_row(_row(1))
    features = row[3:] + b"\x0a\x08\x0a\x02zz\x12\x02\x0a\x00"
    (tmp_path / "s").write_bytes(frame(b"\x0a" + _size(len(features)) + features))
    with pytest.raises(DataError, match="features missing or unknown: zz"):
        list(_facts(_reader(way), tmp_path / "s"))


def test_a_block_that_ends_within_a_key_is_left_to_others() -> None:
    """Where `targets` is the last feature, its key is longer than the rest of the block."""
    data = encode_row(_row(1))
    features = data[3 : data.index(b"\x0a\x07targets\x12") - 2] + b"\x0a\x00"
    row = b"\x0a" + _size(len(features)) + features
    last = [feature for feature in FEATURES if feature.name != "template_id"]
    assert FrameChecker(last, ("id",), _UNKNOWN).check(frame(row)) is None


@given(data=st.data())
def test_whatever_the_bytes_are_they_are_checked_as_the_decoder_does(data: st.DataObject) -> None:
    """Right CRCs; what the block's check accepts, the decoder reads in the same way."""
    row = bytearray(encode_row(_row(data.draw(st.integers(0, 9)))))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(row) - 1))
        row[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    checked = FrameChecker(FEATURES, ("id", "license"), _UNKNOWN).check(frame(bytes(row)))
    if checked is not None:
        decoded = decode_row(bytes(row))
        assert checked.texts == [[decoded["id"]], [decoded["license"]]]
        assert checked.inputs.tolist() == [len(decoded["inputs"])]  # type: ignore[arg-type]
        assert checked.targets.tolist() == [len(decoded["targets"])]  # type: ignore[arg-type]


def test_features_are_those_that_the_snapshot_states(way: str, tmp_path: Path) -> None:
    """Snapshots of format version 1 have no parts of prompts."""
    path = tmp_path / "s"
    path.write_bytes(frame(_without(4, "prompt_parts")))
    [facts] = _facts(_reader(way, FEATURES_1), path)
    assert facts["id"] == f"{4:032x}"
    with pytest.raises(DataError, match="prompt_parts"):
        list(_facts(_reader(way), path))


@pytest.mark.parametrize("name", ["source", "targets_pretokenized", "options", "record_id"])
@given(text=st.one_of(st.binary(max_size=12), st.text(max_size=6).map(str.encode)))
def test_texts_are_those_that_python_decodes(name: str, text: bytes) -> None:
    filled = text.ljust(32, b"0") if name == "record_id" else text
    value = "~" * len(filled)
    row = encode_row(_row(2, **{name: [value] if name == "options" else value}))
    if filled:
        assert row.count(value.encode()) == 1
        row = row.replace(value.encode(), filled)
    try:
        filled.decode()
        is_read = name != "record_id" or filled.isascii()
    except UnicodeDecodeError:
        is_read = False
    checked = FrameChecker(FEATURES, ("source", "record_id"), _UNKNOWN).check(frame(row))
    assert (checked is not None) == is_read
