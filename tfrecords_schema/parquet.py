"""Examples as Parquet, for Hugging Face and everything else that reads Arrow.

The columns are the features (features.py) without their leading underscores, and `messages`: the
example as a conversation (chat_rows.py). The bytes are a function of the rows and of pyarrow's
version.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from tfrecords_schema import filesystem
from tfrecords_schema.chat_rows import conversation_of
from tfrecords_schema.errors import DataError
from tfrecords_schema.features import FEATURES, Feature, Row

MESSAGES = "messages"
# Bounds the memory of writer and readers: about 10 MB of long examples.
ROWS_OF_A_GROUP = 1_000
_KINDS = {"string": pa.string(), "int64": pa.int32()}
# The weight is 0 of a turn that is not to be learned, and null of every other.
_MESSAGE = {"role": pa.string(), "content": pa.string(), "weight": pa.int8()}
_CONVERSATION = pa.list_(pa.struct(list(_MESSAGE.items())))


def column_name(feature: Feature) -> str:
    """Return the column of a feature: `_task_name` → `task_name`."""
    return feature.name.removeprefix("_")


def _column_type(feature: Feature) -> Any:
    kind = _KINDS[feature.kind]
    return pa.list_(kind) if feature.repeated else kind


SCHEMA = pa.schema(
    [(column_name(feature), _column_type(feature)) for feature in FEATURES]
    + [(MESSAGES, _CONVERSATION)]
)


def _table(rows: list[Row]) -> Any:
    columns = {column_name(feature): [row[feature.name] for row in rows] for feature in FEATURES}
    return pa.table(
        {**columns, MESSAGES: [conversation_of(row).messages() for row in rows]}, schema=SCHEMA
    )


def write_parquet(path: str, rows: Iterable[Row]) -> tuple[str, int]:
    """Write a Parquet file, one row group in memory at a time; return its sha256 and bytes."""
    remaining = iter(rows)
    with (
        filesystem.atomic_writer(path) as stream,
        pq.ParquetWriter(stream, SCHEMA, compression="zstd") as writer,
    ):
        while group := list(islice(remaining, ROWS_OF_A_GROUP)):
            writer.write_table(_table(group))
    return filesystem.sha256_of(path)


def read_column(path: str, name: str) -> Iterator[Any]:
    """Yield the values of one column in order.

    Raises:
      DataError: not a Parquet file, or one without this column.
    """
    with filesystem.open_read(path) as stream:
        try:
            for batch in pq.ParquetFile(stream).iter_batches(columns=[name]):
                yield from batch.column(name).to_pylist()
        except (KeyError, OSError, pa.ArrowException) as error:
            raise DataError(f"{path}: no Parquet file with column {name!r}: {error}") from error
