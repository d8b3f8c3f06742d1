"""Read the records that a snapshot keeps: those that its examples and exemplars show."""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class KeptRecord:
    """A record as it was read.

    Attributes:
      place: file and line that it was read from, e.g. "dialogs.jsonl:15".
      own_id: the id that its source states, if any.
      fields: texts and lists of texts by name, with those that all records of its task share.
    """

    id: str
    source: str
    collection: str
    task: str
    family: str
    license: str
    place: str
    own_id: str
    fields: Mapping[str, str | list[str]]


def kept_records(snapshot: Snapshot, word: str) -> Iterator[KeptRecord]:
    """Yield the records of `records/` whose line contains `word`, as JSON writes it.

    Raises:
      DataError: a file is damaged or missing.
    """
    for file in snapshot.manifest.records:
        path = filesystem.join(snapshot.path, file.path)
        tasks: dict[str, dict[str, Any]] = {}
        try:
            with filesystem.open_read(path) as raw, gzip.open(raw) as stream:
                for line in stream:
                    if line.startswith(b"{"):
                        task = orjson.loads(line)
                        tasks[task["name"]] = task
                    elif word.encode() in line:
                        yield _kept(line, tasks)
        except (OSError, EOFError, zlib.error, orjson.JSONDecodeError) as error:
            raise DataError(
                f"{path}: damaged ({error}); run `flanbeam verify`, and build it again"
            ) from error


def _kept(line: bytes, tasks: Mapping[str, dict[str, Any]]) -> KeptRecord:
    # Records read by earlier versions have no origin.
    identity, name, *origin, license_name, fields = orjson.loads(line)
    own_id, place = origin[:2] if len(origin) >= 2 else ("", "")
    task = tasks[name]
    return KeptRecord(
        id=identity,
        source=task["source"],
        collection=task["collection"],
        task=name,
        family=task["family"],
        license=license_name,
        place=place,
        own_id=own_id,
        fields={**task["fields"], **fields},
    )


def kept_record(snapshot: Snapshot, record_id: str) -> KeptRecord:
    """Return the record of an id.

    Raises:
      DataError: the snapshot does not keep such a record.
    """
    if found := next(kept_records(snapshot, f'["{record_id}"'), None):
        return found
    if not snapshot.manifest.records:
        raise DataError(
            f"{snapshot.path}: an earlier version built it and kept no records; build it again"
        )
    raise DataError(
        f"{snapshot.path}: records/ has no record {record_id!r}; it keeps the records that "
        "examples and exemplars show, by their `record_id`"
    )
