"""Rows of any tabular file, streamed, and how large files are cut into pieces.

Arrow is imported where a file needs it: every command that reads a recipe imports this module.
"""

from collections.abc import Collection, Sequence
from typing import Literal

from transforms.sources.files.delimited import csv_pieces, read_csv, read_tsv, tsv_pieces
from transforms.sources.files.json_documents import IsRow, never
from transforms.sources.files.json_rows import json_lines_pieces, read_json, read_json_lines
from transforms.sources.files.options import DETECTED, FileOptions
from transforms.sources.files.row import Rows
from transforms.sources.files.streams import plain_name, with_compressed
from transforms.sources.source import Piece

TabularFormat = Literal["jsonl", "json", "csv", "tsv", "parquet", "arrow"]
# Formats that rows of a layout may have; the files' endings decide.
LAYOUT_PATTERNS = (
    *with_compressed(["*.json", "*.jsonl", "*.ndjson"]),
    "*.parquet",
    "*.arrow",
    "*.feather",
)
_ENDINGS: tuple[tuple[str, TabularFormat], ...] = (
    (".jsonl", "jsonl"),
    (".ndjson", "jsonl"),
    (".csv", "csv"),
    (".tsv", "tsv"),
    (".parquet", "parquet"),
    (".arrow", "arrow"),
    (".feather", "arrow"),
)


def patterns_of(form: TabularFormat) -> tuple[str, ...]:
    """Return the name patterns of a format's files."""
    if form in ("parquet", "arrow"):
        return tuple(f"*{ending}" for ending, of in _ENDINGS if of == form)
    return with_compressed([f"*{ending}" for ending, of in _ENDINGS if of == form] or ["*.json"])


def format_of(path: str) -> TabularFormat:
    """Return the format of a file's ending; a JSON document if the ending is unknown."""
    name = plain_name(path).lower()
    return next((form for ending, form in _ENDINGS if name.endswith(ending)), "json")


def pieces_of(
    form: TabularFormat, path: str, relative: str, size: int, options: FileOptions = DETECTED
) -> list[Piece]:
    """Return byte ranges of text files, row groups of Parquet, and other files as a whole."""
    if form == "parquet":
        from transforms.sources.files.parquet import parquet_pieces

        return parquet_pieces(path, relative)
    if form == "jsonl":
        return json_lines_pieces(path, relative, size, options)
    if form == "tsv":
        return tsv_pieces(path, relative, size, options)
    if form == "csv":
        return csv_pieces(path, relative, size, options)
    return [Piece(path=path, relative=relative)]


def read_rows(
    form: TabularFormat,
    piece: Piece,
    columns: Sequence[str] | None = None,
    needed: Collection[str] | None = None,
    options: FileOptions = DETECTED,
    is_row: IsRow = never,
) -> Rows:
    """Yield (place, row or its problem) for each row of `piece`.

    Args:
      columns: names of the columns of a CSV or TSV file without a header, or of JSON lists.
      needed: keys that CSV, TSV and Parquet files must have; others of Parquet are not read.
      options: the form of the file, where it is not detected.
      is_row: tests whether a JSON document is one row, not a list of rows.

    Raises:
      UnreadableFileError: nothing can be read from the file, or a needed column is missing.
    """
    if form == "jsonl":
        return read_json_lines(piece, options, is_row, columns)
    if form == "json":
        return read_json(piece, options, is_row, columns)
    if form == "csv":
        return read_csv(piece, columns, needed or (), options)
    if form == "tsv":
        return read_tsv(piece, columns, needed or (), options)
    if form == "arrow":
        from transforms.sources.files.arrow import read_arrow

        return read_arrow(piece)
    from transforms.sources.files.parquet import read_parquet

    return read_parquet(piece, needed)
