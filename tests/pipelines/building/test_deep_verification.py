"""Examples are made again from their records, and every difference is found."""

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions
from pipelines.recipe import load_recipe
from tfrecords_schema import manifest, tfrecord
from tfrecords_schema.codec import decode_row, encode_row
from tfrecords_schema.snapshot import open_snapshot


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """Build quickstart with a validation split, in a store of its own."""
    settings = ["validation={fraction: 0.2}", "output.parquet=false"]
    out = str(tmp_path_factory.mktemp("deep") / "store")
    return build(load_recipe("quickstart", settings, {}, None), out, RunnerOptions())


def _copy(built: BuildResult, tmp_path: Path) -> Path:
    """Copy the whole store, to change things in; return the snapshot's path."""
    store = Path(built.path).parents[1]
    shutil.copytree(store, tmp_path / "store")
    return tmp_path / "store" / "snapshots" / Path(built.path).name


def test_a_snapshot_is_what_its_records_give(flanbeam: Any, built: BuildResult) -> None:
    outcome = flanbeam("verify", built.path, "--deep", "--json")
    assert outcome.status == 0, outcome.err
    assert outcome.document["rendered_again"] > 50
    assert not list(Path(built.path).parents[1].glob("cache/building/*/*"))


def test_an_example_that_was_rewritten_is_found(
    flanbeam: Any, built: BuildResult, tmp_path: Path
) -> None:
    """As by somebody who also corrects every digest: only rendering again can tell."""
    path = _copy(built, tmp_path)
    stated = open_snapshot(str(path)).manifest
    [shard] = stated.splits["train"].shards
    file = path / shard.path
    with open(file, "rb") as stream:
        rows = [decode_row(data) for data in tfrecord.read_frames(stream, str(file))]
    lengths = tfrecord.read_lengths(str(file)).tolist()
    changed = [{**row, "template_id": f"{row['template_id']}0"} for row in rows]
    encoded = [(encode_row(row), *tokens) for row, tokens in zip(changed, lengths, strict=True)]
    written = tfrecord.write_shard(str(path), shard.path, encoded)
    shard = written.model_copy(update={"parquet": shard.parquet})
    split = stated.splits["train"].model_copy(update={"shards": [shard]})
    data = manifest.dump(stated.model_copy(update={"splits": {**stated.splits, "train": split}}))
    (path / "manifest.json").write_bytes(data)
    outcome = flanbeam("verify", path, "--deep", "--json")
    assert outcome.status == 3
    assert sum("renders otherwise" in problem for problem in outcome.document["problems"]) > 20


def test_what_cannot_be_made_again_is_told(
    flanbeam: Any, built: BuildResult, tmp_path: Path
) -> None:
    path = _copy(built, tmp_path)
    run = orjson.loads((path / "run.json").read_bytes())
    del run["paths"]["sources"]["dialogs"]
    (path / "run.json").write_bytes(orjson.dumps(run))
    outcome = flanbeam("verify", path, "--deep")
    assert outcome.status == 3
    assert "run.json: has no valid recipe with the paths of the sources" in outcome.err
    run["paths"]["sources"]["dialogs"] = str(tmp_path / "none")
    (path / "run.json").write_bytes(orjson.dumps(run))
    assert "none does not exist" in flanbeam("verify", path, "--deep").err
    stated = open_snapshot(str(path)).manifest
    other = stated.model_copy(update={"software": {"flanbeam": "0.0.1", "code": "ab"}})
    (path / "manifest.json").write_bytes(manifest.dump(other))
    assert "built by another version of the code" in flanbeam("verify", path, "--deep").err
