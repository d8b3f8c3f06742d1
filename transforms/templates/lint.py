"""Find what is wrong with templates before they meet a record.

The rules that need no record are here; those that do (no empty field, no answer in the input, no
option block in a `noopt` prompt) hold by construction in transforms/prompts/prompting.py or reject.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from transforms.templates.template import OPTIONS, Family, Template, field_names

# Canonical fields and those that rendering derives from them.
KNOWN_FIELDS = frozenset(
    (
        "answer",
        "code",
        "context",
        "facts",
        "history",
        "hypothesis",
        "input",
        "instruction",
        "items",
        "keywords",
        "output",
        "premise",
        "pronoun",
        "question",
        "rationale",
        "response",
        "sentence1",
        "sentence2",
        "source_language",
        "target_language",
        "tests",
        "text",
        "title",
        "word",
    )
)
_OPTION_WORDS = re.compile(
    r"\b(options?|choices?|alternatives?|candidates|pick (?:one )?from|choose (?:one )?from)\b",
    re.I,
)
_GLUED = re.compile(r"[A-Za-z]\{|\}[A-Za-z]")
# A build refuses templates of a recipe that break one of these.
GRAVE_RULES = frozenset(
    ("broken_placeholder", "answer_in_input", "no_target_field", "options_in_target")
)
_MIN_TEMPLATES = 10
_NEAR_DUPLICATE = 0.9


@dataclass(frozen=True)
class Problem:
    """What is wrong with which template of which family."""

    family: str
    template: str
    rule: str
    detail: str


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


def template_problems(
    template: Template, family: Family, can_encode: Callable[[str], bool] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield (rule, detail) for each rule that `template` breaks.

    Args:
      can_encode: whether the vocabulary has a piece for every character of a text.
    """
    if broken := _broken(template):
        yield "broken_placeholder", broken
        return
    prompt = template.instruction + "\n" + template.inputs
    shown, asked = set(field_names(prompt)), set(field_names(template.targets))
    for name in sorted((shown | asked) - KNOWN_FIELDS - {OPTIONS}):
        yield "unknown_field", name
    for name in sorted(shown & asked):
        yield "answer_in_input", name
    if not template.inversion:
        for name in sorted(shown & set(family.targets)):
            yield "answer_in_input", name
    if not asked:
        yield "no_target_field", template.targets
    if OPTIONS in asked:
        yield "options_in_target", template.targets
    if OPTIONS not in shown and (word := _OPTION_WORDS.search(prompt)):
        yield "option_words_without_options", word.group()
    for part, text in _parts(template).items():
        yield from _text_problems(part, text, can_encode)


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


def _skeleton(template: Template) -> str:
    return "\n".join((template.instruction, template.inputs, template.targets)).casefold()


def family_problems(
    family: Family, can_encode: Callable[[str], bool] | None = None
) -> Iterator[Problem]:
    """Yield every problem of a family and its templates."""
    for template in family.templates:
        for rule, detail in template_problems(template, family, can_encode):
            yield Problem(family.name, template.digest, rule, detail)
    for one, other in combinations(family.templates, 2):
        if _skeleton(one) == _skeleton(other):
            yield Problem(family.name, one.digest, "duplicate", other.digest)
        elif _ratio(_skeleton(one), _skeleton(other)) > _NEAR_DUPLICATE:
            yield Problem(family.name, one.digest, "near_duplicate", other.digest)
    if len(family.templates) < _MIN_TEMPLATES and not family.is_bare:
        yield Problem(family.name, "", "too_few_templates", str(len(family.templates)))


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
