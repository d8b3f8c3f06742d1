"""CSV as RFC 4180 has it, TSV without quotes; a bad row is one row, a bad header the file."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.sources.files import delimited
from transforms.sources.files import lines as line_reading
from transforms.sources.files.delimited import csv_pieces, read_csv, read_tsv
from transforms.sources.files.options import DETECTED
from transforms.sources.files.row import BadRow
from transforms.sources.source import Piece, UnreadableFileError

Write = Callable[..., Piece]
_CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=6)


def test_csv_rows(write: Write) -> None:
    data = '\ufeffq, a \r\n"one, ""two""",1\r\n"on\ntwo\nlines",2\r\n\r\nthree,3\r\nfour\r\n'
    assert list(read_csv(write(data, "f.csv"), None, ["q", "a"])) == [
        ("f.csv:2", {"q": 'one, "two"', "a": "1"}),
        ("f.csv:3", {"q": "on\ntwo\nlines", "a": "2"}),
        ("f.csv:7", {"q": "three", "a": "3"}),
        ("f.csv:8", BadRow("wrong_columns", "1 columns, not q, a")),
    ]


@pytest.mark.parametrize(("read", "sign"), [(read_csv, ","), (read_tsv, "\t")])
def test_the_header_again(write: Write, read: Callable[..., Any], sign: str) -> None:
    data = "q,a\none,1\nq, a \nq,2\n".replace(",", sign)
    rows = [row for _, row in read(write(data, "f"), None, ["q", "a"])]
    again = BadRow("repeated_header", "the names of the columns again, as of another table")
    assert rows == [{"q": "one", "a": "1"}, again, {"q": "q", "a": "2"}]


def test_csv_bad_rows(write: Write) -> None:
    data = b'q,a\n"x" y,1\nok,1\n\xff,2\nok,2\n"open,3\nmore,4\n'
    rows = list(read_csv(write(data, "f.csv"), None, []))
    reasons = [row.reason if isinstance(row, BadRow) else row["a"] for _, row in rows]
    assert reasons == ["invalid_csv", "1", "invalid_utf8", "2", "invalid_csv"]
    assert [where for where, _ in rows] == ["f.csv:2", "f.csv:3", "f.csv:4", "f.csv:5", "f.csv:6"]


def test_csv_cells_beyond_the_limit_of_csv(write: Write) -> None:
    long = "x" * 300_000
    assert list(read_csv(write(f"q\n{long}\n", "f.csv"), None, [])) == [("f.csv:2", {"q": long})]


@pytest.mark.parametrize("name", ["f.csv", "f.csv.gz", "f.csv.zst"])
def test_csv_row_too_long(write: Write, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(delimited, "MAX_ROW_BYTES", 20)
    data = 'q\n"open\n1234567890\n1234567890\nok\n' + "z" * 100 + "\nfine\n"
    rows = [row for _, row in read_csv(write(data, name), None, [])]
    detail = "more than 20 bytes in one row; is a quote left open?"
    too_long = BadRow("line_too_long", detail)
    assert rows == [too_long, {"q": "ok"}, too_long, {"q": "fine"}]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(_CELL, min_size=2, max_size=2).filter(any), max_size=6))
def test_csv_round_trip(write: Write, rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["a", "b"], *rows])
    read = [row for _, row in read_csv(write(text.getvalue(), "f.csv"), None, ["a", "b"])]
    kept = [row for row in read if not isinstance(row, BadRow)]
    assert kept == [{"a": a, "b": b} for a, b in rows if [a.strip(), b.strip()] != ["a", "b"]]
    assert len(read) == len(rows)


def test_without_header(write: Write) -> None:
    assert list(read_csv(write("1,2\n", "f.csv"), ["a", "b"], ["b"])) == [
        ("f.csv:1", {"a": "1", "b": "2"})
    ]
    assert list(read_tsv(write("1\t2\n3\n", "f.tsv"), ["a", "b"], ["b"])) == [
        ("f.tsv:1", {"a": "1", "b": "2"}),
        ("f.tsv:2", BadRow("wrong_columns", "1 columns, not a, b")),
    ]


def test_tsv_has_no_quotes(write: Write) -> None:
    rows = [row for _, row in read_tsv(write('a\tb\r\n"x\ty"\r\n\t\r\n', "f.tsv"), None, [])]
    assert rows == [{"a": '"x', "b": 'y"'}, {"a": "", "b": ""}]


def test_tsv_pieces_share_the_header(write: Write) -> None:
    piece = write("a\tb\n1\t2\n3\t4\n5\t6\n", "f.tsv")
    parts = [replace(piece, start=start, end=start + 5) for start in range(0, 20, 5)]
    rows = [row for part in parts for _, row in read_tsv(part, None, ["a"])]
    assert rows == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}, {"a": "5", "b": "6"}]


@pytest.mark.parametrize("read", [read_csv, read_tsv])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"question\n1\n", "no column 'qestion'; did you mean 'question'"),
        (b"", "header"),
        (b"\xff\n1\n", "no header: invalid_utf8"),
    ],
)
def test_bad_header(write: Write, read: Callable[..., object], data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFileError, match=message):
        list(read(write(data, "f"), None, ["qestion"]))  # type: ignore[call-overload]


def test_a_column_that_is_there_twice(write: Write) -> None:
    with pytest.raises(UnreadableFileError, match="2 columns 'a'"):
        list(read_csv(write("a,a,b\n1,2,3\n", "f.csv"), None, ["a"]))
    assert list(read_csv(write("a,a,b\n1,2,3\n", "f.csv"), None, ["b"]))


@pytest.mark.parametrize("piece_bytes", [7, 20, 1000])
@pytest.mark.parametrize("needed", [["q"], []])
def test_a_file_in_which_each_line_is_a_row_is_split(
    write: Write, monkeypatch: pytest.MonkeyPatch, piece_bytes: int, needed: list[str]
) -> None:
    lines = "".join(f'"number, {n}",{n}\n' for n in range(30))
    piece = write(f"q,a\n{lines}", "f.csv")
    size = len(f"q,a\n{lines}")
    monkeypatch.setattr(line_reading, "PIECE_BYTES", piece_bytes)
    pieces = csv_pieces(piece.path, "f.csv", size, DETECTED)
    assert len(pieces) == -(-size // piece_bytes)
    rows = [row for part in pieces for _, row in read_csv(part, None, needed)]
    assert rows == [{"q": f"number, {n}", "a": str(n)} for n in range(30)]
    if piece_bytes == 20:
        # The third line of 15 bytes begins at 4 + 2 * 14.
        places = [where for where, _ in read_csv(pieces[1], None, needed)]
        assert places == ["f.csv: byte 32"]


@pytest.mark.parametrize(
    "data", ['q,a\n"one\ntwo",1\n', 'q,a\n5" pipe,1\nx,2\n', 'q,a\n"x,1\n', "q,a\rx,1\r"]
)
def test_a_file_with_line_ends_in_cells_is_not_split(
    write: Write, monkeypatch: pytest.MonkeyPatch, data: str
) -> None:
    monkeypatch.setattr(line_reading, "PIECE_BYTES", 4)
    piece = write(data, "f.csv")
    assert csv_pieces(piece.path, "f.csv", len(data), DETECTED) == [piece]
