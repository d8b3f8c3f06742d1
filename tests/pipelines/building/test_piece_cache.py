"""After an edit, only the pieces of the edited files are read."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.builds import build_recipe
from transforms.sources import work_items

_RECIPE = """\
name: letters
seed: 1
sources:
  letters:
    format: jsonl
    path: letters
    collection: flan
    task: letters
    family: closed_book_qa
    license: MIT
    fields: {question: q, answer: a}
vocabulary: {kind: bytes}
output: {report: false}
few_shot: {pool: 2, variants: [{shots: 1}]}
"""


def _rows(letter: str, count: int = 6) -> str:
    rows = [{"q": f"What follows {letter * n}?", "a": letter * (n + 1)} for n in range(1, count)]
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """Write a recipe of one source with three files."""
    (tmp_path / "letters").mkdir()
    for letter in "abc":
        (tmp_path / "letters" / f"{letter}.jsonl").write_text(_rows(letter))
    (tmp_path / "recipe.yaml").write_text(_RECIPE)
    return tmp_path / "recipe.yaml"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the files that are read from now on."""
    files: list[str] = []
    read_piece = work_items.read_piece

    def reading(piece: Any, *arguments: Any) -> Any:
        from transforms.runtime.exchange import is_whole
        from transforms.sources.reading import run_path

        if not is_whole(run_path(arguments[0], piece.index)):
            files.append(piece.piece.relative)
        return read_piece(piece, *arguments)

    monkeypatch.setattr(work_items, "read_piece", reading)
    return files


def test_only_the_edited_file_is_read(
    recipe: Path, read: list[str], tmp_path: Path, contents: Any
) -> None:
    store = tmp_path / "store"
    build_recipe(recipe, store)
    assert read == ["a.jsonl", "b.jsonl", "c.jsonl"]
    (tmp_path / "letters" / "b.jsonl").write_text(_rows("b", 9))
    read.clear()
    edited = build_recipe(recipe, store)
    assert read == ["b.jsonl"]
    assert edited.sources_read == ["letters"]
    assert contents(edited.path) == contents(build_recipe(recipe, tmp_path / "fresh").path)


def test_other_settings_read_all_of_them(recipe: Path, read: list[str], tmp_path: Path) -> None:
    build_recipe(recipe, tmp_path / "store")
    read.clear()
    build_recipe(recipe, tmp_path / "store", "sources.letters.license=CC0-1.0")
    assert read == ["a.jsonl", "b.jsonl", "c.jsonl"]


def test_a_file_with_another_place_in_the_order_is_read(
    recipe: Path, read: list[str], tmp_path: Path, contents: Any
) -> None:
    """The names of record files have numbers."""
    build_recipe(recipe, tmp_path / "store")
    (tmp_path / "letters" / "a.jsonl").unlink()
    read.clear()
    again = build_recipe(recipe, tmp_path / "store")
    assert read == ["b.jsonl", "c.jsonl"]
    assert contents(again.path) == contents(build_recipe(recipe, tmp_path / "fresh").path)


def test_damaged_pieces_are_read_again(
    recipe: Path, read: list[str], tmp_path: Path, contents: Any
) -> None:
    build_recipe(recipe, tmp_path / "store")
    [records] = (tmp_path / "store").glob("cache/ingest/*/file-000002-0000.jsonl")
    data = records.read_bytes()
    records.write_bytes(data[:9] + bytes([data[9] ^ 1]) + data[10:])
    (tmp_path / "letters" / "b.jsonl").write_text(_rows("b", 9))
    read.clear()
    again = build_recipe(recipe, tmp_path / "store")
    assert read == ["b.jsonl", "c.jsonl"]
    assert contents(again.path) == contents(build_recipe(recipe, tmp_path / "fresh").path)


@pytest.mark.parametrize("damage", [b"", b"[]", b"{"])
def test_what_a_power_cut_left_of_the_digests_reads_all(
    recipe: Path, read: list[str], tmp_path: Path, contents: Any, damage: bytes
) -> None:
    """Caches are not synced to the disk."""
    build_recipe(recipe, tmp_path / "store")
    for name in ("ingest/*/pieces.json", "stages/*/items.json"):
        for file in (tmp_path / "store" / "cache").glob(name):
            file.write_bytes(damage)
    (tmp_path / "letters" / "b.jsonl").write_text(_rows("b", 9))
    read.clear()
    again = build_recipe(recipe, tmp_path / "store")
    assert read == ["a.jsonl", "b.jsonl", "c.jsonl"]
    assert contents(again.path) == contents(build_recipe(recipe, tmp_path / "fresh").path)


def test_a_disk_without_links_copies(
    recipe: Path, read: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    build_recipe(recipe, tmp_path / "store")
    (tmp_path / "letters" / "b.jsonl").write_text(_rows("b", 9))
    read.clear()
    build_recipe(recipe, tmp_path / "store")
    assert read == ["b.jsonl"]
