"""Put one record into words: template, options and exemplars drawn, then fitted to the limits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from transforms.prompts.answer_options import OptionStyle, ShownOptions, draw_style, show_options
from transforms.prompts.choosing import Demand, choices, demand_of, suits, template_of, why_none
from transforms.prompts.cues import answered, cues_of, with_cue
from transforms.prompts.few_shot import (
    BLANK_PROOF,
    EXPLANATION,
    SEPARATORS,
    Variant,
    draw_exemplars,
    draw_variant,
    explained_example,
)
from transforms.prompts.turns import SpokenTurn, spoken_turns
from transforms.prompts.wording import Labels, labels_of
from transforms.records.fields import (
    BARE_DIALOG,
    DIALOG_LAYOUTS,
    DialogLayout,
    draws_texts,
    layout_fields,
)
from transforms.settings import FewShotVariant, Options
from transforms.stable_random import Draws
from transforms.templates.catalog import CATALOG, FORWARD
from transforms.templates.template import LABELS, OPTIONS, Family, Template
from transforms.types import FieldValue, Prompt, Record, Task

ZERO_SHOT = "zs"
_CHOICE_WORDS = re.compile(
    r"\b(?:which|what|who) (?:one )?of (?:these|the following|the options|the choices)\b"
    r"|\bwhich of the [a-z]+ below\b|\bthe following [a-z]+ (?:is|are|was|were|best|would|does)\b",
    re.I,
)


@dataclass(frozen=True)
class Prompting:
    """What the prompts of one task have in common."""

    task: Task
    pool: Sequence[Record]
    variants: Sequence[FewShotVariant]
    options: Options
    # By the identity of an exemplar's fields, which `pool` and `task` keep alive.
    _laid_out: dict[tuple[int, bool], "_Material"] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def lay_out(
        self,
        fields: Mapping[str, FieldValue],
        shows_options: bool,
        draws: Draws,
        dialog: DialogLayout | None,
    ) -> "_Material":
        """Return an exemplar laid out; one of which nothing is drawn is laid out only once."""
        key = id(fields), shows_options
        material = self._laid_out.get(key)
        if material is None:
            material = _lay_out(fields, self.task, shows_options, draws, dialog)
            if not draws_texts({**self.task.fields, **fields}):
                self._laid_out[key] = material
        return material


@dataclass(frozen=True)
class Exemplar:
    """One exemplar: its text, answer included, and the raw fields that it was made of.

    `answer` is how its text ends; empty for an example of what would be wrong.
    """

    text: str
    fields: Mapping[str, FieldValue]
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A prompt in parts, so that fitting can take some away.

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

    def without_last_exemplar(self) -> "Draft":
        """Return the draft with one exemplar fewer; with none left, the zero-shot prompt."""
        if len(self.exemplars) == 1:
            assert self.zero_shot is not None, "a few-shot draft has a zero-shot one"
            return self.zero_shot
        return replace(self, exemplars=self.exemplars[:-1])

    def with_context(self, text: str) -> "Draft":
        """Return the same prompt with another text in the family's context field."""
        return replace(self, fields={**self.fields, self.family.context or "": text})

    @cached_property
    def rendered(self) -> tuple[str, str, str]:
        """Instruction, inputs and targets of the query."""
        return self.template.render(self.fields)

    @cached_property
    def parts(self) -> list[str]:
        """The instruction, the exemplars and the query; empty ones are left out."""
        instruction, inputs, _ = self.rendered
        if not self.exemplars:
            return [part for part in (instruction, inputs) if part]
        if self.mixed:
            query = _query(self.template, join_instruction(instruction, inputs), self)
            return [*(exemplar.text for exemplar in self.exemplars), query]
        query = _query(self.template, inputs, self)
        texts = (exemplar.text for exemplar in self.exemplars)
        return [part for part in (instruction, *texts, query) if part]

    def compose(self) -> Prompt:
        """Return the finished texts."""
        separator = self.separator if self.exemplars else "\n\n"
        return Prompt(
            inputs=_trim(separator.join(self.parts)),
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


def join_instruction(instruction: str, inputs: str) -> str:
    """Return a zero-shot prompt: the instruction, then the material."""
    return "\n\n".join(part for part in (instruction, inputs) if part)


def _query(template: Template, text: str, draft: Draft) -> str:
    """Return the query of a few-shot prompt: it ends in one cue, its own or the drawn one."""
    return _cued(template, text, draft.family, draft.cue).rstrip()


def _cued(template: Template, text: str, family: Family, cue: str) -> str:
    """Return a part of a few-shot prompt with its cue, so that the answer can follow."""
    if family.is_bare:
        return f"{text}\n"
    if template.is_layout and template.tail.strip():
        return text
    return with_cue(text, cue)


@dataclass(frozen=True)
class _Material:
    """A record laid out for one prompt: its texts, its labels, and the order of its options."""

    texts: Mapping[str, str]
    labels: Labels
    demand: Demand

    def fill(
        self, template: Template, style: OptionStyle, draws: Draws
    ) -> tuple[dict[str, str], ShownOptions | None]:
        """Return the texts in the words of the template's form, and the options in drawn order."""
        texts, shown = dict(self.texts), None
        if "answer" in texts and (self.labels.known or self.labels.options):
            texts["answer"] = self.labels.words(texts["answer"], template.form)
        if self.labels.options:
            words = [self.labels.words(option, template.form) for option in self.labels.options]
            shown = show_options(words, texts["answer"], style, draws)
            texts["answer"] = shown.text
        if LABELS in template.shown:
            texts[LABELS] = self.labels.named(template.form)
        if shown and template.shows_options:
            texts[OPTIONS], texts["answer"] = shown.block, shown.answer
        return texts, shown


def _lay_out(
    fields: Mapping[str, FieldValue],
    task: Task,
    shows_options: bool,
    draws: Draws,
    dialog: DialogLayout | None = None,
) -> _Material:
    texts = layout_fields({**task.fields, **fields}, draws, dialog)
    options = fields.get(OPTIONS)
    is_one = isinstance(options, list) and texts.get("answer") in options
    labels = labels_of(task.family, texts, options if is_one else ())  # type: ignore[arg-type]
    return _Material(texts, labels, demand_of(texts, labels, shows_options and is_one))


def demand_of_record(fields: Mapping[str, FieldValue], task: Task, shows_options: bool) -> Demand:
    """Return what a record of a task demands of a template."""
    return _lay_out(fields, task, shows_options, Draws("demand")).demand


def why_no_template(record: Record, template_type: str, task: Task) -> str:
    """Return what the templates lack for a record of which `draft_prompt` makes nothing."""
    if task.inverts and _speaks_of_options(record.fields):
        return "its question speaks of options, which only a reader of them could ask"
    # A prompt with options falls back to one without them, so that the latter is what is lacking.
    needs = CATALOG[task.family].needs_options or _speaks_of_options(record.fields)
    shows_options = needs and OPTIONS in record.fields and not template_type.endswith("_opt")
    return why_none(task, demand_of_record(record.fields, task, shows_options))


def _asks_the_same(
    one: Mapping[str, FieldValue], other: Mapping[str, FieldValue], family: str
) -> bool:
    """Return whether two records agree in all but the answer, whichever way they are prompted."""
    answers = _answers_of(family)
    return all(other.get(name) == value for name, value in one.items() if name not in answers) and (
        other.keys() - one.keys() <= answers
    )


@cache
def _answers_of(family: str) -> frozenset[str]:
    """Return the fields of a family's records that say nothing of what is asked."""
    targets = CATALOG[FORWARD.get(family, family)].targets
    return frozenset((*targets, OPTIONS, EXPLANATION))


@dataclass(frozen=True, kw_only=True)
class _Exemplars:
    """Draws exemplars for one query."""

    query: Record
    context: Prompting
    variant: Variant
    style: OptionStyle
    cue: str
    draws: Draws
    shows_options: bool
    dialog: DialogLayout | None
    form: str

    def _fill(
        self, fields: Mapping[str, FieldValue], template: Template | None
    ) -> tuple[Template, dict[str, str]] | None:
        """Return a record in `template`, or in one drawn for it; None if it does not fit."""
        task = self.context.task
        if not self.shows_options and _speaks_of_options(fields):
            return None
        # One layout is also one look of dialogs.
        dialog = self.dialog if template or task.inverts else None
        material = self.context.lay_out(fields, self.shows_options, self.draws, dialog)
        if template is None:
            # The labels of one prompt are in the same words: never "yes" beside "acceptable".
            forms = material.labels.forms_worded_as(self.form)
            drawn = choices(task, False, replace(material.demand, forms=forms))
            if drawn is None:
                return None
            template = template_of(task, drawn.draw(self.draws))
        elif not suits(template, CATALOG[task.family], template.domain, material.demand):
            return None
        return template, material.fill(template, self.style, self.draws)[0]

    def _of_the_task(self, template: Template) -> list[Exemplar]:
        """Return examples that came with the task, wrong ones after the others."""
        task = self.context.task
        exemplars: list[Exemplar] = []
        for examples, count, wrong in (
            (task.exemplars, self.variant.shots, False),
            (task.negative_exemplars, self.variant.negative, True),
        ):
            for fields in self.draws.sample(examples, count):
                if _asks_the_same(fields, self.query.fields, task.family):
                    continue
                if filled := self._fill(fields, template):
                    _, inputs, targets = template.render(filled[1])
                    lead = _cued(template, inputs, CATALOG[task.family], self.cue)
                    explanation = filled[1].get(EXPLANATION, "")
                    text = explained_example(lead, targets, explanation, wrong)
                    exemplars.append(Exemplar(text, fields, "" if wrong else targets))
        return exemplars

    def draw(self, template: Template | None) -> list[Exemplar]:
        """Return exemplars in `template`, or each in a separate template if it is None."""
        if self.variant.own and template is not None:
            return self._of_the_task(template)
        task = self.context.task
        exemplars: list[Exemplar] = []
        for other in draw_exemplars(self.context.pool, self.query, self.draws):
            if len(exemplars) == self.variant.shots:
                break
            fields = other.fields
            if _asks_the_same(fields, self.query.fields, task.family):
                continue
            if filled := self._fill(fields, template):
                used, values = filled
                instruction, inputs, targets = used.render(values)
                # In a separate template, an exemplar includes the instruction.
                whole = inputs if template else join_instruction(instruction, inputs)
                lead = _cued(used, whole, CATALOG[task.family], self.cue)
                exemplars.append(Exemplar(answered(lead, targets), fields, targets))
        return exemplars


def _speaks_of_options(fields: Mapping[str, FieldValue]) -> bool:
    """Return whether a record's question asks to choose among options that it has."""
    if OPTIONS not in fields:
        return False
    texts = (fields.get(name, "") for name in ("question", "text"))
    return any(isinstance(text, str) and _CHOICE_WORDS.search(text) for text in texts)


def draft_prompt(
    record: Record, template_type: str, context: Prompting, draws: Draws
) -> Draft | None:
    """Return a draft of `template_type`, or None if no template of the family fits the record.

    A few-shot draft that finds no exemplars becomes a zero-shot one.
    """
    shots, _, options_form = template_type.partition("_")
    task, family = context.task, CATALOG[context.task.family]
    if task.inverts and _speaks_of_options(record.fields):
        # Nobody could ask "Which of these …" without having seen them.
        return None
    needs_options = family.needs_options and OPTIONS in record.fields
    if options_form == "noopt" and (needs_options or _speaks_of_options(record.fields)):
        # "Which of these …" cannot be answered without them.
        options_form = "opt"
        template_type = f"{shots}_{options_form}"
    shows_options = options_form == "opt" and not task.inverts
    dialog = _dialog_layout(record, task, draws)
    material = _lay_out(record.fields, task, shows_options, draws, dialog)
    suitable = choices(task, False, material.demand)
    if suitable is None and shows_options:
        # A task whose own templates show no options.
        shows_options, options_form = False, "noopt"
        template_type = f"{shots}_{options_form}"
        material = _lay_out(record.fields, task, shows_options, draws, dialog)
        suitable = choices(task, False, material.demand)
    if suitable is None:
        return None
    index = suitable.draw(draws)
    style = draw_style(draws, context.options.share_of(template_type))
    if context.options.header is not None:
        style = replace(style, header=context.options.header)
    template = template_of(task, index)
    fields, shown = material.fill(template, style, draws)
    zero_shot = Draft(
        family=family,
        template=template,
        template_index=index,
        template_type=f"{ZERO_SHOT}_{options_form}",
        fields=fields,
        shown=shown,
        context_parts=_context_parts(task, record),
        turns=spoken_turns(task, record, dialog),
    )
    if shots == ZERO_SHOT:
        return zero_shot
    has_own = bool(task.exemplars) and not task.inverts
    variant = draw_variant(context.variants, template_type, has_own, draws)
    mixed = variant.mixed and family.mixes
    cue, separator = draws.choice(cues_of(template)), draws.choice(SEPARATORS)
    if not mixed:
        of_one_layout = choices(task, True, material.demand)
        if of_one_layout is None:
            return zero_shot
        index = of_one_layout.draw(draws)
        template = template_of(task, index)
        fields, shown = material.fill(template, style, draws)
    drawing = _Exemplars(
        query=record,
        context=context,
        variant=variant,
        style=style,
        cue=cue,
        draws=draws,
        shows_options=shows_options,
        dialog=dialog,
        form=template.form,
    )
    exemplars = drawing.draw(None if mixed else template)
    if not exemplars:
        return zero_shot
    if any("\n\n" in exemplar.text for exemplar in exemplars) and not separator.strip():
        # Blank lines inside the parts: they must not look like the ends of parts.
        separator = BLANK_PROOF
    return replace(
        zero_shot,
        template=template,
        template_index=index,
        template_type=template_type,
        fields=fields,
        shown=shown,
        exemplars=tuple(exemplars),
        mixed=mixed,
        cue=cue,
        separator=separator,
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
