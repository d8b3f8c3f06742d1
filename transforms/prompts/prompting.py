"""Put one record into words: template, options and exemplars drawn, then fitted to the limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from transforms.prompts.answer_options import OptionStyle, ShownOptions, draw_style
from transforms.prompts.choosing import Demand, template_of, why_none
from transforms.prompts.cues import cued, cues_of, join_instruction
from transforms.prompts.exemplars import Exemplar, Exemplars, Prompting
from transforms.prompts.few_shot import BLANK_PROOF, SEPARATORS, draw_variant
from transforms.prompts.materials import Material, lay_out, needs_options, why_not_inverted
from transforms.prompts.turns import SpokenTurn, spoken_turns
from transforms.records.fields import BARE_DIALOG, DIALOG_LAYOUTS, DialogLayout
from transforms.stable_random import Draws
from transforms.templates.catalog import CATALOG
from transforms.templates.template import OPTIONS, Family, Template
from transforms.types import FieldValue, Prompt, Record, Task

ZERO_SHOT = "zs"


# Of what is made for each example, a frozen dataclass would take three times as long to make.
@dataclass(eq=False, kw_only=True)
class Draft:
    """A prompt in parts, so that fitting can take some away; never changed.

    Attributes:
      template_index: position among the family's templates, the task's own after them.
      fields: the texts that fill the template.
      exemplars: the last one goes first when the prompt is too long.
      mixed: whether each part has a separate instruction.
      cue: for parts that end in none.
      zero_shot: the prompt that remains when all exemplars are gone.
      context_parts: the context field in parts, where the oldest of them go first: turns.
      turns: the turns of a dialog before the reply, as in the context field.
    """

    family: Family
    template: Template
    template_index: int
    template_type: str
    fields: Mapping[str, str]
    shown: ShownOptions | None
    exemplars: tuple[Exemplar, ...] = ()
    mixed: bool = False
    cue: str = ""
    separator: str = ""
    context_parts: tuple[str, ...] = ()
    turns: tuple[SpokenTurn, ...] = ()
    zero_shot: "Draft | None" = None
    # Computed once; functools.cached_property takes a lock before Python 3.12.
    _rendered: tuple[str, str, str] | None = field(default=None, init=False, repr=False)
    _parts: list[str] | None = field(default=None, init=False, repr=False)
    _joined: str | None = field(default=None, init=False, repr=False)

    def without_last_exemplar(self) -> "Draft":
        """Return the draft with one exemplar fewer; with none left, the zero-shot prompt."""
        if len(self.exemplars) == 1:
            assert self.zero_shot is not None, "a few-shot draft has a zero-shot one"
            return self.zero_shot
        return replace(self, exemplars=self.exemplars[:-1])

    def with_context(self, text: str) -> "Draft":
        """Return the same prompt with another text in the family's context field."""
        return replace(self, fields={**self.fields, self.family.context or "": text})

    @property
    def rendered(self) -> tuple[str, str, str]:
        """Instruction, inputs and targets of the query."""
        if self._rendered is None:
            self._rendered = self.template.render(self.fields)
        return self._rendered

    @property
    def parts(self) -> list[str]:
        """The instruction, the exemplars and the query; empty ones are left out."""
        if self._parts is None:
            self._parts = self._find_parts()
        return self._parts

    def _find_parts(self) -> list[str]:
        instruction, inputs, _ = self.rendered
        if not self.exemplars:
            return [part for part in (instruction, inputs) if part]
        texts = [exemplar.text for exemplar in self.exemplars]
        if self.mixed:
            query = _query(self.template, join_instruction(instruction, inputs), self)
            return [*texts, query]
        query = _query(self.template, inputs, self)
        return [part for part in (instruction, *texts, query) if part]

    @property
    def gap(self) -> str:
        """What is between the parts."""
        return self.separator if self.exemplars else "\n\n"

    @property
    def joined(self) -> str:
        """The parts, one after the other."""
        if self._joined is None:
            self._joined = self.gap.join(self.parts)
        return self._joined

    def compose(self) -> Prompt:
        """Return the finished texts."""
        return Prompt(
            inputs=_trim(self.joined),
            targets=_trim(self.rendered[2]),
            options=self.shown.options if self.shown else (),
            answer_index=self.shown.answer_index if self.shown else -1,
            template_id=f"{self.family.name}:{self.template.digest}",
            template_index=self.template_index,
            template_type=self.template_type,
            num_shots=len(self.exemplars),
            inversion=self.template.inversion,
        )


def segments(draft: Draft) -> list[tuple[str, str]]:
    """Return the prompt in parts, (role, text): instruction, exemplar, query, options.

    Their texts are found in this order in `draft.compose().inputs`; between them are separators.
    """
    *before, query = draft.parts
    shots = len(draft.exemplars)
    instructions = before[: len(before) - shots]
    parts = [("instruction", text) for text in instructions]
    parts += [("exemplar", text) for text in before[len(before) - shots :]]
    block = draft.fields.get(OPTIONS)
    lead, shown, rest = query.partition(block) if block else (query, "", "")
    parts += [("query", lead), ("options", shown), ("query", rest)]
    return [(role, text.strip()) for role, text in parts if text.strip()]


def _trim(text: str) -> str:
    """Return `text` without blank lines around it; the indentation of its first line stays."""
    return text.strip("\n").rstrip()


def _query(template: Template, text: str, draft: Draft) -> str:
    """Return the query of a few-shot prompt: it ends in one cue, its own or the drawn one."""
    return cued(template, text, draft.family.is_bare, draft.cue).rstrip()


def demand_of_record(fields: Mapping[str, FieldValue], task: Task, shows_options: bool) -> Demand:
    """Return what a record of a task demands of a template."""
    return lay_out(fields, task, shows_options, Draws("demand")).demand


def why_no_template(record: Record, template_type: str, task: Task) -> str:
    """Return what the templates lack for a record of which `draft_prompt` makes nothing."""
    if task.inverts and (why := why_not_inverted(record.fields, task.family)):
        return why
    # A prompt with options falls back to one without them, so that the latter is what is lacking.
    shows_options = needs_options(record.fields, task) and not template_type.endswith("_opt")
    return why_none(task, demand_of_record(record.fields, task, shows_options))


class _Filled(NamedTuple):
    """A template, its index, and the texts that fill it."""

    template_index: int
    template: Template
    fields: Mapping[str, str]
    shown: ShownOptions | None


@dataclass(eq=False, kw_only=True)
class _Asked:
    """What is asked in one prompt, whichever template it is put into; never changed.

    Attributes:
      options_form: whether it shows options, as template types say it: "opt" or "noopt".
      index: of the template of the zero-shot prompt.
    """

    record: Record
    context: Prompting
    draws: Draws
    options_form: str
    dialog: DialogLayout | None
    material: Material
    index: int
    style: OptionStyle

    def fill(self, index: int) -> _Filled:
        """Return a template with the texts of the record; options are in drawn order."""
        template = template_of(self.context.task, index)
        return _Filled(index, template, *self.material.fill(template, self.style, self.draws))


def draft_prompt(
    record: Record, template_type: str, context: Prompting, draws: Draws
) -> Draft | None:
    """Return a draft of `template_type`, or None if no template of the family fits the record.

    A few-shot draft that finds no exemplars becomes a zero-shot one.
    """
    shots, _, options_form = template_type.partition("_")
    asked = _ask(record, shots, options_form, context, draws)
    if asked is None:
        return None
    task = context.task
    filled = asked.fill(asked.index)
    zero_shot = Draft(
        family=CATALOG[task.family],
        template=filled.template,
        template_index=filled.template_index,
        template_type=f"{ZERO_SHOT}_{asked.options_form}",
        fields=filled.fields,
        shown=filled.shown,
        context_parts=_context_parts(task, record),
        turns=spoken_turns(task, record, asked.dialog),
    )
    if shots == ZERO_SHOT:
        return zero_shot
    return _few_shot(asked, f"{shots}_{asked.options_form}", filled, zero_shot) or zero_shot


def _ask(
    record: Record, shots: str, options_form: str, context: Prompting, draws: Draws
) -> _Asked | None:
    """Lay a record out, and draw a template for it and a style; None if no template fits."""
    task = context.task
    if task.inverts and why_not_inverted(record.fields, task.family):
        return None
    if options_form == "noopt" and needs_options(record.fields, task):
        # "Which of these …" cannot be answered without them.
        options_form = "opt"
    shows_options = options_form == "opt" and not task.inverts
    dialog = _dialog_layout(record, task, draws)
    material = lay_out(record.fields, task, shows_options, draws, dialog)
    suitable = context.choices(False, material.demand)
    if suitable is None and shows_options:
        # A task whose own templates show no options.
        options_form = "noopt"
        material = lay_out(record.fields, task, False, draws, dialog)
        suitable = context.choices(False, material.demand)
    if suitable is None:
        return None
    index = suitable.draw(draws)
    style = draw_style(draws, context.options.share_of(f"{shots}_{options_form}"))
    if context.options.header is not None:
        style = replace(style, header=context.options.header)
    return _Asked(
        record=record,
        context=context,
        draws=draws,
        options_form=options_form,
        dialog=dialog,
        material=material,
        index=index,
        style=style,
    )


def _few_shot(asked: _Asked, template_type: str, filled: _Filled, zero_shot: Draft) -> Draft | None:
    """Return the few-shot draft of what is asked, None if there are no exemplars for it.

    Args:
      filled: the template of the zero-shot prompt, which the query keeps among mixed ones.
    """
    context, draws, family = asked.context, asked.draws, zero_shot.family
    variant = draw_variant(context.fitting_variants(template_type), draws)
    mixed = variant.mixed and family.mixes
    cue, separator = draws.choice(cues_of(filled.template, family)), draws.choice(SEPARATORS)
    if not mixed:
        of_one_layout = context.choices(True, asked.material.demand)
        if of_one_layout is None:
            return None
        filled = asked.fill(of_one_layout.draw(draws))
    drawing = Exemplars(
        query=asked.record,
        context=context,
        variant=variant,
        style=asked.style,
        cue=cue,
        draws=draws,
        shows_options=asked.options_form == "opt" and not context.task.inverts,
        dialog=asked.dialog,
        form=filled.template.form,
    )
    exemplars = drawing.draw(None if mixed else filled.template)
    if not exemplars:
        return None
    if not separator.strip() and any(exemplar.has_blank_lines for exemplar in exemplars):
        # Blank lines inside the parts: they must not look like the ends of parts.
        separator = BLANK_PROOF
    return Draft(
        family=family,
        template=filled.template,
        template_index=filled.template_index,
        template_type=template_type,
        fields=filled.fields,
        shown=filled.shown,
        exemplars=tuple(exemplars),
        mixed=mixed,
        cue=cue,
        separator=separator,
        context_parts=zero_shot.context_parts,
        turns=zero_shot.turns,
        zero_shot=zero_shot,
    )


def _dialog_layout(record: Record, task: Task, draws: Draws) -> DialogLayout | None:
    """Return the look of a dialog; one that is asked for has only its turns."""
    if "turns" not in record.fields:
        return None
    return BARE_DIALOG if task.inverts else draws.choice(DIALOG_LAYOUTS)


# Their history is a list of turns with marks of speakers (transforms/sources/chat.py).
_CHATS = ("chat", "chat_after_tool")


def _context_parts(task: Task, record: Record) -> tuple[str, ...]:
    family = CATALOG[task.family]
    value = record.fields.get(family.context or "")
    return tuple(value) if isinstance(value, list) and family.name in _CHATS else ()
