"""Prompts of earlier snapshots, by all that they depend on, so that a refresh copies them.

What an example is depends on its record, its task with the pool of exemplars, the settings and code
of the stage, and on nothing else. A snapshot keeps a row for each of its examples, outside of the
snapshot: the key of all this, where its shard has the example, and what was counted of it. Where a
later build asks for an example with the same key, its bytes are read from that shard.

Only for a store on a local disk, where reading here and there in a shard costs little.
"""

import mmap
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Any, NamedTuple

import google_crc32c
import numpy as np
import orjson
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from tfrecords_schema.manifest import SPLITS, ShardInfo
from tfrecords_schema.tfrecord import FRAME_BYTES, unframe
from transforms.job import Job, load_job
from transforms.types import TEMPLATE_TYPES

# One example of a snapshot. `key` is that of `key_of`, `order` its order hash: 16 bytes each.
KEPT_ROW = np.dtype(
    [
        ("key", ">u8", 2),
        ("order", ">u8", 2),
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
_PACKED = struct.Struct("<16s16sQIIIIIIIHBBB")
# All but the hashes.
_FACTS = [name for name in KEPT_ROW.names or () if name not in ("key", "order")]
_SHORTENED, _ONE_CUE, _PARSED, _READ_BACK = 1, 2, 4, 8
_KEY_BYTES, _CRC_BYTES = 16, 4
# File: magic | length of the next part, one line | paths of the shards, JSON | rows | CRC-32C.
_MAGIC = b"FBKEPT1\n"
_BLOCK_ROWS, _BLOCK_BYTES = 1 << 14, 1 << 20


class Made(NamedTuple):
    """A finished example: its bytes, and what is counted of it.

    Attributes:
      order: 16 bytes by which the examples of a snapshot are sorted.
      one_cue, read_back, missing: see `transforms.prompts.audit.Finding`.
    """

    data: bytes
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
        """Return the bytes of the KEPT_ROW, whose place is not known yet."""
        flags = self.context_shortened * _SHORTENED | self.one_cue * _ONE_CUE
        if self.read_back is not None:
            flags |= _PARSED | self.read_back * _READ_BACK
        return _PACKED.pack(
            key,
            self.order,
            *(0, 0, len(self.data)),
            *(self.input_tokens, self.target_tokens),
            *(self.unknown_tokens, self.newlines, self.lost_newlines),
            *(self.exemplars_dropped, split, TEMPLATE_TYPES.index(self.template_type), flags),
        )


def _made(row: Sequence[Any], order: bytes, data: bytes) -> Made:
    """Return the example whose bytes are `data`; `row` are the facts of its KEPT_ROW."""
    _, _, _, inputs, targets, unknown, newlines, lost, dropped, _, kind, flags = row
    return Made(
        data=data,
        order=order,
        template_type=TEMPLATE_TYPES[kind],
        input_tokens=inputs,
        target_tokens=targets,
        unknown_tokens=unknown,
        newlines=newlines,
        lost_newlines=lost,
        exemplars_dropped=dropped,
        context_shortened=bool(flags & _SHORTENED),
        one_cue=bool(flags & _ONE_CUE),
        read_back=bool(flags & _READ_BACK) if flags & _PARSED else None,
    )


def key_of(common: bytes, split: int, repetition: int, template_type: int, line: bytes) -> bytes:
    """Return the 16 bytes that two examples share if they are made of the same.

    Args:
      common: a digest of what the examples of a task have in common.
      line: the record, as its record file has it.
    """
    use = b"%d %d %d " % (split, repetition, template_type)
    return blake2b(common + use + line, digest_size=_KEY_BYTES).digest()


@dataclass
class KeptPrompts:
    """The examples of one snapshot."""

    rows: NDArray[np.void]
    shards: Sequence[str]
    _first: NDArray[np.uint64] = field(init=False)
    _open: dict[int, mmap.mmap] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Prepare the search."""
        self._first = self.rows["key"][:, 0].astype(np.uint64)

    def find(self, keys: Sequence[bytes]) -> list[Made | None]:
        """Return the example of each key, or None where the snapshot does not have it whole."""
        wanted = np.frombuffer(b"".join(keys), ">u8").reshape(-1, 2).astype(np.uint64)
        found: list[Made | None] = [None] * len(keys)
        if not len(self.rows):
            return found
        places = np.searchsorted(self._first, wanted[:, 0])
        places = np.minimum(places, len(self.rows) - 1)
        known = np.flatnonzero((self.rows["key"][places] == wanted).all(axis=1))
        rows = self.rows[places[known]]
        orders = rows["order"].tobytes()
        facts = rows[_FACTS].tolist()
        for place, (number, row) in enumerate(zip(known.tolist(), facts, strict=True)):
            order = orders[_KEY_BYTES * place : _KEY_BYTES * (place + 1)]
            found[number] = self._read(row, order)
        return found

    def _read(self, row: Sequence[Any], order: bytes) -> Made | None:
        start, shard, size, *_ = row
        try:
            if shard not in self._open:
                with open(self.shards[shard], "rb") as stream:
                    self._open[shard] = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            framed = self._open[shard][start : start + size + FRAME_BYTES]
            return _made(row, order, unframe(framed, self.shards[shard]))
        except (OSError, ValueError, DataError):
            # The snapshot was deleted meanwhile, or is damaged: the example is rendered again.
            return None


def placed(rows: NDArray[np.void], shards: dict[str, list[ShardInfo]]) -> NDArray[np.void] | None:
    """Return the rows of a snapshot with their places in its shards, sorted by key.

    The shards of a split follow one another in the order of the hashes. None if they do not have
    these examples, one for each row.
    """
    infos = [(SPLITS.index(split), info) for split, of_split in shards.items() for info in of_split]
    if len(rows) != sum(info.rows for _, info in infos):
        return None
    order = rows["order"]
    in_order = np.lexsort((order[:, 1], order[:, 0], rows["split"]))
    start = 0
    for number, (split, info) in enumerate(infos):
        part = in_order[start : start + info.rows]
        ends = np.cumsum(rows["size"][part].astype(np.uint64) + np.uint64(FRAME_BYTES))
        if (rows["split"][part] != split).any() or int(ends[-1:].sum()) != info.bytes:
            return None
        rows["offset"][part] = ends - rows["size"][part] - np.uint64(FRAME_BYTES)
        rows["shard"][part] = number
        start += info.rows
    # Of two examples with one hash, nothing says which is first.
    twice = (order[in_order[1:]] == order[in_order[:-1]]).all(axis=1)
    is_known = np.ones(len(rows), dtype=bool)
    is_known[in_order[1:][twice]] = is_known[in_order[:-1][twice]] = False
    key = rows["key"]
    by_key = np.lexsort((key[:, 1], key[:, 0]))
    known: NDArray[np.void] = rows[by_key[is_known[by_key]]]
    return known


def write_kept(path: str, rows: NDArray[np.void], shards: Iterable[str]) -> None:
    """Write the rows of a snapshot, and the paths of its shards in it."""
    names = orjson.dumps(list(shards))
    head, crc = b"%s%d\n%s" % (_MAGIC, len(names), names), 0
    with filesystem.atomic_writer(path) as stream:
        blocks = (rows[n : n + _BLOCK_ROWS].tobytes() for n in range(0, len(rows), _BLOCK_ROWS))
        for block in chain([head], blocks):
            crc = google_crc32c.extend(crc, block)
            stream.write(block)
        stream.write(crc.to_bytes(_CRC_BYTES, "little"))


def read_kept(path: str, snapshot: str) -> KeptPrompts | None:
    """Return the kept examples of a snapshot; None if the file at `path` is damaged or gone."""
    try:
        data = np.memmap(path, np.uint8, mode="r")
    except (OSError, ValueError):
        return None
    body, crc = data[:-_CRC_BYTES], 0
    for start in range(0, len(body), _BLOCK_BYTES):
        crc = google_crc32c.extend(crc, body[start : start + _BLOCK_BYTES].tobytes())
    if crc != int.from_bytes(data[-_CRC_BYTES:].tobytes(), "little"):
        return None
    with open(path, "rb") as stream:
        if stream.readline() != _MAGIC:
            return None
        shards = orjson.loads(stream.read(int(stream.readline())))
        rows = body[stream.tell() :].view(KEPT_ROW)
    return KeptPrompts(rows, [filesystem.join(snapshot, name) for name in shards])


@lru_cache(maxsize=2)
def open_kept(directory: str) -> list[KeptPrompts]:
    """Return the kept examples that the job in a work directory may copy; read once a process."""
    job: Job = load_job(directory)
    read = [read_kept(path, snapshot) for path, snapshot in job.kept_prompts or ()]
    return [kept for kept in read if kept is not None]
