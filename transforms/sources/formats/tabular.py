"""Rows with a field mapping in the recipe: a task without any Python."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar

from pydantic import Field, model_validator

from transforms.records.fields import canonical_fields
from transforms.sources.field_sources import look_up
from transforms.sources.files.options import FileOptions
from transforms.sources.files.row import BadRow, Row, Rows
from transforms.sources.files.rows import TabularFormat, patterns_of, pieces_of, read_rows
from transforms.sources.files.unfolding import explode, ids_around
from transforms.sources.mapping import (
    RowMapping,
    advice_on,
    lacking,
    map_item,
    map_row,
    passes,
    tasks_without,
)
from transforms.sources.source import Element, Piece, Source, reject, stated_id
from transforms.types import Record, Rejection, Task


class MappedRows(Source, RowMapping):
    """One task of rows that a field mapping turns into records.

    Rows that lack an optional field are a second task, of another family.
    """

    task: str = Field(description="Name of the task.", min_length=1)

    @abstractmethod
    def rows(self, piece: Piece) -> Rows:
        """Return (place, row or its problem) for each row of a piece."""

    def family_names(self) -> set[str]:
        return {self.family, *self.optional.values()} - {""}

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        languages = tuple(self.languages)
        task = Task(
            name=self.task,
            source=name,
            collection=self.collection,
            family=self.family,
            languages=languages,
        )
        yield task
        # A task comes before its records.
        others = tasks_without(task, self.optional)
        announced = {task.name}
        for where, row in explode(self.rows(piece), self.explode):
            if isinstance(row, BadRow):
                yield reject(task, row.reason, f"{where}: {row.detail}")
            elif not passes(row, self.filters):
                yield reject(task, "filtered", where)
            else:
                fields = map_item(row, self) if self.is_held_out else map_row(row, self)
                if isinstance(fields, BadRow):
                    detail = f"{where}: {fields.detail}"
                    yield reject(task, fields.reason, detail, self._ids(row))
                    continue
                of = others.get(lacking(fields, others), task)
                if of.name not in announced:
                    announced.add(of.name)
                    yield of
                yield self._record(of, row, fields, where)

    def _record(
        self, task: Task, row: Row, fields: Mapping[str, object], where: str
    ) -> Record | Rejection:
        license_name = look_up(row, self.license_key) if self.license_key else None
        own_id, *around = ids = self._ids(row)
        result = self.record_or_rejection(task, fields, own_id, where, license_name, row_ids=around)
        if isinstance(result, Rejection) and result.reason == "wrong_type":
            name = next(n for n, v in fields.items() if isinstance(canonical_fields({n: v}), str))
            if name in self.fields:
                advice = advice_on(name, self.fields[name], fields[name])
                return reject(task, result.reason, f"{result.detail}; {advice}", ids)
        return result

    def _ids(self, row: Row) -> list[str | None]:
        """Return the row's own id, and those of the rows around it."""
        if not self.id:
            return [None]
        return [stated_id(look_up(row, self.id)), *ids_around(row, self.id)]


class Tabular(MappedRows, FileOptions):
    """One task of rows: JSON Lines, JSON, CSV, TSV, Parquet or Arrow."""

    names_splits: ClassVar[bool] = True

    format: TabularFormat
    columns: list[str] | None = Field(
        None,
        description="Column names of CSV or TSV files without a header, or of rows that are JSON "
        "lists.",
        min_length=1,
    )

    @model_validator(mode="after")
    def _columns_fit(self) -> "Tabular":
        if self.columns is None:
            return self
        if self.format in ("parquet", "arrow"):
            raise ValueError(f"`columns` goes with text files; {self.format} names its own")
        if self.format in ("json", "jsonl"):
            # Rows may also be objects, with keys of their own.
            return self
        unknown = [key for key in self.keys if key not in self.columns]
        if unknown:
            raise ValueError(f"key {unknown[0]!r} is none of the columns {', '.join(self.columns)}")
        return self

    @property
    def patterns(self) -> tuple[str, ...]:
        return patterns_of(self.format)

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        return pieces_of(self.format, path, relative, size, self)

    def rows(self, piece: Piece) -> Rows:
        return read_rows(self.format, piece, self.columns, self._needed, self, self._is_row)

    def _is_row(self, document: Mapping[str, object]) -> bool:
        """Return whether an object is one row with all keys, not a table of columns."""
        values = [look_up(document, key) for key in self.keys]
        return None not in values and not all(isinstance(v, (list, dict)) for v in values)

    @property
    def _needed(self) -> list[str]:
        """The keys that a table must have, except the hidden answer of an evaluation set."""
        if not self.is_held_out:
            return self.keys
        asked = {name: source for name, source in self.fields.items() if name != "answer"}
        return self.model_copy(update={"fields": asked}).keys if asked else self.keys
