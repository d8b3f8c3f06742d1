"""The records of another snapshot, read to be compared with; no recipe names this format."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import orjson

from tfrecords_schema import filesystem
from tfrecords_schema.snapshot import open_snapshot
from transforms.records.record_store import RecordFile, decode_record
from transforms.sources.source import Element, Piece, Source, UnreadableFileError
from transforms.templates.families import FAMILIES
from transforms.types import Task

FORMAT: Literal["snapshot"] = "snapshot"


class SnapshotRecords(Source):
    """`records/` of a snapshot, as `transforms.snapshots.kept_records` writes them."""

    format: Literal["snapshot"] = FORMAT
    collection: str = ""

    @property
    def patterns(self) -> tuple[str, ...]:
        return ("*.jsonl.gz",)

    def find_files(self, root: str) -> list[str]:
        """Return the files that the manifest names, never a listing."""
        return [file.path for file in open_snapshot(root).manifest.records]

    def family_names(self) -> set[str]:
        # The family would define the roles of a held-out item's fields, but it is unknown.
        return set(FAMILIES) if self.is_held_out else set()

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        """Yield tasks and records as they were; held-out tasks have the snapshot in their names."""
        prefix = f"{name}/" if self.is_held_out else ""
        file = RecordFile(
            index=0, path=piece.path, source=name, collection="", source_rank=0, records=0
        )
        tasks: dict[str, Task] = {}
        for line in _lines(piece.path):
            if line.startswith(b"{"):
                row = orjson.loads(line)
                task = Task(
                    name=prefix + row["name"],
                    source=name,
                    collection=row["collection"],
                    family=row["family"],
                    fields=row["fields"],
                )
                tasks[row["name"]] = task
                yield task
                continue
            record = decode_record(line, file)
            task = tasks[record.task]
            yield replace(record, task=task.name, collection=task.collection)


def _lines(path: str) -> Iterator[bytes]:
    try:
        with filesystem.open_read(path) as raw, gzip.open(raw) as stream:
            yield from stream
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFileError(
            f"{path}: damaged ({error}); verify the snapshot, and build it again"
        ) from error
