"""mlcroissant finds the metadata valid, and reads the records by it."""

import json
from pathlib import Path
from typing import Any

from pipelines.building.build import BuildResult
from tests.readers.rows import Rows, columns, plain


def test_croissant_is_valid_and_gives_the_records(built: BuildResult, rows: Rows) -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(str(Path(built.path, "croissant.json")))
    assert not dataset.metadata.issues.errors
    assert dataset.metadata.license == ["https://spdx.org/licenses/Apache-2.0"]
    assert str(dataset.metadata.ctx.conforms_to.value) == "http://mlcommons.org/croissant/1.1"
    assert {record_set.uuid for record_set in dataset.metadata.record_sets} == set(rows)
    for split, written in rows.items():
        read = [_record(split, record) for record in dataset.records(split)]
        assert read == [columns(row) for row in written.values()]


def _record(split: str, record: dict[str, Any]) -> dict[str, Any]:
    """Return a Croissant record with short names: `train/messages/role` → `role`."""
    record = {name.removeprefix(f"{split}/"): plain(value) for name, value in record.items()}
    turns = [
        {name.rsplit("/", 1)[1]: plain(value) for name, value in turn.items()}
        for turn in record["messages"]
    ]
    return record | {"messages": turns}


def test_croissant_knows_every_file_and_source(built: BuildResult) -> None:
    document = json.loads(Path(built.path, "croissant.json").read_text())
    stated = {
        entry["@id"]: entry["sha256"]
        for entry in document["distribution"]
        if entry["@type"] == "cr:FileObject"
    }
    shards = [shard for split in built.manifest.splits.values() for shard in split.shards]
    parquet = [shard.parquet for shard in shards if shard.parquet]
    assert stated == {file.path: file.sha256 for file in [*shards, *parquet]}
    derived = {entry["prov:label"]: entry["@id"] for entry in document["prov:wasDerivedFrom"]}
    sources = built.manifest.recipe["sources"]
    assert derived == {
        source.name: f"urn:sha256:{source.fingerprint}"
        for source in built.manifest.sources
        if source.name in sources
    }
    assert set(built.manifest.recipe["held_out"]).isdisjoint(derived)
