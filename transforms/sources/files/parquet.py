"""Rows of Parquet files, by row group; only the columns that a mapping needs are read."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from tfrecords_schema import filesystem
from tfrecords_schema.errors import nearest
from transforms.sources.files.lines import PIECE_BYTES
from transforms.sources.files.row import BadRow, Rows
from transforms.sources.source import Piece, UnreadableFileError

# Few, because a row may be an article or a whole conversation.
_BATCH_ROWS = 256
_BUFFER_BYTES = 1 << 20


@contextmanager
def _open(path: str) -> Iterator[Any]:
    with filesystem.open_read(path) as stream:
        try:
            # Without these two, all column chunks of a row group would be in memory at once.
            yield pq.ParquetFile(stream, pre_buffer=False, buffer_size=_BUFFER_BYTES)
        except (pa.ArrowException, OSError, ValueError) as error:
            cause = str(error).strip().partition("\n")[0]
            raise UnreadableFileError(
                f"{path}: not a whole Parquet file ({cause}): fetch it again or remove it"
            ) from error


def parquet_pieces(path: str, relative: str) -> list[Piece]:
    """Return runs of row groups of about `PIECE_BYTES` each; one piece if the file is damaged."""
    try:
        with _open(path) as file:
            metadata = file.metadata
            sizes = [metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)]
    except UnreadableFileError:
        return [Piece(path, relative)]
    pieces, start, total = [], 0, 0
    for index, size in enumerate(sizes):
        total += size
        if total >= PIECE_BYTES or index == len(sizes) - 1:
            pieces.append(Piece(path, relative, start, index + 1))
            start, total = index + 1, 0
    return pieces or [Piece(path, relative)]


def read_parquet(piece: Piece, needed: Collection[str] | None) -> Rows:
    """Yield the rows of the piece's row groups; the place is `file: row N`, from 1.

    Args:
      needed: keys of a mapping, dots reach into structs; all columns where it is None.
    """
    with _open(piece.path) as file:
        columns = None if needed is None else _columns(piece.path, file.schema_arrow.names, needed)
        metadata = file.metadata
        end = metadata.num_row_groups if piece.end is None else piece.end
        number = sum(metadata.row_group(i).num_rows for i in range(piece.start))
        for batch in file.iter_batches(
            _BATCH_ROWS, row_groups=range(piece.start, end), columns=columns, use_threads=False
        ):
            for value in _rows(batch):
                number += 1
                yield f"{piece.relative}: row {number}", value


def _columns(path: str, names: list[str], needed: Collection[str]) -> list[str]:
    columns = []
    for key in needed:
        column = key if key in names else key.partition(".")[0]
        if column not in names:
            raise UnreadableFileError(f"{path}: no column {column!r}; {nearest(column, names)}")
        columns.append(column)
    return list(dict.fromkeys(columns))


def _rows(batch: Any) -> Iterator[dict[str, Any] | BadRow]:
    """Yield the rows of a batch; where one cannot become Python values, the others still do."""
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        for index in range(batch.num_rows):
            yield _row(batch.slice(index, 1))


def _row(batch: Any) -> dict[str, Any] | BadRow:
    try:
        row: dict[str, Any] = batch.to_pylist()[0]
    except UnicodeDecodeError as error:
        return BadRow("invalid_utf8", str(error))
    except (ValueError, OverflowError, pa.ArrowException) as error:
        return BadRow("wrong_type", str(error))
    return row
