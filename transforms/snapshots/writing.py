"""Write the shards: each takes a range of order buckets from every rendered run, sorts, writes."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

import apache_beam as beam

from tfrecords_schema import filesystem, tfrecord
from tfrecords_schema.snapshot import shard_name
from transforms.job import Job, load_job
from transforms.prompts.rendering import ROW_HEADER
from transforms.runtime.coders import DataclassCoder
from transforms.runtime.counts import merge_counts
from transforms.runtime.exchange import Run, finished_run, read_buckets, read_summaries, write_run
from transforms.runtime.progress import report
from transforms.snapshots.parquet_shards import write_parquet_shard
from transforms.types import SPLITS, TRAIN

WRITE = "write"


@dataclass(frozen=True)
class ShardRange:
    """Shard `shard` of the `num_shards` of a split: order buckets [first, last)."""

    split: str
    shard: int
    num_shards: int
    first: int
    last: int


beam.coders.registry.register_coder(ShardRange, DataclassCoder)


def plan_shards(rendered: Iterable[Run], work: str) -> list[ShardRange]:
    """As many shards of each split as make up the target size, each an equal range of the order.

    The number depends on the bytes rendered alone, never on workers or bundles.
    """
    sizes = merge_counts(summary["bytes"] for summary in read_summaries(rendered))
    return [
        shard
        for number, split in enumerate(SPLITS)
        if split == TRAIN or sizes.get(split)
        for shard in _shards_of(load_job(work), split, number, sizes.get(split, 0))
    ]


def _shards_of(job: Job, split: str, number: int, size: int) -> list[ShardRange]:
    buckets = job.num_order_buckets
    shards = max(job.output.min_shards, min(buckets, -(-size // job.output.shard_bytes)))
    bounds = [number * buckets + shard * buckets // shards for shard in range(shards + 1)]
    return [
        ShardRange(split, shard, shards, bounds[shard], bounds[shard + 1])
        for shard in range(shards)
    ]


def read_rendered(section: bytes) -> Iterator[tuple[bytes, tuple[bytes, int, int]]]:
    """(order hash, (data, input tokens, target tokens)) of each row of a section."""
    position = 0
    while position < len(section):
        order, input_tokens, target_tokens, size = ROW_HEADER.unpack_from(section, position)
        start = position + ROW_HEADER.size
        position = start + size
        yield order, (section[start:position], input_tokens, target_tokens)


def write_shard(shard: ShardRange, work: str, rendered: Iterable[Run]) -> Run:
    """Write one shard below the staged snapshot; the run's summary describes it."""
    path = filesystem.join(work, WRITE, f"{shard.split}-{shard.shard:06d}.run")
    return finished_run(path, lambda: _write(shard, work, rendered, path))


def _write(shard: ShardRange, work: str, rendered: Iterable[Run], path: str) -> Run:
    job = load_job(work)
    sections = read_buckets(rendered, shard.first, shard.last)
    rows = sorted(row for section in sections for row in read_rendered(section))
    name = filesystem.join(job.data_dir, shard_name(shard.split, shard.shard, shard.num_shards))
    written = tfrecord.write_shard(filesystem.join(job.staging, name), (row for _, row in rows))
    parquet = write_parquet_shard(job, shard.split, shard.shard, shard.num_shards, rows)
    report(WRITE, len(rows))
    summary = {"split": shard.split, "path": name, "parquet": parquet, **asdict(written)}
    return write_run(path, 0, {}, summary)


@dataclass
class WriteShards(beam.PTransform):
    """Runs of rendered examples → one Run for each shard written."""

    work: str

    def expand(self, rendered: beam.PCollection) -> beam.PCollection:
        return (
            rendered
            | "Collect sizes" >> beam.combiners.ToList()
            | "Plan shards" >> beam.FlatMap(plan_shards, self.work)
            | "Spread shards" >> beam.Reshuffle()
            | "Write" >> beam.Map(write_shard, self.work, beam.pvalue.AsList(rendered))
        )
