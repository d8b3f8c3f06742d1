"""JSON lines and JSON documents."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.files.json_rows import read_json, read_json_lines
from transforms.sources.files.row import BadRow
from transforms.sources.source import Piece, UnreadableFileError

Write = Callable[..., Piece]


def test_json_lines(write: Write) -> None:
    data = b'{"a": 1}\n\n[1]\n{"a": \n{"a": "\xff"}\n{"a": "\\ud800"}\n"x"\nnull\n{"b": NaN}\n'
    rows = list(read_json_lines(write(data, "f.jsonl")))
    assert rows[0] == ("f.jsonl:1", {"a": 1})
    assert rows[1] == ("f.jsonl:3", BadRow("wrong_type", "list, not an object"))
    reasons = {where: row.reason for where, row in rows[1:] if isinstance(row, BadRow)}
    assert reasons == {
        "f.jsonl:3": "wrong_type",
        "f.jsonl:4": "invalid_json",
        "f.jsonl:5": "invalid_utf8",
        "f.jsonl:6": "invalid_json",
        "f.jsonl:7": "wrong_type",
        "f.jsonl:8": "wrong_type",
    }
    assert rows[-1] == ("f.jsonl:9", {"b": None})


@pytest.mark.parametrize("name", ["f.json", "f.json.gz", "f.json.zst"])
@pytest.mark.parametrize(
    "data",
    [
        b'[{"a": 1}, {"a": 2}]',
        b'\xef\xbb\xbf[\n{"a": 1},\n{"a": 2}]\n',
        b'{"canary": "x", "examples": [{"a": 1}, {"a": 2}]}',
        b'{"canary": "x",\n "examples": [{"a": 1},\n {"a": 2}]\n}',
        b'[{"a": 1}]\n[{"a": 2}]',
        b'{"took": 3, "hits": {"total": {"value": 2}, "hits": [{"a": 1}, {"a": 2}]}}',
        b'{"head": {"status": 0}, "response": {"found": 2, "docs": [{"a": 1}, {"a": 2}]}}',
    ],
)
def test_documents(write: Write, name: str, data: bytes) -> None:
    rows = list(read_json(write(data, name)))
    assert rows == [(f"{name}: item 1", {"a": 1}), (f"{name}: item 2", {"a": 2})]


@pytest.mark.parametrize(
    "document",
    [
        {"one": {"passage": "It rained.", "qas": [{"q": 1}]}},
        {"one": {"a": [{"q": 1}]}, "two": {"a": [{"q": 2}]}},
        {"one": {"q": 1, "tags": []}, "two": {"q": 2, "tags": ["x"]}},
    ],
)
def test_objects_by_key_stay_rows(write: Write, document: Any) -> None:
    data = json.dumps(document).encode()
    assert [row for _, row in read_json(write(data, "f.json"))] == list(document.values())


def test_marks_in_the_middle_are_no_text(write: Write) -> None:
    data = b'\xef\xbb\xbf{"a": 1}\n\xef\xbb\xbf{"a": "\xef\xbb\xbf"}\n'
    rows = [row for _, row in read_json_lines(write(data, "f.jsonl"))]
    assert rows == [{"a": 1}, {"a": "\ufeff"}]


def test_a_bad_item_is_one_bad_row(write: Write) -> None:
    rows = [row for _, row in read_json(write(b'[{"a": 1}, 2]', "f.json"))]
    assert rows == [{"a": 1}, BadRow("wrong_type", "int, not an object")]


def test_json_lines_named_json(write: Write) -> None:
    rows = list(read_json(write(b'{"a": [1]}\n{"a": [2]}\n', "f.json")))
    assert rows == [("f.json:1", {"a": [1]}), ("f.json:2", {"a": [2]})]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not valid JSON"),
        (b'[{"a": 1}, ', "f.json:1: not valid JSON"),
        (b'[\n{"a" 1}]', "f.json:2: not valid JSON"),
        (b"3", "neither a list"),
        (b'{"a": 1}', "an object with single values"),
        (b'{"a": [], "b": []}', "an object with 2 lists"),
        (b'[{"a": "\xff"}]', "not valid JSON"),
    ],
)
def test_unreadable(write: Write, data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFileError, match=message):
        list(read_json(write(data, "f.json")))
