"""Files in another form than their names say: read where that is safe, else named."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from transforms.sources.files.options import FileOptions
from transforms.sources.files.row import BadRow
from transforms.sources.files.rows import TabularFormat, read_rows
from transforms.sources.files.unfolding import explode
from transforms.sources.source import Piece, UnreadableFileError

Write = Callable[..., Piece]
_ROWS = [{"q": "Füße?", "a": "zwei"}, {"q": "Why?", "a": "so"}]
_LINES = "\n".join(json.dumps(row, ensure_ascii=False) for row in _ROWS).encode()


def _zip(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # With the time of day left out, the bytes are the same each time.
            archive.writestr(zipfile.ZipInfo(name), data)
    return stream.getvalue()


def _rows(form: TabularFormat, piece: Piece, **options: Any) -> list[Any]:
    return [row for _, row in read_rows(form, piece, options=FileOptions(**options))]


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(_LINES, mtime=0),
        bz2.compress(_LINES),
        lzma.compress(_LINES),
        _zip({"rows": _LINES}),
        _zip({"rows.gz": gzip.compress(_LINES, mtime=0)}),
        gzip.compress(gzip.compress(_LINES, mtime=0), mtime=0),
        _zip({"in/": b"", "in/rows": _LINES, "__MACOSX/rows": b"", "in/.DS_Store": b""}),
        _LINES.decode().encode("utf-16"),
        _LINES.decode().encode("utf-16-be"),
        _LINES.decode().encode("utf-32"),
        gzip.compress(_LINES.decode().encode("utf-16"), mtime=0),
        json.dumps(_ROWS).encode(),
        json.dumps(_ROWS, indent=2).encode(),
        b"\n\n".join(json.dumps(row, indent=1).encode() for row in _ROWS),
        b"".join(json.dumps(row).encode() for row in _ROWS),
        b'[\n {"q": "F\\u00fc\\u00dfe?", "a": "zwei",},\n {"q": "Why?", "a": "so"},\n]',
        _LINES.replace(b"}\n", b"},\n"),
        json.dumps({"q": [r["q"] for r in _ROWS], "a": [r["a"] for r in _ROWS]}).encode(),
        json.dumps({k: {str(i): r[k] for i, r in enumerate(_ROWS)} for k in "qa"}).encode(),
        json.dumps({"x": _ROWS[0], "y": _ROWS[1]}).encode(),
        json.dumps({"version": "1", "tags": [], "data": _ROWS}).encode(),
    ],
)
@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_the_same_rows(write: Write, data: bytes, form: TabularFormat) -> None:
    if form == "jsonl" and data.startswith(b'{"') and b"\n" not in data:
        # One line is one row there.
        return
    assert _rows(form, write(data, f"file.{form}")) == _ROWS


def test_nan_and_infinity(write: Write) -> None:
    data = b'{"a": NaN, "b": [1, -Infinity]}\n{"a": "NaN, Infinity"}\n'
    rows = [{"a": None, "b": [1, "-Infinity"]}, {"a": "NaN, Infinity"}]
    assert _rows("jsonl", write(data, "f.jsonl")) == rows
    assert _rows("json", write(b'[{"a": NaN, "b": Infinity}]', "f.json")) == [
        {"a": None, "b": "Infinity"}
    ]


def test_a_comma_within_a_text_stays(write: Write) -> None:
    data = b'[{"q": "a,] and ,}", "a": "\\",]"},]'
    assert _rows("json", write(data, "f.json")) == [{"q": "a,] and ,}", "a": '",]'}]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'[{"a": 1}, {"a": ', "may be truncated"),
        (b'[{"a": 1 "b": 2}]', "correct that line"),
        (b'[{"a": "\xe9t\xe9"}]', "set `encoding`"),
        (b'{"train": [{"a": 1}], "test": [{"a": 2}]}', r"2 lists \(train, test\).*rows_at: train"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        (b"<!DOCTYPE html><html>", "HTML page"),
        (b"PAR1....", "use `format: parquet`"),
        (_zip({"a": _LINES, "b": _LINES}), "zip archive of 2 files"),
        (_zip({"xl/workbook.xml": b"", "xl/a": b""}), "Excel workbook"),
        (b"PK\x03\x04broken", "not a complete .zip file"),
        (b"\xfd7zXZ\x00broken", "not a complete .xz file"),
        (bz2.compress(_LINES)[:30], "not a complete .bz2 file"),
        (bz2.compress(_LINES)[:12] + b"damaged, damaged, damaged", "not a complete .bz2 file"),
    ],
)
def test_what_cannot_be_read_is_named(write: Write, data: bytes, problem: str) -> None:
    with pytest.raises(UnreadableFileError, match=problem) as caught:
        _rows("json", write(data, "f.json"))
    assert "f.json" in str(caught.value)
    assert ("truncated" in str(caught.value)) == ("truncated" in problem)


def test_where_the_rows_are(write: Write) -> None:
    piece = write(b'{"v": 1, "d": {"train": [{"a": 1}], "test": [{"a": 2}]}}', "f.json")
    assert _rows("json", piece, rows_at="d.test") == [{"a": 2}]
    with pytest.raises(UnreadableFileError, match=r"no key 'd\.dev'"):
        _rows("json", piece, rows_at="d.dev")


def test_a_document_that_is_one_row(write: Write) -> None:
    piece = write(b'{\n "id": 1,\n "turns": [{"a": 1}, {"a": 2}]\n}', "f.json")
    rows = [row for _, row in read_rows("json", piece, is_row=lambda row: "turns" in row)]
    assert rows == [{"id": 1, "turns": [{"a": 1}, {"a": 2}]}]


@pytest.mark.parametrize("kind", ["stream", "file"])
def test_arrow(write: Write, kind: str) -> None:
    table, stream = pa.Table.from_pylist(_ROWS * 300), io.BytesIO()
    make = pa.ipc.new_stream if kind == "stream" else pa.ipc.new_file
    with make(stream, table.schema) as writer:
        writer.write_table(table)
    found = list(read_rows("arrow", write(stream.getvalue(), "data-00000.arrow")))
    assert [row for _, row in found] == _ROWS * 300
    assert found[-1][0] == "data-00000.arrow: row 600"
    with pytest.raises(UnreadableFileError, match="not a complete Arrow file"):
        list(read_rows("arrow", write(stream.getvalue()[:-900], "cut.arrow")))


_SQUAD = {
    "t": "x",
    "ps": [
        {"c": "one", "qas": [{"q": "a"}, {"q": "b"}]},
        {"c": "two", "qas": [{"q": "c"}]},
        {"c": "three", "qas": []},
        3,
    ],
}


def test_explode(write: Write) -> None:
    piece = write(json.dumps(_SQUAD).encode() + b"\n[]\n", "f.jsonl")
    assert list(explode(read_rows("jsonl", piece), "ps.qas")) == [
        ("f.jsonl:1, 1", {"t": "x", "ps": {"c": "one", "qas": {"q": "a"}}}),
        ("f.jsonl:1, 2", {"t": "x", "ps": {"c": "one", "qas": {"q": "b"}}}),
        ("f.jsonl:1, 3", {"t": "x", "ps": {"c": "two", "qas": {"q": "c"}}}),
        (
            "f.jsonl:1, 4",
            BadRow("empty_field", "qas is empty or missing, so nothing can be taken out of it"),
        ),
        ("f.jsonl:1, 5", BadRow("wrong_type", "an item of ps is int, not an object")),
        ("f.jsonl:2", BadRow("wrong_type", "list, not an object")),
    ]


def test_explode_side_by_side(write: Write) -> None:
    data = b'{"q": ["a", "b"], "a": [1, 2], "x": 3}\n{"q": ["a"], "a": []}\n{"q": "a", "a": []}\n'
    rows = explode(read_rows("jsonl", write(data, "f.jsonl")), ["q", "a"])
    assert [row for _, row in rows] == [
        {"q": "a", "a": 1, "x": 3},
        {"q": "b", "a": 2, "x": 3},
        BadRow("wrong_type", "q, a are lists of different lengths: 1, 0"),
        BadRow("wrong_type", "q is not a list"),
    ]
