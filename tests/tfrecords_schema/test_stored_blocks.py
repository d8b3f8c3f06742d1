"""Walking through many framed examples at once."""

import numpy as np
import pytest

from tfrecords_schema.stored_blocks import FIRST, Block, UnknownEncodingError
from tfrecords_schema.tfrecord import frame


@pytest.mark.parametrize("sizes", [[], [0], [3, 0, 255], [256, 65_535, 65_536, 1], [2**24 - 1]])
def test_frames_are_found_up_to_the_last_whole_one(sizes: list[int]) -> None:
    framed = [frame(bytes(size)) for size in sizes]
    data = b"".join(framed)
    for rest in (b"", b"\0", frame(b"cut")[:11], frame(b"cut")[:12], frame(b"cut")[:-1]):
        block = Block(data + rest)
        assert block.sizes.tolist() == list(map(len, framed))
        assert (block.ends - block.starts).tolist() == sizes
        assert [len(one) for one in block.slices(block.starts, block.ends)] == sizes


def test_longer_frames_are_left_to_others() -> None:
    with pytest.raises(UnknownEncodingError):
        Block(frame(bytes(2**24)))


@pytest.mark.parametrize("place", range(21))
def test_every_changed_byte_of_a_frame_is_noticed(place: int) -> None:
    """Unless its length becomes that of a frame that is not whole, which others look at."""
    data = bytearray(frame(b"abc") + frame(b"12345") + frame(b"abc"))
    data[len(frame(b"abc")) + place] ^= 0x80
    is_length = place < 8
    if is_length:
        assert Block(bytes(data)).sizes.tolist() == [19]
    else:
        with pytest.raises(UnknownEncodingError):
            Block(bytes(data))


@pytest.mark.parametrize("size", [0, 1, 127, 128, 2**14 - 1, 2**14, 2**21 - 1])
def test_contents_of_fields_of_any_size(size: int) -> None:
    more = bytes((size >> 7 * n & 0x7F | 0x80) for n in range(3))
    varint = next(more[:n] + bytes((size >> 7 * n,)) for n in range(3) if size < 2 ** (7 * (n + 1)))
    block = Block(frame(b"\x0a" + varint + bytes(size)))
    starts, ends = block.open(block.starts, FIRST)
    assert (starts - block.starts).tolist() == [1 + len(varint)]
    assert ends.tolist() == block.ends.tolist()


def test_fields_of_2_mib_or_with_another_tag_are_left_to_others() -> None:
    for field in (b"\x0a\x80\x80\x80\x01" + bytes(2**21), b"\x12\x01a"):
        block = Block(frame(field))
        with pytest.raises(UnknownEncodingError):
            block.open(block.starts, FIRST)


def test_bytes_from_0x80_on_are_counted_in_any_span() -> None:
    data = bytes((7 * n * n) % 256 for n in range(300))
    block = Block(frame(data))
    first = int(block.starts[0])
    for start in range(0, 300, 7):
        ends = np.arange(start, 301)
        found = block.count_high(np.full(len(ends), first + start), first + ends)
        assert found.tolist() == [sum(byte >= 0x80 for byte in data[start:end]) for end in ends]
