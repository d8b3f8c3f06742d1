"""The stages that plan the shards and write them.

Each shard takes a range of order buckets from every rendered run, sorts it and writes it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tfrecords_schema import filesystem, tfrecord
from tfrecords_schema.codec import read_texts
from tfrecords_schema.features import ID, RECORD_ID
from tfrecords_schema.manifest import SPLITS, TRAIN, RowFile, ShardInfo
from tfrecords_schema.snapshot import ids_path, shard_name
from transforms.job import Job
from transforms.prompts.rendering import EXAMPLES, ROW_HEADER
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
    for notes in work.read(EXAMPLES).notes():
        for split, size in notes.bytes.items():
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


def read_rendered(section: bytes) -> Iterator[tuple[bytes, tuple[bytes, int, int]]]:
    """Yield (order hash, (data, input tokens, target tokens)) of each row of a section."""
    position = 0
    while position < len(section):
        order, input_tokens, target_tokens, size = ROW_HEADER.unpack_from(section, position)
        start = position + ROW_HEADER.size
        position = start + size
        yield order, (section[start:position], input_tokens, target_tokens)


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
    rows = sorted(row for section in sections for row in read_rendered(section))
    path = filesystem.join(job.data_dir, shard_name(shard.split, shard.shard, shard.num_shards))
    written = tfrecord.write_shard(job.staging, path, (row for _, row in rows))
    ids = _write_ids(job, path, [data for _, (data, _, _) in rows])
    parquet = write_parquet_shard(job, shard.split, shard.shard, shard.num_shards, rows)
    info = written.model_copy(update={"parquet": parquet})
    files = [
        FileNote(path, info.sha256),
        FileNote(f"{path}.index", info.index_sha256),
        FileNote(f"{path}.lengths", info.lengths_sha256),
        *([FileNote(parquet.path, parquet.sha256)] if parquet else []),
    ]
    notes = WriteNotes(shard.split, info)
    return Output(files=files, reports=[ids], notes=notes, done=len(rows))


def _write_ids(job: Job, shard: str, examples: list[bytes]) -> RowFile:
    """Write a line with the id of each example and of its record, by which both are found."""
    lines = [" ".join(read_texts(data, (ID, RECORD_ID))) + "\n" for data in examples]
    data = "".join(lines).encode()
    path = ids_path(shard)
    filesystem.write_bytes(filesystem.join(job.staging, path), data)
    return RowFile(path=path, rows=len(lines), sha256=hashlib.sha256(data).hexdigest())


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
