"""Explain what happened to a record: its examples, or the reason for its rejection.

Everything is read from the snapshot: its shards, its rows of rejections and of held-out items. The
raw texts come from the store's cache of ingested records, if it still exists.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.checks.identities import Found, examples_with, find
from pipelines.checks.record_texts import RecordText, find_texts, lines_with, text_of
from tfrecords_schema import filesystem
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
from transforms.records.rejections import decode_rejection
from transforms.types import Rejection

KEPT, REMOVED, NOT_DRAWN = "kept", "removed", "not_drawn"
_SHOWN = (*(ID, TASK_NAME, SPLIT, TEMPLATE_ID, TEMPLATE_TYPE, INPUTS_TEXT, TARGETS_TEXT),)


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
        yield from lines_with(filesystem.join(snapshot.path, path), word)


def explain(path: str, name: str) -> Explanation:
    """Return what became of a record.

    Args:
      name: its id or an example's, or how one begins; the id that its source states; or the file
        and line that it was read from, e.g. "reviews.csv:17".

    Raises:
      DataError: nothing in the snapshot or in the cache of its store has this name, or several do.
    """
    snapshot = open_snapshot(path)
    found = _found(snapshot, name.strip())
    identity = found.identity
    explanation = Explanation(record_id=identity)
    explanation.examples = [{name: row[name] for name in _SHOWN} for row in found.examples]
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
    wanted = {identity, *_compared(explanation)}
    texts = {one: text_of(record) for one, record in found.records.items() if one in wanted}
    explanation.texts = texts | find_texts(snapshot, wanted - texts.keys())
    explanation.outcome = _outcome(explanation, path)
    return explanation


def _found(snapshot: Snapshot, name: str) -> Found:
    """Return the record that a name refers to; the name of an example refers to its record."""
    found = find(snapshot, name)
    for row in found.examples:
        if row[ID] == found.identity:  # other examples of the record have other ids
            record = str(row[RECORD_ID])
            return Found(identity=record, examples=list(examples_with(snapshot, record)))
    return found


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
