"""One snapshot for all readers, and its rows."""

import os

import pytest

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions
from pipelines.recipe import load_recipe
from tests.readers.rows import CHANGES, Rows
from tfrecords_schema.snapshot import open_snapshot

# Before any of the libraries is imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """Build the quickstart snapshot in eight shards, with Parquet."""
    recipe = load_recipe("quickstart", CHANGES, {}, None)
    return build(recipe, str(tmp_path_factory.mktemp("readers")), RunnerOptions())


@pytest.fixture(scope="session")
def rows(built: BuildResult) -> Rows:
    """Split → id → row, as our own reader has them, of every split with examples."""
    snapshot = open_snapshot(built.path)
    splits = [name for name, split in snapshot.manifest.splits.items() if split.rows]
    return {name: {str(row["id"]): dict(row) for row in snapshot.rows(name)} for name in splits}
