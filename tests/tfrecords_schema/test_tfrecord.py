"""Shards are TFRecord files to everybody, and damage is named."""

import hashlib
import io
import struct
from pathlib import Path
from typing import Any

import google_crc32c
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema import tfrecord
from tfrecords_schema.errors import DataError

RECORDS = [b"", b"a", b"hello" * 100, bytes(range(256))]


@pytest.fixture
def shard(tmp_path: Path) -> str:
    """Write a shard of RECORDS."""
    name = "s.tfrecord-00000-of-00001"
    rows = [(data, len(data), i) for i, data in enumerate(RECORDS)]
    tfrecord.write_shard(str(tmp_path), name, rows)
    return str(tmp_path / name)


def _read(path: str) -> list[bytes]:
    with open(path, "rb") as stream:
        return list(tfrecord.read_frames(stream, path))


@given(st.lists(st.binary(max_size=50), max_size=5))
def test_frames_survive_the_round_trip(records: list[bytes]) -> None:
    stream = io.BytesIO(b"".join(tfrecord.frame(data) for data in records))
    assert list(tfrecord.read_frames(stream, "here")) == records
    assert [tfrecord.unframe(tfrecord.frame(data), "here") for data in records] == records


def test_tensorflow_reads_a_shard(tensorflow: Any, shard: str) -> None:
    read = tensorflow.data.TFRecordDataset(shard)
    assert [data.numpy() for data in read] == RECORDS


def test_we_read_what_tensorflow_writes(tensorflow: Any, shard: str, tmp_path: Path) -> None:
    path = str(tmp_path / "theirs")
    with tensorflow.io.TFRecordWriter(path) as writer:
        for data in RECORDS:
            writer.write(data)
    assert _read(path) == RECORDS
    assert Path(path).read_bytes() == Path(shard).read_bytes()


def test_the_index_holds_offset_and_length_of_each_frame(shard: str) -> None:
    data = Path(shard).read_bytes()
    table = tfrecord.read_index(shard)
    assert table.shape == (len(RECORDS), 2)
    for record, (offset, length) in zip(RECORDS, table.tolist(), strict=True):
        assert tfrecord.unframe(data[offset : offset + length], "here") == record
    lines = Path(f"{shard}.index").read_text().splitlines()
    assert lines == [f"{offset} {length}" for offset, length in table.tolist()]


def test_the_lengths_hold_the_token_counts(shard: str) -> None:
    table = tfrecord.read_lengths(shard)
    assert table.dtype == np.int32
    assert table.tolist() == [[len(data), i] for i, data in enumerate(RECORDS)]


def test_what_was_written_is_described(tmp_path: Path) -> None:
    written = tfrecord.write_shard(str(tmp_path), "below/shard", [(b"abc", 3, 1), (b"de", 2, 7)])
    path = str(tmp_path / "below" / "shard")
    data = Path(path).read_bytes()
    assert (written.path, written.parquet) == ("below/shard", None)
    assert (written.rows, written.bytes) == (2, len(data))
    assert (written.input_tokens, written.target_tokens) == (5, 8)
    for suffix, digest in (
        ("", written.sha256),
        (".index", written.index_sha256),
        (".lengths", written.lengths_sha256),
    ):
        assert hashlib.sha256(Path(path + suffix).read_bytes()).hexdigest() == digest


def test_an_empty_shard_is_a_shard(tmp_path: Path) -> None:
    written = tfrecord.write_shard(str(tmp_path), "shard", [])
    path = str(tmp_path / "shard")
    assert (written.rows, written.bytes, written.input_tokens) == (0, 0, 0)
    assert _read(path) == []
    assert tfrecord.read_index(path).shape == (0, 2)
    assert tfrecord.read_lengths(path).shape == (0, 2)


def test_a_failing_source_of_rows_leaves_no_shard(tmp_path: Path) -> None:
    def rows() -> Any:
        yield b"a", 1, 1
        raise RuntimeError("lost")

    with pytest.raises(RuntimeError, match="lost"):
        tfrecord.write_shard(str(tmp_path), "shard", rows())
    assert list(tmp_path.iterdir()) == []


def test_every_corrupt_byte_is_found_and_placed(shard: str) -> None:
    data = Path(shard).read_bytes()
    starts = tfrecord.read_index(shard)[:, 0]
    for position in range(len(data)):
        corrupt = bytearray(data)
        corrupt[position] ^= 0x10
        start = int(starts[np.searchsorted(starts, position, side="right") - 1])
        with pytest.raises(DataError, match=rf"^shard: byte {start}: corrupt"):
            list(tfrecord.read_frames(io.BytesIO(bytes(corrupt)), "shard"))


def test_every_truncation_is_found(shard: str) -> None:
    data = Path(shard).read_bytes()
    whole = set(tfrecord.read_index(shard)[:, 0].tolist())
    for size in range(len(data)):
        stream = io.BytesIO(data[:size])
        if size in whole:
            # A cut between two records is a shorter file; the manifest's digest finds it.
            assert list(tfrecord.read_frames(stream, "shard")) == RECORDS[: _rows(shard, size)]
            continue
        with pytest.raises(DataError, match=r"^shard: byte \d+: corrupt"):
            list(tfrecord.read_frames(stream, "shard"))


def _rows(shard: str, size: int) -> int:
    return int((tfrecord.read_index(shard)[:, 0] < size).sum())


@pytest.mark.parametrize("framed", [b"", b"short", tfrecord.frame(b"abc")[:-1], bytes(16)])
def test_unframe_refuses_what_is_no_frame(framed: bytes) -> None:
    with pytest.raises(DataError, match="here: corrupt TFRecord"):
        tfrecord.unframe(framed, "here")


@pytest.mark.parametrize("text", [b"1 2 3\n", b"a b\n", b"1.5 2\n"])
def test_a_broken_index_is_named(shard: str, text: bytes) -> None:
    Path(f"{shard}.index").write_bytes(text)
    with pytest.raises(DataError, match=r"\.index: its lines are not `offset"):
        tfrecord.read_index(shard)


@pytest.mark.parametrize("data", [b"garbage", b"\x93NUMPY\x01\x00"])
def test_broken_lengths_are_named(shard: str, data: bytes) -> None:
    Path(f"{shard}.lengths").write_bytes(data)
    with pytest.raises(DataError, match=r"\.lengths: not a NumPy array"):
        tfrecord.read_lengths(shard)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04abc"], ids=["EOFError", "BadZipFile"])
def test_lengths_that_numpy_cannot_open_are_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "shard.lengths").write_bytes(data)
    with pytest.raises(DataError, match=r"shard\.lengths: not a NumPy array"):
        tfrecord.read_lengths(str(tmp_path / "shard"))


@pytest.mark.parametrize("length", [2**31, 2**33, 2**62, 2**63, 2**64 - 1])
def test_a_length_that_no_record_has_is_named(length: int) -> None:
    header = struct.pack("<Q", length)
    stream = io.BytesIO(header + _masked_crc(header) + b"x" * 100)
    with pytest.raises(DataError, match=f"here: byte 0: a record of {length:,} bytes"):
        list(tfrecord.read_frames(stream, "here"))


def _masked_crc(data: bytes) -> bytes:
    """Return TFRecord's masked CRC, from its published definition."""
    crc = google_crc32c.value(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) % 2**32)


@pytest.mark.parametrize("text", [b"-1 20\n", b"0 -5\n", b"0 1099511627776\n"])
def test_an_index_of_impossible_places_is_named(shard: str, text: bytes) -> None:
    Path(f"{shard}.index").write_bytes(text)
    with pytest.raises(DataError, match=r"\.index: an offset or length matches no record"):
        tfrecord.read_index(shard)


def _npy(table: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, table)
    return buffer.getvalue()


_LENGTHS = [
    _npy(np.zeros((3, 2), np.int64)),
    _npy(np.zeros((3, 2), np.float32)),
    _npy(np.array([["a", "b"]])),
    _npy(np.array([["2020-01-01", "2020-01-02"]], dtype="datetime64[D]")),
    _npy(np.zeros((3, 2), ">i4")),
    _npy(np.asfortranarray(np.zeros((3, 2), np.int32))),
    _npy(np.zeros((3, 2), np.int32)).replace(b"(3, 2)", b"(9, 2)"),
    _npy(np.zeros((3, 2), np.int32)).replace(b"(3, 2), }        ", b"(1000000000000, 2), }"[:17]),
    _npy(np.zeros((3, 2), np.int32)).replace(b"'shape'", b"'shap  "),
    _npy(np.zeros((3, 2), np.int32))[:-1],
]


@pytest.mark.parametrize("data", _LENGTHS)
def test_lengths_of_another_kind_are_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "shard.lengths").write_bytes(data)
    with pytest.raises(DataError, match=r"shard\.lengths: not a NumPy array"):
        tfrecord.read_lengths(str(tmp_path / "shard"))


def test_negative_lengths_are_named(tmp_path: Path) -> None:
    (tmp_path / "shard.lengths").write_bytes(_npy(np.full((1, 2), -1, np.int32)))
    with pytest.raises(DataError, match=r"shard\.lengths: contains a negative length"):
        tfrecord.read_lengths(str(tmp_path / "shard"))
