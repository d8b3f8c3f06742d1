"""TFDS reads the directory and loads it by name, and would write the same metadata."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines.building.build import BuildResult
from tests.readers.rows import Rows, plain
from tfrecords_schema.features import FEATURES


def _check_tfds(builder: Any, rows: Rows) -> None:
    assert set(builder.info.splits) == set(rows)
    for split, written in rows.items():
        assert builder.info.splits[split].num_examples == len(written)
        read = [
            {name: plain(value) for name, value in example.items()}
            for example in builder.as_dataset(split=split).as_numpy_iterator()
        ]
        assert {example["id"]: example for example in read} == written
        assert len(read) == len(written)


def test_tfds_reads_the_directory(built: BuildResult, rows: Rows) -> None:
    import tensorflow_datasets as tfds

    _check_tfds(tfds.builder_from_directory(f"{built.path}/{built.manifest.data_dir}"), rows)


def test_tfds_loads_by_name(built: BuildResult, rows: Rows) -> None:
    import tensorflow_datasets as tfds

    dataset, info = tfds.load("quickstart", split="train", data_dir=built.path, with_info=True)
    assert info.full_name == "quickstart/1.0.0"
    assert {plain(example["id"].numpy()) for example in dataset} == set(rows["train"])
    half = tfds.load("quickstart:1.0.0", split="train[:50%]", data_dir=built.path)
    assert len(half) == pytest.approx(len(rows["train"]) / 2, abs=1)


def test_tfds_would_write_the_same_metadata(built: BuildResult, tmp_path: Path) -> None:
    import numpy as np
    import tensorflow_datasets as tfds

    ours, theirs = Path(built.path, built.manifest.data_dir), tmp_path / "quickstart" / "1.0.0"
    shutil.copytree(ours, theirs, ignore=shutil.ignore_patterns("*.json"))
    template = tfds.core.ShardedFileTemplate(
        data_dir=theirs,
        dataset_name="quickstart",
        template="{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}",
    )
    text, number = tfds.features.Text(), tfds.features.Scalar(np.int32)
    features = {f.name: text if f.kind == "string" else number for f in FEATURES}
    features |= {f.name: tfds.features.Sequence(features[f.name]) for f in FEATURES if f.repeated}
    tfds.folder_dataset.write_metadata(
        data_dir=theirs,
        features=tfds.features.FeaturesDict(features),
        split_infos=[
            tfds.core.SplitInfo(
                name=name,
                shard_lengths=[shard.rows for shard in split.shards],
                num_bytes=sum(shard.bytes for shard in split.shards),
                filename_template=template,
            )
            for name, split in built.manifest.splits.items()
        ],
        filename_template=template,
        description=built.manifest.recipe["description"],
    )
    for name in ("dataset_info.json", "features.json"):
        assert json.loads((ours / name).read_text()) == json.loads((theirs / name).read_text())
