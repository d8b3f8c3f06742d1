"""Rows of Arrow files, as `datasets` writes them with `save_to_disk`, and Feather files."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]

from tfrecords_schema import filesystem
from transforms.sources.files.parquet import row_bytes, small_batches
from transforms.sources.files.row import Rows
from transforms.sources.source import Piece, UnreadableFileError


@contextmanager
def _open(path: str) -> Iterator[tuple[Any, Any]]:
    """Open a file; yield its schema and its record batches."""
    with filesystem.open_read(path) as stream:
        try:
            is_file = stream.read(6) == b"ARROW1"
            stream.seek(0)
            if not is_file:
                reader = pa.ipc.open_stream(stream)
                yield reader.schema, reader
                return
            file = pa.ipc.open_file(stream)
            batches = (file.get_batch(number) for number in range(file.num_record_batches))
            yield file.schema, batches
        except (pa.ArrowException, OSError, ValueError) as error:
            cause = str(error).strip().partition("\n")[0]
            raise UnreadableFileError(
                f"{path}: not a complete Arrow file ({cause}): fetch it again or remove it"
            ) from error


def arrow_metadata(path: str) -> dict[bytes, bytes]:
    """Return the metadata in the schema of an Arrow file.

    Raises:
      UnreadableFileError: it is not a complete Arrow file.
    """
    with _open(path) as (schema, _):
        return dict(schema.metadata or {})


def read_arrow(piece: Piece) -> Rows:
    """Yield the rows of a file; the place is `file: row N`, from 1."""
    number = 0
    with _open(piece.path) as (_, batches):
        for batch in batches:
            for row in small_batches(batch, row_bytes(batch)):
                number += 1
                yield f"{piece.relative}: row {number}", row
