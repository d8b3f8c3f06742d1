"""The elements that flow through the pipelines: tasks, records, prompted examples, rejections."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

FieldValue = str | list[str]
TemplateType = Literal["zs_opt", "zs_noopt", "fs_opt", "fs_noopt"]
TEMPLATE_TYPES: tuple[TemplateType, ...] = get_args(TemplateType)


@dataclass(frozen=True, slots=True)
class Task:
    """What all records of one task share.

    Attributes:
      family: the template family that puts its records into words.
      fields: fields that every record of the task has, e.g. `instruction`.
      exemplars: worked examples that came with the task, in canonical fields.
    """

    name: str
    source: str
    collection: str
    family: str
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    exemplars: tuple[Mapping[str, FieldValue], ...] = ()
    languages: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One raw example in canonical fields; `id` is 32 hex digits, never a position in a file."""

    id: str
    source: str
    collection: str
    task: str
    split: str
    license: str
    fields: Mapping[str, FieldValue]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that did not make it: where, why, and enough detail to find it again."""

    stage: str
    reason: str
    id: str
    source: str
    task: str
    detail: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rendered example before tokenization: texts, and how they came about."""

    inputs: str
    targets: str
    options: tuple[str, ...]
    answer_index: int
    template_id: str
    template_index: int
    template_type: str
    num_shots: int


@dataclass(frozen=True, slots=True)
class Example:
    """One prompted example, tokenized (ids without EOS), as it goes to a shard."""

    id: str
    record: Record
    prompt: Prompt
    inputs: list[int]
    targets: list[int]
    inversion: str = ""
