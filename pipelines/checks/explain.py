"""Explain what happened to a record: its examples, or the reason for its rejection.

Everything is read from the snapshot: its shards, its rows of rejections and of held-out items. The
raw texts come from the store's cache of ingested records, if it still exists.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.checks.identities import examples_that_hold, identity_of
from pipelines.checks.record_texts import RecordText, find_texts, lines_with
from tfrecords_schema import filesystem
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


def _examples_with(
    snapshot: Snapshot, identity: str, held: Iterable[tuple[str, str, bytes]]
) -> Iterator[Row]:
    """Yield those of `held` whose id or record id is `identity`; decode as few as possible."""
    features = snapshot.manifest.row_features
    word = identity.encode()
    for split, path, data in held:
        if word not in data:
            continue
        row = decode_row(data, path, features)
        if identity in (row[ID], row[RECORD_ID]):
            yield {**row, SPLIT: split}


def explain(path: str, name: str) -> Explanation:
    """Return what became of a record.

    Args:
      name: its id or an example's, or how one begins; the id that its source states; or the file
        and line that it was read from, e.g. "reviews.csv:17".

    Raises:
      DataError: nothing in the snapshot or in the cache of its store has this name, or several do.
    """
    snapshot = open_snapshot(path)
    identity, examples = _examples_of(snapshot, name)
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
    explanation.texts = find_texts(snapshot, {identity, *_compared(explanation)})
    explanation.outcome = _outcome(explanation, path)
    return explanation


def _examples_of(snapshot: Snapshot, name: str) -> tuple[str, list[Row]]:
    """Return the id of the record that a name refers to, and the examples made from it."""
    identity, held = identity_of(snapshot, name.strip())
    examples: list[Row] = []
    for row in _examples_with(snapshot, identity, held):
        if row[ID] == identity:  # the name of an example: the others of its record hold another
            record = str(row[RECORD_ID])
            others = examples_that_hold(snapshot, record)
            return record, list(_examples_with(snapshot, record, others))
        examples.append(row)
    return identity, examples


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
