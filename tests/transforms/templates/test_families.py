"""Lint of every template that ships."""

import re
from importlib import import_module

import pytest

from transforms.templates.families import FAMILIES
from transforms.templates.template import OPTIONS, Family, Template, field_names

ALL = [(family, template) for family in FAMILIES.values() for template in family.templates]
each_template = pytest.mark.parametrize(
    ("family", "template"),
    ALL,
    ids=[f"{family.name}-{family.templates.index(template)}" for family, template in ALL],
)
each_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))


@each_template
def test_fields_are_those_that_the_family_declares(family: Family, template: Template) -> None:
    module = import_module(f"transforms.templates.families.{family.name}")
    before, _, after = str(module.__doc__).partition("→")
    assert template.fields <= set(re.findall(r"`(\w+)`", f"{before}→{after}"))
    assert set(family.targets) <= set(re.findall(r"`(\w+)`", after))


@each_template
def test_targets_are_asked_for_and_not_given_away(family: Family, template: Template) -> None:
    prompt = set(field_names(template.instruction + template.inputs))
    assert prompt - {OPTIONS}
    if template.inversion:
        assert not prompt & set(field_names(template.targets))
    else:
        assert not prompt & set(family.targets)
        assert set(field_names(template.targets)) == set(family.targets)


@each_template
def test_options_stand_once_and_never_in_targets(family: Family, template: Template) -> None:
    shown = field_names(template.inputs).count(OPTIONS)
    assert shown == template.shows_options
    assert OPTIONS not in field_names(template.instruction)
    assert OPTIONS not in field_names(template.targets)
    if not template.shows_options:
        text = f"{template.instruction} {template.inputs}".lower()
        assert not re.search(r"\b(options|choices)\b", text)


@each_template
def test_white_space_is_clean(family: Family, template: Template) -> None:
    for text in (template.instruction, template.inputs, template.targets):
        assert text == text.strip()
        assert "  " not in text
        assert "\n\n\n" not in text
        assert "\t" not in text
        assert all(line == line.strip() for line in text.split("\n"))
        assert text.isprintable() or "\n" in text


@each_family
def test_templates_differ(family: Family) -> None:
    digests = [template.digest for template in family.templates]
    assert len(set(digests)) == len(digests)
    texts = {"".join((t.instruction + "|" + t.inputs).split()).lower() for t in family.templates}
    assert len(texts) == len(digests)


@each_family
def test_a_family_is_whole(family: Family) -> None:
    assert FAMILIES[family.name] is family
    with_options = [t for t in family.templates if t.shows_options]
    without = [t for t in family.templates if not t.shows_options]
    if family.is_bare:
        assert len(with_options) == len(without) == 1
        return
    assert len(without) >= 5
    assert not with_options or len(with_options) >= 5
    # Zero-shot and few-shot prompts read differently only where the instruction stands apart.
    assert any(template.instruction for template in without)
    assert any(not template.instruction for template in without)
    if family.context:
        assert family.context not in family.targets
        assert any(family.context in template.fields for template in family.templates)
