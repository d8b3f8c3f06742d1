"""Rows of Parquet files, by row group; only the columns that a mapping needs are read."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from tfrecords_schema.errors import nearest
from transforms.sources.files.dialects import column_of
from transforms.sources.files.lines import MAX_LINE_BYTES, PIECE_BYTES
from transforms.sources.files.row import MAX_NESTING, BadRow, Row, Rows, row_of
from transforms.sources.files.streams import bomb, expanded_limit
from transforms.sources.source import Piece, UnreadableFileError

# Arrow stores a shared text once, so the size of rows is computed before they are decoded.
_ROWS = 4096
# Bytes of a value of a nested column besides its text: a number, and the bounds of lists.
_VALUE_BYTES = 16
# Of rows that are Python values at one time, and the longest row: as of a line of a text file.
_BATCH_BYTES = MAX_LINE_BYTES
_BUFFER_BYTES = 1 << 20


@contextmanager
def _open(path: str) -> Iterator[Any]:
    with filesystem.open_read(path) as stream:
        try:
            # Without these options, all column chunks of a row group would be in memory at once.
            options = {"pre_buffer": False, "buffer_size": _BUFFER_BYTES}
            texts = _texts(pq.ParquetFile(stream))
            stream.seek(0)
            yield pq.ParquetFile(stream, read_dictionary=texts, **options)
        except (pa.ArrowException, OSError, ValueError) as error:
            cause = str(error).strip().partition("\n")[0]
            raise UnreadableFileError(
                f"{path}: not a complete Parquet file ({cause}): fetch it again or remove it"
            ) from error


def parquet_pieces(path: str, relative: str) -> list[Piece]:
    """Return runs of row groups of about `PIECE_BYTES` each; one piece if the file is damaged."""
    try:
        with _open(path) as file:
            metadata = file.metadata
            sizes = [metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)]
    except UnreadableFileError:
        return [Piece(path=path, relative=relative)]
    pieces, start, total = [], 0, 0
    for index, size in enumerate(sizes):
        total += size
        if total >= PIECE_BYTES or index == len(sizes) - 1:
            pieces.append(Piece(path=path, relative=relative, start=start, end=index + 1))
            start, total = index + 1, 0
    return pieces or [Piece(path=path, relative=relative)]


def schema_metadata(path: str) -> dict[bytes, bytes]:
    """Return the metadata in the schema of a Parquet file.

    Raises:
      UnreadableFileError: it is not a complete Parquet file.
    """
    with _open(path) as file:
        return dict(file.schema_arrow.metadata or {})


def read_parquet(piece: Piece, needed: Collection[str] | None) -> Rows:
    """Yield the rows of the piece's row groups; the place is `file: row N`, from 1.

    Args:
      needed: keys of a mapping, dots reach into structs; all columns where it is None.
    """
    with _open(piece.path) as file:
        columns = None if needed is None else _columns(piece.path, file.schema_arrow.names, needed)
        metadata = file.metadata
        end = metadata.num_row_groups if piece.end is None else piece.end
        groups = range(piece.start, end)
        number = sum(metadata.row_group(i).num_rows for i in range(piece.start))
        left = expanded_limit(piece.path)
        schema = file.schema_arrow
        nested = _nested(file.schema)
        if max((_values(metadata.row_group(i), nested) for i in groups), default=0) > (
            left // _VALUE_BYTES
        ):
            raise bomb(piece.path)
        is_deep = str(schema).count("<") > MAX_NESTING
        for batch in _batches(file, groups, columns, _rows_at_once(metadata, groups, nested)):
            sizes = row_bytes(batch)
            left -= int(sizes.sum())
            if left < 0:
                raise bomb(piece.path)
            for value in small_batches(batch, sizes):
                number += 1
                row = row_of(value) if is_deep and not isinstance(value, BadRow) else value
                yield f"{piece.relative}: row {number}", row


def _batches(file: Any, groups: range, columns: list[str] | None, rows: int) -> Iterator[Any]:
    """Yield batches of at most `rows` rows, each of one row group.

    Row groups have dictionaries of their own, and Arrow cannot decode nested columns of several.
    """
    for group in groups:
        yield from file.iter_batches(rows, row_groups=[group], columns=columns, use_threads=False)


def _columns(path: str, names: list[str], needed: Collection[str]) -> list[str]:
    columns = []
    for key in needed:
        column = column_of(key, names)
        if column not in names:
            raise UnreadableFileError(f"{path}: no column {column!r}; {nearest(column, names)}")
        columns.append(column)
    return list(dict.fromkeys(columns))


def _texts(file: Any) -> list[str]:
    """Return the text columns, e.g. `messages.list.element.role`, to read as dictionaries."""
    types = [leaf for field in file.schema_arrow for leaf in _leaves(field.type)]
    columns = [file.schema.column(index) for index in range(len(file.schema))]
    is_text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)
    pairs = zip(columns, types, strict=True)
    return [column.path for column, leaf in pairs if any(test(leaf) for test in is_text)]


def _leaves(kind: Any) -> Iterator[Any]:
    """Yield the types of the columns that a type is stored as."""
    if not kind.num_fields:
        yield kind
    for index in range(kind.num_fields):
        yield from _leaves(kind.field(index).type)


def _nested(schema: Any) -> list[int]:
    """Return the indices of the columns that are stored within lists or structs."""
    return [index for index in range(len(schema)) if "." in schema.column(index).path]


def _values(group: Any, nested: Sequence[int]) -> int:
    """Return how many values the longest nested column of a row group has, as it says itself.

    Other columns are not asked: of a damaged one, PyArrow ends the process instead of raising.
    """
    return max((group.column(index).num_values for index in nested), default=0)


def _rows_at_once(metadata: Any, row_groups: range, nested: Sequence[int]) -> int:
    """Return how many rows of the largest row group to decode at once."""
    groups = [metadata.row_group(index) for index in row_groups]
    fattest = max(
        (
            max(group.total_byte_size, _values(group, nested) * _VALUE_BYTES)
            / max(group.num_rows, 1)
            for group in groups
        ),
        default=1,
    )
    return int(min(_ROWS, max(1, _BATCH_BYTES // max(fattest, 1))))


def row_bytes(batch: Any) -> NDArray[np.int64]:
    """Return the approximate bytes of each row; shared texts count for each row."""
    return sum(map(_bytes_of, batch.columns), np.zeros(batch.num_rows, dtype=np.int64))


def _bytes_of(column: Any) -> NDArray[np.int64]:
    """Return the approximate bytes of each value of an array, including nested values."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text_bytes(column)
    if pa.types.is_struct(kind):
        return sum(map(_bytes_of, column.flatten()), np.zeros(len(column), dtype=np.int64))
    if pa.types.is_fixed_size_list(kind):
        size = kind.list_size
        values = column.values.slice(column.offset * size, len(column) * size)
        sizes = (_bytes_of(values) + _VALUE_BYTES).reshape(len(column), size)
        return np.asarray(sizes.sum(axis=1), dtype=np.int64)
    if kind.num_fields:
        # A list, or a map, which is a list of keys and values; offsets count from its first value.
        parts = (column.keys, column.items) if pa.types.is_map(kind) else (column.values,)
        ends = np.cumsum(sum(map(_bytes_of, parts)) + _VALUE_BYTES)
        places = np.concatenate([[0], ends])[column.offsets.to_numpy()]
        return np.asarray(np.diff(places), dtype=np.int64)
    return np.full(len(column), column.nbytes // max(len(column), 1), dtype=np.int64)


def _text_bytes(column: Any) -> NDArray[np.int64]:
    sizes = np.zeros(len(column), dtype=np.int64)
    places = column.indices.drop_null().to_numpy()
    used, which = np.unique(places, return_inverse=True)
    if len(used) and not 0 <= used[0] <= used[-1] < len(column.dictionary):
        # Arrow would read beyond the dictionary.
        raise ValueError("a place that is not in its dictionary")
    lengths = pc.fill_null(pc.binary_length(column.dictionary.take(pa.array(used))), 0)
    is_there = column.indices.is_valid().to_numpy(zero_copy_only=False)
    sizes[is_there] = lengths.to_numpy()[which]
    return sizes


def small_batches(batch: Any, sizes: NDArray[np.int64]) -> Iterator[Row | BadRow]:
    """Split a batch into parts that fit in memory."""
    start = 0
    while start < batch.num_rows:
        fitting = int(np.searchsorted(np.cumsum(sizes[start:]), _BATCH_BYTES, side="right"))
        if fitting:
            yield from _rows(_decoded(batch.slice(start, fitting)))
        else:
            yield BadRow("value_too_long", f"more than {_BATCH_BYTES:,} bytes in one row")
        start += max(fitting, 1)


def _decoded(batch: Any) -> Any:
    columns = [column.cast(_plain(column.type)) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)


def _plain(kind: Any) -> Any:
    """Return a type with texts in place of dictionaries of texts."""
    if pa.types.is_dictionary(kind):
        return kind.value_type
    fields = [kind.field(index) for index in range(kind.num_fields)]
    plain = [field.with_type(_plain(field.type)) for field in fields]
    if pa.types.is_struct(kind):
        return pa.struct(plain)
    if pa.types.is_map(kind):
        return pa.map_(plain[0].type.field(0), plain[0].type.field(1))
    if pa.types.is_fixed_size_list(kind):
        return pa.list_(plain[0], kind.list_size)
    if pa.types.is_large_list(kind):
        return pa.large_list(plain[0])
    return pa.list_(plain[0]) if pa.types.is_list(kind) else kind


def _rows(batch: Any) -> Iterator[Row | BadRow]:
    """Yield the rows of a batch; a row that cannot become Python values is a bad row."""
    as_bytes = [f.name for f in batch.schema if any(map(_is_bytes, _leaves(f.type)))]
    try:
        rows = batch.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        rows = [_row(batch.slice(index, 1)) for index in range(batch.num_rows)]
    for row in rows:
        if as_bytes and not isinstance(row, BadRow):
            yield {**row, **{name: _text_of(row[name]) for name in as_bytes}}
        else:
            yield row


def _is_bytes(kind: Any) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _text_of(value: Any) -> Any:
    """Return bytes that are UTF-8 as text, also within lists and structs; others unchanged."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    if isinstance(value, list):
        return [_text_of(item) for item in value]
    if isinstance(value, dict):
        return {key: _text_of(item) for key, item in value.items()}
    return value


def _row(batch: Any) -> Row | BadRow:
    try:
        row: Row = batch.to_pylist()[0]
    except UnicodeDecodeError as error:
        return BadRow("invalid_utf8", str(error))
    except (ValueError, OverflowError, pa.ArrowException) as error:
        return BadRow("wrong_type", str(error))
    return row
