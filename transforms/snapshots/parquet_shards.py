"""Write the examples of a shard also as Parquet, if the recipe enables it."""

from collections.abc import Iterable

from tfrecords_schema import filesystem
from tfrecords_schema.codec import decode_row
from tfrecords_schema.manifest import ParquetFile
from tfrecords_schema.snapshot import parquet_path
from transforms.job import Job


def write_parquet_shard(
    job: Job, split: str, shard: int, num_shards: int, encoded: Iterable[bytes]
) -> ParquetFile | None:
    """Write the examples of a shard, in its order; return None if Parquet is not enabled."""
    if not job.settings.output.parquet:
        return None
    from tfrecords_schema.parquet import write_parquet

    path = parquet_path(job.name, split, shard, num_shards)
    examples = (decode_row(data, path) for data in encoded)
    digest, size = write_parquet(filesystem.join(job.staging, path), examples)
    return ParquetFile(path=path, bytes=size, sha256=digest)
