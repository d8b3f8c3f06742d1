"""Find problems of promptsource templates, without their data sets."""

import re
from collections.abc import Iterator

from transforms.templates.jinja import PromptTemplate, TemplateFile, syntax_error
from transforms.templates.lint import Problem
from transforms.templates.sandbox import refusal

_SEPARATOR = "|||"
_SHOWN = re.compile(r"\{\{-?\s*([A-Za-z_]\w*)\s*-?\}\}")
_GLUED = re.compile(r"[A-Za-z]\{\{|\}\}[A-Za-z]")
_SHOWS_CHOICES = re.compile(r"answer_choices\s*(?:\||\)|%\}|\[)")


def _template_problems(template: PromptTemplate) -> Iterator[tuple[str, str]]:
    if error := syntax_error(template):
        yield "broken_jinja", error
        return
    for source in (template.answer_choices or "", template.jinja):
        if why := refusal(source):
            yield "refused_by_the_sandbox", why
    prompt, separator, target = template.jinja.partition(_SEPARATOR)
    if not separator or not target.strip():
        yield "no_target_field", "nothing after |||"
    if target.count(_SEPARATOR):
        yield "unequal_option_lists", f"{target.count(_SEPARATOR) + 1} targets"
    for name in sorted(set(_SHOWN.findall(prompt)) & set(_SHOWN.findall(target))):
        yield "answer_in_input", name
    if glued := _GLUED.search(template.jinja):
        yield "letter_at_placeholder", glued.group()
    choices = (template.answer_choices or "").split(_SEPARATOR)
    if len({choice.strip() for choice in choices}) < len(choices):
        yield "unequal_option_lists", f"a choice is there twice: {template.answer_choices}"
    if template.answer_choices is None and "answer_choices" in template.jinja:
        yield "option_slot_without_options", "answer_choices is used, but not given"
    if template.choices_in_prompt is False and _SHOWS_CHOICES.search(prompt):
        yield "options_in_no_option_template", "the metadata says that no choices are shown"


def promptsource_problems(file: TemplateFile) -> Iterator[Problem]:
    """Yield every problem of one file of templates."""
    place = "/".join(filter(None, (file.dataset, file.subset)))
    seen: dict[str, str] = {}
    for template in file.templates:
        for rule, detail in _template_problems(template):
            yield Problem(family=place, template=template.name, rule=rule, detail=detail)
        text = " ".join(template.jinja.split())
        if text in seen:
            yield Problem(family=place, template=template.name, rule="duplicate", detail=seen[text])
        seen.setdefault(text, template.name)
