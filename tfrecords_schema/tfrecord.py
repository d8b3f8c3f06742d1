"""TFRecord framing with CRC-32C: write a shard with its index, read it in order or at random.

Next to each shard are `<shard>.index`, text lines `offset length` (the convention of DALI's
`tfrecord2idx` and of the `tfrecord` package), and `<shard>.lengths`, an int32 array
[rows, 2] of input and target tokens in NumPy's format, for the packing planner.
"""

import hashlib
import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from mmap import mmap
from typing import IO

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from tfrecords_schema.manifest import ShardInfo

_MASK_DELTA = 0xA282EAD8
_LENGTH = struct.Struct("<Q")
_CRC = struct.Struct("<I")
FRAME_BYTES = _LENGTH.size + 2 * _CRC.size
# Maximum length of a record: a damaged file may state any length.
MAX_RECORD_BYTES = 1 << 30
# Records that are framed, hashed and written together.
_BLOCK_RECORDS = 256


def _masked_crc(data: bytes) -> bytes:
    crc = int(google_crc32c.value(data))
    return _CRC.pack(((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFFFFFF)


def mask(crcs: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return CRCs as TFRecord masks them."""
    return (crcs >> np.uint32(15) | crcs << np.uint32(17)) + np.uint32(_MASK_DELTA)


def masked_crcs(texts: Iterable[bytes]) -> NDArray[np.uint32]:
    """Return the CRC-32C of each text, as TFRecord masks it."""
    return mask(np.array([google_crc32c.value(text) for text in texts], np.uint32))


def _stored_crcs(texts: Sequence[bytes]) -> list[bytes]:
    """Return what `_masked_crc` does of each text."""
    stored = masked_crcs(texts).astype("<u4").tobytes()
    return [stored[start : start + 4] for start in range(0, len(stored), 4)]


def frame(data: bytes) -> bytes:
    """Return one record in TFRecord framing: length, its CRC, data, its CRC."""
    length = _LENGTH.pack(len(data))
    return b"".join((length, _masked_crc(length), data, _masked_crc(data)))


def _frame_blocks(data: Sequence[bytes]) -> Iterator[bytes]:
    """Yield records in TFRecord framing, many at a time."""
    for start in range(0, len(data), _BLOCK_RECORDS):
        block = data[start : start + _BLOCK_RECORDS]
        lengths = [_LENGTH.pack(len(record)) for record in block]
        parts = (lengths, _stored_crcs(lengths), block, _stored_crcs(block))
        yield b"".join(chain.from_iterable(zip(*parts, strict=True)))


def unframe_at(
    shard: bytes | mmap, offsets: NDArray[np.int64], sizes: NDArray[np.int64]
) -> list[bytes | None]:
    """Return the records in a shard at these places, int64 [records]; sizes without their frames.

    A record is None if it is not there whole: another length, another CRC, or the shard's end.
    """
    starts = offsets + _LENGTH.size + _CRC.size
    ends = starts + sizes
    is_there = ends + _CRC.size <= len(shard)
    found: list[bytes | None] = [None] * len(offsets)
    numbers = np.flatnonzero(is_there)
    records = [
        shard[start:end]
        for start, end in zip(starts[numbers].tolist(), ends[numbers].tolist(), strict=True)
    ]
    data = np.frombuffer(shard, np.uint8)
    lengths = data[offsets[numbers, None] + np.arange(_LENGTH.size)].view("<u8")[:, 0]
    crcs = data[ends[numbers, None] + np.arange(_CRC.size)].view("<u4")[:, 0]
    is_whole = (lengths == sizes[numbers]) & (crcs == masked_crcs(records))
    for place in np.flatnonzero(is_whole).tolist():
        found[numbers[place]] = records[place]
    return found


def unframe(framed: bytes, where: str) -> bytes:
    """Return the data of one framed record.

    Raises:
      DataError: a length or CRC is wrong; the message names `where`.
    """
    data = framed[12:-4]
    fits = (
        len(framed) >= FRAME_BYTES
        and _LENGTH.unpack_from(framed)[0] == len(data)
        and framed[8:12] == _masked_crc(framed[:8])
        and framed[-4:] == _masked_crc(data)
    )
    if not fits:
        raise DataError(f"{where}: corrupt TFRecord (wrong length or CRC)")
    return data


def read_frames(stream: IO[bytes], where: str, position: int = 0) -> Iterator[bytes]:
    """Yield the records of a TFRecord stream in order, every CRC checked.

    Args:
      position: of the stream, in bytes, for messages.
    """
    while header := stream.read(12):
        length = _LENGTH.unpack_from(header)[0] if len(header) == 12 else 0
        if header[8:12] != _masked_crc(header[:8]):
            raise DataError(f"{where}: byte {position}: corrupt TFRecord header")
        if length > MAX_RECORD_BYTES:
            raise DataError(f"{where}: byte {position}: a record of {length:,} bytes")
        yield unframe(header + stream.read(length + 4), f"{where}: byte {position}")
        position += length + FRAME_BYTES


def write_shard(root: str, relative: str, rows: Iterable[tuple[bytes, int, int]]) -> ShardInfo:
    """Write (data, input tokens, target tokens) rows as a shard, its index and its lengths.

    `relative` is the shard's path in the snapshot at `root`. The side files are written first, so
    that every existing shard has them.
    """
    path = filesystem.join(root, relative)
    records, lengths = [], []
    for data, *tokens in rows:
        records.append(data)
        lengths.append(tokens)
    table = np.array(lengths, dtype=np.int32).reshape(-1, 2)
    buffer = io.BytesIO()
    np.save(buffer, table)
    sizes = [len(data) + FRAME_BYTES for data in records]
    offsets = accumulate(sizes, initial=0)
    index_bytes = b"".join([b"%d %d\n" % pair for pair in zip(offsets, sizes)])  # noqa: B905
    filesystem.write_bytes(f"{path}.index", index_bytes)
    filesystem.write_bytes(f"{path}.lengths", buffer.getvalue())
    digest = hashlib.sha256()
    with filesystem.atomic_writer(path) as stream:
        for block in _frame_blocks(records):
            digest.update(block)
            stream.write(block)
    return ShardInfo(
        path=relative,
        rows=len(records),
        bytes=sum(sizes),
        sha256=digest.hexdigest(),
        index_sha256=hashlib.sha256(index_bytes).hexdigest(),
        lengths_sha256=hashlib.sha256(buffer.getvalue()).hexdigest(),
        input_tokens=int(table[:, 0].sum()),
        target_tokens=int(table[:, 1].sum()),
    )


def read_index(path: str) -> NDArray[np.int64]:
    """Read the index of shard `path`: [rows, 2] of offset and framed length in bytes."""
    text = filesystem.read_bytes(f"{path}.index")
    try:
        table = np.array(text.split(), dtype=np.int64).reshape(-1, 2)
    except (OverflowError, ValueError) as error:
        raise DataError(f"{path}.index: its lines are not `offset length`: {error}") from error
    if len(table) and (table.min() < 0 or table[:, 1].max() > MAX_RECORD_BYTES + FRAME_BYTES):
        raise DataError(f"{path}.index: an offset or length matches no record")
    return table


def read_lengths(path: str) -> NDArray[np.int32]:
    """Read the token lengths of shard `path`: [rows, 2] of input and target, without EOS."""
    stream = io.BytesIO(filesystem.read_bytes(f"{path}.lengths"))
    try:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError("not version 1.0")
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    # NumPy may raise anything for a damaged header: TokenError, SyntaxError, TypeError.
    except Exception as error:
        raise DataError(f"{path}.lengths: not a NumPy array: {error}") from error
    data = stream.read()
    if len(shape) != 2 or shape[1] != 2:
        raise DataError(f"{path}.lengths: not a NumPy array of two columns")
    if dtype != np.dtype("<i4") or is_fortran or len(data) != shape[0] * 2 * dtype.itemsize:
        raise DataError(f"{path}.lengths: not a NumPy array of int32 of the stated size")
    table = np.frombuffer(data, dtype=np.int32).reshape(-1, 2)
    if len(table) and table.min() < 0:
        raise DataError(f"{path}.lengths: contains a negative length")
    return table
