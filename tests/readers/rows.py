"""The snapshot that is built for the readers: its settings, and its rows as they must find them."""

from typing import Any

from tfrecords_schema.chat_rows import conversation_of
from tfrecords_schema.features import FEATURES
from tfrecords_schema.parquet import column_name

# Split → id → row.
Rows = dict[str, dict[str, dict[str, Any]]]
SHARDS = 8
CHANGES = [f"output.min_shards={SHARDS}", "validation.fraction=0.2"]


def plain(value: Any) -> Any:
    """Return NumPy's and TensorFlow's values as Python's, bytes as text."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.decode() if isinstance(value, bytes) else value


def columns(row: dict[str, Any]) -> dict[str, Any]:
    """Return what Parquet has of a row."""
    return {
        **{column_name(f): row[f.name] for f in FEATURES},
        "messages": [{"weight": None, **turn} for turn in conversation_of(row).messages()],
    }
