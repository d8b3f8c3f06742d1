"""Eight CPU devices for every trainer test, and a small real snapshot to train on."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from tfrecords_schema import manifest
from tfrecords_schema.codec import encode_row
from tfrecords_schema.features import FEATURES, Value
from tfrecords_schema.snapshot import shard_name
from tfrecords_schema.tfrecord import write_shard
from trainer.config import TrainConfig

# Must come before any test starts JAX's backend: 1 against 8 devices runs in one process.
jax.config.update("jax_num_cpu_devices", 8)

TASKS = ("copy_even", "copy_odd")

MakeSnapshot = Callable[..., str]


def _row(example_id: str, inputs: list[int], targets: list[int]) -> dict[str, Value]:
    row: dict[str, Value] = {
        feature.name: [] if feature.repeated else (0 if feature.kind == "int64" else "")
        for feature in FEATURES
    }
    task = TASKS[int(example_id, 16) % len(TASKS)]
    return row | {"id": example_id, "inputs": inputs, "targets": targets, "_task_name": task}


def _write_split(root: Path, examples: int) -> manifest.SplitInfo:
    """Write examples that can be learned: the target is the input's first bytes."""
    random, shards = np.random.default_rng(0), []
    for shard, indices in enumerate(np.array_split(np.arange(examples), 2)):
        rows = []
        for index in indices:
            inputs = random.integers(100, 110, random.integers(4, 40)).tolist()
            targets = inputs[: random.integers(1, 6)]
            data = encode_row(_row(f"{index:032x}", inputs, targets))
            rows.append((data, len(inputs), len(targets)))
        path = f"tiny/1.0.0/{shard_name('train', shard, 2)}"
        shards.append(write_shard(str(root), path, rows))
    return manifest.SplitInfo(rows=examples, shards=shards)


@pytest.fixture(scope="session", autouse=True)
def _compile_each_program_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Compile each train step once, since doing so in every test would take most of the time."""
    base = tmp_path_factory.getbasetemp()
    # Processes of one test run (pytest-xdist) have directories beside each other.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    jax.config.update("jax_compilation_cache_dir", str(shared / "jax"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.2)


@pytest.fixture
def t5_parity(flanbeam_data: Path) -> Path:
    """Return $FLANBEAM_DATA/t5_parity: Hugging Face checkpoints with reference logits."""
    directory = flanbeam_data / "t5_parity"
    if not directory.is_dir():
        pytest.skip(f"needs {directory}, which is not there")
    return directory


def write_snapshot(root: Path, examples: int, fingerprint: str) -> str:
    """Write what training reads of a snapshot; complete ones are the pipelines' business."""
    fields: dict[str, Any] = {
        "name": "tiny",
        "version": "1.0.0",
        "fingerprint": fingerprint,
        "seed": 0,
        "software": {},
        "recipe": {},
        "data_dir": "tiny/1.0.0",
        "features": manifest.feature_infos(),
        "vocabulary": manifest.VocabularyInfo(kind="bytes", size=259, extra_ids=0),
        "sources": [],
        "splits": {"train": _write_split(root, examples)},
        "fitting": {},
        "mixture": [_entry(task) for task in TASKS],
        "ledger": [],
        "metadata": [],
        "rejections": [],
    }
    root.mkdir(parents=True, exist_ok=True)
    (root / "manifest.json").write_bytes(manifest.dump(manifest.Manifest(**fields)))
    return str(root)


def _entry(task: str) -> manifest.MixtureEntry:
    return manifest.MixtureEntry(
        collection=task.split("_")[1],
        task=task,
        template_type="zs_noopt",
        available=30,
        cap=None,
        requested=30.0,
        planned=30,
        realised=30,
    )


@pytest.fixture
def make_snapshot(tmp_path: Path) -> MakeSnapshot:
    """Return `make_snapshot(examples=60, fingerprint="a")`: writes a small one; its path."""

    def make(examples: int = 60, fingerprint: str = "a") -> str:
        return write_snapshot(tmp_path / f"snapshot-{fingerprint}", examples, fingerprint)

    return make


@pytest.fixture
def config() -> TrainConfig:
    """Return a model and rows small enough that compilation is most of the time."""
    return TrainConfig.model_validate(
        {
            "model": {
                "model_dim": 32,
                "head_dim": 16,
                "num_heads": 2,
                "mlp_dim": 64,
                "encoder_layers": 1,
                "decoder_layers": 1,
            },
            "steps": 12,
            "batch_rows": 4,
            "input_length": 64,
            "target_length": 16,
            "learning_rate": 0.05,
            "dropout": 0.1,
            "seed": 3,
            "devices": 2,
        }
    )
