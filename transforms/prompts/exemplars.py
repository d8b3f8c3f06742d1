"""The exemplars of few-shot prompts: drawn for a query, and put into words.

A record of the pool comes again with many queries. What it looks like in a template depends on
nothing else unless its options are shuffled or a reply is drawn, so it is written once and kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.prompt_parts import Part, Role
from transforms.prompts.answer_options import OptionStyle
from transforms.prompts.choosing import Choices, Demand, choices, suits, template_of
from transforms.prompts.cues import answered, cued, join_instruction
from transforms.prompts.few_shot import (
    EXPLANATION,
    Variant,
    draw_exemplars,
    explained_example,
    fitting_variants,
)
from transforms.prompts.materials import Material, lay_out, speaks_of_options, why_not_inverted
from transforms.prompts.pools import pool_keys
from transforms.prompts.showing import hidden_fields
from transforms.records.fields import REFERENCES, DialogLayout
from transforms.settings import FewShotVariant, Options
from transforms.stable_random import Draws
from transforms.templates.catalog import CATALOG, FORWARD
from transforms.templates.template import OPTIONS, Template
from transforms.types import FieldValue, Record, Task

# Written exemplars that are kept at once, some 1 KB each.
_MOST_KEPT = 8_192


# Where tasks are small, these are made for each prompt: a frozen dataclass would take three times
# as long to make, and before Python 3.12 functools.cached_property takes a lock.
@dataclass
class Exemplar:
    """One exemplar: its text, answer included, and the raw fields; never changed.

    Attributes:
      answer: how the text ends; empty for an example of what would be wrong.
      hidden: essential fields of its record that the text does not show.
    """

    text: str
    fields: Mapping[str, FieldValue]
    answer: str = ""
    hidden: tuple[str, ...] = ()
    _spans: tuple[Part, ...] = field(default=(), init=False, repr=False, compare=False)

    @property
    def has_blank_lines(self) -> bool:
        """Whether the text could be taken for two parts."""
        return "\n\n" in self.text

    @property
    def spans(self) -> tuple[Part, ...]:
        """The question and the answer in `text`; the white space between is neither's."""
        if not self._spans:
            self._spans = self._find_spans()
        return self._spans

    def _find_spans(self) -> tuple[Part, ...]:
        size = len(self.text)
        if not self.answer or not self.text.endswith(self.answer):
            return (Part(Role.EXEMPLAR, 0, size),)
        start = size - len(self.answer)
        asked = len(self.text[:start].rstrip())
        return Part(Role.EXEMPLAR, 0, asked), Part(Role.EXEMPLAR_ANSWER, start, size)


Kept = dict[tuple[object, ...], Exemplar]


@dataclass(eq=False)
class Prompting:
    """What the prompts of one task have in common; only what is kept of it changes.

    Attributes:
      kept: exemplars written before, of this task and of others.
    """

    task: Task
    pool: Sequence[Record]
    variants: Sequence[FewShotVariant]
    options: Options
    kept: Kept = field(default_factory=dict, repr=False)
    _pool_keys: NDArray[np.uint64] | None = field(default=None, init=False)
    _fitting: dict[str, list[FewShotVariant]] = field(default_factory=dict, init=False)
    # By the identity of an exemplar's fields, which `pool` and `task` keep alive.
    _laid_out: dict[tuple[object, ...], Material] = field(default_factory=dict, init=False)
    _asked: dict[int, Mapping[str, FieldValue]] = field(default_factory=dict, init=False)
    # By the identity of demands, each of which is there once.
    _demands: dict[Demand, Demand] = field(default_factory=dict, init=False)
    _suiting: dict[tuple[int, int], bool] = field(default_factory=dict, init=False)
    _choices: dict[tuple[object, ...], Choices | None] = field(default_factory=dict, init=False)

    @property
    def pool_keys(self) -> NDArray[np.uint64]:
        """The hashes by which exemplars are drawn from the pool."""
        if self._pool_keys is None:
            self._pool_keys = pool_keys(self.pool)
        return self._pool_keys

    def fitting_variants(self, template_type: str) -> list[FewShotVariant]:
        """Return the variants for prompts of a few-shot template type."""
        if template_type not in self._fitting:
            has_own = bool(self.task.exemplars) and not self.task.inverts
            self._fitting[template_type] = fitting_variants(self.variants, template_type, has_own)
        return self._fitting[template_type]

    def choices(self, few_shot: bool, demand: Demand) -> Choices | None:
        """Return the templates to draw from, see `choosing.choices`."""
        key = few_shot, demand
        if key not in self._choices:
            self._choices[key] = choices(self.task, few_shot, demand)
        return self._choices[key]

    def lay_out(
        self,
        fields: Mapping[str, FieldValue],
        shows_options: bool,
        draws: Draws,
        dialog: DialogLayout | None,
    ) -> Material:
        """Return an exemplar laid out; only its references are drawn anew, or its dialog."""
        if "turns" in fields:
            return self._with_known_demand(lay_out(fields, self.task, shows_options, draws, dialog))
        drawn = {
            name: draws.choice(value)
            for name in REFERENCES
            if isinstance(value := fields.get(name) or self.task.fields.get(name), list)
        }
        key = id(fields), shows_options, *drawn.values()
        if key not in self._laid_out:
            material = lay_out({**fields, **drawn}, self.task, shows_options, draws)
            self._laid_out[key] = self._with_known_demand(material)
        return self._laid_out[key]

    def _with_known_demand(self, material: Material) -> Material:
        demand = self._demands.setdefault(material.demand, material.demand)
        if demand is material.demand:
            return material
        return Material(material.texts, material.labels, demand)

    def suits(self, template: Template, material: Material) -> bool:
        """Return whether a template suits an exemplar that `lay_out` returned."""
        key = id(template), id(material.demand)
        if key not in self._suiting:
            family = CATALOG[self.task.family]
            self._suiting[key] = suits(template, family, template.domain, material.demand)
        return self._suiting[key]

    def choices_worded_as(self, form: str, material: Material) -> Choices | None:
        """Return the templates for an exemplar whose answers have the words of `form`."""
        key = form, id(material.labels.known), id(material.demand)
        if key not in self._choices:
            forms = material.labels.forms_worded_as(form)
            self._choices[key] = choices(self.task, False, material.demand._replace(forms=forms))
        return self._choices[key]

    def asked(self, fields: Mapping[str, FieldValue]) -> Mapping[str, FieldValue]:
        """Return all fields of an exemplar but the answer, whichever way it is prompted."""
        if id(fields) not in self._asked:
            self._asked[id(fields)] = asked_of(fields, self.task.family)
        return self._asked[id(fields)]


def asked_of(fields: Mapping[str, FieldValue], family: str) -> Mapping[str, FieldValue]:
    """Return the fields that say what is asked: of two records with the same, one is enough."""
    answers = _answers_of(family)
    return {name: value for name, value in fields.items() if name not in answers}


@cache
def _answers_of(family: str) -> frozenset[str]:
    """Return the fields of a family's records that say nothing of what is asked."""
    targets = CATALOG[FORWARD.get(family, family)].targets
    return frozenset((*targets, OPTIONS, EXPLANATION))


@dataclass(kw_only=True)
class Exemplars:
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

    def draw(self, template: Template | None) -> list[Exemplar]:
        """Return exemplars in `template`, or each in a separate template if it is None."""
        context = self.context
        asked = asked_of(self.query.fields, context.task.family)
        if self.variant.own and template is not None:
            return self._of_the_task(template, asked)
        exemplars: list[Exemplar] = []
        for other in draw_exemplars(context.pool, context.pool_keys, self.query, self.draws):
            if len(exemplars) == self.variant.shots:
                break
            if context.asked(other.fields) != asked and (
                exemplar := self._write(other.fields, template)
            ):
                exemplars.append(exemplar)
        return exemplars

    def _of_the_task(self, template: Template, asked: Mapping[str, FieldValue]) -> list[Exemplar]:
        """Return examples that came with the task, wrong ones after the others."""
        context = self.context
        return [
            exemplar
            for examples, count, wrong in (
                (context.task.exemplars, self.variant.shots, False),
                (context.task.negative_exemplars, self.variant.negative, True),
            )
            for fields in self.draws.sample(examples, count)
            if context.asked(fields) != asked
            and (exemplar := self._write(fields, template, is_own=True, wrong=wrong))
        ]

    def _write(
        self,
        fields: Mapping[str, FieldValue],
        template: Template | None,
        is_own: bool = False,
        wrong: bool = False,
    ) -> Exemplar | None:
        """Return a record in `template`, or in one drawn for it; None if it does not fit."""
        context = self.context
        if not self.shows_options and speaks_of_options(fields):
            return None
        if context.task.inverts and why_not_inverted(fields, context.task.family):
            return None
        if template and not self._is_instructed_alike(template, fields):
            return None
        # One layout is also one look of dialogs.
        dialog = self.dialog if template or context.task.inverts else None
        material = context.lay_out(fields, self.shows_options, self.draws, dialog)
        used = template
        if used is None:
            # The labels of one prompt are in the same words: never "yes" beside "acceptable".
            drawn = context.choices_worded_as(self.form, material)
            if drawn is None:
                return None
            used = template_of(context.task, drawn.draw(self.draws))
        elif not context.suits(used, material):
            return None
        mixed = template is None
        # Options are shuffled, and the reply of a dialog is drawn, each time.
        if material.labels.options or "turns" in fields:
            return self._put(fields, material, used, mixed, is_own, wrong)
        instruction = used.instruction if mixed else ""
        wording = instruction, used.inputs, used.targets, used.form
        key = material, *wording, self.cue, is_own, wrong
        exemplar = context.kept.get(key)
        if exemplar is None:
            if len(context.kept) >= _MOST_KEPT:
                context.kept.clear()
            exemplar = self._put(fields, material, used, mixed, is_own, wrong)
            context.kept[key] = exemplar
        return exemplar

    def _is_instructed_alike(self, template: Template, fields: Mapping[str, FieldValue]) -> bool:
        """Return whether the instruction, which a prompt says once, is right for an exemplar too.

        It may show fields of the query's own: a row of an instruction set brings its instruction.
        """
        if CATALOG[self.context.task.family].instructs_alike:
            return True
        own = self.query.fields
        return all(fields.get(name) == own.get(name) for name in template.instructs_with)

    def _put(
        self,
        fields: Mapping[str, FieldValue],
        material: Material,
        template: Template,
        mixed: bool,
        is_own: bool,
        wrong: bool,
    ) -> Exemplar:
        """Return an exemplar in the words of `template`."""
        task = self.context.task
        family = CATALOG[task.family]
        values, _ = material.fill(template, self.style, self.draws)
        instruction, inputs, targets = template.render(values)
        # In a separate template, an exemplar includes the instruction.
        whole = join_instruction(instruction, inputs) if mixed else inputs
        lead = cued(template, whole, family.is_bare, self.cue)
        if is_own:
            text = explained_example(lead, targets, values.get(EXPLANATION, ""), wrong)
        else:
            text = answered(lead, targets)
        of_record = {**task.fields, **fields}
        hidden = hidden_fields(family.essential(template), of_record, text, None)
        return Exemplar(text, fields, "" if wrong else targets, tuple(hidden))
