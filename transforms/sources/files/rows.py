"""Rows of any tabular file, streamed, and how large files are cut into pieces."""

from collections.abc import Collection, Sequence
from typing import Literal

from transforms.sources.files.delimited import read_csv, read_tsv
from transforms.sources.files.json_rows import read_json, read_json_lines
from transforms.sources.files.lines import byte_pieces
from transforms.sources.files.parquet import parquet_pieces, read_parquet
from transforms.sources.files.row import Rows
from transforms.sources.files.streams import plain_name, with_compressed
from transforms.sources.source import Piece

TabularFormat = Literal["jsonl", "json", "csv", "tsv", "parquet"]
# What a layout of rows may come in; the files' endings tell which.
LAYOUT_PATTERNS = (*with_compressed(["*.json", "*.jsonl"]), "*.parquet")


def patterns_of(form: TabularFormat) -> tuple[str, ...]:
    """Return the file name patterns of a format."""
    return ("*.parquet",) if form == "parquet" else with_compressed([f"*.{form}"])


def format_of(path: str) -> TabularFormat:
    """Return the format that a file's ending names; one JSON document where it names none."""
    name = plain_name(path)
    for form in ("jsonl", "parquet"):
        if name.endswith(f".{form}"):
            return form
    return "json"


def pieces_of(form: TabularFormat, path: str, relative: str, size: int) -> list[Piece]:
    """Return byte ranges of JSON lines and TSV, row groups of Parquet; whole CSV and JSON files."""
    if form == "parquet":
        return parquet_pieces(path, relative)
    if form in ("jsonl", "tsv"):
        return byte_pieces(path, relative, size)
    return [Piece(path, relative)]


def read_rows(
    form: TabularFormat,
    piece: Piece,
    columns: Sequence[str] | None = None,
    needed: Collection[str] | None = None,
) -> Rows:
    """Yield (place, row or what is wrong with it) for each row of `piece`.

    Args:
      columns: names of the columns of a CSV or TSV file without a header.
      needed: keys that CSV, TSV and Parquet files must have; others of Parquet are not read.

    Raises:
      UnreadableFileError: nothing can be read from the file, or a needed column is missing.
    """
    if form == "jsonl":
        return read_json_lines(piece)
    if form == "json":
        return read_json(piece)
    if form == "csv":
        return read_csv(piece, columns, needed or ())
    if form == "tsv":
        return read_tsv(piece, columns, needed or ())
    return read_parquet(piece, needed)
