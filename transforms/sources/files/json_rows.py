"""Rows of JSON files: an object a line, or one document that is a list of objects."""

from collections.abc import Sequence
from typing import Any

import orjson

from transforms.sources.files.lines import BOM, read_lines
from transforms.sources.files.row import BadRow, Rows, row_of
from transforms.sources.files.streams import open_stream
from transforms.sources.source import Piece, UnreadableFileError

_PEEK_BYTES = 1 << 20
# A document is in memory as a whole.
MAX_DOCUMENT_BYTES = 1 << 30


def read_json_lines(piece: Piece) -> Rows:
    """Yield one object a line."""
    for where, line in read_lines(piece):
        if isinstance(line, BadRow):
            yield where, line
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield where, BadRow("invalid_json", f"{error.msg}, column {error.colno}")
            continue
        yield where, row_of(row)


def read_json(piece: Piece) -> Rows:
    """Yield the objects of one list, loaded as a whole; the file holds the list or wraps it.

    Many data sets name JSON lines `.json`: a file whose first line is an object of its own is
    read as such.
    """
    if _is_json_lines(piece.path):
        yield from read_json_lines(piece)
        return
    for number, row in enumerate(_only_list(load_json(piece.path), piece.path), start=1):
        yield f"{piece.relative}: item {number}", row_of(row)


def load_json(path: str) -> Any:
    """Load a JSON document.

    Raises:
      UnreadableFileError: it is not JSON, with the line and column, or too large for memory.
    """
    try:
        return orjson.loads(_document(path))
    except orjson.JSONDecodeError as error:
        raise UnreadableFileError(
            f"{path}:{error.lineno}: not valid JSON ({error.msg}, column {error.colno}); "
            "the file may be truncated: fetch it again or remove it"
        ) from error


def _document(path: str) -> bytearray:
    document = bytearray()
    with open_stream(path) as stream:
        while block := stream.read(_PEEK_BYTES):
            document += block
            if len(document) > MAX_DOCUMENT_BYTES:
                raise UnreadableFileError(
                    f"{path}: a JSON document of more than {MAX_DOCUMENT_BYTES:,} bytes: "
                    "write its objects one a line, as .jsonl"
                )
    if document.startswith(BOM):
        del document[: len(BOM)]
    return document


def _is_json_lines(path: str) -> bool:
    with open_stream(path) as stream:
        first = stream.readline(_PEEK_BYTES).removeprefix(BOM)
        if not first.lstrip().startswith(b"{") or not stream.read(_PEEK_BYTES).strip():
            return False
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        # Cut at the peek's length: a document has no object that long in its first line.
        return len(first) == _PEEK_BYTES
    return True


def _only_list(document: Any, path: str) -> Sequence[Any]:
    if isinstance(document, list):
        return document
    lists = (
        [v for v in document.values() if isinstance(v, list)] if isinstance(document, dict) else []
    )
    if len(lists) != 1:
        found = f"an object with {len(lists)} lists" if isinstance(document, dict) else "a value"
        raise UnreadableFileError(f"{path}: {found}, not a list of objects or an object with one")
    return lists[0]
