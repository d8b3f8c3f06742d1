"""Rows of JSON files: one object per line, or one document with a list of objects.

The first lines decide, because the endings of files are often wrong.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from transforms.sources.files.json_documents import IsRow, load_document, loads, never, rows_of
from transforms.sources.files.lines import BOM, byte_pieces, read_lines
from transforms.sources.files.options import DETECTED, FileOptions
from transforms.sources.files.row import BadRow, Rows
from transforms.sources.files.row_forms import rows_from
from transforms.sources.files.streams import open_stream
from transforms.sources.source import Piece, UnreadableFileError

_PEEK_BYTES = 1 << 20
# Begins each line of a JSON text sequence (RFC 7464).
_RECORD_SEPARATOR = "\x1e"
_MARK = "\ufeff"
# A document is loaded into memory completely.
MAX_DOCUMENT_BYTES = 1 << 30


def json_lines_pieces(path: str, relative: str, size: int, options: FileOptions) -> list[Piece]:
    """Return byte ranges of JSON Lines; a document is read as a whole."""
    pieces = byte_pieces(path, relative, size)
    if len(pieces) > 1 and (options.encoding or _is_document(path, options)):
        return [Piece(path=path, relative=relative)]
    return pieces


def read_json_lines(
    piece: Piece,
    options: FileOptions = DETECTED,
    is_row: IsRow = never,
    columns: Sequence[str] | None = None,
) -> Rows:
    """Yield one row per line, or the rows if the file is one document.

    `columns` names the values of rows that are lists.
    """
    if not piece.start and piece.end is None and _is_document(piece.path, options):
        try:
            rows = _document_rows(piece.path, options, is_row)
        except UnreadableFileError:
            # Lines that are complete objects can still be read.
            pass
        else:
            yield from rows_from(_numbered(piece, rows), columns)
            return
    yield from rows_from(_values(piece, options), columns)


def read_json(
    piece: Piece,
    options: FileOptions = DETECTED,
    is_row: IsRow = never,
    columns: Sequence[str] | None = None,
) -> Rows:
    """Yield the rows of one list, loaded into memory; the file is the list or contains it.

    Many data sets name JSON Lines `.json`: a file whose first line is a complete object is read
    as JSON Lines.
    """
    if _is_json_lines(piece.path, options):
        values = _values(piece, options)
    else:
        values = _numbered(piece, _document_rows(piece.path, options, is_row))
    yield from rows_from(values, columns)


def first_values(piece: Piece, options: FileOptions) -> Iterator[Any]:
    """Yield the values of a file of either kind, in the form in which they are written."""
    is_lines = not _is_document(piece.path, options) or _is_json_lines(piece.path, options)
    values = _values(piece, options) if is_lines and not options.rows_at else None
    for _, value in values or _numbered(piece, _document_rows(piece.path, options, never)):
        yield value


def load_json(path: str, encoding: str | None = None) -> Any:
    """Return a JSON document.

    Raises:
      UnreadableFileError: it is not JSON, with the line and column, or too large for memory.
    """
    return load_document(_document(path, encoding), path)


def _document_rows(path: str, options: FileOptions, is_row: IsRow) -> Sequence[Any]:
    return rows_of(load_json(path, options.encoding), path, options.rows_at, is_row)


def _numbered(piece: Piece, rows: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for number, row in enumerate(rows, start=1):
        yield f"{piece.relative}: item {number}", row


def _values(piece: Piece, options: FileOptions) -> Iterator[tuple[str, Any]]:
    """Yield (place, value or its problem) for each line."""
    for where, line in read_lines(piece, options.encoding):
        if isinstance(line, BadRow):
            yield where, line
            continue
        try:
            # A file put together from several has the mark of each.
            row = loads(line.removeprefix(_MARK).removeprefix(_RECORD_SEPARATOR))
        except orjson.JSONDecodeError as error:
            yield where, BadRow("invalid_json", f"{error.msg}, column {error.colno}")
            continue
        yield where, row


def _document(path: str, encoding: str | None) -> bytes:
    document = bytearray()
    with open_stream(path, encoding) as stream:
        while block := stream.read(_PEEK_BYTES):
            document += block
            if len(document) > MAX_DOCUMENT_BYTES:
                raise UnreadableFileError(
                    f"{path}: a JSON document of more than {MAX_DOCUMENT_BYTES:,} bytes: write one "
                    "object per line, as .jsonl"
                )
    return bytes(document).removeprefix(BOM)


def _head(path: str, options: FileOptions) -> bytes:
    with open_stream(path, options.encoding) as stream:
        return stream.read(_PEEK_BYTES).removeprefix(BOM).lstrip(b" \t\r\n\x1e")


def _is_value(line: bytes) -> bool:
    try:
        loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _is_document(path: str, options: FileOptions) -> bool:
    """Return whether a file of JSON Lines is one document: a list, or objects over several lines.

    A damaged first line is not sufficient.
    """
    head = _head(path, options)
    if head.startswith(b"["):
        # A complete line that is a list is a row of the wrong type, followed by others.
        first, _, rest = head.partition(b"\n")
        return not rest.strip() or not (_is_value(first) and rest.lstrip().startswith(b"{"))
    lines = [line for line in head.split(b"\n", 8)[:8] if line.strip()]
    return head.startswith(b"{") and len(lines) > 1 and not any(map(_is_value, lines[:2]))


def _is_json_lines(path: str, options: FileOptions) -> bool:
    if options.rows_at:
        return False
    with open_stream(path, options.encoding) as stream:
        first = stream.readline(_PEEK_BYTES).removeprefix(BOM)
        if not first.lstrip().startswith(b"{") or not stream.read(_PEEK_BYTES).strip():
            return False
    # Cut at the peek's length: a document has no object that long in its first line.
    return _is_value(first) or len(first) == _PEEK_BYTES
