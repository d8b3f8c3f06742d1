"""A record laid out for one prompt: its texts, its labels, and what it demands of a template."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from transforms.prompts.answer_options import (
    OptionStyle,
    ShownOptions,
    refers_to_options,
    show_options,
)
from transforms.prompts.choosing import Demand, demand_of
from transforms.prompts.wording import Labels, labels_of
from transforms.records.fields import DialogLayout, layout_fields
from transforms.stable_random import Draws
from transforms.templates.catalog import CATALOG
from transforms.templates.template import LABELS, OPTIONS, Template
from transforms.types import FieldValue, Task

_CHOICE_WORDS = re.compile(
    r"\b(?:which|what|who) (?:one )?of (?:these|the following|the options|the choices)\b"
    r"|\bwhich of the [a-z]+ below\b|\bthe following [a-z]+ (?:is|are|was|were|best|would|does)\b",
    re.I,
)


@dataclass(eq=False)
class Material:
    """A record laid out for one prompt: its texts, labels, and what it demands; never changed."""

    texts: Mapping[str, str]
    labels: Labels
    demand: Demand

    def fill(
        self, template: Template, style: OptionStyle, draws: Draws
    ) -> tuple[Mapping[str, str], ShownOptions | None]:
        """Return the texts in the words of the template's form, and the options in drawn order."""
        names_labels = LABELS in template.shown
        if not names_labels and self.labels.known is None and not self.labels.options:
            return self.texts, None
        texts, shown = dict(self.texts), None
        if "answer" in texts and (self.labels.known or self.labels.options):
            texts["answer"] = self.labels.words(texts["answer"], template.form)
        if self.labels.options:
            words = [self.labels.words(option, template.form) for option in self.labels.options]
            shown = show_options(words, texts["answer"], style, draws)
            texts["answer"] = shown.text
        if names_labels:
            texts[LABELS] = self.labels.named(template.form)
        if shown and template.shows_options:
            texts[OPTIONS], texts["answer"] = shown.block, shown.answer
        return texts, shown


def lay_out(
    fields: Mapping[str, FieldValue],
    task: Task,
    shows_options: bool,
    draws: Draws,
    dialog: DialogLayout | None = None,
) -> Material:
    """Lay a record of a task out; one of its references is drawn, and a reply of its dialog."""
    texts = layout_fields({**task.fields, **fields}, draws, dialog)
    options = fields.get(OPTIONS)
    is_one = isinstance(options, list) and texts.get("answer") in options
    labels = labels_of(task.family, texts, options if is_one else ())  # type: ignore[arg-type]
    return Material(texts, labels, demand_of(texts, labels, shows_options and is_one))


def speaks_of_options(fields: Mapping[str, FieldValue]) -> bool:
    """Return whether a record needs its options: its question or one of them speaks of them."""
    if OPTIONS not in fields:
        return False
    if any(refers_to_options(option) for option in fields[OPTIONS]):
        return True
    texts = (fields.get(name, "") for name in ("question", "text"))
    return any(isinstance(text, str) and _CHOICE_WORDS.search(text) for text in texts)


def why_not_inverted(fields: Mapping[str, FieldValue], family: str) -> str | None:
    """Return why a record makes no prompt of an inverted family; None if it makes one."""
    if speaks_of_options(fields):
        return "its question speaks of options, which only a reader of them could ask"
    for target in CATALOG[family].targets:
        if target != "answer" and target in fields and fields[target] == fields.get("answer"):
            return f"its {target} is the same text as its answer, so nothing is to be changed"
    return None


def needs_options(fields: Mapping[str, FieldValue], task: Task) -> bool:
    """Return whether a prompt of a record must show its options: nobody could do without them.

    Whoever writes a template without options knows what it asks.
    """
    options = fields.get(OPTIONS)
    if not isinstance(options, list):
        return False
    if speaks_of_options(fields):
        return True
    if task.inverts or fields.get("answer") not in options:
        return False
    if CATALOG[task.family].needs_options:
        return True
    has_own = any(not template.shows_options for template in task.templates)
    return labels_of(task.family, {}, options).must_be_shown and not has_own
