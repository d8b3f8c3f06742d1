"""Write the metadata files of seqio, TFDS, Hugging Face and Croissant.

They depend only on the job and the manifest, and contain no clock times or paths.
"""

import hashlib
from typing import Any

import orjson

from tfrecords_schema import filesystem, snapshot
from tfrecords_schema.features import seqio_features, tfds_features
from tfrecords_schema.manifest import Manifest, MetadataFile, SplitInfo
from tfrecords_schema.tfrecord import read_lengths
from transforms.job import Job
from transforms.snapshots.data_card import data_card
from transforms.snapshots.provenance import find_provenance

_SEQIO_VERSION = "0.0.20"


def _json(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def seqio_info(split: SplitInfo) -> dict[str, Any]:
    """Return `info.<split>.json` of a cached task."""
    return {
        "features": seqio_features(),
        "num_shards": len(split.shards),
        "seqio_version": _SEQIO_VERSION,
    }


def seqio_statistics(staging: str, split: SplitInfo) -> dict[str, int]:
    """Return `stats.<split>.json` of a cached task; tokens without EOS."""
    tables = [read_lengths(filesystem.join(staging, shard.path)) for shard in split.shards]
    longest = [max(int(table[:, i].max(initial=0)) for table in tables) for i in (0, 1)]
    return {
        "examples": split.rows,
        "inputs_tokens": sum(shard.input_tokens for shard in split.shards),
        "inputs_max_tokens": longest[0],
        "targets_tokens": sum(shard.target_tokens for shard in split.shards),
        "targets_max_tokens": longest[1],
    }


def tfds_info(manifest: Manifest) -> dict[str, Any]:
    """Return `dataset_info.json`: numbers are texts, as in protobuf's JSON."""
    return {
        "description": manifest.recipe.get("description", ""),
        "fileFormat": "tfrecord",
        "name": manifest.name,
        "splits": [
            {
                "filepathTemplate": "{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}",
                "name": name,
                "numBytes": str(sum(shard.bytes for shard in split.shards)),
                "shardLengths": [str(shard.rows) for shard in split.shards],
            }
            for name, split in manifest.splits.items()
        ],
        "version": manifest.version,
    }


def write_reader_files(job: Job, manifest: Manifest) -> list[MetadataFile]:
    """Write the files of every reader into the staged snapshot; return their manifest entries.

    Splits without examples are omitted: each reader fails on them in a different way.
    """
    splits = {name: split for name, split in manifest.splits.items() if split.rows}
    manifest = manifest.model_copy(update={"splits": splits})
    provenance = find_provenance(job, manifest)
    contents = _beside_shards(job.staging, manifest)
    contents[snapshot.DATA_CARD] = data_card(manifest, provenance).encode()
    # It names the columns of Parquet, whose library takes longer to import than a plan takes.
    from transforms.snapshots.croissant import croissant

    contents[snapshot.CROISSANT] = _json(croissant(manifest, provenance))
    if job.vocabulary_path:
        contents[snapshot.VOCABULARY_MODEL] = filesystem.read_bytes(job.vocabulary_path)
    contents[snapshot.NODES] = orjson.dumps(job.nodes, option=orjson.OPT_SORT_KEYS)
    for path, data in contents.items():
        filesystem.write_bytes(filesystem.join(job.staging, path), data)
    return [
        MetadataFile(path=path, sha256=hashlib.sha256(data).hexdigest())
        for path, data in sorted(contents.items())
    ]


def _beside_shards(staging: str, manifest: Manifest) -> dict[str, bytes]:
    contents = {
        "dataset_info.json": _json(tfds_info(manifest)),
        "features.json": _json(tfds_features()),
        "COMPLETED": b"",
    }
    for name, split in manifest.splits.items():
        contents[f"info.{name}.json"] = _json(seqio_info(split))
        contents[f"stats.{name}.json"] = _json(seqio_statistics(staging, split))
    return {filesystem.join(manifest.data_dir, name): data for name, data in contents.items()}
