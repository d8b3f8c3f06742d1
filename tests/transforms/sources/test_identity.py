"""Rows are one record if they say the same; where they lie never matters."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from pipelines.recipe import AnySource
from transforms.sources.source import Piece
from transforms.types import Record

CHATS = [
    [{"from": "human", "value": f"Part {part}, item {item}?"}, {"from": "gpt", "value": "Yes."}]
    for part in range(3)
    for item in range(4)
]


def _ids(directory: Path, rows: list[dict[str, Any]], name: str, **keys: object) -> list[str]:
    path = directory / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    stated = {"format": "sharegpt", "collection": "c", **keys}
    source: Any = TypeAdapter(AnySource).validate_python(stated)
    read = source.read("chats", Piece(path=str(path), relative=name))
    return [element.id for element in read if isinstance(element, Record)]


def test_rows_with_one_id_and_other_contents_are_all_kept(tmp_path: Path) -> None:
    rows = [{"id": number % 4, "conversations": chat} for number, chat in enumerate(CHATS)]
    assert len(set(_ids(tmp_path, rows, "all.jsonl"))) == len(CHATS)


def test_ids_do_not_depend_on_file_or_place(tmp_path: Path) -> None:
    rows = [{"id": number % 4, "conversations": chat} for number, chat in enumerate(CHATS)]
    there = _ids(tmp_path, rows[::-1], "other.jsonl")
    assert _ids(tmp_path, rows, "one.jsonl") == there[::-1]


@pytest.mark.parametrize(("key", "records"), [("id", 2), (None, 1)])
def test_own_ids_can_be_switched_off(tmp_path: Path, key: str | None, records: int) -> None:
    rows = [{"id": number, "conversations": CHATS[0]} for number in (1, 2)]
    assert len(set(_ids(tmp_path, rows, "same.jsonl", id=key))) == records
