"""Hugging Face's datasets reads the Parquet files, its hub the data card."""

from pathlib import Path

import pytest

from pipelines.building.build import BuildResult
from tests.readers.rows import Rows, columns
from tfrecords_schema.parquet import SCHEMA


@pytest.mark.parametrize("streaming", [False, True])
def test_hugging_face_loads_the_snapshot(
    built: BuildResult, rows: Rows, tmp_path: Path, streaming: bool
) -> None:
    import datasets

    loaded = datasets.load_dataset(built.path, cache_dir=str(tmp_path), streaming=streaming)
    assert set(loaded) == set(rows)
    for split, written in rows.items():
        read = list(loaded[split])
        assert read == [columns(row) for row in written.values()]
        assert list(read[0]) == SCHEMA.names


def test_hugging_face_reads_the_data_card(built: BuildResult) -> None:
    from huggingface_hub import DatasetCard

    card = DatasetCard.load(Path(built.path, "README.md"), ignore_metadata_errors=False)
    assert card.data.pretty_name == "quickstart"
    assert card.data.license == ["apache-2.0"]
    assert card.data.language == ["en"]
    assert card.data.size_categories == ["n<1K"]
    for split, collection in {(e.split, e.collection) for e in built.manifest.mixture}:
        assert f"| {split} | {collection} | " in card.text
