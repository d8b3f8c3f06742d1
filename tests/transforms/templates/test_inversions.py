"""Every inverted template turns a record of its family round, and asks for what it hides."""

import re
from dataclasses import replace

import pytest

from transforms.prompts.exemplars import Prompting
from transforms.prompts.prompting import draft_prompt
from transforms.settings import FewShot, Options
from transforms.stable_random import Draws
from transforms.templates.catalog import CATALOG, FORWARD
from transforms.templates.families import FAMILIES
from transforms.templates.inversions import INVERSIONS
from transforms.templates.template import OPTIONS, Family, field_names
from transforms.types import TEMPLATE_TYPES, FieldValue, Record, Task

each_family = pytest.mark.parametrize("forward", INVERSIONS, ids=str)


def _record(family: Family, number: int) -> Record:
    """Return a record with every field that the family and its inversion show."""
    names = {name for template in family.all_templates for name in template.fields}
    fields: dict[str, FieldValue] = {name: f"<{name} {number}>" for name in names}
    if "response" in names:
        fields = {"turns": [f"<turn {number} {turn}>" for turn in range(4)]}
    return Record(
        id=f"{number:032x}", source="s", collection="c", task="t", license="MIT", fields=fields
    )


@each_family
def test_targets_are_hidden_and_asked_for(forward: str) -> None:
    for template in INVERSIONS[forward].all_templates:
        shown = set(field_names(template.instruction + template.inputs))
        asked = set(field_names(template.targets))
        assert template.inversion
        assert asked
        assert not asked & shown
        assert OPTIONS not in shown | asked


@each_family
def test_there_are_enough(forward: str) -> None:
    assert len(INVERSIONS[forward].templates) >= 10
    assert FAMILIES[forward]
    assert FORWARD[INVERSIONS[forward].name] in INVERSIONS


def test_chain_of_thought_has_its_four_kinds() -> None:
    templates = INVERSIONS["chain_of_thought"].templates
    assert len(templates) >= 18
    assert len({template.inversion for template in templates}) == 4


@each_family
@pytest.mark.parametrize("template_type", TEMPLATE_TYPES)
def test_records_are_turned_round(forward: str, template_type: str) -> None:
    family = INVERSIONS[forward]
    pool = [_record(family, number) for number in range(8)]
    task = Task(name="t_ii", source="s", collection="c", family=family.name, inverts="t")
    context = Prompting(task, pool, FewShot().variants, Options())  # type: ignore[call-arg]
    kinds = set()
    bare = [{k: v for k, v in r.fields.items() if k not in family.optional} for r in pool]
    pools = [pool, [replace(r, fields=f) for r, f in zip(pool, bare, strict=True)]]
    contexts = [Prompting(task, each, context.variants, context.options) for each in pools]
    for seed in range(120):
        # Records with and without what a family can do without.
        context, pool = contexts[seed % 2], pools[seed % 2]
        draft = draft_prompt(pool[0], template_type, context, Draws(seed))
        assert draft is not None
        prompt = draft.compose()
        kinds.add(prompt.inversion)
        for name in field_names(draft.template.targets):
            assert draft.fields[name] not in prompt.inputs
            assert draft.fields[name] in prompt.targets
    assert kinds == {template.inversion for template in CATALOG[family.name].templates}


@pytest.mark.parametrize(
    ("forward", "domain", "says"),
    [
        ("compile_error_repair", "line_numbers", r"number"),
        (
            "program_repair",
            "error_comments",
            r"// error:|with (an error and its|the) message|comment",
        ),
    ],
)
def test_a_domain_says_how_its_programs_look(forward: str, domain: str, says: str) -> None:
    family = INVERSIONS[forward]
    pool = [_record(family, number) for number in range(8)]
    task = Task(
        name="t_ii", source="s", collection="c", family=family.name, inverts="t", domain=domain
    )
    context = Prompting(task, pool, FewShot().variants, Options())  # type: ignore[call-arg]
    for seed in range(120):
        draft = draft_prompt(pool[0], ("zs_noopt", "fs_noopt")[seed % 2], context, Draws(seed))
        assert draft is not None
        assert re.search(says, draft.compose().inputs)
