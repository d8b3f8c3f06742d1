"""Rows of CSV and TSV files, every cell a text.

CSV is read according to RFC 4180, in the detected dialect: quotes may contain delimiters and
line ends. TSV has no quotes, unless they are detected: a tab ends a cell and a line end ends a row.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from typing import IO

import numpy as np

from tfrecords_schema import filesystem
from tfrecords_schema.errors import nearest
from transforms.sources.files.dialects import Dialect, column_of, detect_dialect
from transforms.sources.files.lines import BOM, byte_pieces, first_line, read_lines, skip_line
from transforms.sources.files.options import DETECTED, FileOptions
from transforms.sources.files.row import BadRow, Rows
from transforms.sources.files.streams import open_stream
from transforms.sources.source import Piece, UnreadableFileError

# If a quote is left open, the rest of the file is one cell: csv needs 4 to 8 bytes for each of
# its characters, so the limit is below that of a line.
MAX_ROW_BYTES = 16 * 1024 * 1024
_BLOCK_BYTES = 8 * 1024 * 1024


def check_columns(path: str, names: Sequence[str], needed: Collection[str]) -> None:
    """Check that every needed column exists exactly once.

    Raises:
      UnreadableFileError: it does not; the message names the column and the nearest one.
    """
    for key in needed:
        name = column_of(key, names)
        if name not in names:
            raise UnreadableFileError(f"{path}: no column {key!r}; {nearest(key, names)}")
        if names.count(name) > 1:
            count = names.count(name)
            raise UnreadableFileError(
                f"{path}: {count} columns {name!r}; give them different names, in the "
                "header (is it the first line?) or with `columns`"
            )


def _row(names: Sequence[str], cells: Sequence[str]) -> dict[str, str] | BadRow:
    if len(cells) != len(names):
        expected = ", ".join(names) if len(names) <= 8 else f"{len(names)}"
        return BadRow("wrong_columns", f"{len(cells)} columns, not {expected}")
    if cells[0].strip() == names[0] and len(names) > 1 and [c.strip() for c in cells] == [*names]:
        return BadRow("repeated_header", "the names of the columns again, as of another table")
    return dict(zip(names, cells, strict=True))


def tsv_pieces(path: str, relative: str, size: int, options: FileOptions) -> list[Piece]:
    """Return byte ranges of a TSV file without quotes; another is read as a whole."""
    pieces = byte_pieces(path, relative, size)
    if len(pieces) > 1:
        dialect = detect_dialect(path, options, is_tsv=True, columns=None, needed=())
        return pieces if dialect.is_simple else [Piece(path=path, relative=relative)]
    return pieces


def read_tsv(
    piece: Piece,
    columns: Sequence[str] | None,
    needed: Collection[str],
    options: FileOptions = DETECTED,
) -> Rows:
    """Yield the rows of one piece; names from `columns`, else from the file's first line."""
    dialect = detect_dialect(piece.path, options, is_tsv=True, columns=columns, needed=needed)
    if dialect.quotes or dialect.skipped_lines or dialect.delimiter != "\t":
        yield from _read_cells(piece, columns, needed, dialect)
        return
    names = columns or _tsv_header(piece, dialect)
    check_columns(piece.path, names, needed)
    lines = _tsv_lines(piece, dialect)
    if not columns and not piece.start:
        next(lines)
    for where, line in lines:
        yield where, line if isinstance(line, BadRow) else _row(names, line.split("\t"))


def _tsv_lines(piece: Piece, dialect: Dialect) -> Iterator[tuple[str, str | BadRow]]:
    return read_lines(piece, dialect.encoding, any_line_ends=dialect.has_bare_returns)


def _tsv_header(piece: Piece, dialect: Dialect) -> list[str]:
    for _, line in _tsv_lines(Piece(path=piece.path, relative=piece.relative), dialect):
        if isinstance(line, BadRow):
            raise UnreadableFileError(f"{piece.path}: no header: {line.reason} ({line.detail})")
        return [name.strip() for name in line.split("\t")]
    raise UnreadableFileError(f"{piece.path}: empty; expected a header line")


def csv_pieces(path: str, relative: str, size: int, options: FileOptions) -> list[Piece]:
    """Return byte ranges of a CSV file in which each line is a row; another is read as a whole."""
    pieces = byte_pieces(path, relative, size)
    if len(pieces) > 1:
        dialect = detect_dialect(path, options, is_tsv=False, columns=None, needed=())
        is_plain_text = dialect.encoding is None and not dialect.has_bare_returns
        if not is_plain_text or dialect.escapechar or not _lines_are_rows(path, dialect):
            return [Piece(path=path, relative=relative)]
    return pieces


def _lines_are_rows(path: str, dialect: Dialect) -> bool:
    """Return whether no cell holds a line end: before each, the number of quotes is even.

    The whole file is read for this, because a part of it is not enough.
    """
    if not dialect.quotes:
        return True
    is_odd = False
    with filesystem.open_read(path) as stream:
        while block := stream.read(_BLOCK_BYTES):
            data = np.frombuffer(block, dtype=np.uint8)
            parity = np.bitwise_xor.accumulate(data == ord(dialect.quotechar)) ^ is_odd
            if parity[data == ord("\n")].any():
                return False
            is_odd = bool(parity[-1])
    return not is_odd


class _RowTooLongError(Exception):
    pass


class _CsvLines:
    """Lines for csv.reader; `begin` starts the count of a row's bytes."""

    def __init__(self, stream: IO[bytes], piece: Piece) -> None:
        self._stream = stream
        self._piece = piece
        self._offset = first_line(stream, piece)
        self._row_bytes = 0
        self._number = 0
        self.is_utf8 = True

    def begin(self) -> str:
        """Return the place in which the next row begins."""
        self._row_bytes, self.is_utf8 = 0, True
        in_file = f" byte {self._offset}" if self._piece.start else str(self._number + 1)
        return f"{self._piece.relative}:{in_file}"

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._piece.end is not None and self._offset >= self._piece.end:
            raise StopIteration
        line = self._stream.readline(MAX_ROW_BYTES + 1)
        if not line:
            raise StopIteration
        self._number += 1
        self._offset += len(line)
        self._row_bytes += len(line)
        if self._row_bytes > MAX_ROW_BYTES:
            if not line.endswith(b"\n"):
                self._offset += skip_line(self._stream)
            raise _RowTooLongError
        if self._number == 1 and not self._piece.start:
            line = line.removeprefix(BOM)
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.is_utf8 = False
            return line.decode(errors="replace")


def _csv_cells(piece: Piece, dialect: Dialect) -> Iterator[tuple[str, list[str] | BadRow]]:
    # The limit is global to csv, and the default of 128 KiB rejects ordinary articles.
    csv.field_size_limit(MAX_ROW_BYTES)
    ends = dialect.has_bare_returns
    with open_stream(piece.path, dialect.encoding, any_line_ends=ends) as stream:
        lines = _CsvLines(stream, piece)
        for _ in range(0 if piece.start else dialect.skipped_lines):
            next(lines)
        reader = csv.reader(lines, **dialect.arguments())
        while True:
            where = lines.begin()
            # After an error, csv.reader continues with a new row at the next line.
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
                cells = BadRow("invalid_utf8", "not UTF-8; set `encoding`")
            if cells:
                yield where, cells


def read_csv(
    piece: Piece,
    columns: Sequence[str] | None,
    needed: Collection[str],
    options: FileOptions = DETECTED,
) -> Rows:
    """Yield the rows of the file; names from `columns`, else from its first row."""
    dialect = detect_dialect(piece.path, options, is_tsv=False, columns=columns, needed=needed)
    yield from _read_cells(piece, columns, needed, dialect)


def _read_cells(
    piece: Piece, columns: Sequence[str] | None, needed: Collection[str], dialect: Dialect
) -> Rows:
    rows = _csv_cells(piece, dialect)
    names = columns
    if names is None:
        first = (
            _csv_cells(Piece(path=piece.path, relative=piece.relative), dialect)
            if piece.start
            else rows
        )
        names = _csv_header(first, piece.path)
    check_columns(piece.path, names, needed)
    for where, cells in rows:
        yield where, cells if isinstance(cells, BadRow) else _row(names, cells)


def _csv_header(rows: Iterator[tuple[str, list[str] | BadRow]], path: str) -> list[str]:
    _, header = next(rows, ("", BadRow("empty", "without a header line")))
    if isinstance(header, BadRow):
        raise UnreadableFileError(f"{path}: no header: {header.reason}, {header.detail}")
    return [name.strip() for name in header]


def header_of(path: str, *, is_tsv: bool) -> list[str]:
    """Return the names of the columns of a CSV or TSV file, as its header has them."""
    dialect = detect_dialect(path, DETECTED, is_tsv=is_tsv, columns=None, needed=())
    piece = Piece(path=path, relative=path)
    if dialect.delimiter == "\t" and not dialect.quotes:
        return _tsv_header(piece, dialect)
    return _csv_header(_csv_cells(piece, dialect), path)
