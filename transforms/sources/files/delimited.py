"""Rows of CSV and TSV files, every cell a text.

CSV is read as RFC 4180 has it: quotes may hold commas and line ends, so a file is never split.
TSV has no quotes: a tab ends a cell and a line end ends a row.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from typing import IO

from tfrecords_schema.errors import nearest
from transforms.sources.files.lines import BOM, read_lines, skip_line
from transforms.sources.files.row import BadRow, Rows
from transforms.sources.files.streams import open_stream
from transforms.sources.source import Piece, UnreadableFileError

# Where a quote is left open, the rest of the file is one cell: csv holds 4 to 8 bytes for each of
# its characters, so the limit is below that of a line.
MAX_ROW_BYTES = 16 * 1024 * 1024


def check_columns(path: str, names: Sequence[str], needed: Collection[str]) -> None:
    """Check that every needed column is there, once.

    Raises:
      UnreadableFileError: it is not; names the column and the nearest one.
    """
    for name in needed:
        if names.count(name) != 1:
            count = "no column" if name not in names else f"{names.count(name)} columns"
            raise UnreadableFileError(f"{path}: {count} {name!r}; {nearest(name, names)}")


def _row(names: Sequence[str], cells: Sequence[str]) -> dict[str, str] | BadRow:
    if len(cells) != len(names):
        expected = ", ".join(names) if len(names) <= 8 else f"{len(names)}"
        return BadRow("wrong_columns", f"{len(cells)} columns, not {expected}")
    return dict(zip(names, cells, strict=True))


def read_tsv(piece: Piece, columns: Sequence[str] | None, needed: Collection[str]) -> Rows:
    """Yield the rows of one piece; names from `columns`, else from the file's first line."""
    names = columns or _tsv_header(piece)
    check_columns(piece.path, names, needed)
    lines = read_lines(piece)
    if not columns and not piece.start:
        next(lines)
    for where, line in lines:
        yield where, line if isinstance(line, BadRow) else _row(names, line.split("\t"))


def _tsv_header(piece: Piece) -> list[str]:
    for _, line in read_lines(Piece(piece.path, piece.relative)):
        if isinstance(line, BadRow):
            raise UnreadableFileError(f"{piece.path}: no header: {line.reason} ({line.detail})")
        return [name.strip() for name in line.split("\t")]
    raise UnreadableFileError(f"{piece.path}: empty, without a header line")


class _RowTooLongError(Exception):
    pass


class _CsvLines:
    """Lines for csv.reader; `begin` starts the count of a row's bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._row_bytes = 0
        self.number = 0
        self.is_utf8 = True

    def begin(self) -> int:
        """Return the number of the line in which the next row begins."""
        self._row_bytes, self.is_utf8 = 0, True
        return self.number + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(MAX_ROW_BYTES + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self._row_bytes += len(line)
        if self._row_bytes > MAX_ROW_BYTES:
            if not line.endswith(b"\n"):
                skip_line(self._stream)
            raise _RowTooLongError
        if self.number == 1:
            line = line.removeprefix(BOM)
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.is_utf8 = False
            return line.decode(errors="replace")


def _csv_cells(piece: Piece) -> Iterator[tuple[str, list[str] | BadRow]]:
    # The limit is csv's own state, and the default of 128 KiB refuses ordinary articles.
    csv.field_size_limit(MAX_ROW_BYTES)
    with open_stream(piece.path) as stream:
        lines = _CsvLines(stream)
        reader = csv.reader(lines, strict=True)
        while True:
            where = f"{piece.relative}:{lines.begin()}"
            # After an error, csv.reader goes on with a new row at the next line.
            try:
                cells: list[str] | BadRow = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells = BadRow("invalid_csv", str(error))
            except _RowTooLongError:
                detail = f"more than {MAX_ROW_BYTES} bytes in one row; is a quote left open?"
                cells = BadRow("line_too_long", detail)
            if not lines.is_utf8:
                cells = BadRow("invalid_utf8", "not UTF-8")
            if cells:
                yield where, cells


def read_csv(piece: Piece, columns: Sequence[str] | None, needed: Collection[str]) -> Rows:
    """Yield the rows of the file; names from `columns`, else from its first row."""
    rows = _csv_cells(piece)
    names = columns
    if names is None:
        _, header = next(rows, ("", BadRow("empty", "without a header line")))
        if isinstance(header, BadRow):
            detail = f"{header.reason}, {header.detail}"
            raise UnreadableFileError(f"{piece.path}: no header: {detail}")
        names = [name.strip() for name in header]
    check_columns(piece.path, names, needed)
    for where, cells in rows:
        yield where, cells if isinstance(cells, BadRow) else _row(names, cells)
