"""Walk through the bytes of many framed examples at once, with NumPy.

Each step of `Block` does for all examples what a parser does for one. What `encode_row` never
writes raises `UnknownEncodingError`: a caller then decodes the examples one by one.
"""

import struct
from collections.abc import Iterator
from functools import cache
from typing import Any

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import tfrecord

Places = NDArray[np.int64]

# Tag of protobuf for field 1, of bytes or of a message.
FIRST = 0x0A
_HEADER, _FOOTER = 12, 4
_LENGTH = struct.Struct("<Q")
# Lengths below this are known.
_MOST_BYTES = 1 << 24


class UnknownEncodingError(Exception):
    """Bytes are damaged, or not as `encode_row` writes them."""


def require(holds: Any) -> None:
    """Raise `UnknownEncodingError` unless every element of a boolean array is true."""
    if not holds.all():
        raise UnknownEncodingError


@cache
def _length_crcs() -> NDArray[np.uint32]:
    """Return the CRC-32C of each length that has one byte which is not 0: [3 places, 256 values].

    A CRC is affine: that of a ^ b ^ c is the exclusive or of the three.
    """
    lengths = [_LENGTH.pack(value << 8 * place) for place in range(3) for value in range(256)]
    crcs = np.array([google_crc32c.value(length) for length in lengths], np.uint32)
    return crcs.reshape(3, 256)


def _crcs_of_lengths(lengths: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return the CRC-32C of lengths of less than 16 MiB, as frames state them."""
    low, middle, high = _length_crcs()
    crcs: NDArray[np.uint32] = low[lengths & 0xFF]
    crcs ^= middle[lengths >> 8 & 0xFF]
    crcs ^= high[lengths >> 16]
    return crcs


class Block:
    """Framed examples that follow one another.

    Attributes:
      data: the bytes, from the first frame on; the last frame may be there in part.
      starts, ends: where each `tf.train.Example` begins and ends, of frames that are whole.
    """

    def __init__(self, data: bytes) -> None:
        """Find the frames that are whole, and check their CRCs."""
        self.data = data
        bounds = np.array(_bounds(data), np.int64)
        self.sizes = np.diff(bounds)
        self.starts, self.ends = bounds[:-1] + _HEADER, bounds[1:] - _FOOTER
        self._words = self._windows("<u4", 4)
        lengths = self.ends - self.starts
        require(lengths < _MOST_BYTES)
        require(self._words[self.starts - 4] == tfrecord.mask(_crcs_of_lengths(lengths)))
        crcs = tfrecord.masked_crcs(self.slices(self.starts, self.ends))
        require(self._words[self.ends] == crcs)
        self._bits, self._high = _high_bytes(data)

    def _windows(self, dtype: str, size: int) -> NDArray[Any]:
        """Return the value of `dtype` that begins at each byte, as a view."""
        count = max(0, len(self.data) - size + 1)
        return np.ndarray((count,), dtype, self.data, strides=(1,))

    def count_high(self, starts: Places, ends: Places) -> Places:
        """Return how many bytes from 0x80 on each span has, of varints or UTF-8 beyond ASCII."""
        return self._high_before(ends) - self._high_before(starts)

    def _high_before(self, places: Places) -> Places:
        words, bits = places >> 6, (places & 63).view(np.uint64)
        in_word = self._bits[words] & ((np.uint64(1) << bits) - np.uint64(1))
        counts: Places = np.bitwise_count(in_word).astype(np.int64)
        counts += self._high[words]
        return counts

    def open(self, places: Places, tag: int | Places) -> tuple[Places, Places]:
        """Return where the contents of the fields at `places` begin and end.

        Contents are of less than 2 MiB. Ends are to be compared with those of the message around.
        """
        words = self._words[places]
        require(words & 0xFF == tag)
        sizes = (words >> 8 & 0x7F).astype(np.int64)
        starts = places + 2
        if (words & 0x8000).any():
            two = words >> 15 & 1
            three = two & words >> 23
            require(three & words >> 31 == 0)
            sizes += two * (words >> 9 & 0x3F80) + three * (words >> 10 & 0x1FC000)
            starts += two + three
        return starts, starts + sizes

    def skip(self, starts: Places, ends: Places, expected: bytes) -> Places:
        """Return the places after `expected`, with which each span must begin."""
        after = starts + len(expected)
        require(after <= ends)
        require(self._windows(f"S{len(expected)}", len(expected))[starts] == expected)
        return after

    def slices(self, starts: Places, ends: Places) -> Iterator[bytes]:
        """Yield the bytes of each span."""
        data = self.data
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        return (data[start:end] for start, end in spans)

    def texts(self, starts: Places, size: int) -> list[str]:
        """Return the ASCII texts of `size` characters that begin at `starts`."""
        joined = self._windows(f"S{size}", size)[starts].tobytes().decode("ascii")
        return [joined[start : start + size] for start in range(0, len(joined), size)]


def _high_bytes(data: bytes) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return a bit for each byte, set from 0x80 on, and how many are set before each 64 of them."""
    bits = np.zeros(len(data) // 64 + 1, "<u8")
    packed = np.packbits(np.frombuffer(data, np.int8) < 0, bitorder="little")
    bits.view(np.uint8)[: len(packed)] = packed
    counts = np.bitwise_count(bits)
    return bits, np.cumsum(counts, dtype=np.int64) - counts


def _bounds(data: bytes) -> list[int]:
    """Return where frames begin, by the lengths that they state, and where the last one ends."""
    bounds, end, last = [0], 0, len(data) - _HEADER
    length_at, around = _LENGTH.unpack_from, tfrecord.FRAME_BYTES
    while end <= last:
        end += length_at(data, end)[0] + around
        bounds.append(end)
    return bounds if end <= len(data) else bounds[:-1]
