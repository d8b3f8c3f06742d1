"""Rendered examples as the runs of their stage hold them: rows of facts, and then their bytes."""

import struct
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.types import TEMPLATE_TYPES

Rows = NDArray[np.void]
# One example. `key` is that of `key_of` (kept_prompts.py), zeros where it is not to be kept, and
# `order` its order hash; `id` and `record_id` are bytes. `shard` and `offset` say where a snapshot
# has the example, in a frame around `size` bytes.
EXAMPLE_ROW = np.dtype(
    [
        ("key", ">u8", 2),
        ("order", ">u8", 2),
        ("id", "u1", 16),
        ("record_id", "u1", 16),
        ("offset", "<u8"),
        ("shard", "<u4"),
        ("size", "<u4"),
        ("input_tokens", "<u4"),
        ("target_tokens", "<u4"),
        ("unknown_tokens", "<u4"),
        ("newlines", "<u4"),
        ("lost_newlines", "<u4"),
        ("exemplars_dropped", "<u2"),
        ("split", "u1"),
        ("template_type", "u1"),
        ("flags", "u1"),
    ]
)
_PACKED = struct.Struct("<16s16s16s16sQIIIIIIIHBBB")
SHORTENED, ONE_CUE, PARSED, READ_BACK = 1, 2, 4, 8
NO_KEY = bytes(16)
_COUNT = struct.Struct("<I")


class Made(NamedTuple):
    """A finished example: its bytes, and what is counted of it.

    Attributes:
      id, record_id: 16 bytes each.
      order: 16 bytes by which the examples of a snapshot are sorted.
      one_cue, read_back, missing: see `transforms.prompts.audit.Finding`.
    """

    data: bytes
    id: bytes
    record_id: bytes
    order: bytes
    template_type: str
    input_tokens: int
    target_tokens: int
    unknown_tokens: int
    newlines: int
    lost_newlines: int
    exemplars_dropped: int
    context_shortened: bool
    one_cue: bool
    read_back: bool | None
    missing: tuple[str, ...] = ()

    def row(self, key: bytes, split: int) -> bytes:
        """Return the bytes of the EXAMPLE_ROW, whose place is not known yet."""
        flags = self.context_shortened * SHORTENED | self.one_cue * ONE_CUE
        if self.read_back is not None:
            flags |= PARSED | self.read_back * READ_BACK
        return _PACKED.pack(
            *(key, self.order, self.id, self.record_id),
            *(0, 0, len(self.data)),
            *(self.input_tokens, self.target_tokens),
            *(self.unknown_tokens, self.newlines, self.lost_newlines),
            *(self.exemplars_dropped, split, TEMPLATE_TYPES.index(self.template_type), flags),
        )


def join_rows(parts: Iterable[Rows]) -> Rows:
    """Return the rows of all parts, one after the other."""
    # `np.concatenate` would return this machine's byte order, and takes longer.
    return np.frombuffer(bytearray().join([part.tobytes() for part in parts]), EXAMPLE_ROW)


def encode_examples(rows: Rows, examples: Sequence[bytes], starts: NDArray[np.intp]) -> list[bytes]:
    """Return sections of rows and the examples that they are of, for `decode_examples`.

    Args:
      starts: of the first example of each section, ascending from 0.
    """
    data, size = rows.tobytes(), EXAMPLE_ROW.itemsize
    bounds = pairwise([*starts.tolist(), len(rows)])
    return [
        b"".join([_COUNT.pack(end - start), data[start * size : end * size], *examples[start:end]])
        for start, end in bounds
    ]


def decode_examples(sections: Iterable[bytes]) -> tuple[Rows, list[bytes]]:
    """Return the rows and the bytes of all examples of sections.

    Each section is what `encode_examples` returned, or several of these one after the other.
    """
    rows, examples = [], []
    for section in sections:
        position = 0
        while position < len(section):
            (count,) = _COUNT.unpack_from(section, position)
            start = position + _COUNT.size
            some: Rows = np.frombuffer(section, EXAMPLE_ROW, count, start)
            ends = [*accumulate(some["size"].tolist(), initial=start + some.nbytes)]
            examples += [section[first:end] for first, end in pairwise(ends)]
            position = ends[-1]
            rows.append(some)
    return join_rows(rows), examples


def hex_of(identities: NDArray[Any]) -> list[str]:
    """Return identities, uint8 [rows, 16], as 32 hex digits each."""
    digits = np.ascontiguousarray(identities).tobytes().hex()
    return [digits[start : start + 32] for start in range(0, len(digits), 32)]
