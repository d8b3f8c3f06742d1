"""What sources of a known layout share: rows in, records of one or several tasks out.

A layout is a pure function from a row to drafts, and a table from forms to template families: a
row with an input and one without are different tasks, since other templates fit them.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from transforms.sources.files.row import BadRow, Row, Rows
from transforms.sources.files.rows import LAYOUT_PATTERNS, format_of, pieces_of, read_rows
from transforms.sources.source import Element, Piece, Source, reject
from transforms.types import Task

MAIN = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A record to be: its fields, the source's own id, the form (and so the task) it has."""

    fields: Mapping[str, object]
    own_id: str | None = None
    form: str = MAIN


class Layout(Source):
    """Rows of JSON, JSON lines or Parquet in a known layout; the files' endings tell which."""

    # Form: the template family of its task. The main form is first, the task of rejected rows.
    families: ClassVar[dict[str, str]]

    task: str | None = Field(
        None, description="The task's name; the source's name if left out.", min_length=1
    )

    @abstractmethod
    def convert(self, row: Row) -> Iterator[Draft | BadRow]:
        """Yield the records of one row, or what is wrong with it; at least one of both."""

    def family_names(self) -> set[str]:
        return set(self.families.values())

    @property
    def patterns(self) -> tuple[str, ...]:
        return LAYOUT_PATTERNS

    def pieces(self, path: str, relative: str, size: int) -> list[Piece]:
        return pieces_of(format_of(path), path, relative, size)

    def rows(self, piece: Piece) -> Rows:
        """Yield the raw rows of a piece."""
        return read_rows(format_of(piece.path), piece)

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
        for where, row in self.rows(piece):
            for draft in [row] if isinstance(row, BadRow) else convert(row):
                task = tasks.get(draft.form, main)
                if task.name not in announced:
                    announced.add(task.name)
                    yield task
                if isinstance(draft, BadRow):
                    yield reject(task, draft.reason, f"{where}: {draft.detail}")
                    continue
                yield self.record_or_rejection(task, draft.fields, draft.own_id, where)

    def _tasks(self, source: str, name: str) -> dict[str, Task]:
        return {
            form: Task(
                f"{name}_{form}" if form else name,
                source,
                self.collection,
                family,
                languages=tuple(self.languages),
            )
            for form, family in self.families.items()
        }


def text_of(row: Row, key: str) -> str:
    """Return the text under `key`; empty where there is none."""
    value = row.get(key)
    return value if isinstance(value, str) else ""


def objects_of(row: Row, key: str) -> list[Row] | None:
    """Return the list of objects under `key`, or None if it is anything else."""
    value = row.get(key)
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return value
    return None
