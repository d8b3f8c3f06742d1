"""The layout of a snapshot, and random access to it.

<snapshot>/manifest.json                written last: without it there is no snapshot
<snapshot>/manifest.json.sha256         its digest, as `sha256sum` writes and checks it
<snapshot>/run.json                     clock times, versions, gates of this run
<snapshot>/nodes.json                   fingerprints of its nodes, for the next refresh
<snapshot>/<name>/<version>/            read by seqio and TFDS as one data set
    train.tfrecord-00000-of-00004  .index  .lengths
    info.train.json  stats.train.json  COMPLETED     for seqio
    dataset_info.json  features.json                 for TFDS
<snapshot>/parquet/<name>/train-00000-of-00004.parquet    with `output.parquet: true`
<snapshot>/README.md                    data card, which Hugging Face reads too
<snapshot>/croissant.json               Croissant metadata
<snapshot>/report.html                  a page about it, unless `output.report: false`
<snapshot>/rejections/*.jsonl           every record left out, and why
<snapshot>/records/*.jsonl.gz          records that it shows: other recipes compare with them
<snapshot>/ids/train-00000-of-00004.txt    a line by example: its id, and its record's
<snapshot>/contamination/*.jsonl        every held-out item found in a record, with its span
<snapshot>/contamination.json  duplicates.json    tables: evaluation set × task, source × source
<snapshot>/vocabulary.model             when the vocabulary is a SentencePiece model
"""

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem, manifest, tfrecord
from tfrecords_schema.codec import decode_row, decode_varints, split_tokens
from tfrecords_schema.errors import DataError
from tfrecords_schema.features import FEATURES, Feature, Value
from tfrecords_schema.manifest import Manifest, SplitInfo

MANIFEST = "manifest.json"
MANIFEST_DIGEST = "manifest.json.sha256"
RUN = "run.json"
NODES = "nodes.json"
VOCABULARY_MODEL = "vocabulary.model"
DATA_CARD = "README.md"
CROISSANT = "croissant.json"
REPORT = "report.html"
PARQUET = "parquet"
REJECTIONS = "rejections"
RECORDS = "records"
IDS = "ids"
CONTAMINATION = "contamination"
CONTAMINATION_TABLE = "contamination.json"
DUPLICATES_TABLE = "duplicates.json"

# From so many examples on, the compiled reader is worth its start.
_MANY = 8
# Id, task, inputs and targets: int32 [tokens] with EOS.
TokenizedExample = tuple[str, str, NDArray[np.int32], NDArray[np.int32]]


def shard_name(split: str, shard: int, num_shards: int) -> str:
    """Return the name of a shard: `train.tfrecord-00000-of-00004`."""
    return f"{split}.tfrecord-{shard:05d}-of-{num_shards:05d}"


def ids_path(shard: str) -> str:
    """Return the path of the ids of a shard's examples, relative to the snapshot."""
    name = shard.rsplit("/", 1)[-1].replace(".tfrecord-", "-")
    return f"{IDS}/{name}.txt"


def parquet_path(name: str, split: str, shard: int, num_shards: int) -> str:
    """Return `parquet/quickstart/train-00000-of-00004.parquet`, relative to the snapshot."""
    return f"{PARQUET}/{name}/{split}-{shard:05d}-of-{num_shards:05d}.parquet"


@dataclass
class ShardedReader:
    """Random access to the examples of one split, in the order of its shards."""

    paths: list[str]
    eos_id: int
    features: Sequence[Feature]
    _open: dict[int, tuple[IO[bytes], NDArray[np.int64]]] = field(default_factory=dict)
    _ends: NDArray[np.int64] = field(init=False)

    def __init__(
        self, root: str, split: SplitInfo, eos_id: int, features: Sequence[Feature] = FEATURES
    ) -> None:
        self.paths = [filesystem.join(root, shard.path) for shard in split.shards]
        self.eos_id = eos_id
        self.features = features
        self._open = {}
        self._ends = np.cumsum([shard.rows for shard in split.shards], dtype=np.int64)

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def row(self, index: int) -> dict[str, Value]:
        """Return all features of example `index`, as stored."""
        ((shard, row),) = self._places([index])
        return decode_row(*self._stored(shard, row), self.features)

    def _places(self, indices: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Return the shard of each example, and its row there."""
        chosen = np.asarray(indices, np.int64)
        outside = (chosen < 0) | (chosen >= len(self))
        if outside.any():
            raise IndexError(f"example {chosen[outside][0]} of {len(self)}")
        shards = np.searchsorted(self._ends, chosen, side="right")
        firsts = np.concatenate([[0], self._ends])[shards]
        return zip(shards.tolist(), (chosen - firsts).tolist(), strict=True)

    def _framed(self, shard: int, row: int) -> tuple[bytes, int]:
        """Return a framed record of a shard, unchecked, and the byte that it begins at."""
        stream, table = self._shard(shard)
        if row >= len(table):
            raise DataError(f"{self.paths[shard]}.index: {len(table)} lines, fewer than examples")
        offset = table.item(row, 0)
        return self._read(stream, offset, table.item(row, 1)), offset

    def _stored(self, shard: int, row: int) -> tuple[bytes, str]:
        """Return the bytes of an example, and their place."""
        framed, offset = self._framed(shard, row)
        where = f"{self.paths[shard]}: byte {offset}"
        return tfrecord.unframe(framed, where), where

    def _read(self, stream: IO[bytes], offset: int, length: int) -> bytes:
        """Read at an offset; threads may share a local file, a remote one only in turns."""
        if isinstance(getattr(stream, "raw", None), io.FileIO):
            return os.pread(stream.fileno(), length, offset)
        stream.seek(offset)
        return stream.read(length)

    def __getitem__(self, index: int) -> dict[str, object]:
        """Return `{"id", "task": str, "inputs", "targets": int32 [tokens]}`, tokens with EOS."""
        example = self.read_tokens([index])[0]
        return dict(zip(("id", "task", "inputs", "targets"), example, strict=True))

    def read_tokens(self, indices: Sequence[int]) -> list[TokenizedExample]:
        """Return id, task, inputs and targets of many examples, several times faster than `row`.

        Nothing else is decoded, and the tokens of all examples at once.

        Raises:
          DataError: a file is damaged, or a record is in an unknown encoding.
        """
        if len(indices) >= _MANY:
            # Loads numba, which a few examples need not wait for.
            from tfrecords_schema import compiled, token_kernels

            if compiled.HAS_NUMBA:
                framed = [self._framed(*place)[0] for place in self._places(indices)]
                if found := token_kernels.read_framed(framed, self.eos_id):
                    return found
        return self._read_tokens_each(indices)

    def _read_tokens_each(self, indices: Sequence[int]) -> list[TokenizedExample]:
        """Read as `read_tokens` does, but check and parse one example after the other."""
        if not indices:
            return []
        split = [split_tokens(*self._stored(*place)) for place in self._places(indices)]
        eos = bytes([self.eos_id])
        stored = [part + eos for *_, inputs, targets in split for part in (inputs, targets)]
        joined = b"".join(stored)
        try:
            tokens = decode_varints(joined)
        except ValueError as error:
            raise DataError(f"{self.paths[0]} or a shard beside it: tokens: {error}") from error
        # Each number ends with the one of its bytes that is below 128.
        counts = np.cumsum(np.frombuffer(joined, np.uint8) < 0x80)
        ends = counts[np.cumsum([len(part) for part in stored]) - 1].tolist()
        starts = [0, *ends[:-1]]
        pieces = [tokens[start:end] for start, end in zip(starts, ends, strict=True)]
        return [
            (example_id, task, pieces[2 * place], pieces[2 * place + 1])
            for place, (example_id, task, *_) in enumerate(split)
        ]

    def __getstate__(self) -> dict[str, object]:
        """Return the state without open files, which stay in this process."""
        return self.__dict__ | {"_open": {}}

    def _shard(self, shard: int) -> tuple[IO[bytes], NDArray[np.int64]]:
        if shard not in self._open:
            path = self.paths[shard]
            self._open[shard] = (filesystem.open_read(path), tfrecord.read_index(path))
        return self._open[shard]


@dataclass(frozen=True)
class Snapshot:
    """An open snapshot: its manifest, and readers for its splits."""

    path: str
    manifest: Manifest

    def split(self, name: str) -> SplitInfo:
        """Return the split's shards.

        Raises:
          DataError: the snapshot has no such split.
        """
        if name not in self.manifest.splits:
            raise DataError(
                f"{self.path}: no split {name!r}; it has {sorted(self.manifest.splits)}"
            )
        return self.manifest.splits[name]

    def lengths(self, split: str) -> NDArray[np.int32]:
        """Return [examples, 2] of input and target tokens, EOS included, in shard order."""
        shards = self.split(split).shards
        tables = [tfrecord.read_lengths(filesystem.join(self.path, s.path)) for s in shards]
        empty = np.zeros((0, 2), dtype=np.int32)
        return np.concatenate([empty, *tables]) + np.int32(1)

    def task_numbers(self, split: str, names: Sequence[str]) -> NDArray[np.int32]:
        """Return [examples]: the position of each example's task in `names`, -1 if it is absent."""
        numbers = {name: number for number, name in enumerate(names)}
        positions: list[int] = []
        for shard in self.split(split).shards:
            path = filesystem.join(self.path, shard.path)
            with filesystem.open_read(path) as stream:
                tasks = (split_tokens(data, path)[1] for data in tfrecord.read_frames(stream, path))
                positions += [numbers.get(task, -1) for task in tasks]
        return np.array(positions, dtype=np.int32)

    def reader(self, split: str) -> ShardedReader:
        """Open the examples of `split` for random access."""
        eos_id = self.manifest.vocabulary.eos_id
        return ShardedReader(self.path, self.split(split), eos_id, self.manifest.row_features)

    def rows(self, split: str) -> Iterator[dict[str, Value]]:
        """Yield all examples in order, streamed, every CRC checked."""
        features = self.manifest.row_features
        for shard in self.split(split).shards:
            path = filesystem.join(self.path, shard.path)
            with filesystem.open_read(path) as stream:
                offset = 0
                for data in tfrecord.read_frames(stream, path):
                    yield decode_row(data, f"{path}: byte {offset}", features)
                    offset += len(data) + tfrecord.FRAME_BYTES

    @cached_property
    def vocabulary_path(self) -> str | None:
        """Path of the SentencePiece model, if there is one."""
        file = self.manifest.vocabulary.file
        return filesystem.join(self.path, file) if file else None


def open_snapshot(path: str) -> Snapshot:
    """Open the snapshot at `path`.

    Raises:
      DataError: there is no manifest, or it cannot be read.
    """
    where = filesystem.join(path, MANIFEST)
    if not filesystem.exists(where):
        raise DataError(
            f"{path}: not a snapshot (no {MANIFEST}); give the directory that `flanbeam "
            "build` printed on its last line"
        )
    return Snapshot(path, manifest.load(filesystem.read_bytes(where), where))
