"""Runs: how rows travel between stages, as files or through the shuffle of an engine.

A map-side work item makes one *run*: its rows grouped by bucket, bucket after bucket. A
reduce-side work item gets its range of buckets of every run. Memory is bounded by one work item. A
run file that exists is finished: a retry, a replayed bundle or the next build after a crash reuses
it, unless its CRC shows damage. Where files carry the rows, workers exchange only the paths of
runs; where an engine's shuffle does, most runs are never written (transforms/stages/transform.py).

File: sections | table of the sections that have bytes | summary, JSON | lengths of both, 2 × uint32
| CRC-32C of all before, uint32 | magic

Table: (number, end) of each section, 2 × uint64 [sections]. Runs of earlier versions have another
magic, and one offset for each bucket, used or not: uint64 [buckets + 1].
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from io import BytesIO
from itertools import pairwise
from typing import IO, Any, TypeVar

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError

# More than one bit apart, so that a damaged one is not taken for the other.
_MAGIC, _DENSE_MAGIC = b"FBRUN4\n\x00", b"FBRUN2\n\x00"
_LENGTHS = struct.Struct("<II")
_SEAL = struct.Struct("<I8s")
_TAIL = struct.Struct("<III8s")
_BLOCK_BYTES = 1 << 20
# Large enough for table and summary of most runs: one request loads both from a remote store.
_TAIL_BYTES = filesystem.PART_BYTES
# Simultaneous requests to a remote store; each takes about ten milliseconds.
_REQUESTS = 8
T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    """A finished run: its path and its summary (counts, small tables).

    `stated` is the summary if it is already known; otherwise it is read on first use. `content` is
    what the file at `path` has, or would have, where the run travels with it.
    """

    path: str
    stated: bytes | None = field(default=None, compare=False, repr=False)
    content: bytes | None = field(default=None, compare=False, repr=False)

    @cached_property
    def summary(self) -> bytes:
        """Return the summary, a JSON document."""
        return _read_summary(self) if self.stated is None else self.stated

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """Open what the run holds."""
        if self.content is not None:
            return BytesIO(self.content)
        return filesystem.open_parts(self.path)


def write_run(path: str, num_sections: int, sections: Mapping[int, bytes], summary: bytes) -> Run:
    """Write the run at `path` atomically; `summary` is a JSON document."""
    with filesystem.atomic_writer(path) as stream:
        for piece in _pieces(num_sections, sections, summary):
            stream.write(piece)
    return Run(path, summary)


def run_with_content(
    path: str, num_sections: int, sections: Mapping[int, bytes], summary: bytes
) -> Run:
    """Return the run that `write_run` would write, with its content."""
    return Run(path, summary, b"".join(_pieces(num_sections, sections, summary)))


def _pieces(num_sections: int, sections: Mapping[int, bytes], summary: bytes) -> Iterator[bytes]:
    """Yield the bytes of a run file.

    Raises:
      IndexError: there is no section of such a number.
    """
    used = sorted(number for number, section in sections.items() if section)
    if used and not 0 <= used[0] <= used[-1] < num_sections:
        raise IndexError(f"sections {used[0]} to {used[-1]} of {num_sections}")
    ends = np.cumsum([len(sections[number]) for number in used], dtype="<u8")
    table = np.stack([np.array(used, dtype="<u8"), ends], axis=1).tobytes()
    end, crc = table + summary + _LENGTHS.pack(len(table), len(summary)), 0
    for piece in (*(sections[number] for number in used), end):
        crc = google_crc32c.extend(crc, piece)
        yield piece
    yield _SEAL.pack(crc, _MAGIC)


def is_whole(path: str) -> bool:
    """Return whether the run at `path` exists with the bytes that were written.

    An object store checks the bytes of its objects itself.
    """
    if not filesystem.is_local(path):
        return filesystem.exists(path)
    try:
        stream = filesystem.open_read(path)
    except FileNotFoundError:
        return False
    with stream:
        left, crc = stream.seek(0, 2) - _SEAL.size, 0
        stream.seek(0)
        while left > 0:
            block = stream.read(min(left, _BLOCK_BYTES))
            crc, left = google_crc32c.extend(crc, block), left - len(block)
        return stream.read() in (_SEAL.pack(crc, _MAGIC), _SEAL.pack(crc, _DENSE_MAGIC))


def _read_summary(run: Run) -> bytes:
    with run.open() as stream:
        _, summary = _read_tail(stream, run.path)
    return summary


@dataclass(frozen=True)
class _Table:
    """Where the sections of a run are: their numbers [sections], and offsets [sections + 1]."""

    numbers: NDArray[np.uint64]
    offsets: NDArray[np.uint64]

    def range(self, first: int, last: int | None) -> tuple[int, int]:
        """Return [start, end) of sections [first, last), or of all from `first` on."""
        bounds = np.searchsorted(self.numbers, [first, first if last is None else last])
        return int(self.offsets[bounds[0]]), int(self.offsets[-1 if last is None else bounds[1]])


def _decode_table(data: bytes, magic: bytes) -> _Table:
    values = np.frombuffer(data, dtype="<u8")
    if magic == _DENSE_MAGIC:
        used = np.flatnonzero(np.diff(values))
        return _Table(used.astype(np.uint64), np.append(values[used], values[-1:]))
    table = values.reshape(-1, 2)
    return _Table(table[:, 0], np.insert(table[:, 1], 0, 0))


def _read_tail(stream: Any, path: str) -> tuple[_Table, bytes]:
    """Return (table of sections, summary) of the run at `path`, open as `stream`."""
    end = stream.seek(0, 2)
    size = min(end, _TAIL_BYTES)
    stream.seek(end - size)
    tail = stream.read(size)
    magic = tail[-len(_MAGIC) :]
    if len(tail) < _TAIL.size or magic not in (_MAGIC, _DENSE_MAGIC):
        raise DataError(f"{path}: damaged; delete it and run the same command again")
    table_bytes, note_bytes, *_ = _TAIL.unpack(tail[-_TAIL.size :])
    needed = table_bytes + note_bytes + _TAIL.size
    if needed > len(tail):
        stream.seek(end - needed)
        tail = stream.read(needed)
    start = len(tail) - needed
    table = _decode_table(tail[start : start + table_bytes], magic)
    return table, tail[-_TAIL.size - note_bytes : -_TAIL.size]


def _of_each(read: Callable[[Run], T], runs: Sequence[Run]) -> list[T]:
    """Return what `read` gives for each run, in order; several remote ones are read at a time."""
    if all(run.content is not None or filesystem.is_local(run.path) for run in runs):
        return [read(run) for run in runs]
    with ThreadPoolExecutor(_REQUESTS) as pool:
        return list(pool.map(read, runs))


def read_summaries(runs: Iterable[Run]) -> list[bytes]:
    """Load every run's summary and keep it on the run; remote ones are read several at a time."""
    return _of_each(lambda run: run.summary, list(runs))


def each_summary(runs: Sequence[Run]) -> Iterator[bytes]:
    """Yield every run's summary, and keep none; remote ones are read several at a time."""
    for start in range(0, len(runs), _REQUESTS):
        yield from _of_each(lambda run: replace(run).summary, runs[start : start + _REQUESTS])


def read_buckets(runs: Iterable[Run], first: int, last: int | None) -> list[bytes]:
    """Return sections [first, last) of every run that has any, in the order of the runs' paths.

    If `last` is None, all sections from `first` on.
    """
    in_order = sorted(runs, key=lambda run: run.path)
    sections = _of_each(partial(_read_section, first=first, last=last), in_order)
    return [section for section in sections if section]


def _read_section(run: Run, first: int, last: int | None) -> bytes:
    with run.open() as stream:
        table, _ = _read_tail(stream, run.path)
        start, end = table.range(first, last)
        stream.seek(start)
        section: bytes = stream.read(end - start) if end > start else b""
    return section


def read_sections(run: Run) -> Iterator[tuple[int, bytes]]:
    """Yield (number, bytes) of the sections that have any; the run is read once."""
    with run.open() as stream:
        table, _ = _read_tail(stream, run.path)
        stream.seek(0)
        offsets = table.offsets.tolist()
        data: bytes = stream.read(offsets[-1]) if offsets[-1] else b""
    for number, (start, end) in zip(table.numbers.tolist(), pairwise(offsets), strict=True):
        yield number, data[start:end]


def group_rows(rows: NDArray[Any], buckets: NDArray[np.int64]) -> dict[int, bytes]:
    """Group fixed-size `rows` into sections by bucket, input order kept inside each."""
    sorted_rows, sorted_buckets = rows, buckets
    if (buckets[1:] < buckets[:-1]).any():
        order = np.argsort(buckets, kind="stable")
        sorted_rows, sorted_buckets = rows[order], buckets[order]
    starts = np.flatnonzero(np.diff(sorted_buckets, prepend=-1))
    pieces = np.split(sorted_rows, starts[1:]) if len(starts) else []
    return {
        int(sorted_buckets[start]): piece.tobytes()
        for start, piece in zip(starts, pieces, strict=True)
    }


def read_rows(runs: Iterable[Run], bucket: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Read all fixed-size rows of `bucket`."""
    return np.frombuffer(b"".join(read_buckets(runs, bucket, bucket + 1)), dtype=dtype)


def map_section(run: Run, bucket: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return one bucket's rows of one run: mapped into memory if the file is local, else read."""
    with run.open() as stream:
        table, _ = _read_tail(stream, run.path)
    start, end = table.range(bucket, bucket + 1)
    if end == start or not filesystem.is_local(run.path):
        return read_rows([run], bucket, dtype)
    shape = ((end - start) // dtype.itemsize,)
    return np.memmap(run.path, dtype=dtype, mode="r", offset=start, shape=shape)
