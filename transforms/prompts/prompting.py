"""Put one record into words: template, options and exemplars drawn, then fitted to the limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from transforms.prompts.answer_options import OptionStyle, ShownOptions, draw_style, show_options
from transforms.prompts.few_shot import SHOT_FORMATS, draw_exemplars, draw_num_shots
from transforms.records.fields import layout_fields
from transforms.settings import FewShot, Options
from transforms.stable_random import Draws
from transforms.templates.catalog import CATALOG, FORWARD
from transforms.templates.template import OPTIONS, Family, Template
from transforms.types import FieldValue, Prompt, Record, Task

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
      template_index: position among the family's templates, the task's own after them.
      fields: the texts that fill the template.
      exemplars: (inputs, targets) of each, the first to go last.
    """

    family: Family
    template: Template
    template_index: int
    template_type: str
    fields: Mapping[str, str]
    shown: ShownOptions | None
    exemplars: tuple[tuple[str, str], ...]
    format_index: int

    def without_last_exemplar(self) -> "Draft":
        """Return the draft with one exemplar fewer; with none left, in the zero-shot form."""
        exemplars = self.exemplars[:-1]
        template_type = self.template_type
        if not exemplars:
            template_type = f"{ZERO_SHOT}_{template_type.partition('_')[2]}"
        return replace(self, exemplars=exemplars, template_type=template_type)

    def with_context(self, text: str) -> "Draft":
        """Return the same prompt with another text in the family's context field."""
        return replace(self, fields={**self.fields, self.family.context or "": text})

    def compose(self) -> Prompt:
        """Return the finished texts."""
        instruction, inputs, targets = self.template.render(self.fields)
        if self.exemplars:
            shots = SHOT_FORMATS[self.format_index]
            exemplars = [shots.exemplar(*exemplar) for exemplar in self.exemplars]
            text = shots.join(instruction, exemplars, shots.query(inputs))
        else:
            text = join_instruction(instruction, inputs)
        return Prompt(
            inputs=_trim(text),
            targets=_trim(targets),
            options=self.shown.options if self.shown else (),
            answer_index=self.shown.answer_index if self.shown else -1,
            template_id=f"{self.family.name}:{self.template.digest}",
            template_index=self.template_index,
            template_type=self.template_type,
            num_shots=len(self.exemplars),
            inversion=self.template.inversion,
        )


def segments(draft: Draft) -> list[tuple[str, str]]:
    """Return the prompt in segments, (role, text): instruction, exemplar, query, options.

    Their texts are found in this order in `draft.compose().inputs`; between them stand separators.
    """
    instruction, inputs, _ = draft.template.render(draft.fields)
    parts = [("instruction", instruction)]
    if draft.exemplars:
        shots = SHOT_FORMATS[draft.format_index]
        parts += [("exemplar", shots.exemplar(*exemplar)) for exemplar in draft.exemplars]
        inputs = shots.query(inputs)
    block = draft.fields.get(OPTIONS)
    before, shown, after = inputs.partition(block) if block else (inputs, "", "")
    parts += [("query", before), ("options", shown), ("query", after)]
    return [(role, text.strip()) for role, text in parts if text.strip()]


def _trim(text: str) -> str:
    """Remove blank lines around `text`; the indentation of a program's first line stays."""
    return text.strip("\n").rstrip()


def join_instruction(instruction: str, inputs: str) -> str:
    """Join a zero-shot prompt: the instruction, then the material."""
    return "\n\n".join(part for part in (instruction, inputs) if part)


@lru_cache(maxsize=4096)
def candidates(
    family: str, own: tuple[Template, ...], shows_options: bool, fields: frozenset[str]
) -> tuple[int, ...]:
    """Return the positions of the templates that a record with `fields` can fill.

    They count the family's templates, then the task's own.
    """
    return tuple(
        index
        for index, template in enumerate((*CATALOG[family].templates, *own))
        if template.shows_options == shows_options and template.fields <= fields
    )


def _template(task: Task, index: int) -> Template:
    shared = CATALOG[task.family].templates
    return shared[index] if index < len(shared) else task.templates[index - len(shared)]


def _show_options(
    fields: dict[str, str],
    options: FieldValue | None,
    template: Template,
    style: OptionStyle,
    draws: Draws,
) -> ShownOptions | None:
    """Draw the options' order; where the template shows them, complete `fields` in place."""
    answer = fields.get("answer")
    if not isinstance(options, list) or answer not in options:
        return None
    shown = show_options(options, answer, style, draws)
    if template.shows_options:
        fields[OPTIONS] = shown.block
        fields["answer"] = shown.answer
    return shown


def _exemplar(
    fields: Mapping[str, FieldValue], index: int, style: OptionStyle, task: Task, draws: Draws
) -> tuple[str, str, str] | None:
    """Return (instruction, inputs, targets) of an exemplar in a template; None if it is unfit."""
    template = _template(task, index)
    texts = layout_fields({**task.fields, **fields}, draws)
    shown = _show_options(texts, fields.get(OPTIONS), template, style, draws)
    if not template.fields <= texts.keys() or (template.shows_options and shown is None):
        return None
    instruction, inputs, targets = template.render(texts)
    if explanation := texts.get("explanation"):
        targets = f"{targets}\nExplanation: {explanation}"
    return instruction, inputs, targets


def _asks_the_same(
    one: Mapping[str, FieldValue], other: Mapping[str, FieldValue], family: str
) -> bool:
    """Return whether two records agree in all fields but the answer, however they are prompted."""
    answers = {*CATALOG[FORWARD.get(family, family)].targets, OPTIONS, "explanation"}
    names = (one.keys() | other.keys()) - answers
    return all(one.get(name) == other.get(name) for name in names)


def _exemplar_fields(
    query: Record, context: Prompting, draws: Draws
) -> list[Mapping[str, FieldValue]]:
    """Return the fields that become exemplars: the task's own, or those of its pool's records."""
    num_shots = draw_num_shots(context.few_shot, draws)
    own = context.task.exemplars
    if draws.uniform() < context.few_shot.own_exemplars and own and not context.task.inverts:
        found = draws.sample(own, num_shots)
    else:
        found = [other.fields for other in draw_exemplars(context.pool, query, num_shots, draws)]
    family = context.task.family
    return [fields for fields in found if not _asks_the_same(fields, query.fields, family)]


def _draw_exemplars(
    query: Record,
    index: int,
    choices: Sequence[int],
    context: Prompting,
    style: OptionStyle,
    draws: Draws,
) -> tuple[tuple[str, str], ...]:
    """Return (inputs, targets) of exemplars, in the query's template or in one drawn for each."""
    mixed = draws.uniform() < context.few_shot.mixed_templates
    exemplars = []
    for fields in _exemplar_fields(query, context, draws):
        own_index = draws.choice(choices) if mixed else index
        exemplar = _exemplar(fields, own_index, style, context.task, draws)
        if exemplar is None:
            continue
        instruction, inputs, targets = exemplar
        # In a template of its own, an exemplar brings its instruction along.
        whole = inputs if own_index == index else join_instruction(instruction, inputs)
        exemplars.append((whole, targets))
    return tuple(exemplars)


def draft_prompt(
    record: Record, template_type: str, context: Prompting, draws: Draws
) -> Draft | None:
    """Return a draft of `template_type`, or None if no template of the family fits the record.

    A few-shot draft that finds no exemplars becomes a zero-shot one.
    """
    shots, _, options_form = template_type.partition("_")
    task = context.task
    fields = layout_fields({**task.fields, **record.fields}, draws)
    shows_options = options_form == "opt" and OPTIONS in record.fields and not task.inverts
    choices = candidates(task.family, task.templates, shows_options, frozenset(fields))
    if not choices:
        return None
    index = draws.choice(choices)
    template = _template(task, index)
    style = draw_style(draws, context.options.random_share)
    shown = _show_options(fields, record.fields.get(OPTIONS), template, style, draws)
    exemplars: tuple[tuple[str, str], ...] = ()
    if shots != ZERO_SHOT:
        exemplars = _draw_exemplars(record, index, choices, context, style, draws)
    return Draft(
        family=CATALOG[task.family],
        template=template,
        template_index=index,
        template_type=template_type if exemplars else f"{ZERO_SHOT}_{options_form}",
        fields=fields,
        shown=shown,
        exemplars=exemplars,
        format_index=draws.below(len(SHOT_FORMATS)),
    )
