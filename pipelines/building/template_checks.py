"""Check templates, and count them by kind."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.building.previewing import check_own_tasks, tasks_of
from pipelines.building.sources import find_source
from pipelines.building.tasks import forms_of, mapped_fields, unserved_types
from pipelines.recipe import Recipe, load_recipe
from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError, nearest
from tfrecords_schema.manifest import VocabularyInfo
from tfrecords_schema.vocabulary import UNK_ID, load_vocabulary
from transforms.prompts.choosing import choices
from transforms.prompts.prompting import demand_of_record
from transforms.sources.mapping import RowMapping
from transforms.templates.catalog import CATALOG
from transforms.templates.inversions import INVERSIONS
from transforms.templates.jinja import parse_templates
from transforms.templates.lint import (
    GRAVE_RULES,
    Problem,
    lint,
    near_duplicates,
    own_problems,
    template_problems,
)
from transforms.templates.promptsource_lint import promptsource_problems
from transforms.templates.template import Family, Template
from transforms.types import Record, Task


def encodable(model: str | None) -> Callable[[str], bool] | None:
    """Return a function that tests whether a model can encode a text; None without a model."""
    if model is None:
        return None
    if not filesystem.exists(model):
        raise ConfigurationError(f"--vocabulary {model}: does not exist")
    info = VocabularyInfo(kind="sentencepiece", size=0, extra_ids=0)
    vocabulary = load_vocabulary(info, model)
    return lambda text: UNK_ID not in vocabulary.encode(text)


def recipe_problems(path: str) -> list[Problem]:
    """Return the problems of a recipe's own templates."""
    recipe = load_recipe(path, [], {}, None)
    check_own_tasks(recipe)
    problems = []
    for task, own in recipe.templates.items():
        name, collection = _family_of(recipe, task)
        family = CATALOG.get(name)
        mapped = mapped_fields(recipe, task)
        templates, places = own.for_engine(), recipe.places
        for number, template in enumerate(templates):
            place = places["templates", task, str(number)]
            grave = list(own_problems(template, family, mapped))
            checked = family or Family(name=task, targets=(), templates=())
            light = [found for found in template_problems(template, checked) if found not in grave]
            for rule, detail in [*grave, *(one for one in light if one[0] not in GRAVE_RULES)]:
                problems.append(
                    Problem(
                        family=name or task,
                        template=template.digest,
                        rule=rule,
                        detail=detail,
                        place=place,
                    )
                )
        shared = family.all_templates if family and not own.only else ()
        for number, repeated, other, rule in near_duplicates(templates, shared):
            place = places["templates", task, str(number)]
            stated = places.get(("templates", task, str(repeated)))
            at = f" at {stated}" if stated else ""
            same = "the same text" if rule == "duplicate" else "almost the same text"
            detail = f"{name or task}:{other.digest}{at} has {same}"
            problems.append(
                Problem(
                    family=name or task,
                    template=templates[number].digest,
                    rule=rule,
                    detail=detail,
                    place=place,
                )
            )
        has_options = mapped is not None and "options" in mapped
        for detail in unserved_types(recipe, task, collection, name, has_options):
            place = places["templates", task]
            detail = f"templates.{task}: {detail}"
            problems.append(
                Problem(
                    family=name or task,
                    template="",
                    rule="unserved_type",
                    detail=detail,
                    place=place,
                )
            )
    return problems


def _family_of(recipe: Recipe, task: str) -> tuple[str, str]:
    """Return family and collection of a task that the recipe maps; "" if it does not state them."""
    for source in recipe.sources.values():
        if isinstance(source, RowMapping) and getattr(source, "task", None) == task:
            return source.family, source.collection
    return "", ""


def lint_promptsource(path: str) -> list[Problem]:
    """Return the problems of a templates.yaml, or of all below a directory."""
    below = sorted(Path(path).rglob("templates.yaml")) if os.path.isdir(path) else [Path(path)]
    if not below:
        raise ConfigurationError(f"{path}: no templates.yaml below it")
    files = [parse_templates(file.read_text("utf-8"), str(file)) for file in below]
    return [problem for file in files for problem in promptsource_problems(file)]


def lint_templates(path: str | None, model: str | None) -> list[Problem]:
    """Return the problems of the shipped templates, of a recipe's or of promptsource's files."""
    can_encode = encodable(model)
    if path is None:
        return lint(CATALOG.values(), can_encode)
    if os.path.isdir(path) or os.path.basename(path) == "templates.yaml":
        return lint_promptsource(path)
    return recipe_problems(path)


@dataclass(frozen=True, kw_only=True)
class TaskCoverage:
    """Numbers of templates for one task: with options, without options, and inverted."""

    task: str
    family: str
    opt: int
    noopt: int
    inversion: int


@dataclass(frozen=True, kw_only=True)
class FamilyCoverage:
    """Numbers of templates of a family for each kind of prompt.

    Attributes:
      instruction_apart: templates whose instruction is separate from the input.
      inversions: kinds of input inversion.
      targets: fields that only targets may show.
    """

    family: str
    opt: int
    noopt: int
    instruction_apart: int
    inversions: list[str]
    targets: list[str]


def task_coverage(recipe: Recipe) -> Iterator[TaskCoverage]:
    """Yield the numbers of templates for each task of a recipe, using its first records."""
    for name, source in recipe.sources.items():
        source_files = find_source(name, source, "", recipe.where("sources", name, "path"))
        for task, records in tasks_of(source_files):
            for form in forms_of(recipe, task):
                if form.inverts:
                    continue
                inverted = INVERSIONS.get(task.family)
                yield TaskCoverage(
                    task=task.name,
                    family=task.family,
                    opt=_most_templates(form, records, shows_options=True),
                    noopt=_most_templates(form, records, shows_options=False),
                    inversion=len(inverted.templates) if inverted else 0,
                )


def _most_templates(task: Task, records: list[Record], shows_options: bool) -> int:
    """Return the maximum, over the records of a task, of the number of matching templates."""
    choices_of_records = [
        choices(task, False, demand_of_record(record.fields, task, shows_options))
        for record in records
    ]
    return max((len(each.indexes) for each in choices_of_records if each), default=0)


def coverage(families: Iterable[Family]) -> Iterator[FamilyCoverage]:
    """Yield the numbers of templates of each family by kind of prompt."""
    for family in families:
        with_options = sum(template.shows_options for template in family.templates)
        apart = sum(bool(template.instruction) for template in family.templates)
        yield FamilyCoverage(
            family=family.name,
            opt=with_options,
            noopt=len(family.templates) - with_options,
            instruction_apart=apart,
            inversions=sorted({t.inversion for t in family.templates if t.inversion}),
            targets=list(family.targets),
        )


@dataclass(frozen=True, kw_only=True)
class TemplateDescription:
    """One template in readable form."""

    id: str
    kind: str
    form: str
    domain: str
    inversion: str
    instruction: str
    inputs: str
    targets: str


@dataclass(frozen=True, kw_only=True)
class FamilyDescription:
    """The fields that a family needs, and its templates.

    Attributes:
      required: essential fields that every prompt shows.
      optional: essential fields that records may lack; a prompt shows those that its record has.
      other: fields that some of its templates show.
      forms: forms of answer that its templates ask for.
      labels: label sets that it has words for.
    """

    family: str
    required: list[str]
    optional: list[str]
    other: list[str]
    targets: list[str]
    forms: list[str]
    labels: list[list[str]]
    templates: list[TemplateDescription]


def describe_family(name: str) -> FamilyDescription:
    """Return the fields, forms and texts of a family.

    Raises:
      ConfigurationError: there is no such family.
    """
    if name not in CATALOG:
        raise ConfigurationError(f"no template family {name!r}; {nearest(name, CATALOG)}")
    family = CATALOG[name]
    asked: set[str] = set().union(*(template.asked for template in family.templates))
    shown: set[str] = set().union(*(template.fields for template in family.templates)) - asked
    common: set[str] = set.intersection(*({*t.fields} for t in family.templates)) - asked
    return FamilyDescription(
        family=name,
        required=sorted(common - family.optional),
        optional=sorted(family.optional),
        other=sorted(shown - common - family.optional),
        targets=list(family.targets),
        forms=sorted({t.form for t in family.all_templates if t.form}),
        labels=[list(labels.labels) for labels in family.labels],
        templates=[_describe(family, template) for template in family.all_templates],
    )


def _describe(family: Family, template: Template) -> TemplateDescription:
    kind = "few-shot" if template.is_layout else "zero-shot"
    return TemplateDescription(
        id=f"{family.name}:{template.digest}",
        kind=f"{kind}, options" if template.shows_options else kind,
        form=template.form,
        domain=template.domain,
        inversion=template.inversion,
        instruction=template.instruction,
        inputs=template.inputs,
        targets=template.targets,
    )
