"""Base of all sources: the files, how to read them, and the collection of their records."""

import fnmatch
import os
import posixpath
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from transforms.records.fields import DERIVED, canonical_fields, missing_target
from transforms.records.rationales import without_conclusion
from transforms.sources.licenses import UNKNOWN, spdx_license
from transforms.stable_random import stable_id
from transforms.templates.families import FAMILIES
from transforms.templates.roles import roles_of
from transforms.types import FieldValue, Record, Rejection, Task

INGEST = "ingest"
# A detail quotes the problem, not the text of a whole row.
_MAX_DETAIL = 300


@dataclass(frozen=True, kw_only=True)
class Piece:
    """The part of one raw file that a work item reads.

    Attributes:
      path: the file; `relative` is its path below the source's root, for messages.
      start, end: the part, in units of the format: bytes of a text file, row groups of Parquet;
        `end` is None for the whole file.
      task: the task of the records, if a source knows it before reading.
    """

    path: str
    relative: str
    start: int = 0
    end: int | None = None
    task: str = ""


Element = Task | Record | Rejection


@dataclass(frozen=True)
class SourcePiece:
    """The `index`-th piece of source `source_name`, whose part of the recipe is `source`."""

    source_name: str
    source: "Source"
    piece: Piece
    index: int


class UnreadableFileError(DataError):
    """A raw file that cannot be read at all; the message names file, place and cause."""


class Source(BaseModel, ABC):
    """The part of a recipe that describes one source; a subclass for each file format."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # Whether the names of files state their split.
    names_splits: ClassVar[bool] = False
    # Raise it to read every source of the format again although its reader did not change.
    reader_version: ClassVar[int] = 1
    # Whether `find_files` makes a path that does not exist, or says how to.
    creates_path: ClassVar[bool] = False
    # How a user obtains the files, for a list of missing ones.
    obtained: ClassVar[str] = "files of the publisher: download them to the path"

    path: str | None = Field(
        None,
        description="File or directory, relative to the recipe, or a URL; --source overrides it.",
    )
    about: str = Field("", description="Description of the data at the path and where to get it.")
    files: str | None = Field(
        None,
        description="Pattern of the file names to read in a directory, e.g. 'train-*.parquet'; if "
        "left out, chosen by file ending. A pattern with a slash matches the path "
        "below the directory.",
    )
    collection: str = Field(description="Collection of the source's tasks.")
    license: str = Field(
        UNKNOWN, description="SPDX identifier of the license, for records that do not state one."
    )
    languages: list[str] = Field(
        default_factory=list, description="Languages of the texts, as BCP 47 tags, e.g. [en]."
    )
    domain: str = Field(
        "",
        description="Kind of text, e.g. news: templates written for it are used besides the "
        "general ones.",
    )
    split: str = Field("train", description="Split that the records come from.")

    # Of an evaluation set: its items need no answer, no label and no family.
    _is_held_out: bool = PrivateAttr(default=False)

    @property
    def is_held_out(self) -> bool:
        """Return whether it is an evaluation set, whose records are only searched for."""
        return self._is_held_out

    def as_held_out(self) -> Self:
        """Return a copy of the source as an evaluation set."""
        held_out = self.model_copy()
        held_out._is_held_out = True
        return held_out

    @property
    @abstractmethod
    def patterns(self) -> tuple[str, ...]:
        """Name patterns of the format's files, if `files` does not state which to read."""

    @abstractmethod
    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        """Yield the tasks, records and rejections of one piece of source `name`.

        A task comes before its records.

        Raises:
          UnreadableFileError: nothing can be read from the file.
        """

    @abstractmethod
    def family_names(self) -> set[str]:
        """Return the template families that its tasks may have."""

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        """Return the pieces of a file of `size` bytes for work items; by default, one piece."""
        return [Piece(path=path, relative=relative)]

    def work(self, root: str, files: Mapping[str, int]) -> list[Piece]:
        """Return the pieces of `files`: path relative to `root` ("" is `root` itself) → bytes."""
        return [
            piece
            for file, size in files.items()
            for piece in self.pieces(
                filesystem.join(root, file) if file else root,
                file or posixpath.basename(root),
                size,
            )
        ]

    @property
    def file_patterns(self) -> tuple[str, ...]:
        """Names of the files of a directory that belong to the source."""
        return (self.files,) if self.files else self.patterns

    def files_beside(self) -> list[str]:
        """Return files that control reading, e.g. a list of task names; relative to `path`."""
        return []

    def beside(self, relative: str) -> str:
        """Return the path of a file relative to `path`, or to its directory if it is a file."""
        root = self.path or ""
        if filesystem.is_local(root):
            directory = os.path.dirname(root) if os.path.isfile(root) else root
            return os.path.normpath(os.path.join(directory, relative))
        scheme, _, rest = root.partition("://")
        rest = posixpath.dirname(rest) if "." in posixpath.basename(rest) else rest
        return f"{scheme}://{posixpath.normpath(posixpath.join(rest, relative))}"

    def find_files(self, root: str) -> list[str]:
        """Return paths relative to `root`, sorted; `[""]` where `root` itself is the file."""
        if filesystem.is_local(root):
            if os.path.isfile(root):
                return [""]
            files = list(_files_below(root))
        else:
            from apache_beam.io.filesystems import FileSystems

            matches = FileSystems.match([root, filesystem.join(root, "**")])
            paths = [metadata.path for match in matches for metadata in match.metadata_list]
            if root in paths:
                return [""]
            files = [path[len(root) :].strip("/") for path in paths]
        visible = [file for file in files if not _is_hidden(file)]
        return sorted(_data_among([path for path in visible if _belongs(path, self.file_patterns)]))

    def record_or_rejection(
        self,
        task: Task,
        fields: Mapping[str, object],
        own_id: str | None,
        where: str,
        license_name: object = None,
        contents: str | None = None,
        row_ids: Iterable[str | None] = (),
    ) -> Record | Rejection:
        """Return a record if `fields` are usable, otherwise a rejection.

        The id hashes the fields, the task, and the row's own id if it has one: files that number
        their rows from 0 have equal ids for different contents. If the fields are worded from a
        row, `contents` represent the row in the id. The license is that of the data, a text or a
        list, or that of the source. `row_ids` are further ids that the row states; they do not
        change the record's.
        """
        # Of pydantic, a private attribute takes a microsecond.
        is_held_out = self._is_held_out
        if is_held_out:
            fields = _searchable(task, fields)
        ids = (own_id, *row_ids)
        clean = canonical_fields(fields)
        if isinstance(clean, str):
            return reject(task, "wrong_type", f"{where}: {clean}", ids)
        rationale, answer = clean.get("rationale"), clean.get("answer")
        if isinstance(rationale, str) and isinstance(answer, str):
            clean["rationale"] = without_conclusion(rationale, answer)
        if name := next((name for name, value in clean.items() if not _is_unicode(value)), None):
            return reject(task, "invalid_utf8", f"{where}: {name} has half a surrogate pair", ids)
        if is_held_out:
            missing = None if clean else "every field that asks something"
        else:
            missing = missing_target(task.family, clean) or _missing_everywhere(task, clean)
        if missing:
            return reject(task, "empty_field", f"{where}: {missing} is empty or missing", ids)
        identity = (*(("id", own_id) if own_id else ()), "fields")
        identity = (*identity, _canonical_json(clean) if contents is None else contents)
        return Record(
            id=stable_id(task.name, *identity),
            source=task.source,
            collection=task.collection,
            task=task.name,
            license=spdx_license(license_name or self.license),
            fields=clean,
            own_id=own_id or "",
            row_ids=_others(ids),
            place=where,
        )


def _files_below(root: str) -> Iterator[str]:
    """Yield the files below a directory, also behind symbolic links, each directory once."""
    seen: set[str] = set()
    for directory, subdirectories, files in os.walk(root, followlinks=True):
        real = os.path.realpath(directory)
        if real in seen:
            # A link that leads back, or to a directory that was read already.
            subdirectories.clear()
            continue
        seen.add(real)
        subdirectories.sort()
        for file in files:
            path = os.path.join(directory, file)
            if os.path.isfile(path):
                yield os.path.relpath(path, root).replace(os.sep, "/")


def data_files(root: str) -> list[str]:
    """Return the paths of the files below a local directory that can hold data, sorted."""
    visible = sorted(file for file in _files_below(root) if not _is_hidden(file))
    return [os.path.join(root, file) for file in visible]


def _is_hidden(file: str) -> bool:
    """Return whether a program created a file for itself: backups, caches, files of macOS."""
    return any(part.startswith(".") or part in _NO_DATA for part in file.split("/"))


_NO_DATA = {"__MACOSX", "__pycache__"}
# Files that `datasets` writes besides the rows.
_METADATA = {"dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json"}


def _data_among(files: list[str]) -> list[str]:
    data = [file for file in files if posixpath.basename(file) not in _METADATA]
    return data or files


def _searchable(task: Task, fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of an item, without an answer that is not text.

    Empty if there is no question, e.g. for a record with only an answer.
    """
    roles = roles_of(fields, FAMILIES.get(task.family))
    kept = {
        name: value
        for name, value in fields.items()
        if roles[name] != "answer" or not isinstance(canonical_fields({name: value}), str)
    }
    asks = {name: value for name, value in kept.items() if roles[name] in ("question", "options")}
    return kept if canonical_fields(asks) else {}


def _belongs(file: str, patterns: tuple[str, ...]) -> bool:
    name = posixpath.basename(file)
    return any(fnmatch.fnmatchcase(file if "/" in p else name, p) for p in patterns)


@lru_cache
def required_fields(family: str) -> tuple[str, ...]:
    """Return the fields that every template of a family shows, sorted by name."""
    shown = [template.fields for template in FAMILIES[family].templates]
    return tuple(sorted(frozenset.intersection(*shown))) if shown else ()


def _missing_everywhere(task: Task, fields: Mapping[str, FieldValue]) -> str | None:
    """Return a field that all templates of the task's family need and `fields` lacks, or None."""
    for field in required_fields(task.family):
        name = DERIVED.get(field, field) if "turns" in fields else field
        if name not in fields and name not in task.fields:
            return name
    return None


def _is_unicode(value: FieldValue) -> bool:
    """Return whether texts can be written: a lone surrogate cannot."""
    try:
        for text in [value] if isinstance(value, str) else value:
            text.isascii() or text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _canonical_json(fields: dict[str, FieldValue]) -> str:
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS).decode()


def _others(ids: Sequence[str | None]) -> tuple[str, ...]:
    """Return the ids of the rows around a row, whose own id comes first."""
    return tuple(dict.fromkeys(one for one in ids[1:] if one and one != ids[0]))


def reject(task: Task, reason: str, detail: str, ids: Sequence[str | None] = (None,)) -> Rejection:
    """Return a rejection of the ingest stage; its id hashes the place, as the record has none.

    `ids` are the row's own id and those of the rows around it, by which it can be forgotten.
    """
    if len(detail) > _MAX_DETAIL:
        detail = f"{detail[:_MAX_DETAIL]}…"
    identity = stable_id(task.name, reason, detail)
    return Rejection(
        stage=INGEST,
        reason=reason,
        id=identity,
        source=task.source,
        task=task.name,
        detail=detail,
        own_id=ids[0] or "",
        row_ids=_others(ids),
    )


def stated_id(value: object) -> str | None:
    """Return the id that a source states, if it is a text or an integer."""
    is_id = isinstance(value, (str, int)) and not isinstance(value, bool)
    return str(value) if is_id and str(value).strip() else None
