"""Find problems of templates before they are applied to records.

The rules that need no record are here; those that do (no empty field, no answer in the input, no
option block in a `noopt` prompt) hold by construction in transforms/prompts/prompting.py or reject.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from tfrecords_schema.errors import nearest
from transforms.templates.template import (
    DRAWN_SLOTS,
    ESSENTIAL_FIELDS,
    LABELS,
    OPTIONS,
    Family,
    Template,
    field_names,
)

# Canonical fields and those that rendering derives from them.
KNOWN_FIELDS = ESSENTIAL_FIELDS | {
    "answer",
    "error",
    "line",
    "output",
    "rationale",
    "response",
    "source_language",
    "title",
}
_OPTION_WORDS = re.compile(
    r"\b(options?|choices?|alternatives?|candidates|pick (?:one )?from|choose (?:one )?from)\b",
    re.I,
)
_GLUED = re.compile(r"[A-Za-z]\{|\}[A-Za-z]")
_DOUBLED = re.compile(r"\{\{|\}\}")
# A yes/no question at the beginning of a sentence or a line.
_ASKS_YES_NO = re.compile(
    r"(?:^|[.:;?!\n]\s*)(?:does|do|did|is|are|was|were|can|could|will|would|has|have|should)\s"
    r"[^.\n]*\?",
    re.I,
)
_TWO_CUES = re.compile(r"(?:^|\n)[^\n{}?]{1,30}:\n[^\n{}?]{1,30}:$")
# A build refuses templates of a recipe that break one of these.
GRAVE_RULES = frozenset(
    (
        "broken_placeholder",
        "doubled_braces",
        "unknown_field",
        "shows_no_field",
        "answer_in_input",
        "no_target_field",
        "options_in_target",
    )
)
_MIN_TEMPLATES = 10
_NEAR_DUPLICATE = 0.9


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A problem of a template of a family; `place` is the file and line of a recipe's own."""

    family: str
    template: str
    rule: str
    detail: str
    place: str = ""


def _parts(template: Template) -> dict[str, str]:
    return {
        "instruction": template.instruction,
        "inputs": template.inputs,
        "targets": template.targets,
    }


def _broken(template: Template) -> str | None:
    for text in _parts(template).values():
        try:
            field_names(text)
        except ValueError as error:
            return str(error)
    return None


def _doubled(template: Template) -> str | None:
    """Return doubled braces, which format strings show as a brace instead of a field."""
    for text in _parts(template).values():
        if match := _DOUBLED.search(text):
            return f"{match.group()!r} in {text!r:.60} shows a brace; write it once for a field"
    return None


def template_problems(
    template: Template,
    family: Family,
    can_encode: Callable[[str], bool] | None = None,
    known_fields: frozenset[str] = KNOWN_FIELDS,
) -> Iterator[tuple[str, str]]:
    """Yield (rule, detail) for each rule that `template` breaks.

    Args:
      known_fields: those that records of the task may have.
      can_encode: whether the vocabulary has a piece for every character of a text.
    """
    if broken := _broken(template):
        yield "broken_placeholder", broken
        return
    if doubled := _doubled(template):
        yield "doubled_braces", doubled
    prompt = template.instruction + "\n" + template.inputs
    shown, asked = set(field_names(prompt)), set(field_names(template.targets))
    for name in sorted((shown | asked) - known_fields - DRAWN_SLOTS):
        yield "unknown_field", f"{name}; {nearest(name, sorted(known_fields))}"
    if not shown - DRAWN_SLOTS:
        yield "shows_no_field", "the prompt is the same for every record"
    for name in sorted(shown & asked):
        yield "answer_in_input", name
    if not template.inversion:
        for name in sorted(shown & set(family.targets)):
            yield "answer_in_input", name
    if not asked:
        yield "no_target_field", template.targets
    if asked & DRAWN_SLOTS:
        yield "options_in_target", template.targets
    if OPTIONS in shown and LABELS in shown:
        yield "labels_beside_options", "the options name the labels already"
    if OPTIONS not in shown and (word := _OPTION_WORDS.search(prompt)):
        yield "option_words_without_options", word.group()
    if _TWO_CUES.search(template.inputs):
        yield "two_cues", template.inputs[-60:]
    for part, text in _parts(template).items():
        # The answer is on the line after a layout that ends in a newline.
        yield from _text_problems(
            part, text.removesuffix("\n") if template.is_layout else text, can_encode
        )


def _meaning_problems(template: Template, family: Family) -> Iterator[tuple[str, str]]:
    """Yield the rules about meaning that a template of a shipped family breaks."""
    used = frozenset().union(*(one.shown | one.asked for one in family.all_templates))
    for name in sorted((used & family.essential(template)) - family.optional - template.shown):
        yield "essential_field_missing", name
    forms = {form for labels in family.labels for form in labels.wordings}
    if template.form and template.form not in forms:
        yield "unknown_form", template.form
    wording = template.instruction + "\n" + template.inputs
    if len(forms) > 1 and not template.form and (asks := _ASKS_YES_NO.search(wording)):
        yield "form_not_stated", f"{asks.group().strip()!r:.60} asks for yes or no"
    if template.is_layout and not family.is_bare:
        last = template.inputs.rstrip("\n").rpartition("\n")[2]
        # If a field comes last, a cue is drawn unless the field ends in one.
        if not last or last[-1] not in ":?>.}":
            yield "ambiguous_layout", f"ends in {last!r}, which is no cue for the answer"


def own_problems(
    template: Template, family: Family | None, mapped: frozenset[str] | None
) -> Iterator[tuple[str, str]]:
    """Yield (rule, detail) of the grave rules that a recipe's own template breaks.

    `lint`, `preview` and `build` all ask here.

    Args:
      family: of the task; None if it is unknown until the sources are read.
      mapped: the fields that the recipe maps for the task; None if its format decides.
    """
    known = KNOWN_FIELDS if mapped is None else mapped
    checked = family or Family(name="", targets=(), templates=())
    for rule, detail in template_problems(template, checked, None, known):
        if rule in GRAVE_RULES:
            yield rule, detail
    if mapped is None or family is None or _broken(template):
        return
    for name in sorted(mapped & checked.essential(template) - template.shown):
        yield (
            "essential_field_missing",
            f"{name}; the recipe maps it, so the template would never be drawn: show it, or drop "
            "it from `fields`",
        )
    forms = {form for labels in family.labels for form in labels.wordings}
    if template.form and template.form not in forms:
        known_forms = nearest(template.form, sorted(forms))
        hint = known_forms or f"the family {family.name} has none, leave `form` out"
        yield "unknown_form", f"{template.form}; {hint}"


def near_duplicates(
    own: Sequence[Template], others: Sequence[Template]
) -> Iterator[tuple[int, int, Template, str]]:
    """Yield (number, place, other, rule) of own templates that repeat one before, or of `others`.

    `place` is that of the other in `own` and then `others`.
    """
    for number, template in enumerate(own):
        for place, other in (*enumerate(own[:number]), *enumerate(others, start=len(own))):
            # With and without options are two templates on purpose.
            if other.shows_options != template.shows_options:
                continue
            if other.digest == template.digest:
                yield number, place, other, "duplicate"
            elif _ratio(_skeleton(other), _skeleton(template)) > _NEAR_DUPLICATE:
                yield number, place, other, "near_duplicate"


def _optional_problems(family: Family) -> Iterator[Problem]:
    """Yield the optional fields that too few templates show, or too few omit."""
    for name in sorted(family.optional):
        asking = [one for one in family.templates if name not in one.asked]
        showing = sum(name in one.shown for one in asking)
        for count, kind in ((showing, "with"), (len(asking) - showing, "without")):
            if len(asking) > 0 and count < _MIN_TEMPLATES:
                detail = f"{count} {kind} {name}, at least {_MIN_TEMPLATES} are needed"
                yield Problem(
                    family=family.name, template="", rule="too_few_templates", detail=detail
                )


def _text_problems(
    part: str, text: str, can_encode: Callable[[str], bool] | None
) -> Iterator[tuple[str, str]]:
    if text != text.strip():
        yield "white_space_at_end", f"{part}: {text[:20]!r} … {text[-20:]!r}"
    if re.search(r"[^\S\n]{2,}|[^\S\n]\n", text):
        yield "white_space_inside", f"{part}: two spaces, or a space before a line end"
    if glued := _GLUED.search(text):
        yield (
            "letter_at_placeholder",
            f"{part}: {text[max(0, glued.start() - 10) : glued.end() + 10]!r}",
        )
    if can_encode is not None:
        literal = re.sub(r"\{\w+\}", " ", text).replace("\n", " ")
        for character in sorted({c for c in literal if not c.isspace() and not can_encode(c)}):
            yield "not_in_vocabulary", f"{part}: {character!r}"


def _meet(family: Family, one: Template, other: Template) -> bool:
    """Return whether one task may have both templates: domains that stand apart have their own."""
    return one.domain == other.domain or not {one.domain, other.domain} & family.apart


def _skeleton(template: Template) -> str:
    return "\n".join((template.instruction, template.inputs, template.targets)).casefold()


def family_problems(
    family: Family, can_encode: Callable[[str], bool] | None = None
) -> Iterator[Problem]:
    """Return every problem of a family and its templates."""
    for template in family.all_templates:
        for rule, detail in (
            *template_problems(template, family, can_encode),
            *_meaning_problems(template, family),
        ):
            yield Problem(family=family.name, template=template.digest, rule=rule, detail=detail)
    yield from _optional_problems(family)
    for templates in (family.templates, family.few_shot):
        digests = Counter(template.digest for template in templates)
        for digest in [digest for digest, count in digests.items() if count > 1]:
            yield Problem(
                family=family.name,
                template=digest,
                rule="duplicate",
                detail="the same text appears twice",
            )
    for one, other in combinations(family.templates, 2):
        if (
            one.digest != other.digest
            and _meet(family, one, other)
            and _ratio(_skeleton(one), _skeleton(other)) > _NEAR_DUPLICATE
        ):
            yield Problem(
                family=family.name, template=one.digest, rule="near_duplicate", detail=other.digest
            )
    if len(family.templates) < _MIN_TEMPLATES and not family.is_bare:
        yield Problem(
            family=family.name,
            template="",
            rule="too_few_templates",
            detail=str(len(family.templates)),
        )


def _ratio(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() <= _NEAR_DUPLICATE:
        return 0.0
    return matcher.ratio()


def lint(
    families: Iterable[Family], can_encode: Callable[[str], bool] | None = None
) -> list[Problem]:
    """List every problem of `families`, in their order."""
    return [problem for family in families for problem in family_problems(family, can_encode)]
