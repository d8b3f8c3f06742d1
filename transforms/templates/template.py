"""A prompt template: format strings over canonical fields, checked once and rendered often."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from string import Formatter
from typing import Literal

OPTIONS = "options"
# What a field is to somebody who looks for the same item elsewhere. `tests` says nothing of it.
Role = Literal["question", "passage", "options", "tests", "answer"]


def field_names(text: str) -> tuple[str, ...]:
    """The fields a format string shows, in order: "{a} or {b}" → ("a", "b").

    Raises:
      ValueError: unbalanced braces, or a placeholder that is not a plain field name.
    """
    names = []
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"placeholder {{{name}}} is not a plain field name in {text!r}")
        names.append(name)
    return tuple(names)


@dataclass(frozen=True)
class Template:
    """One way to put a record into words.

    Attributes:
      inputs: the prompt, without the instruction where that stands apart.
      targets: the expected answer.
      instruction: said once, before `inputs` in a zero-shot prompt and before all exemplars in a
        few-shot one. Empty where the instruction is part of `inputs`.
      inversion: what is asked for what, e.g. "answer → question"; empty in the usual direction.
    """

    inputs: str
    targets: str
    instruction: str = ""
    inversion: str = ""

    @cached_property
    def shows_options(self) -> bool:
        """Whether the prompt has a slot for the answer options."""
        return OPTIONS in field_names(self.instruction + self.inputs)

    @cached_property
    def fields(self) -> frozenset[str]:
        """Fields that a record must have for this template, options excepted."""
        shown = field_names(self.instruction + self.inputs + self.targets)
        return frozenset(shown) - {OPTIONS}

    @cached_property
    def digest(self) -> str:
        """Eight hex digits of the template's text: its name as long as the text stays."""
        text = "\x00".join((self.instruction, self.inputs, self.targets))
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def render(self, fields: Mapping[str, str]) -> tuple[str, str, str]:
        """(instruction, inputs, targets) filled with `fields`; KeyError if one is missing."""
        return (
            self.instruction.format_map(fields),
            self.inputs.format_map(fields),
            self.targets.format_map(fields),
        )


@dataclass(frozen=True)
class Family:
    """Templates that fit one kind of task, and what its fields mean.

    Attributes:
      name: as recipes name it.
      targets: fields that only a template's `targets` may show.
      context: the field that fitting may shorten when a prompt is too long, if any.
      is_bare: inputs and outputs alone, in one wording, for learning from demonstrations.
      context_keeps: which end of it stays; the talk before a reply keeps its last turns.
      templates: all templates of the family; those with an options slot are drawn for the `opt`
        types of records that have options, the others for everything else.
      roles: what its fields are to a search for held-out items, where that is not the rule: targets
        are answers, options options, and the other fields together are the question.
    """

    name: str
    targets: tuple[str, ...]
    templates: tuple[Template, ...]
    context: str | None = None
    context_keeps: Literal["start", "end"] = "start"
    is_bare: bool = False
    roles: Mapping[str, Role] = field(default_factory=dict, hash=False)

    def role_of(self, name: str) -> Role:
        """Return what the field `name` is to a search for held-out items."""
        if name in self.roles:
            return self.roles[name]
        if name == OPTIONS:
            return "options"
        return "answer" if name in self.targets or name == "rationale" else "question"
