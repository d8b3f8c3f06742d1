"""Directories, patterns and links as `init` takes them: which files become which source."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.drafting.recipes import Draft, draft_recipe
from tfrecords_schema.errors import DataError

_ROWS = [{"question": f"Why is the number {n} so?", "answer": f"Answer {n}."} for n in range(8)]
Drafted = Callable[[str], Draft]


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in _ROWS))


@pytest.fixture
def drafted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drafted:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return lambda path: draft_recipe([path], None, str(tmp_path))


def _sources(draft: Draft) -> list[tuple[str, str | None, bool]]:
    """Return path, pattern of files, and whether it is held out, of each source."""
    return sorted((s.keys["path"], s.keys.get("files"), s.is_held_out) for s in draft.sources)


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [
        (["a/train.jsonl", "a/dev.jsonl", "a/test.jsonl"], "a",
         [("a/dev.jsonl", None, True), ("a/test.jsonl", None, True),
          ("a/train.jsonl", None, False)]),
        # Folders name the splits.
        (["a/train/0.jsonl", "a/train/1.jsonl", "a/test/0.jsonl"], "a",
         [("a/test/0.jsonl", None, True), ("a/train", None, False)]),
        (["a/2024-01.jsonl", "a/2024-02.jsonl", "a/notes.md"], "a", [("a", "2024-*.jsonl", False)]),
        # Patterns and the home directory, as a recipe takes them.
        (["a/x-1.jsonl", "a/x-2.jsonl", "a/y.jsonl"], "a/x-*.jsonl", [("a", "x-*.jsonl", False)]),
        (["a/x.jsonl", "a/y.jsonl"], "~/a/x.*", [("a/x.jsonl", None, False)]),
        (["a/b/x.jsonl", "a/y.txt"], "a/**/*.jsonl", [("a/b/x.jsonl", None, False)]),
        (["a b/my file.jsonl"], "a b", [("a b/my file.jsonl", None, False)]),
        # What programs keep for themselves.
        (["a/x.jsonl", "a/.ipynb_checkpoints/x.jsonl", "a/__MACOSX/._x.jsonl"], "a",
         [("a/x.jsonl", None, False)]),
    ],
)  # fmt: skip
def test_sources_of_a_directory(
    files: list[str],
    path: str,
    expected: list[tuple[str, str | None, bool]],
    drafted: Drafted,
    tmp_path: Path,
) -> None:
    for file in files:
        _write(tmp_path / file)
    assert _sources(drafted(path)) == expected


def test_links_are_followed(drafted: Drafted, tmp_path: Path) -> None:
    _write(tmp_path / "data" / "x.jsonl")
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "inner").symlink_to(tmp_path / "data")
    assert _sources(drafted("all")) == [("all/inner/x.jsonl", None, False)]


@pytest.mark.parametrize(
    ("files", "path", "why"),
    [
        ([], "a", "^a does not exist"),
        (["b/x.jsonl"], "b/*.csv", r"^b/\*.csv matches no file"),
        (["a/pos/1.txt", "a/neg/1.txt"], "a",
         "no file of rows among 2 files .2 .txt.; write each text and the label that its folder"),
        (["a/x.bin2", "a/readme.md"], "a", "a: no file of rows|x.bin2"),
    ],
)  # fmt: skip
def test_paths_without_rows(
    files: list[str], path: str, why: str, drafted: Drafted, tmp_path: Path
) -> None:
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("A review of a film.\nIt was long.\n")
    with pytest.raises(DataError, match=why):
        drafted(path)
