"""Parquet by row group: only needed columns, bad values one by one, damaged files whole."""

import datetime
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from transforms.sources.files import parquet
from transforms.sources.files.parquet import parquet_pieces, read_parquet
from transforms.sources.files.row import BadRow
from transforms.sources.source import Piece, UnreadableFileError

ROOT = Path(__file__).parents[4]


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


@pytest.mark.parametrize("row_group_size", [1, 7, 60])
def test_nested_columns_of_several_row_groups(tmp_path: Path, row_group_size: int) -> None:
    rows = [
        {"said": [{"role": "user", "text": f"Text {n}."}], "n": {"q": str(n)}} for n in range(100)
    ]
    piece = _write(tmp_path / "f.parquet", pa.Table.from_pylist(rows), row_group_size)
    assert [row for _, row in read_parquet(piece, None)] == rows
    assert [row for _, row in read_parquet(piece, ["said"])] == [{"said": r["said"]} for r in rows]


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


def _repeated(text: str, rows: int, each: int, many: int = 0) -> pa.Table:
    """Return conversations of `each` turns with one and the same text; the last row has `many`."""
    counts = [each] * (rows - 1) + [many or each]
    content = pa.DictionaryArray.from_arrays(pa.array([0] * sum(counts), pa.int32()), [text])
    roles = pa.array(["user"] * sum(counts))
    turns = pa.StructArray.from_arrays([roles, content], ["role", "content"])
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    return pa.table(
        {"id": pa.array(range(rows)), "turns": pa.ListArray.from_arrays(offsets, turns)}
    )


_SCRIPT = """\
import re, sys
from pathlib import Path
from transforms.sources.files import parquet
from transforms.sources.source import Piece, UnreadableFileError
try:
    rows = [row for _, row in parquet.read_parquet(Piece(path=sys.argv[1], relative="a"), None)]
    print(len(rows), [type(row).__name__ for row in rows].count("BadRow"))
except UnreadableFileError as error:
    print(error)
# Not ru_maxrss, which counts the process that started this one.
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.parametrize(
    ("many", "ends"), [(200, "11 1"), (10_000, "decompresses to more than 1,000 times its size")]
)
def test_nested_rows_have_a_size_before_they_are_decoded(
    tmp_path: Path, many: int, ends: str
) -> None:
    # Ten rows of 2 MB, and one of 0.2 or 10 GB, all with the same text.
    table = _repeated("x" * 1_000_000, 11, each=2, many=many)
    pq.write_table(table, tmp_path / "a.parquet", store_schema=False)
    assert (tmp_path / "a.parquet").stat().st_size < 200_000
    command = [sys.executable, "-c", _SCRIPT, str(tmp_path / "a.parquet")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    said, megabytes = done.stdout.splitlines()
    assert ends in said
    assert int(megabytes) < 500


@pytest.mark.slow
def test_values_without_end_are_a_bomb(tmp_path: Path) -> None:
    values = pa.ListArray.from_arrays(pa.array([0, 400_000_000]), pa.nulls(400_000_000, pa.int8()))
    piece = _write(tmp_path / "a.parquet", pa.table({"a": values}))
    assert (tmp_path / "a.parquet").stat().st_size < 1_000_000
    with pytest.raises(UnreadableFileError, match="decompresses to more than"):
        list(read_parquet(piece, None))


_TEXT = pa.string()


def test_bytes_that_are_texts_are_read_as_texts(tmp_path: Path) -> None:
    values = [{"x": ["Kälte".encode(), b"\xff\xd8"]}, {"x": None}, None]
    kind = pa.struct([("x", pa.list_(pa.binary()))])
    table = pa.table({"a": pa.array(values, kind), "b": [b"one", None, b"\x89PNG"]})
    rows = [row for _, row in read_parquet(_write(tmp_path / "a.parquet", table), None)]
    assert rows == [
        {"a": {"x": ["Kälte", b"\xff\xd8"]}, "b": "one"},
        {"a": {"x": None}, "b": None},
        {"a": None, "b": b"\x89PNG"},
    ]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.list_(_TEXT), [["a", None, "b"], None, [], ["c"]]),
        (pa.large_list(pa.large_string()), [["a"], None, [], ["b", "b"]]),
        (pa.list_(_TEXT, 2), [["a", "b"], ["c", None]]),
        (pa.struct([("x", _TEXT), ("y", pa.list_(_TEXT))]), [{"x": "a", "y": ["b"]}, None]),
        (pa.map_(_TEXT, pa.list_(_TEXT)), [[("k", ["a", "a"])], None, [], [("l", None)]]),
        (pa.list_(pa.list_(pa.int32())), [[[1], [], None, [2, 3]], None]),
        (pa.struct([("x", pa.struct([("y", pa.binary())]))]), [{"x": {"y": b"\xff"}}, {"x": None}]),
        (pa.list_(pa.timestamp("us")), [[None]]),
    ],
)
@pytest.mark.parametrize("batch_bytes", [200, 1 << 20])
def test_nested_columns(
    tmp_path: Path, kind: Any, values: Any, batch_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One or two rows at a time, as of rows that are long.
    monkeypatch.setattr(parquet, "_BATCH_BYTES", batch_bytes)
    table = pa.table({"a": pa.array(values, kind), "b": len(values) * ["t"]})
    piece = _write(tmp_path / "a.parquet", table)
    assert [row["a"] for _, row in read_parquet(piece, None)] == values
