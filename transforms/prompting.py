"""Put one record into words: template, options and exemplars drawn, then fitted to the limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from transforms.answer_options import OptionStyle, ShownOptions, draw_style, show_options
from transforms.few_shot import SHOT_FORMATS, draw_exemplars, draw_num_shots
from transforms.fields import layout_fields
from transforms.settings import FewShot, Options
from transforms.stable_random import Draws
from transforms.templates.families import FAMILIES
from transforms.templates.template import OPTIONS, Family, Template
from transforms.types import Prompt, Record, Task

ZERO_SHOT = "zs"


@dataclass(frozen=True)
class Prompting:
    """What the prompts of one task have in common."""

    task: Task
    pool: Sequence[Record]
    few_shot: FewShot
    options: Options


@dataclass(frozen=True)
class Draft:
    """A prompt in parts, so that fitting can take some away.

    Attributes:
      fields: the texts that fill the template.
      exemplars: (inputs, targets) of each, the first to go last.
    """

    family: Family
    template_index: int
    template_type: str
    fields: Mapping[str, str]
    shown: ShownOptions | None
    exemplars: tuple[tuple[str, str], ...]
    format_index: int

    def without_last_exemplar(self) -> "Draft":
        """One exemplar fewer; with none left, the zero-shot form."""
        exemplars = self.exemplars[:-1]
        template_type = self.template_type
        if not exemplars:
            template_type = f"{ZERO_SHOT}_{template_type.partition('_')[2]}"
        return replace(self, exemplars=exemplars, template_type=template_type)

    def with_context(self, text: str) -> "Draft":
        """The same prompt with another text in the family's context field."""
        return replace(self, fields={**self.fields, self.family.context or "": text})

    def compose(self) -> Prompt:
        """The finished texts."""
        template = self.family.templates[self.template_index]
        instruction, inputs, targets = template.render(self.fields)
        if self.exemplars:
            shots = SHOT_FORMATS[self.format_index]
            exemplars = [shots.exemplar(*exemplar) for exemplar in self.exemplars]
            text = shots.join(instruction, exemplars, shots.query(inputs))
        else:
            text = "\n\n".join(part for part in (instruction, inputs) if part)
        return Prompt(
            inputs=text.strip(),
            targets=targets.strip(),
            options=self.shown.options if self.shown else (),
            answer_index=self.shown.answer_index if self.shown else -1,
            template_id=f"{self.family.name}:{template.digest}",
            template_index=self.template_index,
            template_type=self.template_type,
            num_shots=len(self.exemplars),
        )


@lru_cache(maxsize=4096)
def _candidates(family: str, shows_options: bool, fields: frozenset[str]) -> tuple[int, ...]:
    """Positions of the templates of `family` that a record with `fields` can fill."""
    return tuple(
        index
        for index, template in enumerate(FAMILIES[family].templates)
        if template.shows_options == shows_options and template.fields <= fields
    )


def _show_options(
    fields: dict[str, str], record: Record, template: Template, style: OptionStyle, draws: Draws
) -> ShownOptions | None:
    """Draw the options' order; where the template shows them, complete `fields` in place."""
    options, answer = record.fields.get("options"), fields.get("answer")
    if not isinstance(options, list) or answer not in options:
        return None
    shown = show_options(options, answer, style, draws)
    if template.shows_options:
        fields[OPTIONS] = shown.block
        fields["answer"] = shown.answer
    return shown


def _draw_exemplars(
    query: Record,
    query_inputs: str,
    template: Template,
    context: Prompting,
    style: OptionStyle,
    draws: Draws,
) -> tuple[tuple[str, str], ...]:
    """(inputs, targets) of exemplars in the query's template and option style."""
    num_shots = draw_num_shots(context.few_shot, draws)
    exemplars = []
    for other in draw_exemplars(context.pool, query, num_shots, draws):
        fields = layout_fields({**context.task.fields, **other.fields}, draws)
        shown = _show_options(fields, other, template, style, draws)
        if template.fields <= fields.keys() and (shown or not template.shows_options):
            _, inputs, targets = template.render(fields)
            if inputs != query_inputs:
                exemplars.append((inputs, targets))
    return tuple(exemplars)


def draft_prompt(
    record: Record, template_type: str, context: Prompting, draws: Draws
) -> Draft | None:
    """A draft of `template_type`, or None if no template of the family fits the record.

    A few-shot draft that finds no exemplars becomes a zero-shot one.
    """
    shots, _, options_form = template_type.partition("_")
    task = context.task
    fields = layout_fields({**task.fields, **record.fields}, draws)
    shows_options = options_form == "opt" and "options" in record.fields
    candidates = _candidates(task.family, shows_options, frozenset(fields))
    if not candidates:
        return None
    index = draws.choice(candidates)
    template = FAMILIES[task.family].templates[index]
    style = draw_style(draws, context.options.random_share)
    shown = _show_options(fields, record, template, style, draws)
    exemplars: tuple[tuple[str, str], ...] = ()
    if shots != ZERO_SHOT:
        inputs = template.inputs.format_map(fields)
        exemplars = _draw_exemplars(record, inputs, template, context, style, draws)
    return Draft(
        family=FAMILIES[task.family],
        template_index=index,
        template_type=template_type if exemplars else f"{ZERO_SHOT}_{options_form}",
        fields=fields,
        shown=shown,
        exemplars=exemplars,
        format_index=draws.below(len(SHOT_FORMATS)),
    )
