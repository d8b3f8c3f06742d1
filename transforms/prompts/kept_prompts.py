"""Prompts of earlier snapshots, by all that they depend on, so that a refresh copies them.

What an example is depends on its record, its task with the pool of exemplars, the settings and code
of the stage, and on nothing else. A snapshot keeps a row for each of its examples, outside of the
snapshot: the key of all this, where its shard has the example, and what was counted of it. Where a
later build asks for an example with the same key, its bytes are read from that shard.

Only for a store on a local disk, where reading here and there in a shard costs little.
"""

import mmap
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

import google_crc32c
import numpy as np
import orjson
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from tfrecords_schema.tfrecord import unframe_at
from transforms.job import Job, load_job
from transforms.prompts.example_rows import EXAMPLE_ROW, Rows, join_rows

_KEY_BYTES, _CRC_BYTES = 16, 4
# File: magic | length of the next part, one line | paths of the shards, JSON | rows | CRC-32C.
_MAGIC = b"FBKEPT2\n"
_BLOCK_ROWS, _BLOCK_BYTES = 1 << 14, 1 << 20


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
    """The examples of one snapshot: rows sorted by key, and the paths of its shards."""

    rows: Rows
    shards: Sequence[str]
    _first: NDArray[np.uint64] = field(init=False)
    _open: dict[int, mmap.mmap | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Prepare the search."""
        self._first = self.rows["key"][:, 0].astype(np.uint64)

    def find(self, keys: Sequence[bytes]) -> tuple[NDArray[np.intp], Rows, list[bytes]]:
        """Find the examples that the snapshot has whole.

        Returns:
          The numbers of the keys that are found, and the row and the bytes of the example of each.
        """
        if not len(self.rows) or not keys:
            return np.zeros(0, np.intp), join_rows([]), []
        wanted = np.frombuffer(b"".join(keys), ">u8").reshape(-1, 2).astype(np.uint64)
        places = np.searchsorted(self._first, wanted[:, 0])
        places = np.minimum(places, len(self.rows) - 1)
        numbers = np.flatnonzero((self.rows["key"][places] == wanted).all(axis=1))
        rows = np.asarray(self.rows[places[numbers]])
        examples = self._read(rows)
        whole = [place for place, example in enumerate(examples) if example is not None]
        found = [example for example in examples if example is not None]
        return numbers[whole], rows[whole], found

    def _read(self, rows: Rows) -> list[bytes | None]:
        """Return the example of each row, or None if it is gone or damaged: it is made again."""
        found: list[bytes | None] = [None] * len(rows)
        for shard in np.unique(rows["shard"]).tolist():
            if (mapped := self._map(shard)) is None:
                continue
            numbers = np.flatnonzero(rows["shard"] == shard)
            places = (rows[name][numbers].astype(np.int64) for name in ("offset", "size"))
            for number, example in zip(numbers.tolist(), unframe_at(mapped, *places), strict=True):
                found[number] = example
        return found

    def _map(self, shard: int) -> mmap.mmap | None:
        if shard not in self._open:
            self._open[shard] = None
            with suppress(OSError, ValueError), open(self.shards[shard], "rb") as stream:
                self._open[shard] = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        return self._open[shard]


def write_kept(path: str, rows: Rows, shards: Iterable[str]) -> None:
    """Write the rows of a snapshot that have a key, and the paths of its shards in it."""
    rows = rows[rows["key"].any(axis=1)]
    rows = rows[np.lexsort((rows["key"][:, 1], rows["key"][:, 0]))]
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
        rows = body[stream.tell() :].view(EXAMPLE_ROW)
    return KeptPrompts(rows, [filesystem.join(snapshot, name) for name in shards])


@lru_cache(maxsize=2)
def open_kept(directory: str) -> list[KeptPrompts]:
    """Return the kept examples that the job in a work directory may copy; read once a process."""
    job: Job = load_job(directory)
    read = [read_kept(path, snapshot) for path, snapshot in job.kept_prompts or ()]
    return [kept for kept in read if kept is not None]
