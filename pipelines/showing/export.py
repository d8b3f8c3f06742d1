"""Export a snapshot as rows for trainers of chat models, streamed: one group of rows in memory.

The bytes are a function of the snapshot, the format and, for Parquet, of pyarrow's version.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, Literal

import orjson
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from pipelines.showing.chat_template import ChatTemplate
from pipelines.showing.row_filter import RowFilter, check_names
from tfrecords_schema import filesystem
from tfrecords_schema.chat_rows import Format, chat_row, conversation_of
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.features import (
    COLLECTION,
    ID,
    INVERSION,
    LICENSE,
    NUM_SHOTS,
    PARTS,
    RECORD_ID,
    SOURCE,
    TASK_NAME,
    TEMPLATE_ID,
    TEMPLATE_TYPE,
    Row,
)
from tfrecords_schema.parquet import ROWS_OF_A_GROUP
from tfrecords_schema.snapshot import Snapshot

FileKind = Literal["jsonl", "parquet"]
# Columns of facts about each row, and the features that they are; after those of the format.
FACTS = {
    "id": ID,
    "record_id": RECORD_ID,
    "source": SOURCE,
    "license": LICENSE,
    "task": TASK_NAME,
    "collection": COLLECTION,
    "template": TEMPLATE_ID,
    "template_type": TEMPLATE_TYPE,
    "num_shots": NUM_SHOTS,
    "inversion": INVERSION,
}
_TEXT = pa.string()
_WEIGHT = ("weight", pa.int8())
_MESSAGES = pa.list_(pa.struct([("role", _TEXT), ("content", _TEXT), _WEIGHT]))
_SHAREGPT = pa.list_(pa.struct([("from", _TEXT), ("value", _TEXT), _WEIGHT]))
_COMPLETION = pa.list_(pa.struct([("role", _TEXT), ("content", _TEXT)]))
# Where a chat template is given.
_TOKENS = {"input_ids": pa.list_(pa.int32()), "loss_mask": pa.list_(pa.int8())}
_COLUMNS: Mapping[Format, Mapping[str, Any]] = {
    "messages": {"messages": _MESSAGES, "tools": _TEXT},
    "prompt_completion": {"prompt": _COMPLETION, "completion": _COMPLETION, "tools": _TEXT},
    "sharegpt": {"conversations": _SHAREGPT, "system": _TEXT, "tools": _TEXT},
    "alpaca": {"instruction": _TEXT, "input": _TEXT, "output": _TEXT},
    "text": {"text": _TEXT},
}


@dataclass(frozen=True, kw_only=True)
class ExportedFile:
    """One file that was written."""

    path: str
    split: str
    rows: int
    bytes: int
    sha256: str


@dataclass(kw_only=True)
class Export:
    """What an export wrote.

    Attributes:
      has_parts: whether the snapshot states the parts of its prompts; if not, each prompt is one
        turn of the user.
    """

    format: Format
    has_parts: bool
    files: list[ExportedFile] = field(default_factory=list)


def export(
    snapshot: Snapshot,
    form: Format,
    to: str,
    kind: FileKind | None = None,
    split: str | None = None,
    wanted: RowFilter | None = None,
    template: ChatTemplate | None = None,
) -> Export:
    """Write the examples of a snapshot to `to`, a file of one split or a directory of files.

    Args:
      kind: of files; by the ending of `to` if None, JSON Lines in a directory.
      split: the only one to write; if None, `train` to a file, all to a directory.
      template: of chats; adds `input_ids` and `loss_mask` to each row.

    Raises:
      ConfigurationError: the ending of `to` says another kind, or a name is not in the snapshot.
      DataError: the snapshot has no such split, or cannot be read.
    """
    wanted = wanted or RowFilter()
    check_names(snapshot, wanted)
    ending = next((kind for kind in ("jsonl", "parquet") if to.endswith(f".{kind}")), None)
    if kind and ending and kind != ending:
        raise ConfigurationError(f"--to {to} ends in .{ending}, but --{kind} is asked for")
    kind = kind or ending or "jsonl"  # type: ignore[assignment]
    if ending:
        paths = {split or "train": to}
    else:
        splits = [split] if split else list(snapshot.manifest.splits)
        paths = {name: filesystem.join(to, f"{name}.{kind}") for name in splits}
    for name in paths:
        snapshot.split(name)
    done = Export(format=form, has_parts=any(f.name == PARTS for f in snapshot.manifest.features))
    for name, path in paths.items():
        rows = _Counted(row for row in snapshot.rows(name) if wanted.accepts(row))
        if kind == "parquet":
            _write_parquet(path, rows, form, template)
        else:
            _write_jsonl(path, rows, form, template)
        digest, size = filesystem.sha256_of(path)
        done.files.append(
            ExportedFile(path=path, split=name, rows=rows.count, bytes=size, sha256=digest)
        )
    return done


class _Counted:
    """Rows, counted as they pass."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def exported_row(row: Row, form: Format, template: ChatTemplate | None = None) -> dict[str, object]:
    """Return the columns of one example: those of the format, tokens, then the facts."""
    tokens = asdict(template.tokens(conversation_of(row))) if template else {}
    facts = {column: row[feature] for column, feature in FACTS.items()}
    return {**chat_row(row, form), **tokens, **facts}


def _write_jsonl(
    path: str, rows: Iterable[Row], form: Format, template: ChatTemplate | None
) -> None:
    with filesystem.atomic_writer(path) as stream:
        for row in rows:
            columns = exported_row(row, form, template)
            stream.write(orjson.dumps(columns, option=orjson.OPT_APPEND_NEWLINE))


def _write_parquet(
    path: str, rows: Iterable[Row], form: Format, template: ChatTemplate | None
) -> None:
    facts = {name: pa.int32() if feature == NUM_SHOTS else _TEXT for name, feature in FACTS.items()}
    tokens = _TOKENS if template else {}
    schema = pa.schema(list({**_COLUMNS[form], **tokens, **facts}.items()))
    remaining = iter(rows)
    with (
        filesystem.atomic_writer(path) as stream,
        pq.ParquetWriter(stream, schema, compression="zstd") as writer,
    ):
        while group := [
            exported_row(row, form, template) for row in islice(remaining, ROWS_OF_A_GROUP)
        ]:
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
