"""A prompt template: format strings over canonical fields, checked once and rendered often."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cache, cached_property, lru_cache
from string import Formatter
from typing import Literal

OPTIONS = "options"
# The label set in words, "yes, no or maybe"; for small sets (transforms/prompts/wording.py).
LABELS = "labels"
DRAWN_SLOTS = frozenset((OPTIONS, LABELS))
_SENTENCE_ENDS = (".", "!", "?")
# Essential fields: a prompt shows each of these that its record has.
ESSENTIAL_FIELDS = frozenset(
    (
        "attribute",
        "code",
        "context",
        "facts",
        "history",
        "hypothesis",
        "input",
        "instruction",
        "items",
        "keywords",
        "premise",
        "pronoun",
        "question",
        "sentence1",
        "sentence2",
        "target_language",
        "tests",
        "text",
        "word",
    )
)
# What a field is to somebody who looks for the same item elsewhere. `tests` says nothing of it.
Role = Literal["question", "passage", "options", "tests", "answer"]


def field_names(text: str) -> tuple[str, ...]:
    """Return the fields that a format string shows, in order: "{a} or {b}" → ("a", "b").

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


@dataclass(frozen=True, kw_only=True)
class LabelSet:
    """A set of labels, and their words in each form of answer.

    Attributes:
      labels: the labels of records; comparisons ignore case, "_" and "-".
      wordings: by form, the words for each label in the order of `labels`. The first form is the
        one that templates without a form use.
      guessable: whether a reader of the question knows which labels there are.
      strict: whether its records get only templates that ask for one of its forms, because the
        family's general wording is wrong for them.
    """

    labels: tuple[str, ...]
    wordings: Mapping[str, tuple[str, ...]]
    guessable: bool = True
    strict: bool = False

    def __post_init__(self) -> None:
        """Check that each form words every label."""
        for form, words in self.wordings.items():
            if len(words) != len(self.labels):
                raise ValueError(f"form {form!r} words {len(words)} of {len(self.labels)} labels")


@dataclass(frozen=True)
class Template:
    """One way to put a record into words.

    Attributes:
      inputs: the prompt, without a separate instruction.
      targets: the expected answer.
      instruction: appears once, before `inputs` in a zero-shot prompt and before all exemplars in a
        few-shot one. Empty if the instruction is part of `inputs`.
      inversion: the direction, e.g. "answer → question"; empty for the usual one.
      form: the form of answer that it asks for ("yes_no"): it is drawn for records whose label
        set has words for that form, and shows those words. Empty: any answer fits.
      domain: the kind of text that it refers to ("tweet"): it is drawn for tasks of that domain.
        Empty: any.
      weight: relative frequency.
      is_terse: whether it asks for nothing but the answer: it is not drawn for records whose answer
        explains itself.
      is_layout: whether it is a layout for the exemplars and the query of one prompt, made by
        `shots`: the text after its last field is always a cue.
    """

    inputs: str
    targets: str
    _: KW_ONLY
    instruction: str = ""
    inversion: str = ""
    form: str = ""
    domain: str = ""
    weight: float = 1.0
    is_terse: bool = False
    is_layout: bool = False

    @cached_property
    def shown(self) -> frozenset[str]:
        """The fields that the prompt shows."""
        return frozenset(field_names(self.instruction + self.inputs))

    @cached_property
    def instructs_with(self) -> frozenset[str]:
        """The fields that the instruction shows."""
        return frozenset(field_names(self.instruction))

    @cached_property
    def asked(self) -> frozenset[str]:
        """The fields that the target shows."""
        return frozenset(field_names(self.targets))

    @cached_property
    def last_field(self) -> str:
        """The last field of the inputs, empty if there is none."""
        names = field_names(self.inputs)
        return names[-1] if names else ""

    @cached_property
    def pieces(self) -> tuple[tuple[str, str], ...]:
        """The fields of the inputs, each with the wording before it."""
        parsed = Formatter().parse(self.inputs)
        return tuple((wording, name) for wording, name, _, _ in parsed if name is not None)

    @cached_property
    def heading(self) -> str:
        """The text of the inputs before the last field."""
        return self.inputs.rpartition("{")[0]

    @cached_property
    def tail(self) -> str:
        """The text of the inputs after the last field."""
        return self.inputs.rpartition("}")[2]

    @cached_property
    def shows_options(self) -> bool:
        """Whether the prompt has a slot for the answer options."""
        return OPTIONS in self.shown

    @cached_property
    def fields(self) -> frozenset[str]:
        """Fields that a record must have for this template, options and labels excepted."""
        return (self.shown | self.asked) - DRAWN_SLOTS

    @cached_property
    def digest(self) -> str:
        """Eight hex digits of the template's text; they identify it until the text changes."""
        text = "\x00".join((self.instruction, self.inputs, self.targets))
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def render(self, fields: Mapping[str, str]) -> tuple[str, str, str]:
        """Return (instruction, inputs, targets) filled with `fields`.

        A period after a field is left out where the field's text ends a sentence.

        Raises:
          KeyError: `fields` lacks one.
        """
        return (
            _fill(self.instruction, fields) if self.instruction else "",
            _fill(self.inputs, fields),
            _fill(self.targets, fields),
        )


def wording_after(name: str | None, text: str, wording: str) -> str:
    """Return the wording that follows field `name`, whose text this is.

    It is without a period if the text ends a sentence: "Because.", ". Why?" → " Why?"; periods in a
    row and ".5" stay. After a rationale that does not end one, a new sentence has a period before
    it: "6 * 8 = 48", " Thus," → ". Thus,".
    """
    if name == "rationale" and text and _NEW_SENTENCE.match(wording):
        return f".{wording}" if _IS_OPEN.search(text) else wording
    is_period = wording.startswith(".") and not wording[1:2].strip()
    return wording[1:] if is_period and text.rstrip().endswith(_SENTENCE_ENDS) else wording


_NEW_SENTENCE = re.compile(" [A-Z]")
# How a sentence ends that lacks its mark: with a word, a number, a unit or a closing bracket.
_IS_OPEN = re.compile(r"[\w)\]}%°$€£]$")


def _fill(text: str, fields: Mapping[str, str]) -> str:
    if "}." not in text and "{rationale} " not in text:
        return text.format_map(fields)
    filled, value, before = "", "", None
    for wording, name in _parsed(text):
        filled += wording_after(before, value, wording)
        value = "" if name is None else fields[name]
        filled, before = filled + value, name
    return filled


@lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[tuple[str, str | None], ...]:
    """Return the fields of a format string, each with the wording before it; the last has none."""
    return tuple((wording, name) for wording, name, _, _ in Formatter().parse(text))


@cache
def _essential(asked: frozenset[str], exceptions: frozenset[str]) -> frozenset[str]:
    return ESSENTIAL_FIELDS - asked - exceptions


def shots(
    instructions: Sequence[str],
    layouts: Sequence[str],
    targets: str = "{answer}",
    *,
    form: str = "",
    inversion: str = "",
    domain: str = "",
    options: bool = False,
) -> tuple[Template, ...]:
    """Return few-shot templates: each instruction with each layout of an exemplar.

    Args:
      instructions: "" for exemplars without an instruction.
      layouts: each ends in a cue, which the answer follows: "Text: {text}\nLabel:". The
        answer follows on the same line, or on the next one if the layout ends in a newline.
      options: whether to make a second template of each that shows `{options}` above the cue.
    """
    if options:
        layouts = [*layouts, *(_with_options(layout) for layout in layouts)]
    return tuple(
        Template(
            layout,
            targets,
            instruction=instruction,
            inversion=inversion,
            form=form,
            domain=domain,
            is_layout=True,
        )
        for layout in layouts
        for instruction in instructions
    )


def _with_options(layout: str) -> str:
    """Return `layout` with the options above its last line, the cue."""
    body, _, cue = layout.rstrip("\n").rpartition("\n")
    end = layout[len(layout.rstrip("\n")) :]
    return f"{body}\n{{{OPTIONS}}}\n{cue}{end}"


@dataclass(frozen=True, kw_only=True)
class Family:
    """The templates of one kind of task, and the meaning of its fields.

    Attributes:
      name: its name in recipes.
      targets: fields that only a template's `targets` may show.
      templates: for zero-shot prompts, and for the parts of few-shot prompts of mixed templates.
        Those with an options slot are drawn for the `opt` types of records that have options, the
        others for everything else.
      few_shot: for few-shot prompts of one layout; made by `shots`.
      labels: the label sets that it has words for; its templates may ask for their forms.
      optional: essential fields that some records lack; for each there are templates with and
        without it.
      apart: domains that the general wordings do not fit: their records get only templates of the
        domain.
      needs_options: whether the labels cannot be guessed, so that every prompt shows the options.
      not_essential: fields of ESSENTIAL_FIELDS that a prompt may leave out, with the reason.
      context: the field that fitting may shorten when a prompt is too long, if any.
      context_keeps: the end of it that is kept; a dialog keeps its last turns.
      cues: for few-shot prompts whose templates have none; empty for the usual ones.
      is_bare: only inputs and outputs in one wording, for learning from demonstrations.
      mixes: whether the exemplars of one prompt may have different templates.
      instructs_alike: whether the instructions of a task's records all mean the same, so that any
        is right for the exemplars too.
      roles: roles of its fields in the search for held-out items, if they differ from the rule:
        targets are answers, options are options, and the other fields together are the question.
    """

    name: str
    targets: tuple[str, ...]
    templates: tuple[Template, ...]
    few_shot: tuple[Template, ...] = ()
    labels: tuple[LabelSet, ...] = ()
    optional: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    needs_options: bool = False
    not_essential: Mapping[str, str] | None = None
    context: str | None = None
    context_keeps: Literal["start", "end"] = "start"
    cues: tuple[str, ...] = ()
    is_bare: bool = False
    mixes: bool = True
    instructs_alike: bool = False
    roles: Mapping[str, Role] = field(default_factory=dict, hash=False)

    @cached_property
    def all_templates(self) -> tuple[Template, ...]:
        """The zero-shot templates, then the few-shot ones: the order of template indexes."""
        return self.templates + self.few_shot

    def essential(self, template: Template) -> frozenset[str]:
        """Return the fields that `template` must show if a record has them."""
        return _essential(template.asked, self._exceptions)

    @cached_property
    def _exceptions(self) -> frozenset[str]:
        return frozenset(self.not_essential or ())

    def role_of(self, name: str) -> Role:
        """Return the role of field `name` in the search for held-out items."""
        if name in self.roles:
            return self.roles[name]
        if name == OPTIONS:
            return "options"
        return "answer" if name in self.targets or name == "rationale" else "question"
