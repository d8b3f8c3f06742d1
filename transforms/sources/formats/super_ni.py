"""Super-Natural Instructions: one JSON file per task.

Keys: `Definition`, `Positive Examples`, `Instances` (`id`, `input`, `output`), `Categories`,
`Input_language`, `Output_language`, `Instance License`. Drafts have a text as `Definition`, and
neither ids nor languages.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from tfrecords_schema.errors import nearest
from transforms.records.fields import says_no_input
from transforms.sources.field_sources import look_up
from transforms.sources.files.json_rows import load_json
from transforms.sources.files.lines import read_lines
from transforms.sources.files.row import BadRow, row_of
from transforms.sources.files.streams import plain_name, with_compressed
from transforms.sources.mapping import FixedFields, lacking, passes, tasks_without
from transforms.sources.source import (
    Element,
    Piece,
    Source,
    UnreadableFileError,
    reject,
    stated_id,
)
from transforms.types import FieldValue, Task

FAMILY = "instruction_input"
_KEYS = ("input", "output", "id")
# The 57 tasks made from MMLU, and everything named after an evaluation set.
_EVALUATION_SETS = ["664-667", "685-737", "*mmmlu*", "*bbh*"]
# Tasks made from sets that the paper evaluates on: SVAMP, ASDiv, CommonsenseQA, BoolQ. The
# published collection trains on them.
_PAPER_EVALUATION = ["751-754", "861-864", "73", "380-381", "1660-1661"]
_NUMBERS = re.compile(r"(\d+)(?:-(\d+))?")
_TASK_NUMBER = re.compile(r"task(\d+)_")


class SuperNi(Source, FixedFields):
    """A directory of task files in the Super-Natural Instructions schema.

    A task is named after its file, with underscores for hyphens, as in the published collection.

    An excluded task is one rejection, `excluded_task`, that names the rule and the number of
    instances: most of the five million may be excluded, and a row for each would be larger than
    the corpus. The ledger counts the task once.
    """

    optional_field: ClassVar[str] = "input"

    format: Literal["super_ni"]
    collection: str = Field("natural_instructions", description="Collection of the tasks.")
    languages: list[str] = Field(
        default_factory=list,
        description="Keep only tasks whose languages are all in this list, named as in the files.",
    )
    categories: list[str] = Field(
        default_factory=list, description="Keep only tasks of these categories."
    )
    tasks_list: str | None = Field(
        None,
        description="File with the names of the tasks to keep, one per line, relative to `path`.",
    )
    exclude: list[str] = Field(
        default_factory=lambda: list(_EVALUATION_SETS),
        description="Task numbers ('664-667') and name patterns ('*mmmlu*') to exclude.",
    )

    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Maps `input`, `output` or `id` to the key in your instances; dots reach into "
        "objects.",
    )
    exclude_evaluation_tasks: bool = Field(
        False,
        description="Also exclude the tasks made from SVAMP, ASDiv, CommonsenseQA and BoolQ, on "
        "which the paper evaluates.",
    )

    @field_validator("exclude")
    @classmethod
    def _ranges_go_up(cls, exclude: list[str]) -> list[str]:
        for rule in exclude:
            numbers = _NUMBERS.fullmatch(rule)
            if numbers and numbers[2] and int(numbers[1]) > int(numbers[2]):
                raise ValueError(f"{rule}: write a range with the lower number first")
        return exclude

    @field_validator("columns")
    @classmethod
    def _known_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        for name in columns:
            if name not in _KEYS:
                raise ValueError(f"{name!r} is not a key of this format; {nearest(name, _KEYS)}")
        return columns

    def family_names(self) -> set[str]:
        return {FAMILY, *self.optional.values()}

    @property
    def patterns(self) -> tuple[str, ...]:
        return with_compressed(["*.json"])

    def files_beside(self) -> list[str]:
        return [self.tasks_list] if self.tasks_list else []

    def read(self, name: str, piece: Piece) -> Iterator[Element]:
        task_name = published_name(plain_name(piece.path).removesuffix(".json"))
        if rule := self._excluded_name(task_name):
            task = Task(name=task_name, source=name, collection=self.collection, family=FAMILY)
            detail = f"{piece.relative}: {_instances_in(piece.path)} instances, {rule}"
            yield reject(task, "excluded_task", detail)
            return
        document = _load(piece.path)
        task = _task(document, name, self.collection, task_name, piece.path)
        if rule := self._excluded_task(task):
            detail = f"{piece.relative}: {len(document['Instances'])} instances, {rule}"
            yield reject(task, "excluded_task", detail)
            return
        yield task
        others = tasks_without(task, self.optional)
        announced = {task.name}
        for position, instance in enumerate(document["Instances"], start=1):
            where = f"{piece.relative}: instance {position}"
            row = row_of(instance)
            if isinstance(row, BadRow):
                yield reject(task, row.reason, f"{where}: {row.detail}")
                continue
            if not passes(row, self.filters):
                yield reject(task, "filtered", where)
                continue
            given, output, own_id = (look_up(row, self.columns.get(k, k)) for k in _KEYS)
            references = output if isinstance(output, list) or output is None else [output]
            if others and says_no_input(given):
                given = None
            fields = {"input": given, "output": references}
            of = others.get(lacking(fields, others), task)
            if of.name not in announced:
                announced.add(of.name)
                yield of
            yield self.record_or_rejection(
                of, fields, stated_id(own_id), where, document.get("Instance License")
            )

    def _excluded_name(self, task: str) -> str | None:
        """Return the rule that excludes a task by its name, or None."""
        for rule in self.exclude:
            if _matches(task, rule):
                return f"exclude: {rule}"
        for rule in _PAPER_EVALUATION if self.exclude_evaluation_tasks else ():
            if _matches(task, rule):
                return f"exclude_evaluation_tasks: {rule}"
        if self.tasks_list and task not in _read_names(self.beside(self.tasks_list)):
            return f"not in {self.tasks_list}"
        return None

    def _excluded_task(self, task: Task) -> str | None:
        """Return the rule that excludes a task by its languages or categories, or None."""
        if self.languages and not (task.languages and set(task.languages) <= {*self.languages}):
            return f"languages: {', '.join(task.languages) or 'not stated'}"
        if self.categories and not {*self.categories} & {*task.categories}:
            return f"categories: {', '.join(task.categories) or 'not stated'}"
        return None


def published_name(name: str) -> str:
    """Return the spelling of TFDS and of the published table: "a-b" → "a_b"."""
    return name.replace("-", "_")


def _matches(task: str, rule: str) -> bool:
    """Return whether a rule names a task: ("task664_mmmlu_algebra", "664-667") → True.

    Hyphens of a rule may be underscores in the name.
    """
    numbers = _NUMBERS.fullmatch(rule)
    if numbers is None:
        return fnmatchcase(task, rule) or fnmatchcase(task, published_name(rule))
    own = _TASK_NUMBER.match(task)
    return own is not None and int(numbers[1]) <= int(own[1]) <= int(numbers[2] or numbers[1])


def _read_names(path: str) -> frozenset[str]:
    lines = [line for _, line in read_lines(Piece(path=path, relative=path))]
    return frozenset(published_name(line.strip()) for line in lines if isinstance(line, str))


def _load(path: str) -> dict[str, Any]:
    document = load_json(path)
    if not isinstance(document, dict) or not isinstance(document.get("Instances"), list):
        raise UnreadableFileError(
            f"{path}: not a Super-Natural Instructions task (no list under the key 'Instances')"
        )
    return document


def _instances_in(path: str) -> int | str:
    """Count the instances of an excluded task file, which may be damaged."""
    try:
        return len(_load(path)["Instances"])
    except UnreadableFileError:
        return "unreadable"


def _texts(value: object) -> tuple[str, ...]:
    """Return a string or a list of strings as a tuple; anything else as an empty one."""
    if isinstance(value, str):
        return (value,)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def _task(document: dict[str, Any], source: str, collection: str, name: str, path: str) -> Task:
    definition = "\n".join(_texts(document.get("Definition"))).strip()
    if not definition:
        raise UnreadableFileError(f"{path}: no text under the key 'Definition'")
    languages = {
        *_texts(document.get("Input_language")),
        *_texts(document.get("Output_language")),
    }
    return Task(
        name=name,
        source=source,
        collection=collection,
        family=FAMILY,
        fields={"instruction": definition},
        exemplars=tuple(_exemplars(document.get("Positive Examples"))),
        negative_exemplars=tuple(_exemplars(document.get("Negative Examples"))),
        languages=tuple(sorted(languages)),
        categories=_texts(document.get("Categories")),
    )


def _exemplars(examples: object) -> Iterator[dict[str, FieldValue]]:
    for example in examples if isinstance(examples, list) else []:
        if not isinstance(example, dict):
            continue
        texts = {key: example.get(key) for key in ("input", "output", "explanation")}
        kept = {key: text.strip() for key, text in texts.items() if isinstance(text, str)}
        fields: dict[str, FieldValue] = {key: text for key, text in kept.items() if text}
        if "input" in fields and "output" in fields:
            yield fields
