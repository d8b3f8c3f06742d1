"""Splits by the names of files, and which files of a directory are data."""

from pathlib import Path

import pytest

from transforms.sources.formats.tabular import Tabular
from transforms.sources.splits import files_of_split, split_in

_HUB = [
    "data/test-00000-of-00001.parquet",
    "data/train-00000-of-00002.parquet",
    "data/train-00001-of-00002.parquet",
    "data/validation-00000-of-00001.parquet",
]


@pytest.mark.parametrize(
    ("file", "split"),
    [
        ("train.jsonl", "train"),
        ("squad_dev_v2.json", "validation"),
        ("data/VAL/x.csv", "validation"),
        ("my-test.csv.gz", "test"),
        ("test/train.csv", "train"),
        ("latest.csv", None),
        ("contest.csv", None),
        ("rows.test", None),
    ],
)
def test_split_in(file: str, split: str | None) -> None:
    assert split_in(file) == split


@pytest.mark.parametrize(
    ("files", "split", "kept", "note"),
    [
        (_HUB, "train", _HUB[1:3], "are left out"),
        (_HUB, "test", _HUB[:1], "and 0 more are left out"),
        (_HUB, "dev", _HUB[3:], "are left out"),
        (["a.csv", "train.csv", "test.csv"], "train", ["a.csv", "train.csv"], "test.csv is left"),
        (["a.csv", "test.csv"], "train", ["a.csv", "test.csv"], "test.csv is read as training"),
        (["a.csv", "b.csv"], "train", ["a.csv", "b.csv"], ""),
        (["a.csv", "test.csv"], "validation", ["a.csv", "test.csv"], ""),
    ],
)
def test_files_of_split(files: list[str], split: str, kept: list[str], note: str) -> None:
    found, notes = files_of_split(files, split, False)
    assert found == kept
    assert bool(notes) == bool(note)
    if note and "0 more" not in note:
        assert note in notes[0]


def test_files_that_the_recipe_names_are_all_read() -> None:
    found, notes = files_of_split(_HUB, "train", True)
    assert found == _HUB
    assert "read as training data, though named after test" in notes[0]


def test_which_files_are_data(tmp_path: Path) -> None:
    for file in (
        *("a.jsonl", "deep/b.jsonl", ".hidden.jsonl", ".ipynb_checkpoints/a-checkpoint.jsonl"),
        *("__MACOSX/a.jsonl", "deep/.cache/c.jsonl", "elsewhere/d.jsonl"),
    ):
        (tmp_path / "data" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / file).write_text("{}")
    (tmp_path / "data/elsewhere").rename(tmp_path / "elsewhere")
    (tmp_path / "data/linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "data/loop").symlink_to(tmp_path / "data")
    source = Tabular(
        format="jsonl", collection="c", task="t", family="closed_book_qa", fields={"question": "q"}
    )
    found = source.find_files(str(tmp_path / "data"))
    assert found == ["a.jsonl", "deep/b.jsonl", "linked/d.jsonl"]


def test_what_datasets_writes_beside_the_rows_is_no_data(tmp_path: Path) -> None:
    for name in ("data-00000-of-00001.arrow", "dataset_info.json", "state.json"):
        (tmp_path / name).write_text("{}")
    source = Tabular(
        format="json", collection="c", task="t", family="closed_book_qa", fields={"question": "q"}
    )
    arrow = source.model_copy(update={"format": "arrow"})
    assert arrow.find_files(str(tmp_path)) == ["data-00000-of-00001.arrow"]
