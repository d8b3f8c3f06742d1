"""MetaICL: which tasks are read, as its own files of splits say."""

import json
from pathlib import Path

import pytest

from tfrecords_schema.errors import ConfigurationError
from transforms.sources.formats.metaicl import MetaIcl


def _source(root: Path, **keys: str) -> MetaIcl:
    for task in ("ag_news", "piqa", "wino"):
        (root / "data" / task).mkdir(parents=True)
        row = {"task": task, "input": "x", "output": "y", "options": []}
        (root / "data" / task / f"{task}_16384_100_train.jsonl").write_text(json.dumps(row))
    (root / "config").mkdir()
    split = {"train": ["ag_news", "piqa"], "test": ["wino", "not_here"]}
    (root / "config" / "hr_to_lr.json").write_text(json.dumps(split))
    (root / "config" / "broken.json").write_text("[]")
    return MetaIcl(format="metaicl", path=str(root / "data"), **keys)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("keys", "tasks"),
    [
        ({}, ["ag_news", "piqa", "wino"]),
        ({"config": "../config/hr_to_lr.json"}, ["ag_news", "piqa"]),
        ({"config": "../config/hr_to_lr.json", "tasks_of": "test"}, ["wino"]),
    ],
)
def test_tasks(tmp_path: Path, keys: dict[str, str], tasks: list[str]) -> None:
    source = _source(tmp_path, **keys)
    files = source.find_files(str(source.path))
    assert [file.partition("/")[0] for file in files] == tasks
    assert source.files_beside() == ([keys["config"]] if keys else [])


@pytest.mark.parametrize("config", ["../config/none.json", "../config/broken.json"])
def test_a_file_that_is_no_split_is_named(tmp_path: Path, config: str) -> None:
    source = _source(tmp_path, config=config)
    with pytest.raises(ConfigurationError, match="no list of tasks under 'train'"):
        source.find_files(str(source.path))
