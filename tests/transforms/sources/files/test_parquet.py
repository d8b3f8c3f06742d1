"""Parquet by row group: only needed columns, bad values one by one, damaged files whole."""

import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from transforms.sources.files import parquet
from transforms.sources.files.parquet import parquet_pieces, read_parquet
from transforms.sources.files.row import BadRow
from transforms.sources.source import Piece, UnreadableFileError


def _write(path: Path, table: pa.Table, row_group_size: int = 1000) -> Piece:
    pq.write_table(table, path, row_group_size=row_group_size)
    return Piece(path=str(path), relative=path.name)


def test_rows(tmp_path: Path) -> None:
    table = pa.table(
        {
            "q": ["a", None],
            "options": [["x", "y"], []],
            "meta": [{"license": "mit", "n": 1}, {"license": None, "n": 2}],
            "unused": [b"\x00", b"\x01"],
        }
    )
    piece = _write(tmp_path / "f.parquet", table)
    assert list(read_parquet(piece, ["q", "options", "meta.license"])) == [
        ("f.parquet: row 1", {"q": "a", "options": ["x", "y"], "meta": {"license": "mit", "n": 1}}),
        ("f.parquet: row 2", {"q": None, "options": [], "meta": {"license": None, "n": 2}}),
    ]
    assert next(read_parquet(piece, None))[1].keys() == {"q", "options", "meta", "unused"}


def test_pieces_cover_each_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "PIECE_BYTES", 200)
    table = pa.table({"n": list(range(100))})
    piece = _write(tmp_path / "f.parquet", table, row_group_size=7)
    pieces = parquet_pieces(piece.path, piece.relative)
    assert len(pieces) > 3
    rows = [row for part in pieces for row in read_parquet(part, ["n"])]
    assert rows == [(f"f.parquet: row {n + 1}", {"n": n}) for n in range(100)]


def test_bad_values_are_bad_rows(tmp_path: Path) -> None:
    text = pa.Array.from_buffers(
        pa.string(),
        3,
        [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0"), pa.py_buffer(b"a\xffc")],
    )
    piece = _write(tmp_path / "f.parquet", pa.table({"q": text}))
    rows = [row for _, row in read_parquet(piece, ["q"])]
    assert rows[0] == {"q": "a"}
    assert isinstance(rows[1], BadRow)
    assert rows[1].reason == "invalid_utf8"
    assert rows[2] == {"q": "c"}


def test_dates_beyond_python_are_bad_rows(tmp_path: Path) -> None:
    dates = pa.array([0, 2**40], pa.timestamp("s"))
    piece = _write(tmp_path / "f.parquet", pa.table({"d": dates}))
    rows = [row for _, row in read_parquet(piece, ["d"])]
    assert rows[0] == {"d": datetime.datetime(1970, 1, 1)}
    assert isinstance(rows[1], BadRow)


def test_missing_column(tmp_path: Path) -> None:
    piece = _write(tmp_path / "f.parquet", pa.table({"question": ["a"]}))
    with pytest.raises(
        UnreadableFileError, match=r"no column 'qestion'; did you mean 'question'\?"
    ):
        list(read_parquet(piece, ["qestion"]))


def test_empty_table(tmp_path: Path) -> None:
    piece = _write(tmp_path / "f.parquet", pa.table({"q": pa.array([], pa.string())}))
    pieces = parquet_pieces(piece.path, piece.relative)
    assert [row for part in pieces for row in read_parquet(part, ["q"])] == []


def test_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    _write(path, pa.table({"q": ["a" * 50] * 50}))
    whole = path.read_bytes()
    for size in range(0, len(whole), 13):
        path.write_bytes(whole[:size])
        assert parquet_pieces(str(path), "f.parquet") == [
            Piece(path=str(path), relative="f.parquet")
        ]
        with pytest.raises(UnreadableFileError, match="not a complete Parquet file"):
            list(read_parquet(Piece(path=str(path), relative="f.parquet"), None))


def test_a_column_name_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    _write(path, pa.table({"question": ["a"]}))
    path.write_bytes(path.read_bytes().replace(b"question", b"quest\xffon"))
    with pytest.raises(UnreadableFileError, match="not a complete Parquet file"):
        list(read_parquet(Piece(path=str(path), relative="f.parquet"), None))
