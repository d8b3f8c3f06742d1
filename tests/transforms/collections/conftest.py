"""Data sets in the layout in which TFDS leaves what it has prepared."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# The tests need neither the bucket with TFDS's metadata nor an accelerator.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import pytest
import tensorflow_datasets as tfds

from tests.transforms.collections.prepared import Rows, prepare_dataset


@pytest.fixture
def prepare(tmp_path: Path) -> Callable[..., Path]:
    """Return `prepare("glue/cola:2.0.0", features, {"train": [rows of shard 0, …]})`."""

    def write(builder: str, features: Any, splits: Mapping[str, list[Rows]]) -> Path:
        return prepare_dataset(tmp_path, builder, features, splits)

    return write


@pytest.fixture(scope="session")
def cola_features() -> Any:
    """Return the features of CoLA."""
    return tfds.features.FeaturesDict(
        {
            "sentence": tfds.features.Text(),
            "label": tfds.features.ClassLabel(names=["unacceptable", "acceptable"]),
            "idx": tfds.features.Scalar(np.int32),
        }
    )
