"""UnifiedSKG: tables and schemas become lines; a task is a directory or a file."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.formats.unified_skg import UnifiedSkg, structure_lines
from transforms.types import Task

SOURCE = UnifiedSkg(format="unified_skg")
SCHEMA = "| concert_singer | stadium : stadium_id , name | singer : singer_id , age"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "col : year | winner row 1 : 1990 | Ann row 2 : 1991 | Bo",
            "year | winner\n1990 | Ann\n1991 | Bo",
        ),
        ("col : year", "year"),
        (SCHEMA, "concert_singer\nstadium: stadium_id, name\nsinger: singer_id, age"),
        ("Paris : capital of : France", "Paris : capital of : France"),
        ("", ""),
    ],
)
def test_structures(text: str, lines: str) -> None:
    assert structure_lines(text) == lines


def test_rows(read_texts: Callable[..., list[Any]]) -> None:
    rows = [
        {
            "text_in": "How many singers are there?",
            "struct_in": SCHEMA,
            "seq_out": "select count(*) from singer",
        },
        {"text_in": "Who won in 1990?", "struct_in": "col : year | winner", "seq_out": ""},
    ]
    data = "".join(json.dumps(row) + "\n" for row in rows)
    first, (reason, _) = read_texts(SOURCE, data, "spider/train.jsonl")
    assert first == {
        "question": "How many singers are there?",
        "context": "concert_singer\nstadium: stadium_id, name\nsinger: singer_id, age",
        "answer": "select count(*) from singer",
    }
    assert reason == "empty_field"


@pytest.mark.parametrize(
    ("file", "task"),
    [
        ("spider/train.jsonl", "spider"),
        ("wikisql_train.jsonl", "wikisql"),
        ("train.jsonl", "some_source"),
    ],
)
def test_task_names(read_file: Callable[..., list[Any]], file: str, task: str) -> None:
    row = {"text_in": "q", "struct_in": "col : a", "seq_out": "1"}
    first, *_ = read_file(SOURCE, json.dumps(row), file)
    assert isinstance(first, Task)
    assert (first.name, first.family) == (task, "structured_knowledge")
