"""Base of sources with a known layout: rows in, records of one or several tasks out.

A layout is a pure function from a row to drafts, and a table from forms to template families: a
row with an input and one without are different tasks, since other templates fit them.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from pydantic import Field, field_validator

from tfrecords_schema.errors import nearest
from transforms.records.fields import is_missing
from transforms.sources.field_sources import Lines, look_up, value_of, written
from transforms.sources.files.options import FileOptions
from transforms.sources.files.row import BadRow, Row, Rows
from transforms.sources.files.rows import LAYOUT_PATTERNS, format_of, pieces_of, read_rows
from transforms.sources.files.unfolding import Unfolding, explode, ids_around
from transforms.sources.mapping import Filtering, passes
from transforms.sources.source import Element, Piece, Source, reject, stated_id
from transforms.types import Record, Rejection, Task

MAIN = ""
# The one column that may be a text of several keys.
_COMPOSED = "context"


@dataclass(frozen=True, slots=True)
class Draft:
    """A future record: its fields, the source's id, and its form, which decides the task.

    `row_ids` are ids of the row beside those under the layout's keys, `unlearned` turns that are
    not to be learned, both as in `Record`.
    """

    fields: Mapping[str, object]
    own_id: str | None = None
    form: str = MAIN
    unlearned: tuple[int, ...] = ()
    row_ids: tuple[str, ...] = ()


class Layout(Source, FileOptions, Unfolding, Filtering):
    """Rows of JSON, JSON Lines or Parquet in a known layout; the files' endings decide."""

    # Form: the template family of its task. The main form is first, the task of rejected rows.
    families: ClassVar[dict[str, str]]
    # Form: the domain of its task, where templates speak of what is special about it.
    domains: ClassVar[dict[str, str]] = {}
    # Keys that `convert` reads and `columns` may rename, besides the id.
    column_names: ClassVar[tuple[str, ...]] = ()
    # A JSON document with all of these keys is one row, not a list of rows.
    row_keys: ClassVar[tuple[str, ...]] = ()
    # Keys of ids that stand for all records of a row.
    row_id_keys: ClassVar[tuple[str, ...]] = ("id",)

    task: str | None = Field(
        None, description="Name of the task; if left out, the source's name.", min_length=1
    )

    columns: dict[str, str | Lines] = Field(
        default_factory=dict,
        description="Maps a key that the format expects to the key in your data; dots reach into "
        "objects.",
    )
    id: str | None = Field(
        "",
        description="Key of the row's id; if left out, the format's own. With null, rows with "
        "equal contents are one record, whatever their ids.",
    )
    license_key: str | None = Field(None, description="Key of the row's license.")

    @field_validator("columns")
    @classmethod
    def _known_columns(cls, columns: dict[str, str | Lines]) -> dict[str, str | Lines]:
        for name, key in columns.items():
            if name not in cls.column_names:
                raise ValueError(
                    f"{name!r} is not a key of this format; {nearest(name, cls.column_names)}"
                )
            if name != _COMPOSED and not isinstance(key, str):
                raise ValueError(f"{name!r} is one key of your data, not a text of several keys")
        return columns

    @property
    def column_keys(self) -> dict[str, str]:
        """Return the keys of the data by those that the format expects, composed texts excepted."""
        return {name: key for name, key in self.columns.items() if isinstance(key, str)}

    @abstractmethod
    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        """Yield the records of one row, or its problem; at least one element."""

    def family_names(self) -> set[str]:
        return set(self.families.values())

    @property
    def patterns(self) -> tuple[str, ...]:
        return LAYOUT_PATTERNS

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        return pieces_of(format_of(path), path, relative, size, self)

    def rows(self, piece: Piece) -> Rows:
        """Yield the raw rows of a piece."""
        return read_rows(format_of(piece.path), piece, options=self, is_row=self.is_row)

    def is_row(self, document: Mapping[str, object]) -> bool:
        """Return whether a JSON document is one row, not a list of rows."""
        return bool(self.row_keys) and all(key in document for key in self.row_keys)

    def task_name(self, name: str, piece: Piece) -> str:
        """Return the name of the main task."""
        return self.task or name

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        yield from self.read_with(name, piece, self.convert)

    def read_with(
        self, name: str, piece: Piece, convert: Callable[[Row], Iterator[Draft | BadRow]]
    ) -> Iterator[Element]:
        """Yield all elements of a piece; a task comes right before its first record."""
        tasks = self._tasks(name, self.task_name(name, piece))
        main = tasks[next(iter(self.families))]
        announced = {main.name}
        yield main
        for where, row in explode(self.rows(piece), self.explode):
            if isinstance(row, Mapping) and not passes(row, self.filters):
                yield reject(main, "filtered", where)
                continue
            license_name = None
            if self.license_key and isinstance(row, Mapping):
                license_name = look_up(row, self.license_key)
            renamed = row if isinstance(row, BadRow) else self._renamed(row)
            row_ids = self._row_ids(row, renamed)
            for draft in [renamed] if isinstance(renamed, BadRow) else convert(renamed):
                task = tasks.get(draft.form, main)
                if task.name not in announced:
                    announced.add(task.name)
                    yield task
                if isinstance(draft, BadRow):
                    ids = [self._own_id(renamed), *row_ids]
                    yield reject(task, draft.reason, f"{where}: {draft.detail}", ids)
                    continue
                own_id = None if self.id is None else draft.own_id
                made = self.record_or_rejection(
                    task,
                    draft.fields,
                    own_id,
                    where,
                    license_name,
                    row_ids=[*row_ids, *draft.row_ids],
                )
                yield _with_facts(made, draft)

    def _own_id(self, renamed: Row | BadRow) -> str | None:
        """Return the id that a row states, as records have it."""
        if self.id is None or isinstance(renamed, BadRow):
            return None
        return stated_id(renamed.get("id"))

    def _row_ids(self, row: Row | BadRow, renamed: Row | BadRow) -> list[str | None]:
        """Return the ids that a row states, those of the rows around it too."""
        if isinstance(row, BadRow) or isinstance(renamed, BadRow):
            return []
        around = ids_around(row, self.id) if self.id else []
        return [*(stated_id(renamed.get(key)) for key in self.row_id_keys), *around]

    def _renamed(self, row: Row) -> Row:
        """Return a row with the keys that the format expects."""
        names = {**self.columns, "id": self.id} if self.id else self.columns
        return (
            {**row, **{name: value_of(row, key) for name, key in names.items()}} if names else row
        )

    def _tasks(self, source: str, name: str) -> dict[str, Task]:
        return {
            form: Task(
                name=f"{name}_{form}" if form else name,
                source=source,
                collection=self.collection,
                family=family,
                languages=tuple(self.languages),
                domain=self.domains.get(form, ""),
            )
            for form, family in self.families.items()
        }


def _with_facts(made: Record | Rejection, draft: Draft) -> Record | Rejection:
    """Return a record with what its draft says beside the fields."""
    if isinstance(made, Rejection) or not draft.unlearned:
        return made
    return replace(made, unlearned=draft.unlearned)


def text_of(row: Row, key: str) -> str:
    """Return the value under `key` as text, lists and objects as JSON; "" if it is missing."""
    value = row.get(key)
    return "" if is_missing(value) or value in ([], {}) else written(value)


def objects_of(row: Row, key: str) -> list[Row] | None:
    """Return the list of objects under `key`; None if the value is anything else."""
    value = row.get(key)
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return value
    return None
