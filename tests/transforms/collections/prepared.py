"""Write a data set in the layout in which TFDS leaves what it has prepared."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tensorflow_datasets as tfds

from tfrecords_schema.tfrecord import frame
from transforms.collections.tfds_task import builder_directory

Rows = Iterable[Mapping[str, Any]]


def prepare_dataset(
    root: Path, builder: str, features: Any, splits: Mapping[str, list[Rows]]
) -> Path:
    """Write the shards of each split, and TFDS's metadata beside them; their directory."""
    directory = root / builder_directory(builder)
    directory.mkdir(parents=True)
    name = builder.split("/")[0].split(":")[0]
    infos = []
    for split, shards in splits.items():
        template = tfds.core.ShardedFileTemplate(
            data_dir=directory, dataset_name=name, split=split, filetype_suffix="tfrecord"
        )
        rows = [list(shard) for shard in shards]
        for number, shard in enumerate(rows):
            data = [features.serialize_example(features.encode_example(row)) for row in shard]
            path = template.sharded_filepath(shard_index=number, num_shards=len(rows))
            Path(path).write_bytes(b"".join(map(frame, data)))
        lengths = [len(shard) for shard in rows]
        info = tfds.core.SplitInfo(
            name=split, shard_lengths=lengths, num_bytes=0, filename_template=template
        )
        infos.append(info)
    tfds.folder_dataset.write_metadata(
        data_dir=directory, features=features, split_infos=infos, filename_template=template
    )
    return directory
