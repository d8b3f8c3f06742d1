"""Check framed examples completely, many at once, as far as they are what `encode_row` writes.

Features whose values seldom come twice are checked with NumPy, for all examples together. The bytes
of the others come again and again: they are decoded when they are met first.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.codec import decode_entries, encode_varint, in_stored_order
from tfrecords_schema.errors import DataError
from tfrecords_schema.features import (
    ID,
    INPUTS,
    INPUTS_TEXT,
    RECORD_ID,
    TARGETS,
    TARGETS_TEXT,
    TASK_NAME,
    TASK_SOURCE,
    Feature,
    Value,
)
from tfrecords_schema.stored_blocks import FIRST, Block, Places, UnknownEncodingError, require

_DIGITS = (ID, RECORD_ID)
_NUM_DIGITS = 32
_VALUE, _INT64_LIST = 0x12, 0x1A
# Kinds of features. Of those that come again, tasks have their own, lest each come with each value
# of the others.
_VARIED, _OF_TASK, _OTHER = range(3)
# Different bytes of features that come again which are remembered.
_MOST_KNOWN = 1 << 13

Spans = tuple[Places, Places]


class Checked(NamedTuple):
    """What is read of some framed examples.

    Attributes:
      texts: for each text feature that was asked for, its value in each example.
      framed: sizes of the framed examples in bytes, int64 [examples].
      inputs, targets: numbers of tokens, int64 [examples]; `unknown` of those that are unknown.
    """

    texts: list[list[str]]
    framed: NDArray[np.int64]
    inputs: NDArray[np.int64]
    targets: NDArray[np.int64]
    unknown: NDArray[np.int64]


class _Decoded(dict[bytes, Mapping[str, Value]]):
    """The values of some features by the bytes of their entries."""

    def __init__(self, features: Sequence[Feature]) -> None:
        super().__init__()
        self.features = features

    def __missing__(self, entries: bytes) -> Mapping[str, Value]:
        if len(self) == _MOST_KNOWN:
            self.clear()
        values = decode_entries(entries, self.features)
        self[entries] = values
        return values


class FrameChecker:
    """Checks framed examples completely: CRCs, encoding, features and their kinds."""

    def __init__(self, features: Sequence[Feature], texts: Sequence[str], unknown_id: int) -> None:
        """Prepare for examples of `features`.

        Args:
          texts: the features to read, not those of prompts and answers.
          unknown_id: the token to count.
        """
        groups = groupby(in_stored_order(features), _kind)
        self._groups = [(kind == _VARIED, tuple(group)) for kind, group in groups]
        self._varied = [one for is_varied, group in self._groups if is_varied for one in group]
        # [features, 1]
        self._are_texts = np.array([[feature.kind == "string"] for feature in self._varied])
        are_repeated = np.array([[feature.repeated] for feature in self._varied])
        self._are_lists = self._are_texts & are_repeated
        self._tags = np.where(self._are_texts, FIRST, _INT64_LIST)
        self._decoded = [_Decoded(group) for is_varied, group in self._groups if not is_varied]
        self._texts = texts
        # No token is negative.
        self._unknown = encode_varint(unknown_id) if unknown_id >= 0 else None

    def check(self, data: bytes) -> Checked | None:
        """Check the framed examples that are whole in `data`, from its start.

        Returns:
          None if any example is damaged, has other features, or is not as `encode_row` writes it.
        """
        try:
            block = Block(data)
            starts, ends, entries = self._split(block)
            texts = self._decode(block, entries)
            numbers = {}
            starts = self._open_lists(block, starts, ends)
            high = block.count_high(starts, ends)
            for feature, *places in zip(self._varied, starts, ends, high, strict=True):
                if feature.name in _DIGITS:
                    texts[feature.name] = _read_digits(block, *places)
                elif feature.kind == "int64":
                    counted = self._unknown if feature.name in (INPUTS, TARGETS) else None
                    numbers[feature.name] = _count_numbers(block, counted, *places)
                elif feature.repeated:
                    _check_lists_of_texts(block, *places)
                else:
                    _check_texts(block, *places)
        except (DataError, UnicodeDecodeError, UnknownEncodingError):
            return None
        (inputs, unknown), (targets, others) = numbers[INPUTS], numbers[TARGETS]
        wanted = [texts[name] for name in self._texts]
        return Checked(wanted, block.sizes, inputs, targets, unknown + others)

    def _split(self, block: Block) -> tuple[Places, Places, list[Spans]]:
        """Return where the entries of varied features begin and end, and those of the others.

        Those of a varied feature are without their tag and length: int64 [features, examples].
        """
        starts = np.empty((len(self._varied), len(block.starts)), np.int64)
        ends = np.empty_like(starts)
        entries, number = [], 0
        place, last = block.open(block.starts, FIRST)
        require(last == block.ends)
        for is_varied, group in self._groups:
            before = place
            for _ in group:
                start, place = block.open(place, FIRST)
                require(place <= last)
                if is_varied:
                    starts[number], ends[number] = start, place
                    number += 1
            if not is_varied:
                entries.append((before, place))
        require(place == last)
        return starts, ends, entries

    def _open_lists(self, block: Block, starts: Places, ends: Places) -> Places:
        """Return where the text, the packed numbers, or the list of texts of varied features begin.

        They end with their entry. All arrays are int64 [features, examples].
        """
        places = np.empty_like(starts)
        for number, feature in enumerate(self._varied):
            key = feature.name.encode()
            expected = bytes((FIRST, len(key))) + key
            places[number] = block.skip(starts[number], ends[number], expected)
        for tag in (_VALUE, self._tags):
            places, found = block.open(places, tag)
            require(found == ends)
        # There may be no number, and any number of texts.
        has_one = ((places < ends) | self._are_texts) & ~self._are_lists
        places[has_one], found = block.open(places[has_one], FIRST)
        require(found == ends[has_one])
        return places

    def _decode(self, block: Block, entries: list[Spans]) -> dict[str, list[str]]:
        """Check the features that come again; return the values of those that are asked for."""
        texts = {}
        for decoded, span in zip(self._decoded, entries, strict=True):
            values = list(map(decoded.__getitem__, block.slices(*span)))
            for feature in decoded.features:
                if (name := feature.name) in self._texts:
                    texts[name] = [value[name] for value in values]
        return texts  # type: ignore[return-value]


def _kind(feature: Feature) -> int:
    """Return what the values of a feature vary with."""
    names = (*_DIGITS, INPUTS_TEXT, TARGETS_TEXT)
    if feature.name in names or feature.repeated:
        return _VARIED
    return _OF_TASK if feature.name in (TASK_NAME, TASK_SOURCE) else _OTHER


def _read_digits(block: Block, starts: Places, ends: Places, _: Places) -> list[str]:
    require(ends - starts == _NUM_DIGITS)
    return block.texts(starts, _NUM_DIGITS)


def _check_texts(block: Block, starts: Places, ends: Places, high: Places) -> None:
    """Check that texts are UTF-8, as those without `high` bytes are."""
    others = np.flatnonzero(high)
    for text in block.slices(starts[others], ends[others]):
        text.decode()


def _check_lists_of_texts(block: Block, starts: Places, ends: Places, _: Places) -> None:
    """Check that lists hold texts only, each with a tag and a length."""
    places = starts
    while len(left := np.flatnonzero(places < ends)):
        texts, places = block.open(places[left], FIRST)
        ends = ends[left]
        require(places <= ends)
        _check_texts(block, texts, places, block.count_high(texts, places))


def _count_numbers(
    block: Block, wanted: bytes | None, starts: Places, ends: Places, high: Places
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many packed numbers there are in each example, and how many are `wanted`.

    Numbers are varints of at most three bytes, none longer than it needs to be, as `wanted` is.
    """
    # Each byte of others is a number, and none the one that is wanted.
    is_checked = high > 0
    if wanted is not None:
        spans = starts.tolist(), ends.tolist()
        first = map(block.data.find, repeat(wanted), *spans)
        is_checked |= np.fromiter(first, np.int64, len(ends)) >= 0
    places = np.flatnonzero(is_checked)
    found = np.zeros(len(ends), np.int64)
    if len(places):
        stored = list(block.slices(starts[places], ends[places]))
        found[places] = _count_varints(stored, wanted)
    return ends - starts - high, found


def _count_varints(stored: list[bytes], wanted: bytes | None) -> NDArray[np.int64]:
    """Return how many varints of each of `stored`, of which none is empty, are `wanted`."""
    joined = np.frombuffer(b"".join(stored), np.uint8)
    ends = np.cumsum([len(one) for one in stored])
    high = joined >= 0x80
    require(~high[ends - 1])
    require(~(high[:-2] & high[1:-1] & high[2:]))
    require(~(high[:-1] & (joined[1:] == 0)))
    if wanted is None:
        return np.zeros(len(stored), np.int64)
    same = np.ones(max(0, len(joined) - len(wanted) + 1), np.bool_)
    for place, byte in enumerate(wanted):
        same &= joined[place : len(same) + place] == byte
    same[1:] &= ~high[: max(0, len(same) - 1)]
    which = np.searchsorted(ends, np.flatnonzero(same), side="right")
    return np.bincount(which, minlength=len(stored))
