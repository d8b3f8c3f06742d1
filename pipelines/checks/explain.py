"""Explain what happened to a record: its examples, or the reason for its rejection.

Everything is read from the snapshot: its shards, its rows of rejections and of held-out items. The
raw texts come from the store's cache of ingested records, if it still exists.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.stores.store import Store
from tfrecords_schema import filesystem, tfrecord
from tfrecords_schema.codec import decode_row
from tfrecords_schema.errors import DataError
from tfrecords_schema.features import (
    ID,
    INPUTS_TEXT,
    RECORD_ID,
    SPLIT,
    TARGETS_TEXT,
    TASK_NAME,
    TEMPLATE_ID,
    TEMPLATE_TYPE,
    Row,
)
from tfrecords_schema.snapshot import CONTAMINATION, Snapshot, open_snapshot
from transforms.held_out.match_rows import MatchRow, decode_match
from transforms.records.record_store import find_records
from transforms.records.rejections import decode_rejection
from transforms.types import FieldValue, Rejection

KEPT, REMOVED, NOT_DRAWN = "kept", "removed", "not_drawn"
_SHOWN = (*(ID, TASK_NAME, SPLIT, TEMPLATE_ID, TEMPLATE_TYPE, INPUTS_TEXT, TARGETS_TEXT),)


@dataclass(frozen=True)
class RecordText:
    """The raw fields of a record, and its source."""

    source: str
    task: str
    license: str
    fields: Mapping[str, FieldValue]


@dataclass(kw_only=True)
class Explanation:
    """All facts about one record in a snapshot.

    Attributes:
      outcome: `kept`, `removed`, or `not_drawn`: usable, but the mixture did not need it.
      removals: its rejections; more than one only if several records have its id.
      replaced: rejections of records that were removed in favor of it.
      held_out: held-out items found in it.
      examples: the examples made from it.
      texts: raw fields by record id, of the record and of those that it was compared with.
    """

    record_id: str
    outcome: str = NOT_DRAWN
    removals: list[Rejection] = field(default_factory=list)
    replaced: list[Rejection] = field(default_factory=list)
    held_out: list[MatchRow] = field(default_factory=list)
    examples: list[Row] = field(default_factory=list)
    texts: dict[str, RecordText] = field(default_factory=dict)


def _lines_with(snapshot: Snapshot, paths: list[str], word: str) -> Iterator[bytes]:
    """Yield the lines of the snapshot's files that contain `word`."""
    for path in paths:
        with filesystem.open_read(filesystem.join(snapshot.path, path)) as stream:
            yield from (line for line in stream if word.encode() in line)


def _examples_with(snapshot: Snapshot, identity: str) -> Iterator[Row]:
    """Yield examples whose id or record id is `identity`; only these are decoded."""
    features = snapshot.manifest.row_features
    for name, split in snapshot.manifest.splits.items():
        for shard in split.shards:
            path = filesystem.join(snapshot.path, shard.path)
            with filesystem.open_read(path) as stream:
                for data in tfrecord.read_frames(stream, path):
                    if identity.encode() not in data:
                        continue
                    row = decode_row(data, path, features)
                    if identity in (row[ID], row[RECORD_ID]):
                        yield {**row, SPLIT: name}


def _find_texts(snapshot: Snapshot, wanted: set[str]) -> dict[str, RecordText]:
    """Return the raw fields of records, from the cache of the snapshot's store."""
    store = Store(filesystem.parent(filesystem.parent(filesystem.absolute(snapshot.path))))
    texts: dict[str, RecordText] = {}
    for source in snapshot.manifest.sources:
        directory = filesystem.join(store.ingest, source.fingerprint)
        for name in filesystem.children(directory):
            if name.endswith(".jsonl"):
                path = filesystem.join(directory, name)
                for record in find_records(path, source.name, wanted):
                    texts[record.id] = RecordText(
                        record.source, record.task, record.license, record.fields
                    )
    return texts


def explain(path: str, identity: str) -> Explanation:
    """Explain the record with the id `identity`, or the record of the example with this id.

    Raises:
      DataError: nothing in the snapshot or in the cache of its store has this id.
    """
    snapshot = open_snapshot(path)
    identity = identity.strip().lower()
    examples = list(_examples_with(snapshot, identity))
    if examples and all(row[ID] == identity for row in examples):
        identity = str(examples[0][RECORD_ID])
        examples = list(_examples_with(snapshot, identity))
    explanation = Explanation(record_id=identity)
    explanation.examples = [{name: row[name] for name in _SHOWN} for row in examples]
    rejections = [file.path for file in snapshot.manifest.rejections]
    for line in _lines_with(snapshot, rejections, identity):
        row = decode_rejection(line)
        if row.id == identity:
            explanation.removals.append(row)
        elif row.other_id == identity:
            explanation.replaced.append(row)
    reports = [file.path for file in snapshot.manifest.reports]
    paths = [path for path in reports if path.startswith(f"{CONTAMINATION}/")]
    matches = [decode_match(line) for line in _lines_with(snapshot, paths, identity)]
    explanation.held_out = [match for match in matches if match.id == identity]
    explanation.texts = _find_texts(snapshot, {identity, *_compared(explanation)})
    explanation.outcome = _outcome(explanation, path)
    return explanation


def _compared(explanation: Explanation) -> set[str]:
    """Return the ids of the records and held-out items that the record was compared with."""
    return {
        *(row.other_id for row in explanation.removals if row.other_id),
        *(match.item.id for match in explanation.held_out),
        *(row.id for row in explanation.replaced),
    }


def _outcome(explanation: Explanation, path: str) -> str:
    if explanation.examples:
        return KEPT
    if explanation.removals:
        return REMOVED
    identity = explanation.record_id
    if explanation.replaced or explanation.held_out or identity in explanation.texts:
        return NOT_DRAWN
    raise DataError(
        f"{path}: no record or example has the id {identity!r}; "
        "ids are 32 hex digits, as in the shards and in rejections/*.jsonl"
    )
