"""A small real snapshot to read, rows to encode, and the data that some tests compare with."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tfrecords_schema import manifest
from tfrecords_schema.codec import encode_row
from tfrecords_schema.features import FEATURES, Value
from tfrecords_schema.snapshot import MANIFEST, shard_name
from tfrecords_schema.tfrecord import write_shard

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
settings.register_profile("flanbeam", derandomize=True, deadline=None, database=None)
settings.load_profile("flanbeam")

MakeRow = Callable[..., dict[str, Value]]
MakeSnapshot = Callable[[list[int]], str]


def _row(**features: Value) -> dict[str, Value]:
    row: dict[str, Value] = {
        feature.name: [] if feature.repeated else (0 if feature.kind == "int64" else "")
        for feature in FEATURES
    }
    assert features.keys() <= row.keys()
    return row | features


@pytest.fixture(scope="session")
def make_row() -> MakeRow:
    """Return `make_row(inputs=[1, 2])`: a row with every feature, empty where not given."""
    return _row


def _manifest(splits: dict[str, manifest.SplitInfo]) -> manifest.Manifest:
    return manifest.Manifest(
        name="tiny",
        version="1.0.0",
        fingerprint="f" * 64,
        seed=0,
        software={"flanbeam": "0"},
        recipe={"name": "tiny"},
        data_dir="tiny/1.0.0",
        features=manifest.feature_infos(),
        vocabulary=manifest.VocabularyInfo(kind="bytes", size=259, extra_ids=0),
        sources=[],
        splits=splits,
        fitting={},
        mixture=[],
        ledger=[],
        metadata=[],
        rejections=[],
    )


@pytest.fixture(scope="session")
def small_manifest() -> manifest.Manifest:
    """Return a complete manifest without shards."""
    return _manifest({"train": manifest.SplitInfo(rows=0, shards=[])})


@pytest.fixture
def make_snapshot(tmp_path: Path) -> MakeSnapshot:
    """Return `make_snapshot([3, 0, 2])`: writes shards of so many rows and returns the path."""

    def make(shard_rows: list[int]) -> str:
        shards: list[manifest.ShardInfo] = []
        number = 0
        for shard, count in enumerate(shard_rows):
            rows = []
            for _ in range(count):
                inputs, targets = list(range(number + 1)), [number]
                data = encode_row(_row(id=f"{number:032x}", inputs=inputs, targets=targets))
                rows.append((data, len(inputs), len(targets)))
                number += 1
            path = f"tiny/1.0.0/{shard_name('train', shard, len(shard_rows))}"
            shards.append(write_shard(str(tmp_path), path, rows))
        splits = {"train": manifest.SplitInfo(rows=number, shards=shards)}
        (tmp_path / MANIFEST).write_bytes(manifest.dump(_manifest(splits)))
        return str(tmp_path)

    return make


@pytest.fixture(scope="session")
def tensorflow() -> Any:
    """Import TensorFlow once, and only for the tests that compare with it."""
    import tensorflow

    return tensorflow


@pytest.fixture(scope="session")
def t5_model(flanbeam_data: Path) -> Path:
    """Return $FLANBEAM_DATA/t5_vocab/spiece.model: the SentencePiece model of T5."""
    path = flanbeam_data / "t5_vocab" / "spiece.model"
    if not path.is_file():
        pytest.skip(f"needs {path}, which is not there")
    return path
