"""The snapshot that the readers read verifies, and other bundles of work give its bytes."""

from pathlib import Path

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions
from pipelines.checks.verify import verify
from pipelines.recipe import load_recipe
from tests.readers.rows import CHANGES, SHARDS
from tfrecords_schema.filesystem import files_below, sha256_of


def test_the_snapshot_verifies(built: BuildResult) -> None:
    assert verify(built.path).problems == []
    assert built.manifest.splits.keys() == {"train", "validation"}
    assert all(len(split.shards) == SHARDS for split in built.manifest.splits.values())


def _digests(root: str) -> dict[str, str]:
    """Return every file but `run.json`, which has clock times, with its digest."""
    files = [path for path in files_below(root) if path != "run.json"]
    return {path: sha256_of(f"{root}/{path}")[0] for path in files}


def test_two_threads_write_the_same_bytes(built: BuildResult, tmp_path: Path) -> None:
    """With Parquet and a validation split; tests/pipelines/building does it with processes."""
    recipe = load_recipe("quickstart", CHANGES, {}, None)
    threads = ("--direct_running_mode=multi_threading", "--direct_num_workers=2")
    again = build(recipe, str(tmp_path), RunnerOptions(beam_options=threads))
    digests = _digests(again.path)
    assert digests == _digests(built.path)
    assert {"README.md", "croissant.json", "manifest.json"} < digests.keys()
    assert len([path for path in digests if path.endswith(".parquet")]) >= SHARDS
