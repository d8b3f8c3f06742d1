"""Lines and byte ranges: every line is read once, whatever the size of the pieces."""

import gzip
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.sources.files import lines
from transforms.sources.files.lines import byte_pieces, read_lines
from transforms.sources.files.row import BadRow
from transforms.sources.source import Piece

Write = Callable[..., Piece]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"a", [("f:1", "a")]),
        (b"a\nb\n", [("f:1", "a"), ("f:2", "b")]),
        (b"a\r\n\r\n \nb", [("f:1", "a"), ("f:4", "b")]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb", [("f:1", "a"), ("f:2", "\ufeffb")]),
        (
            b"a\x85b\n\xc2\x85c",
            [
                (
                    "f:1",
                    BadRow(
                        "invalid_utf8",
                        "byte 2 of the line; set `encoding` if it is another",
                    ),
                ),
                ("f:2", "\x85c"),
            ],
        ),
        ("a\u2028b\x0bc\n".encode(), [("f:1", "a\u2028b\x0bc")]),
        (b" a \n\t\n", [("f:1", " a "), ("f:2", "\t")]),
    ],
)
def test_lines(write: Write, data: bytes, expected: list[object]) -> None:
    assert list(read_lines(write(data, "f"))) == expected


@pytest.mark.parametrize("name", ["f.gz", "f.zst"])
def test_compressed_lines(write: Write, name: str) -> None:
    assert list(read_lines(write(b"a\nb", name))) == [(f"{name}:1", "a"), (f"{name}:2", "b")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from([b"", b"a", b"bc", b"d" * 7, b"\xff", b"e\r"]), max_size=12),
    st.booleans(),
    st.integers(1, 9),
)
def test_pieces_cover_each_line_once(
    write: Write, texts: list[bytes], ends: bool, piece_bytes: int
) -> None:
    data = b"\n".join(texts) + b"\n" * ends
    piece = write(data, "f")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "PIECE_BYTES", piece_bytes)
        pieces = byte_pieces(piece.path, "f", len(data))
    in_pieces = [line for part in pieces for _, line in read_lines(part)]
    assert in_pieces == [line for _, line in read_lines(piece)]
    assert pieces[0].start == 0
    assert len(pieces) == max(1, -(-len(data) // piece_bytes))


def test_places_in_later_pieces_are_bytes(write: Write) -> None:
    piece = write(b"abc\nde\nf\n\xff\n", "f")
    assert list(read_lines(replace(piece, start=2, end=20))) == [
        ("f: byte 4", "de"),
        ("f: byte 7", "f"),
        (
            "f: byte 9",
            BadRow(
                "invalid_utf8",
                "byte 1 of the line; set `encoding` if it is another",
            ),
        ),
    ]


@pytest.mark.parametrize(
    ("name", "data", "pieces"),
    [
        ("f.gz", b"", 1),
        ("f", gzip.compress(b"", mtime=0), 1),
        ("f", "text".encode("utf-16"), 1),
        ("f", b"text", 10),
    ],
)
def test_what_cannot_seek_is_not_split(write: Write, name: str, data: bytes, pieces: int) -> None:
    path = write(data, name).path
    assert len(byte_pieces(path, name, 10 * lines.PIECE_BYTES)) == pieces


@pytest.mark.parametrize("name", ["f", "f.gz"])
def test_line_too_long(write: Write, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", 8)
    monkeypatch.setattr(lines, "_SKIP_BYTES", 3)
    piece = write(b"12345678\n123456789\nok\n" + b"x" * 50, name)
    found = list(read_lines(piece))
    too_long = BadRow("line_too_long", "more than 8 bytes in one line")
    assert [line for _, line in found] == ["12345678", too_long, "ok", too_long]
    assert [where for where, _ in found] == [f"{name}:{number}" for number in (1, 2, 3, 4)]
