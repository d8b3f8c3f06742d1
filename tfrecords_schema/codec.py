"""Encode rows as `tf.train.Example` bytes and back, without importing TensorFlow.

Bytes are deterministic; plain `SerializeToString()` orders the feature map differently in each
process.
"""

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError
from numpy.typing import NDArray

from tfrecords_schema.errors import DataError
from tfrecords_schema.example_message import example_class
from tfrecords_schema.features import (
    FEATURES,
    ID,
    INPUTS,
    INPUTS_TEXT,
    RECORD_ID,
    TARGETS,
    TARGETS_TEXT,
    TASK_NAME,
    Feature,
    NewRow,
    Value,
)

_Example = example_class()
_TokenExample = example_class(lists_as_bytes=True)
_Int64List = type(_Example().features.feature["any"].int64_list)
# Features whose values seldom come twice.
_VARIED = (ID, RECORD_ID, INPUTS_TEXT, TARGETS_TEXT)
# The least number whose varint has three bytes.
_OF_TWO_BYTES = 1 << 14
# So many numbers are packed one by one in the time that an array takes.
_FEW = 500
_NO_TOKENS = np.zeros(0, np.int32)


def encode_varint(number: int) -> bytes:
    """Return a number from 0 on as protobuf writes it."""
    if number < 0x80:
        return bytes((number,))
    if number < 0x4000:
        return bytes((number & 0x7F | 0x80, number >> 7))
    return bytes((number & 0x7F | 0x80,)) + encode_varint(number >> 7)


def _field(tag: bytes, content: bytes) -> bytes:
    """Return a field of bytes or of a message."""
    return b"".join((tag, encode_varint(len(content)), content))


# Of the messages `Example`, `FeatureEntry` and `Feature`; the values of a list are its field 1.
_FIRST, _VALUE = b"\x0a", b"\x12"
_LISTS = {"string": b"\x0a", "int64": b"\x1a"}


def in_stored_order(features: Sequence[Feature]) -> list[Feature]:
    """Return features in the order of keys that protobuf's deterministic serialization has.

    Of two of which one begins with the other, the longer one goes first.
    """
    return sorted(features, key=lambda feature: f"{feature.name}\x7f")


# Sizes of values whose headings are kept, for each feature.
_MOST_HEADS = 1 << 14


class _Heads(dict[int, bytes]):
    """What precedes the only value of a feature, or its packed numbers, by their size in bytes."""

    def __init__(self, feature: Feature) -> None:
        super().__init__()
        self._before = _field(_FIRST, feature.name.encode()) + _VALUE
        self._tag = _LISTS[feature.kind]

    def of_list(self, size: int) -> bytes:
        """Return what precedes a list of `size` bytes, each value with a tag and a length."""
        head = self._tag + encode_varint(size)
        head = b"".join((self._before, encode_varint(len(head) + size), head))
        return b"".join((_FIRST, encode_varint(len(head) + size), head))

    def __missing__(self, size: int) -> bytes:
        tag = _FIRST + encode_varint(size)
        head = self.of_list(len(tag) + size) + tag
        if len(self) < _MOST_HEADS:
            self[size] = head
        return head


def pack_all(lists: Sequence[NDArray[np.int32] | Sequence[int]]) -> list[bytes]:
    """Pack each of several lists of 32-bit numbers for `encode_row`, which is faster at once."""
    sizes = np.array([len(numbers) for numbers in lists], np.int64)
    if not sizes.any():
        return [b""] * len(lists)
    numbers = np.concatenate([np.asarray(numbers, np.int32) for numbers in lists])
    # Writers of many examples have loaded the kernels; others need not wait for them.
    kernels = sys.modules.get("tfrecords_schema.word_kernels")
    if numbers.min() < 0 or (kernels is None and numbers.max() >= _OF_TWO_BYTES):
        return [_pack(one) for one in lists]
    if kernels is not None:
        data, ends = kernels.pack_lists(numbers, sizes)
    else:
        data = _pack_in_pairs(numbers)
        bytes_of = np.cumsum(np.append(0, 1 + (numbers >= 0x80)))
        ends = bytes_of[np.cumsum(sizes)]
    packed, limits = bytes(data), [0, *ends.tolist()]
    return [packed[start:end] for start, end in pairwise(limits)]


def _pack(values: Any) -> bytes:
    """Return numbers as packed varints."""
    if isinstance(values, np.ndarray):
        # Ids of English in bytes are small.
        if len(values) and values.min() >= 0:
            most = values.max()
            if most < 0x80:
                return bytes(values.astype(np.uint8))
            if most < _OF_TWO_BYTES and len(values) > _FEW:
                return _pack_in_pairs(values)
        values = values.tolist()
    serialized: bytes = _Int64List(value=values).SerializeToString()
    return _only_field(serialized)


def _pack_in_pairs(values: NDArray[Any]) -> bytes:
    """Return numbers from 0 to 2^14 - 1 as packed varints of one byte or two."""
    values = values.astype("<u2")
    long = values >= 0x80
    # The low seven bits with the mark of what follows, and the high seven bits behind them.
    pairs = values + (long + (values >> 7)) * 0x80
    # True, and whether there is a second byte.
    kept = long * np.uint16(0x100) + np.uint16(1)
    return bytes(pairs.view(np.uint8)[kept.view(np.bool_)])


def _encoder(feature: Feature) -> Callable[[Any], bytes]:
    """Return the function from a value of `feature` to its entry in the map of an example."""
    heads = _Heads(feature)
    empty = heads.of_list(0)

    def encode_text(value: Any) -> bytes:
        content: bytes = value.encode()
        return heads[len(content)] + content

    def encode_texts(values: Any) -> bytes:
        if isinstance(values, str):
            raise TypeError(f"feature {feature.name!r} is a list, not a text")
        content = b"".join([_field(_FIRST, text.encode()) for text in values])
        return heads.of_list(len(content)) + content if content else empty

    def encode_numbers(values: Any) -> bytes:
        content = values if type(values) is bytes else _pack(values)
        return heads[len(content)] + content if content else empty

    if feature.repeated:
        return encode_texts if feature.kind == "string" else encode_numbers
    if feature.name in _VARIED:
        return encode_text
    encode_list = encode_texts if feature.kind == "string" else encode_numbers
    return lru_cache(maxsize=1024, typed=True)(lambda value: encode_list((value,)))


_ENCODERS = tuple((feature.name, _encoder(feature)) for feature in in_stored_order(FEATURES))


def encode_row(row: NewRow) -> bytes:
    """Serialize one row, which must have a value for every feature; numbers may be packed.

    Raises:
      KeyError: a feature is missing. TypeError: a value has the wrong type.
    """
    return _field(_FIRST, b"".join([encode(row[name]) for name, encode in _ENCODERS]))


def _decode_value(feature: Feature, proto: Any) -> Value:
    kind = proto.WhichOneof("kind")
    if kind == "bytes_list" and feature.kind == "string":
        values: list[Any] = [item.decode() for item in proto.bytes_list.value]
    elif kind == "int64_list" and feature.kind == "int64":
        values = list(proto.int64_list.value)
    elif kind is None and feature.repeated:
        return []
    else:
        raise ValueError(f"feature {feature.name!r} is a {kind}, not {feature.kind}")
    if feature.repeated:
        return values
    if len(values) != 1:
        raise ValueError(f"feature {feature.name!r} holds {len(values)} values, not 1")
    value: Value = values[0]
    return value


def decode_row(
    data: bytes, where: str = "row", features: Sequence[Feature] = FEATURES
) -> dict[str, Value]:
    """Return the row that `data` encodes; `features` are those that its snapshot states.

    Raises:
      DataError: not a tf.train.Example, or one with other features; the message names `where`.
    """
    message = _Example()
    try:
        message.ParseFromString(data)
        feature_map = message.features.feature
        if differing := {feature.name for feature in features} ^ set(feature_map):
            raise ValueError(f"features missing or unknown: {', '.join(sorted(differing))}")
        return {
            feature.name: _decode_value(feature, feature_map[feature.name]) for feature in features
        }
    except (DecodeError, ValueError) as error:
        raise DataError(f"{where}: not an example of this schema: {error}") from error


def decode_entries(entries: bytes, features: Sequence[Feature]) -> dict[str, Value]:
    """Return what `decode_row` does of entries of the map of features, with tags and lengths.

    Raises:
      DataError: these are not entries of exactly `features`.
    """
    return decode_row(_field(_FIRST, entries), features=features)


def split_tokens(data: bytes, where: str = "row") -> tuple[str, str, bytes, bytes]:
    """Return `id`, `_task_name`, `inputs` and `targets`, the last two as stored.

    Stored tokens are the varints that `decode_varints` reads.

    Raises:
      DataError: not a tf.train.Example, or one without these features.
    """
    message = _TokenExample()
    try:
        message.ParseFromString(data)
        stored = message.features.feature
        # Reading a missing key of a message map would create it.
        if not all(name in stored for name in (ID, TASK_NAME, INPUTS, TARGETS)):
            raise ValueError(f"{ID}, {TASK_NAME}, {INPUTS} or {TARGETS} is missing")
        return (
            _only_field(stored[ID].bytes_list).decode(),
            _only_field(stored[TASK_NAME].bytes_list).decode(),
            _only_field(stored[INPUTS].int64_list),
            _only_field(stored[TARGETS].int64_list),
        )
    except (DecodeError, IndexError, ValueError) as error:
        raise DataError(f"{where}: not an example of this schema: {error}") from error


def read_texts(data: bytes, names: Sequence[str], where: str = "row") -> list[str]:
    """Read the values of text features that hold one each; nothing else is decoded.

    Raises:
      DataError: not a tf.train.Example, or one without these features.
    """
    message = _TokenExample()
    try:
        message.ParseFromString(data)
        stored = message.features.feature
        if missing := [name for name in names if name not in stored]:
            raise ValueError(f"features missing: {', '.join(missing)}")
        return [_only_field(stored[name].bytes_list).decode() for name in names]
    except (DecodeError, IndexError, ValueError) as error:
        raise DataError(f"{where}: not an example of this schema: {error}") from error


def _only_field(message: bytes) -> bytes:
    """Return the content of the one field, number 1 and of bytes, of a stored list."""
    if not message:
        return b""
    length, shift, position = 0, 0, 1
    while message[position] & 0x80:
        length |= (message[position] & 0x7F) << shift
        shift, position = shift + 7, position + 1
    length |= message[position] << shift
    if message[0] != 0x0A or position + 1 + length != len(message):
        raise ValueError("a list in an unknown encoding")
    return message[position + 1 :]


def decode_varints(data: bytes) -> NDArray[np.int32]:
    """Decode packed varints, all at once, to the non-negative numbers: int32 [numbers].

    >>> decode_varints(bytes([5, 0x80 | 1, 2])).tolist()
    [5, 257]
    """
    stored = np.frombuffer(data, np.uint8)
    starts = np.concatenate([[0], np.flatnonzero(stored < 0x80) + 1])
    if starts[-1] != len(stored):
        raise ValueError("the last number is truncated")
    lengths = np.diff(starts)
    places = np.arange(len(stored)) - np.repeat(starts[:-1], lengths)
    parts = (stored & 0x7F).astype(np.int64) << (7 * places)
    return np.add.reduceat(parts, starts[:-1]).astype(np.int32) if len(stored) else _NO_TOKENS
