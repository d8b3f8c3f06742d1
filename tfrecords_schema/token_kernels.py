"""Read many stored examples at once, from their bytes.

The kernel knows the one encoding that flanbeam and protobuf's own serializers write, with the
features in any order. Where anything else is met, it says so, and `ShardedReader` reads the
examples one by one, which also names what is damaged.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfrecords_schema.compiled import compiled
from tfrecords_schema.features import ID, INPUTS, TARGETS, TASK_NAME

TokenArray = np.ndarray[Any, np.dtype[np.int32]]

# The features that are read; the texts come first.
_NAMES = (ID, TASK_NAME, INPUTS, TARGETS)
_TEXTS, _ALL = 2, 0b1111
_SIZES = np.array([len(name) for name in _NAMES])
_KEYS = np.array([list(name.encode().ljust(_SIZES.max())) for name in _NAMES], np.uint8)
# Tags of protobuf, fields of bytes or of a message: of all messages, of an entry's value, and of a
# feature's list by its type.
_FIRST, _VALUE = 0x0A, 0x12
_BYTES_LIST, _INT64_LIST = 0x0A, 0x1A
_LISTS = (_BYTES_LIST, 0x12, _INT64_LIST)
_MOST = 2**31 - 1
_HEADER, _FOOTER = 12, 4
_DELTA = 0xA282EAD8


def _crc_tables() -> Any:
    """Return the tables of CRC-32C for eight bytes at a time (slicing by 8): uint32 [8, 256]."""
    first: Any = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        first = (first >> 1) ^ np.where(first & 1, np.uint32(0x82F63B78), np.uint32(0))
    tables = [first]
    for _ in range(7):
        tables.append(first[tables[-1] & 0xFF] ^ (tables[-1] >> 8))
    return np.array(tables)


_CRC = _crc_tables()


@compiled
def _number(data: Any, start: int, size: int) -> Any:  # pragma: no cover
    """Return the little-endian number in `size` bytes of `data`."""
    number: Any = 0
    for place in range(size):
        number |= np.int64(data[start + place]) << (8 * place)
    return number


@compiled
def _masked_crc(data: Any, start: int, end: int) -> Any:  # pragma: no cover
    """Return the CRC-32C of a part of `data`, as TFRecord masks it."""
    crc: Any = np.int64(0xFFFFFFFF)
    while start + 8 <= end:
        low = crc ^ _number(data, start, 4)
        crc = np.int64(
            _CRC[7, low & 0xFF]
            ^ _CRC[6, low >> 8 & 0xFF]
            ^ _CRC[5, low >> 16 & 0xFF]
            ^ _CRC[4, low >> 24]
            ^ _CRC[3, data[start + 4]]
            ^ _CRC[2, data[start + 5]]
            ^ _CRC[1, data[start + 6]]
            ^ _CRC[0, data[start + 7]]
        )
        start += 8
    for place in range(start, end):
        crc = np.int64(_CRC[0, (crc ^ data[place]) & 0xFF]) ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + _DELTA) & 0xFFFFFFFF


@compiled
def _is_whole(data: Any, start: int, end: int) -> bool:  # pragma: no cover
    """Return whether a framed record has the length and CRCs that its frame states."""
    size = end - start - _HEADER - _FOOTER
    return (
        size >= 0
        and _number(data, start, 8) == size
        and _number(data, start + 8, 4) == _masked_crc(data, start, start + 8)
        and _number(data, end - 4, 4) == _masked_crc(data, start + _HEADER, end - _FOOTER)
    )


@compiled
def _content(data: Any, start: int, end: int, tag: int) -> Any:  # pragma: no cover
    """Return where the content of a field begins and ends; -1, -1 if it is not here.

    The field begins at `start` with `tag` and ends at `end` or before.
    """
    if start >= end or data[start] != tag:
        return -1, -1
    size: Any = 0
    shift, place = 0, start + 1
    while place < end and shift < 35:
        size |= np.int64(data[place] & 0x7F) << shift
        place += 1
        if data[place - 1] < 0x80:
            return (place, place + size) if place + size <= end else (-1, -1)
        shift += 7
    return -1, -1


@compiled
def _feature(data: Any, start: int, end: int) -> int:  # pragma: no cover
    """Return which of the features that are read has this key; -1 if none, -2 if not ASCII."""
    for place in range(start, end):
        if data[place] >= 0x80:
            return -2
    for feature in range(len(_SIZES)):
        size = _SIZES[feature]
        if size == end - start:
            same = 0
            while same < size and data[start + same] == _KEYS[feature, same]:
                same += 1
            if same == size:
                return feature
    return -1


@compiled
def _entry(data: Any, start: int, end: int) -> Any:  # pragma: no cover
    """Return where key and value of an entry of the map of features begin and end.

    The entry begins at `start`, and ends where its value does. All -1 if there is none, or its
    encoding is unknown. An empty feature, which has no list, is left to others.
    """
    key, entry_end = _content(data, start, end, _FIRST)
    if key >= 0:
        key, key_end = _content(data, key, entry_end, _FIRST)
        if key >= 0:
            value, value_end = _content(data, key_end, entry_end, _VALUE)
            if value_end == entry_end and value < value_end:
                return key, key_end, value, value_end
    return -1, -1, -1, -1


@compiled
def _locate(data: Any, start: int, end: int, spans: Any) -> bool:  # pragma: no cover
    """Find the values of the features that are read in one `tf.train.Example`.

    Args:
      spans: receives where each value begins and ends: [features, 2].

    Returns:
      Whether all are there, each once, and everything is in the known encoding.
    """
    place, last = _content(data, start, end, _FIRST)
    if last != end:
        return False
    found = 0
    while place < end:
        key, key_end, value, value_end = _entry(data, place, end)
        if key < 0:
            return False
        tag = data[value]
        values, values_end = _content(data, value, value_end, tag)
        feature = _feature(data, key, key_end)
        if values_end != value_end or feature == -2 or tag not in _LISTS:
            return False
        if feature >= 0:
            if found >> feature & 1 or tag != (_BYTES_LIST if feature < _TEXTS else _INT64_LIST):
                return False
            found |= 1 << feature
            if values < values_end or feature < _TEXTS:
                values, values_end = _content(data, values, values_end, _FIRST)
                if values_end != value_end:
                    return False
            spans[feature, 0], spans[feature, 1] = values, values_end
        place = value_end
    return found == _ALL


@compiled
def _decode(data: Any, start: int, end: int, tokens: Any, count: int) -> int:  # pragma: no cover
    """Decode packed varints into `tokens` from `count` on; return the new count, -1 if it fails."""
    while start < end:
        number, shift = np.int64(data[start] & 0x7F), 7
        while data[start] >= 0x80:
            start += 1
            if start == end or shift > 28:
                return -1
            number |= np.int64(data[start] & 0x7F) << shift
            shift += 7
        if number > _MOST:
            return -1
        tokens[count] = number
        count += 1
        start += 1
    return count


@compiled
def _read_all(data: Any, ends: Any, eos_id: int) -> Any:  # pragma: no cover
    """Read framed examples that follow each other in `data`.

    Args:
      data: uint8 [bytes].
      ends: where each example ends: int64 [examples].

    Returns:
      Where id and task begin and end in `data`, int64 [examples, 2, 2]; the tokens of inputs and
      targets, each with EOS, int32 [tokens]; where these end in them, int64 [examples, 2]; and
      whether all examples were read.
    """
    texts = np.empty((len(ends), 2, 2), np.int64)
    # Each token takes at least a byte.
    tokens = np.empty(len(data), np.int32)
    token_ends = np.empty((len(ends), 2), np.int64)
    spans = np.empty((len(_SIZES), 2), np.int64)
    start, count = 0, 0
    for example in range(len(ends)):
        end = ends[example]
        if not (
            _is_whole(data, start, end) and _locate(data, start + _HEADER, end - _FOOTER, spans)
        ):
            return texts, tokens, token_ends, False
        texts[example] = spans[:_TEXTS]
        for side in range(2):
            span = spans[_TEXTS + side]
            count = _decode(data, span[0], span[1], tokens, count)
            if count < 0:
                return texts, tokens, token_ends, False
            tokens[count] = eos_id
            count += 1
            token_ends[example, side] = count
        start = end
    return texts, tokens, token_ends, True


def read_framed(
    framed: Sequence[bytes], eos_id: int
) -> list[tuple[str, str, TokenArray, TokenArray]] | None:
    """Return id, task, inputs and targets of framed examples, tokens with EOS.

    Every length and CRC is checked.

    Returns:
      None if any of them is damaged, or not in the encoding that the kernel knows.
    """
    joined = b"".join(framed)
    data = np.frombuffer(joined, np.uint8)
    ends = np.cumsum(np.fromiter(map(len, framed), np.int64, len(framed)))
    texts, tokens, token_ends, read = _read_all(data, ends, eos_id)
    if not read:
        return None
    bounds = [0, *token_ends.ravel().tolist()]
    try:
        return [
            (
                joined[id_start:id_end].decode(),
                joined[task_start:task_end].decode(),
                tokens[bounds[place] : bounds[place + 1]],
                tokens[bounds[place + 1] : bounds[place + 2]],
            )
            for place, ((id_start, id_end), (task_start, task_end)) in zip(
                range(0, 2 * len(framed), 2), texts.tolist(), strict=True
            )
        ]
    except UnicodeDecodeError:
        return None
