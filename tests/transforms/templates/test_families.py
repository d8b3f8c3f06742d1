"""Lint of every template that ships: what lint itself does not say."""

import re
from importlib import import_module

import pytest

from transforms.templates.families import FAMILIES
from transforms.templates.template import DRAWN_SLOTS, OPTIONS, Family, field_names

each_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))


@each_family
def test_fields_are_those_that_the_family_declares(family: Family) -> None:
    module = import_module(f"transforms.templates.families.{family.name}")
    before, _, after = str(module.__doc__).partition("→")
    declared = set(re.findall(r"`(\w+)`", f"{before}→{after}"))
    assert set(family.targets) <= set(re.findall(r"`(\w+)`", after))
    for template in family.all_templates:
        assert template.fields <= declared, template


@each_family
def test_targets_are_asked_for_and_not_given_away(family: Family) -> None:
    for template in family.all_templates:
        assert template.shown - DRAWN_SLOTS, template
        assert not template.shown & set(family.targets), template
        assert template.asked == set(family.targets), template


@each_family
def test_options_stand_once_and_never_in_targets(family: Family) -> None:
    for template in family.all_templates:
        shown = field_names(template.inputs).count(OPTIONS)
        assert shown == template.shows_options, template
        assert OPTIONS not in field_names(template.instruction), template
        if not template.shows_options and template in family.templates:
            text = f"{template.instruction} {template.inputs}".lower()
            assert not re.search(r"\b(options|choices)\b", text), template


@each_family
def test_white_space_is_clean(family: Family) -> None:
    for template in family.all_templates:
        for text in (template.instruction, template.inputs, template.targets):
            # A layout that ends in a newline has its answer on the next line.
            whole = text.removesuffix("\n") if template in family.few_shot else text
            assert whole == whole.strip(), template
            assert "  " not in text, template
            assert "\n\n\n" not in text, template
            assert all(line == line.strip() for line in text.split("\n")), template
            assert text.isprintable() or "\n" in text, template


@each_family
def test_templates_differ(family: Family) -> None:
    texts = ["".join((t.instruction + "|" + t.inputs).split()).lower() for t in family.templates]
    assert len(set(texts)) == len(texts)
    layouts = [t.digest for t in family.few_shot]
    assert len(set(layouts)) == len(layouts)


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
    assert len({t.instruction for t in family.few_shot}) >= 3
    assert len({t.inputs for t in family.few_shot}) >= 3
    # Every label set finds templates in each kind: those that ask for no form, or for one of its.
    for labels in family.labels:
        for shows_options in (False, True) if with_options else (False,):
            fitting = [
                t
                for t in family.templates
                if t.shows_options is shows_options
                and not t.domain
                and t.form in ("", *labels.wordings)
                and ("labels" not in t.shown or len(labels.labels) <= 3)
            ]
            assert len(fitting) >= 8, (labels, shows_options)


def test_a_record_is_not_called_a_text() -> None:
    """Prompts of a claim and its evidence, say, do not read as if they were one text."""
    templates = [t for t in FAMILIES["classification"].all_templates if t.domain == "record"]
    assert len(templates) > 40
    said = [(t.instruction + t.inputs).replace("{text}", "").lower() for t in templates]
    assert not [wording for wording in said if "text" in wording]
