"""Paths of sources as people write them."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.building.sources import find_source
from pipelines.recipe import load_recipe
from tfrecords_schema.errors import ConfigurationError
from transforms.sources.formats.alpaca import Alpaca


def _found(path: Path | str, **keys: Any) -> Any:
    source = Alpaca(format="alpaca", collection="c", path=str(path), **keys)
    return find_source("s", source, "", "r.yaml:2")


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    for name in ("train.jsonl", "test.jsonl", "deep/train.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('{"instruction": "a", "output": "b"}\n')
    return tmp_path


def test_files_of_another_split_are_left_out_and_named(data: Path) -> None:
    source = _found(data)
    assert [file.path for file in source.files] == ["deep/train.jsonl", "train.jsonl"]
    (warning,) = source.warnings
    assert warning.startswith("r.yaml:2: test.jsonl is left out")


def test_a_test_file_is_read_with_a_warning(data: Path) -> None:
    source = _found(data / "test.jsonl")
    assert [file.path for file in source.files] == ["test.jsonl"]
    assert "test.jsonl is read as training data" in source.warnings[0]
    assert not _found(data / "test.jsonl", split="test").warnings


def test_patterns(data: Path) -> None:
    assert [file.path for file in _found(data / "*.jsonl").files] == ["test.jsonl", "train.jsonl"]
    files = _found(data / "**/train.jsonl").files
    assert [file.path for file in files] == ["deep/train.jsonl", "train.jsonl"]
    with pytest.raises(ConfigurationError, match="no file matches"):
        _found(data / "*.csv")


def test_a_missing_file_is_answered_with_the_nearest(data: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"does not exist; did you mean 'train.jsonl'\?"):
        _found(data / "trian.jsonl")


def test_the_home_directory(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(data))
    recipe = data / "r.yaml"
    recipe.write_text("name: r\nsources:\n  s: {format: alpaca, collection: c, path: ~/deep}\n")
    assert load_recipe(str(recipe), [], {}, None).sources["s"].path == str(data / "deep")
