"""What every source has: where its files lie, how they are read, what its records belong to."""

import fnmatch
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, Field

from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from transforms.fields import canonical_fields, missing_target
from transforms.stable_random import stable_id
from transforms.types import FieldValue, Record, Rejection, Task

INGEST = "ingest"


@dataclass(frozen=True)
class Piece:
    """The part of one raw file that a work item reads.

    Attributes:
      path: the file; `relative` is its path below the source's root, for messages.
      start, end: the part, in units of the format: bytes of a text file, row groups of Parquet;
        `end` is None for the whole file.
    """

    path: str
    relative: str
    start: int = 0
    end: int | None = None


Element = Task | Record | Rejection


class UnreadableFileError(DataError):
    """A raw file that cannot be read at all; the message names the file, the place, the cause."""


class Source(BaseModel, ABC):
    """The part of a recipe that describes one source; a subclass for each file format."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str | None = Field(
        None, description="File or directory, relative to the recipe, or a URL; --source wins."
    )
    about: str = Field("", description="What the path should hold and where to get it.")
    collection: str = Field(description="The collection that its tasks belong to.")
    license: str = Field("Unknown", description="SPDX identifier, where records do not say.")
    split: str = Field("train", description="The split that its records come from.")

    @property
    @abstractmethod
    def pattern(self) -> str:
        """Which files of a directory belong to the source."""

    @abstractmethod
    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        """Tasks, records and rejections of one piece of source `name`, tasks before their records.

        Raises:
          UnreadableFileError: nothing can be read from the file.
        """

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        """What of a file of `size` bytes each work item reads; here, all of it."""
        return [Piece(path, relative)]

    def find_files(self, root: str) -> list[str]:
        """Paths relative to `root` in sorted order; `[""]` where `root` is itself the file."""
        if filesystem.is_local(root):
            if os.path.isfile(root):
                return [""]
            files = [p.relative_to(root).as_posix() for p in Path(root).rglob("*") if p.is_file()]
            return sorted(f for f in files if fnmatch.fnmatch(f.rsplit("/", 1)[-1], self.pattern))
        from apache_beam.io.filesystems import FileSystems

        patterns = [root, filesystem.join(root, self.pattern)]
        found = [m.path for match in FileSystems.match(patterns) for m in match.metadata_list]
        return sorted("" if path == root else path[len(root) :].strip("/") for path in found)

    def record_or_rejection(
        self,
        task: Task,
        fields: dict[str, object],
        own_id: str | None,
        where: str,
        license_name: str | None = None,
    ) -> Record | Rejection:
        """A record if `fields` are fit to use, else why not.

        The id hashes the source's own id where it has one, else the fields, with the task.
        """
        clean = canonical_fields(fields)
        if isinstance(clean, str):
            return reject(task, "wrong_type", f"{where}: {clean}")
        if missing := missing_target(task.family, clean):
            return reject(task, "empty_field", f"{where}: {missing} is empty or missing")
        identity = ("id", own_id) if own_id else ("fields", _canonical_json(clean))
        return Record(
            id=stable_id(task.name, *identity),
            source=task.source,
            collection=task.collection,
            task=task.name,
            split=self.split,
            license=license_name or self.license,
            fields=clean,
        )


def _canonical_json(fields: dict[str, FieldValue]) -> str:
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS).decode()


def reject(task: Task, reason: str, detail: str) -> Rejection:
    """A rejection of the ingest stage; the id hashes the place, since the record has none."""
    identity = stable_id(task.name, reason, detail)
    return Rejection(INGEST, reason, identity, task.source, task.name, detail)
