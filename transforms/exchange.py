"""Exchange rows between stages through files, so that a runner's shuffle carries names alone.

A map-side work item writes one *run*: its rows grouped by bucket, bucket after bucket. A
reduce-side work item reads its range of buckets from every run. Memory is bounded by one work
item, whatever the runner, and a run that exists is finished work: a retry, a replayed bundle or
the next build after a crash takes it as it is.

File: sections | offsets, uint64 [buckets + 1] | summary, JSON | lengths of both, 2 × uint32 | magic
"""

import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from tfrecords_schema import filesystem

_MAGIC = b"FBRUN1\n\x00"
_TAIL = struct.Struct("<II8s")


@dataclass(frozen=True)
class Run:
    """A finished run: where it lies, and what its writer said of it (counts, small tables)."""

    path: str
    summary: Mapping[str, Any]


def write_run(
    path: str, num_buckets: int, sections: Mapping[int, bytes], summary: Mapping[str, Any]
) -> Run:
    """Write the run at `path`, whole or not at all."""
    offsets = np.zeros(num_buckets + 1, dtype="<u8")
    for bucket, section in sections.items():
        offsets[bucket + 1] = len(section)
    offsets = offsets.cumsum(dtype="<u8")
    table, note = offsets.tobytes(), orjson.dumps(summary, option=orjson.OPT_SORT_KEYS)
    with filesystem.atomic_writer(path) as stream:
        for bucket in sorted(sections):
            stream.write(sections[bucket])
        stream.write(table + note + _TAIL.pack(len(table), len(note), _MAGIC))
    return Run(path, summary)


def finished_run(path: str, make: Callable[[], Run]) -> Run:
    """The run at `path` if it is there, else what `make` writes."""
    if not filesystem.exists(path):
        return make()
    with filesystem.open_read(path) as stream:
        _, note = _read_tail(stream)
    return Run(path, orjson.loads(note))


def _read_tail(stream: Any) -> tuple[NDArray[np.uint64], bytes]:
    stream.seek(0, 2)
    end = stream.tell()
    stream.seek(end - _TAIL.size)
    table_bytes, note_bytes, magic = _TAIL.unpack(stream.read(_TAIL.size))
    if magic != _MAGIC:
        raise ValueError(f"{stream.name}: not a run file")
    stream.seek(end - _TAIL.size - note_bytes - table_bytes)
    table = np.frombuffer(stream.read(table_bytes), dtype="<u8")
    return table, stream.read(note_bytes)


def read_buckets(runs: Iterable[Run], first: int, last: int) -> list[bytes]:
    """The sections of buckets [first, last) of every run, in the order of the runs' paths."""
    sections = []
    for run in sorted(runs, key=lambda run: run.path):
        with filesystem.open_read(run.path) as stream:
            table, _ = _read_tail(stream)
            start, end = int(table[first]), int(table[last])
            if end > start:
                stream.seek(start)
                sections.append(stream.read(end - start))
    return sections


def group_rows(rows: NDArray[Any], buckets: NDArray[np.int64]) -> dict[int, bytes]:
    """Sections of fixed-size `rows` by bucket, input order kept inside each."""
    order = np.argsort(buckets, kind="stable")
    sorted_rows, sorted_buckets = rows[order], buckets[order]
    starts = np.flatnonzero(np.diff(sorted_buckets, prepend=-1))
    pieces = np.split(sorted_rows, starts[1:]) if len(starts) else []
    return {
        int(sorted_buckets[start]): piece.tobytes()
        for start, piece in zip(starts, pieces, strict=True)
    }


def read_rows(runs: Iterable[Run], bucket: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """All fixed-size rows of `bucket`."""
    return np.frombuffer(b"".join(read_buckets(runs, bucket, bucket + 1)), dtype=dtype)


def map_section(run: Run, bucket: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The rows of one bucket of one run: mapped into memory where the file is local, else read."""
    with filesystem.open_read(run.path) as stream:
        table, _ = _read_tail(stream)
    start, end = int(table[bucket]), int(table[bucket + 1])
    if end == start or not filesystem.is_local(run.path):
        return read_rows([run], bucket, dtype)
    shape = ((end - start) // dtype.itemsize,)
    return np.memmap(run.path, dtype=dtype, mode="r", offset=start, shape=shape)
