"""JSON lines with a field mapping in the recipe: a task without any Python."""

from collections.abc import Iterator
from typing import Literal

import orjson
from pydantic import Field

from transforms.sources.lines import read_lines
from transforms.sources.mapping import Row, RowMapping, look_up, map_row, passes
from transforms.sources.source import Element, Piece, Source, reject
from transforms.types import Record, Rejection, Task


class Jsonl(Source, RowMapping):
    """One task of JSON objects, one a line."""

    format: Literal["jsonl"]
    task: str = Field(description="The task's name.", min_length=1)

    @property
    def pattern(self) -> str:
        return "*.jsonl"

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        task = Task(self.task, name, self.collection, self.family)
        yield task
        for number, line in read_lines(piece.path):
            where = f"{piece.relative}:{number}"
            if line is None:
                yield reject(task, "invalid_utf8", where)
                continue
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                yield reject(task, "invalid_json", f"{where}: {error.msg}, column {error.colno}")
                continue
            if isinstance(row, dict):
                yield self._record(task, row, where)
            else:
                yield reject(task, "wrong_type", f"{where}: not an object")

    def _record(self, task: Task, row: Row, where: str) -> Record | Rejection:
        if not passes(row, self.filters):
            return reject(task, "filtered", where)
        fields = map_row(row, self)
        if isinstance(fields, str):
            return reject(task, "unknown_label", f"{where}: {fields}")
        own_id = look_up(row, self.id) if self.id else None
        text_id = str(own_id) if isinstance(own_id, (str, int)) else None
        license_name = look_up(row, self.license_key) if self.license_key else None
        return self.record_or_rejection(task, fields, text_id, where, license_name)
