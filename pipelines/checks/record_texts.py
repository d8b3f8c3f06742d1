"""Find raw records: in the store's cache of ingested sources, or else in the snapshot.

Files are mapped and searched for bytes; a line is decoded only where it has what is looked for.
"""

import mmap
import os
from collections.abc import Iterator, Mapping, Set
from contextlib import closing
from dataclasses import dataclass

from pipelines.stores.store import Store
from tfrecords_schema import filesystem
from tfrecords_schema.kept_records import KeptRecord, kept_records
from tfrecords_schema.snapshot import Snapshot
from transforms.records.record_store import RecordFile, decode_record, find_records
from transforms.types import FieldValue, Record

# Up to so many ids it is faster to search for each than to look at every line.
_MOST_SEARCHES = 4


@dataclass(frozen=True, kw_only=True)
class RecordText:
    """The raw fields of a record, and where it comes from."""

    source: str
    task: str
    license: str
    fields: Mapping[str, FieldValue]
    own_id: str = ""
    place: str = ""


def find_texts(snapshot: Snapshot, wanted: Set[str]) -> dict[str, RecordText]:
    """Return the raw fields of records by their ids."""
    texts: dict[str, RecordText] = {}
    for source, path in record_paths(snapshot):
        if len(texts) == len(wanted):
            break
        few = filesystem.is_local(path) and len(wanted) <= _MOST_SEARCHES
        records = (
            (record for one in wanted for record in records_with(path, source, f'["{one}"'))
            if few
            else find_records(path, source, wanted)
        )
        for record in records:
            if record.id in wanted:
                texts[record.id] = text_of(record)
    missing = wanted - texts.keys()
    for kept in kept_records(snapshot, "") if missing else ():
        if kept.id in missing:
            texts[kept.id] = text_of(kept)
            if len(texts) == len(wanted):
                break
    return texts


def text_of(record: Record | KeptRecord) -> RecordText:
    """Return a record as it is shown."""
    return RecordText(
        source=record.source,
        task=record.task,
        license=record.license,
        fields=record.fields,
        own_id=record.own_id,
        place=record.place,
    )


def record_paths(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield (source, path) of the record files of a snapshot's sources that the cache holds."""
    store = Store(filesystem.parent(filesystem.parent(filesystem.absolute(snapshot.path))))
    for source in snapshot.manifest.sources:
        directory = filesystem.join(store.ingest, source.fingerprint)
        for name in filesystem.children(directory):
            if name.endswith(".jsonl") and not name.endswith(".rejections.jsonl"):
                yield source.name, filesystem.join(directory, name)


def records_with(path: str, source: str, text: str) -> Iterator[Record]:
    """Yield the records of a file whose line holds a text."""
    file = RecordFile(index=0, path=path, source=source, collection="", source_rank=0, records=0)
    for line in lines_with(path, text):
        yield decode_record(line, file)


def lines_with(path: str, text: str) -> Iterator[bytes]:
    """Yield the lines of a file that hold a text."""
    word = text.encode()
    if not filesystem.is_local(path):
        with filesystem.open_read(path) as stream:
            yield from (line for line in stream if word in line)
        return
    if not os.path.getsize(path):
        return
    with (
        open(path, "rb") as stream,
        closing(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)) as data,
    ):
        place = data.find(word)
        while place >= 0:
            start = data.rfind(b"\n", 0, place) + 1
            end = data.find(b"\n", place)
            end = len(data) if end < 0 else end + 1
            yield data[start:end]
            place = data.find(word, end)
