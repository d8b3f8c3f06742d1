"""Which templates suit a record, and the draw among them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.splitmix64 import mix_int
from transforms.prompts.cues import ends_in_cue, has_cue
from transforms.prompts.wording import Labels, plain
from transforms.stable_random import Draws
from transforms.templates.catalog import CATALOG
from transforms.templates.template import LABELS, Family, Template
from transforms.types import Task

# Answers from which no question can be inferred.
_MARK = re.compile(r"\(?[A-Za-z]\)?[.:]?")
_SAY_NOTHING = frozenset(
    ("yes", "no", "true", "false", "maybe", "none", "unknown", "unanswerable", "not given")
)

# An answer of more characters, or with such words in it, says why, or how it was found.
_LONGEST_TERSE = 240
_EXPLAINS = re.compile(r"\\boxed|^####|\b(?:so|therefore|thus|hence|because|since)\b", re.I | re.M)


# One is made for each text that a template is drawn for, and looked up: as a tuple, in a third of
# the time that a frozen dataclass takes.
class Demand(NamedTuple):
    """What a template must suit.

    Attributes:
      fields: the texts that the record has.
      forms: of answer that its labels can take.
      can_be_named: whether its labels may be named inside the question.
      must_be_named: whether they must be, because they cannot be guessed; templates of the task's
        own may do without.
      shows_options: whether the prompt shows answer options.
      cued: texts that already end in a cue.
      says_nothing: whether nothing about the question can be inferred from the answer.
      explains: whether the answer has an explanation, so that no prompt may ask for none.
    """

    fields: frozenset[str]
    forms: frozenset[str]
    can_be_named: bool
    must_be_named: bool
    shows_options: bool
    cued: frozenset[str]
    says_nothing: bool
    explains: bool


@dataclass(frozen=True)
class Choices:
    """Templates to draw from: indexes, the hashes they are drawn by, and weights if unequal."""

    indexes: tuple[int, ...]
    keys: NDArray[np.uint64]
    weights: NDArray[np.float64] | None

    def draw(self, draws: Draws) -> int:
        """Return the index of one template."""
        return self.indexes[draws.rendezvous(self.keys, self.weights)]


def demand_of(texts: Mapping[str, str], labels: Labels, shows_options: bool) -> Demand:
    """Return what a record with these texts and labels demands of a template."""
    can_be_named = labels.can_be_named
    return Demand(
        fields=frozenset(texts),
        forms=labels.forms,
        can_be_named=can_be_named,
        must_be_named=labels.are_unknown and not shows_options,
        shows_options=shows_options,
        cued=frozenset([name for name, text in texts.items() if ends_in_cue(text)]),
        says_nothing=_says_nothing(texts.get("answer", "")),
        explains=_explains(texts.get("answer", "")),
    )


def _says_nothing(answer: str) -> bool:
    """Return whether no question can be inferred from an answer: "no", "(B)"."""
    return plain(answer) in _SAY_NOTHING or _MARK.fullmatch(answer.strip()) is not None


def _explains(answer: str) -> bool:
    """Return whether an answer is more than what was asked for: the steps of a solution."""
    return len(answer) > _LONGEST_TERSE or _EXPLAINS.search(answer) is not None


def template_of(task: Task, index: int) -> Template:
    """Return the template at an index: the family's, then the task's own."""
    shared = CATALOG[task.family].all_templates
    return shared[index] if index < len(shared) else task.templates[index - len(shared)]


def suits(
    template: Template, family: Family, task_domain: str, demand: Demand, is_own: bool = False
) -> bool:
    """Return whether a prompt of `template` says all that it must, and asks what it is answered.

    Args:
      is_own: whether the template is the task's own, so that it fits the task's domain.
    """
    asks_riddle = (
        demand.says_nothing and "question" in template.asked and template.shown <= {"answer"}
    )
    return (
        template.shows_options == demand.shows_options
        and template.fields <= demand.fields
        and family.essential(template) & demand.fields <= template.shown
        and template.form in demand.forms
        and template.domain
        in ((task_domain,) if task_domain in family.apart and not is_own else ("", task_domain))
        and (LABELS not in template.shown or demand.can_be_named)
        and not _buries_cue(template, demand)
        and not asks_riddle
        and not (template.is_terse and demand.explains)
    )


def _buries_cue(template: Template, demand: Demand) -> bool:
    """Return whether something follows a text that ends in a cue, where its answer should be.

    A question may end in a colon above its options; a prompt that is complete may not. Under a
    heading, "Text:", an input of one line would look like a second cue.
    """
    last = template.last_field
    if "input" in demand.cued and "input" in template.shown:
        has_heading = template.heading.rstrip(" ").endswith(":\n")
        return last != "input" or has_heading or bool(template.tail.strip())
    return last in demand.cued and has_cue(template)


def choices(task: Task, few_shot: bool, demand: Demand) -> Choices | None:
    """Return the templates for zero-shot prompts, or for few-shot ones of one layout; None if none.

    A task's own templates serve as both. Where no few-shot template suits, the zero-shot ones do.
    """
    own = task.templates, task.only_own_templates
    suitable = _choices(task.family, *own, task.domain, few_shot, demand)
    # A family that does not mix would say its instruction again with each exemplar.
    if suitable or not few_shot or not CATALOG[task.family].mixes:
        return suitable
    return _choices(task.family, *own, task.domain, False, demand)


def why_none(task: Task, demand: Demand) -> str:
    """Return what the templates of a task lack for a record that none of them suits."""
    family = CATALOG[task.family]
    shared = () if task.only_own_templates else family.templates
    # Those that differ least from what the record demands say most about it.
    left = (*shared, *task.templates)
    kind = "with" if demand.shows_options else "without"
    fitting = [one for one in left if one.shows_options == demand.shows_options]
    if not fitting:
        return f"no template {kind} {{options}}"
    left = tuple(one for one in fitting if one.fields <= demand.fields)
    if not left:
        lacks = min((sorted(one.fields - demand.fields) for one in fitting), key=len)
        return f"the record has no {', '.join(lacks)}, which every template {kind} {{options}} uses"
    hidden = min((sorted(family.essential(t) & demand.fields - t.shown) for t in left), key=len)
    if hidden:
        return f"no template {kind} {{options}} shows {', '.join(hidden)}, which the record has"
    return f"no template {kind} {{options}} suits the record's answer, domain or cues"


@lru_cache(maxsize=16_384)
def _choices(
    family_name: str,
    own: tuple[Template, ...],
    only_own: bool,
    domain: str,
    few_shot: bool,
    demand: Demand,
) -> Choices | None:
    family = CATALOG[family_name]
    shared = () if only_own else family.few_shot if few_shot else family.templates
    start = len(family.templates) if few_shot else 0
    numbered = [
        *enumerate(shared, start=start),
        *enumerate(own, start=len(family.all_templates)),
    ]
    suitable = [
        (index, template)
        for index, template in numbered
        if suits(template, family, domain, demand, is_own=index >= len(family.all_templates))
    ]
    if demand.must_be_named:
        num_shared = len(family.all_templates)
        naming = [
            (index, template)
            for index, template in suitable
            if LABELS in template.shown or index >= num_shared
        ]
        suitable = naming or suitable
    if not suitable and demand.cued and not few_shot:
        # Better two cues than no prompt.
        return _choices(
            family_name, own, only_own, domain, few_shot, demand._replace(cued=frozenset())
        )
    if not suitable:
        return None
    weights = [template.weight for _, template in suitable]
    return Choices(
        indexes=tuple(index for index, _ in suitable),
        keys=np.array([mix_int(int(one.digest, 16)) for _, one in suitable], np.uint64),
        weights=None if len({*weights}) == 1 else np.array(weights),
    )
