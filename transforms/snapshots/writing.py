"""The stages that plan the shards and write them.

Each shard takes a range of order buckets from every rendered run, sorts it and writes it.
"""

import hashlib
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tfrecords_schema import filesystem, tfrecord
from tfrecords_schema.manifest import SPLITS, TRAIN, RowFile, ShardInfo
from tfrecords_schema.snapshot import ids_path, shard_name
from transforms.job import Job
from transforms.prompts.example_rows import Rows, decode_examples, hex_of
from transforms.prompts.rendering import EXAMPLES
from transforms.runtime.exchange import Run
from transforms.snapshots.parquet_shards import write_parquet_shard
from transforms.stages.output import FileNote, Output, decode_notes, decode_summary
from transforms.stages.stage import COUNTED, ONCE, Ranges, Stage
from transforms.stages.work import Work

SHARD_RANGES = "shard_ranges"


@dataclass(frozen=True, kw_only=True)
class ShardRange:
    """Shard `shard` of the `num_shards` of a split: order buckets [first, last)."""

    split: str
    shard: int
    num_shards: int
    first: int
    last: int


@dataclass(frozen=True)
class ShardPlan:
    """All shards of a snapshot, split after split."""

    shards: list[ShardRange]


@dataclass(frozen=True)
class WriteNotes:
    """The written shard, and its split."""

    split: str
    shard: ShardInfo


def plan_shards(work: Work) -> Output:
    """Plan shards of the target size for each split, as equal ranges of order buckets.

    Their number depends only on the rendered bytes, not on workers or bundles.
    """
    sizes = dict.fromkeys(SPLITS, 0)
    # Of the notes only this is read: they name each task.
    for summary in work.read(EXAMPLES).each_summary():
        for split, size in summary.notes["bytes"].items():
            sizes[split] += size
    shards = [
        shard
        for number, split in enumerate(SPLITS)
        if split == TRAIN or sizes[split]
        for shard in _shards_of(work.job, split, number, sizes[split])
    ]
    return Output(notes=ShardPlan(shards))


def _shards_of(job: Job, split: str, number: int, size: int) -> list[ShardRange]:
    buckets, output = job.num_order_buckets, job.settings.output
    shards = max(output.min_shards, min(buckets, -(-size // output.shard_bytes)))
    bounds = [number * buckets + shard * buckets // shards for shard in range(shards + 1)]
    return [
        ShardRange(
            split=split,
            shard=shard,
            num_shards=shards,
            first=bounds[shard],
            last=bounds[shard + 1],
        )
        for shard in range(shards)
    ]


def _planned(work: Work) -> list[ShardRange]:
    (run,) = work.read(SHARD_RANGES).runs
    return _read_shards(run)


@lru_cache(maxsize=2)
def _read_shards(run: Run) -> list[ShardRange]:
    plan: ShardPlan = decode_notes(ShardPlan, decode_summary(run.summary).notes)
    return plan.shards


def count_shards(work: Work) -> int:
    """Return the number of shards that were planned."""
    return len(_planned(work))


def ranges_of_shards(work: Work) -> list[tuple[int, int]]:
    """Return the order buckets [first, last) of each shard."""
    return [(shard.first, shard.last) for shard in _planned(work)]


def write_shard(work: Work) -> Output:
    """Write one shard, and its Parquet file if enabled, into the staged snapshot."""
    job, shard = work.job, _planned(work)[work.item]
    sections = work.read(EXAMPLES).sections(shard.first, shard.last)
    rows, examples = _in_order(*decode_examples(sections))
    path = filesystem.join(job.data_dir, shard_name(shard.split, shard.shard, shard.num_shards))
    lengths = rows["input_tokens"].tolist(), rows["target_tokens"].tolist()
    written = tfrecord.write_shard(job.staging, path, zip(examples, *lengths, strict=True))
    ids = _write_ids(job, path, rows)
    parquet = write_parquet_shard(job, shard.split, shard.shard, shard.num_shards, examples)
    info = written.model_copy(update={"parquet": parquet})
    files = [
        FileNote(path, info.sha256),
        FileNote(f"{path}.index", info.index_sha256),
        FileNote(f"{path}.lengths", info.lengths_sha256),
        *([FileNote(parquet.path, parquet.sha256)] if parquet else []),
        *([] if job.kept_prompts is None else [_write_rows(work, path, rows)]),
    ]
    notes = WriteNotes(shard.split, info)
    return Output(files=files, reports=[ids], notes=notes, done=len(rows))


def _in_order(rows: Rows, examples: Sequence[bytes]) -> tuple[Rows, list[bytes]]:
    """Return rows and examples in the order of their hashes."""
    in_order = np.lexsort((rows["order"][:, 1], rows["order"][:, 0]))
    return rows[in_order], [examples[number] for number in in_order.tolist()]


def _write_ids(job: Job, shard: str, rows: Rows) -> RowFile:
    """Write a line with the id of each example and of its record, by which both are found."""
    pairs = zip(hex_of(rows["id"]), hex_of(rows["record_id"]), strict=True)
    data = "".join([f"{example} {record}\n" for example, record in pairs]).encode()
    path = ids_path(shard)
    filesystem.write_bytes(filesystem.join(job.staging, path), data)
    return RowFile(path=path, rows=len(rows), sha256=hashlib.sha256(data).hexdigest())


def rows_path(shard: str) -> str:
    """Return where in the work directory the rows of a shard are, of a path in the snapshot."""
    return filesystem.join("write", f"{posixpath.basename(shard)}.rows")


def _write_rows(work: Work, shard: str, rows: Rows) -> FileNote:
    """Write the rows of a shard with the places of its examples, for later builds."""
    sizes = rows["size"].astype(np.uint64) + np.uint64(tfrecord.FRAME_BYTES)
    rows["offset"] = np.cumsum(sizes) - sizes
    data = rows.tobytes()
    path = rows_path(shard)
    filesystem.write_bytes(filesystem.join(work.directory, path), data)
    return FileNote(path, hashlib.sha256(data).hexdigest(), "work")


PLAN_SHARDS = Stage(
    name="plan_shards",
    run=plan_shards,
    items=ONCE,
    reads=(EXAMPLES,),
    yields=SHARD_RANGES,
    settings=("output.min_shards", "output.shard_bytes"),
    notes=ShardPlan,
)
WRITE_SHARDS = Stage(
    name="write",
    run=write_shard,
    items=COUNTED,
    reads=(SHARD_RANGES, EXAMPLES),
    settings=("output.parquet", "name", "version"),
    notes=WriteNotes,
    count_items=count_shards,
    ranges=Ranges(EXAMPLES, ranges_of_shards),
)
