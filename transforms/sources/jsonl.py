"""JSON lines with a field mapping in the recipe: a task without any Python."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Literal

import orjson
from pydantic import Field, field_validator

from tfrecords_schema.errors import nearest
from transforms.sources.lines import read_lines
from transforms.sources.source import Source, reject
from transforms.templates.families import FAMILIES
from transforms.types import Record, Rejection, Task


class Jsonl(Source):
    """One task of JSON objects, one a line."""

    format: Literal["jsonl"]
    task: str = Field(description="The task's name.", min_length=1)
    family: str = Field(description="The template family of the task.")
    id: str | None = Field(None, description="The key that holds a record's own id.")
    fields: dict[str, str] = Field(description="Canonical field: key (dots reach into objects).")
    labels: list[str] | None = Field(None, description="Answer options; integers index them.")

    @field_validator("family")
    @classmethod
    def _known_family(cls, family: str) -> str:
        if family not in FAMILIES:
            raise ValueError(f"no such template family; {nearest(family, FAMILIES)}")
        return family

    @property
    def pattern(self) -> str:
        return "*.jsonl"

    def read(self, name: str, path: str, relative: str) -> Iterator[Task | Record | Rejection]:
        task = Task(self.task, name, self.collection, self.family)
        yield task
        for number, line in read_lines(path):
            where = f"{relative or PurePosixPath(path).name}:{number}"
            if line is None:
                yield reject(task, "invalid_utf8", where)
                continue
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                yield reject(task, "invalid_json", f"{where}: {error.msg}, column {error.colno}")
                continue
            if not isinstance(row, dict):
                yield reject(task, "wrong_type", f"{where}: not an object")
                continue
            yield self._record(task, row, where)

    def _record(self, task: Task, row: Mapping[str, object], where: str) -> Record | Rejection:
        fields = {field: _lookup(row, key) for field, key in self.fields.items()}
        if self.labels:
            fields["options"] = list(self.labels)
        if problem := _resolve_answer(fields):
            return reject(task, "unknown_label", f"{where}: {problem}")
        own_id = _lookup(row, self.id) if self.id else None
        text_id = str(own_id) if isinstance(own_id, (str, int)) else None
        return self.record_or_rejection(task, fields, text_id, where)


def _lookup(row: Mapping[str, object], key: str) -> object:
    """The value under a dotted key, None where it is missing."""
    value: object = row
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _resolve_answer(fields: dict[str, object]) -> str | None:
    """Turn an integer answer into its option, in place; says what is wrong, if anything."""
    options, answer = fields.get("options"), fields.get("answer")
    if not isinstance(options, list) or answer is None or answer == "":
        return None
    if isinstance(answer, int) and not isinstance(answer, bool):
        if not 0 <= answer < len(options):
            return f"answer {answer} of {len(options)} options"
        fields["answer"] = options[answer]
    elif answer not in options:
        return f"answer {answer!r} is none of the options"
    return None
