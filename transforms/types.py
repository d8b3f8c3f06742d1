"""The elements that flow through the pipelines: tasks, records, prompted examples, rejections."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from transforms.templates.template import Template

FieldValue = str | list[str]
TemplateType = Literal["zs_opt", "zs_noopt", "fs_opt", "fs_noopt"]
# Input inversion makes a separate task, with the suffix of the published collections.
INVERSION_SUFFIX = "_ii"
TEMPLATE_TYPES: tuple[TemplateType, ...] = get_args(TemplateType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What all records of one task share.

    Attributes:
      family: the template family that puts its records into words.
      fields: fields that every record of the task has, e.g. `instruction`.
      exemplars: worked examples that came with the task, in canonical fields.
      negative_exemplars: the same with wrong answers.
      templates: templates of the task's own, beside those of its family.
      only_own_templates: whether those of its family are left out.
      domain: what kind of text its records are, for templates that speak of it ("tweet").
      inverts: the task that this one inverts; empty if it is not an inversion.
    """

    name: str
    source: str
    collection: str
    family: str
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    exemplars: tuple[Mapping[str, FieldValue], ...] = ()
    negative_exemplars: tuple[Mapping[str, FieldValue], ...] = ()
    languages: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    templates: tuple[Template, ...] = ()
    only_own_templates: bool = False
    domain: str = ""
    inverts: str = ""


# Of what is made for each record or example, a frozen dataclass would take twice as long to make.
@dataclass(slots=True, kw_only=True)
class Record:
    """One raw example in canonical fields, never changed; `id` is 32 hex digits, not a position.

    Attributes:
      own_id: the id that the source states, if any.
      row_ids: other ids that its row states, where several records are made of one row.
      place: the file and the line or row that it was read from, as messages name it.
      unlearned: positions in its history, from 0, of the assistant's turns that the data exclude
        from learning.
    """

    id: str
    source: str
    collection: str
    task: str
    license: str
    fields: Mapping[str, FieldValue]
    own_id: str = ""
    row_ids: tuple[str, ...] = ()
    place: str = field(default="", compare=False)
    unlearned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A record that did not make it: where, why, and enough detail to find it again.

    Attributes:
      other_id: the record that stays in its place, or the held-out item that it contains;
        `other_source` is where that one comes from.
      score: how well the two agree, at most 1; None where nothing was compared.
      own_id, row_ids: of a row that became no record, the ids that it states, as of a `Record`.
    """

    stage: str
    reason: str
    id: str
    source: str
    task: str
    detail: str
    other_id: str = ""
    other_source: str = ""
    score: float | None = None
    own_id: str = ""
    row_ids: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Prompt:
    """A rendered example before tokenization: texts, and how they came about; never changed."""

    inputs: str
    targets: str
    options: tuple[str, ...]
    answer_index: int
    template_id: str
    template_index: int
    template_type: str
    num_shots: int
    inversion: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Example:
    """One prompted example, tokenized (ids without EOS), as it goes to a shard of `split`;
    never changed.

    `task` is the record's, or its inversion; `parts` are those of the prompt, as
    tfrecords_schema/prompt_parts.py stores them.
    """

    id: str
    split: str
    task: str
    record: Record
    prompt: Prompt
    inputs: NDArray[np.int32]
    targets: NDArray[np.int32]
    parts: list[int] = field(default_factory=list)
