"""Explain what became of a record: the examples made of it, or why it was left out and for which.

Everything is read from the snapshot: its shards, its rows of rejections and of held-out items. The
raw texts come from the store's cache of ingested records, where that is still there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from pipelines.stores.store import Store
from tfrecords_schema import filesystem, tfrecord
from tfrecords_schema.codec import decode_row
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import CONTAMINATION, Snapshot, open_snapshot

KEPT, REMOVED, NOT_DRAWN = "kept", "removed", "not_drawn"
_SHOWN = ("id", "_task_name", "split", "template_id", "_template_type", "inputs_pretokenized")


@dataclass
class Explanation:
    """What the snapshot says of one record.

    Attributes:
      outcome: `kept`, `removed`, or `not_drawn`: fit for use, but the mixture had enough.
      removals: its rejections; more than one only where several records have its id.
      replaced: rejections of records in whose place it stays.
      held_out: held-out items found in it.
      examples: the examples made of it, by id.
      texts: raw fields by record id, of it and of those that it was compared with.
    """

    record_id: str
    outcome: str = NOT_DRAWN
    removals: list[dict[str, Any]] = field(default_factory=list)
    replaced: list[dict[str, Any]] = field(default_factory=list)
    held_out: list[dict[str, Any]] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[str, Any] = field(default_factory=dict)


def _rows_with(snapshot: Snapshot, paths: list[str], word: str) -> Iterator[dict[str, Any]]:
    """JSON lines of files of the snapshot that hold `word`."""
    for path in paths:
        with filesystem.open_read(filesystem.join(snapshot.path, path)) as stream:
            for line in stream:
                if word.encode() in line:
                    yield orjson.loads(line)


def _examples_with(snapshot: Snapshot, identity: str) -> Iterator[dict[str, Any]]:
    """Examples whose own id or whose record's is `identity`; only these are decoded."""
    for name, split in snapshot.manifest.splits.items():
        for shard in split.shards:
            path = filesystem.join(snapshot.path, shard.path)
            with filesystem.open_read(path) as stream:
                for data in tfrecord.read_frames(stream, path):
                    if identity.encode() not in data:
                        continue
                    row = decode_row(data, path)
                    if identity in (row["id"], row["record_id"]):
                        yield {**row, "split": name, "shard": shard.path}


def _find_texts(snapshot: Snapshot, wanted: set[str]) -> dict[str, Any]:
    """Task and raw fields of records, from the cache of the snapshot's store."""
    store = Store(filesystem.parent(filesystem.parent(filesystem.absolute(snapshot.path))))
    starts = {f'["{identity}"'.encode(): identity for identity in wanted}
    found: dict[str, Any] = {}
    for source in snapshot.manifest.sources:
        directory = filesystem.join(store.ingest, source.fingerprint)
        for name in filesystem.children(directory):
            if not name.endswith(".jsonl"):
                continue
            with filesystem.open_read(filesystem.join(directory, name)) as stream:
                for line in stream:
                    if identity := starts.get(line[:35]):
                        _, task, _, license_name, fields = orjson.loads(line)
                        found[identity] = {
                            "source": source.name,
                            "task": task,
                            "license": license_name,
                            "fields": fields,
                        }
    return found


def explain(path: str, identity: str) -> Explanation:
    """What became of the record, or of the record of the example, whose id is `identity`.

    Raises:
      DataError: nothing in the snapshot or in the cache of its store has this id.
    """
    snapshot = open_snapshot(path)
    identity = identity.strip().lower()
    examples = list(_examples_with(snapshot, identity))
    if examples and all(row["id"] == identity for row in examples):
        identity = str(examples[0]["record_id"])
        examples = list(_examples_with(snapshot, identity))
    found = Explanation(identity)
    found.examples = [
        {name: row[name] for name in (*_SHOWN, "targets_pretokenized")} for row in examples
    ]
    rejections = [file.path for file in snapshot.manifest.rejections]
    for row in _rows_with(snapshot, rejections, identity):
        if row["id"] == identity:
            found.removals.append(row)
        elif row.get("other_id") == identity:
            found.replaced.append(row)
    reports = [file.path for file in snapshot.manifest.reports]
    rows = [path for path in reports if path.startswith(f"{CONTAMINATION}/")]
    found.held_out = [row for row in _rows_with(snapshot, rows, identity) if row["id"] == identity]
    compared = {row["other_id"] for row in found.removals if "other_id" in row}
    compared |= {row["item"]["id"] for row in found.held_out}
    compared |= {row["id"] for row in found.replaced}
    found.texts = _find_texts(snapshot, {identity, *compared})
    if found.examples:
        found.outcome = KEPT
    elif found.removals:
        found.outcome = REMOVED
    elif not (found.replaced or found.held_out or identity in found.texts):
        raise DataError(
            f"{path}: no record or example has the id {identity!r}; "
            "ids are 32 hex digits, as in the shards and in rejections/*.jsonl"
        )
    return found
