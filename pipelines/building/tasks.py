"""The tasks of an assembly: those of its sources, with the recipe's templates, and turned round."""

from collections.abc import Mapping
from dataclasses import replace

from pipelines.building.source_cache import IngestedSource
from pipelines.recipe import Recipe
from tfrecords_schema.errors import ConfigurationError, nearest
from transforms.templates.catalog import CATALOG
from transforms.templates.inversions import INVERSIONS
from transforms.templates.lint import GRAVE_RULES, template_problems
from transforms.templates.template import Template
from transforms.types import INVERSION_SUFFIX, Task


def all_tasks(ingested: list[IngestedSource]) -> list[Task]:
    """Return the tasks of all sources, by name.

    Raises:
      ConfigurationError: two sources have one of the same name.
    """
    owners: dict[str, Task] = {}
    for source in ingested:
        for task in source.tasks:
            other = owners.setdefault(task.name, task)
            if other.source != task.source:
                raise ConfigurationError(
                    f"task {task.name!r} comes from source {other.source!r} and from "
                    f"{task.source!r}; rename one of them"
                )
    return sorted(owners.values(), key=lambda task: task.name)


def _own_templates(recipe: Recipe, task: Task) -> tuple[Template, ...]:
    """Return the templates that the recipe adds to `task`, checked against its family.

    Raises:
      ConfigurationError: one gives its answer away, or asks for none.
    """
    own = tuple(spec.template() for spec in recipe.templates.get(task.name, ()))
    for number, template in enumerate(own):
        for rule, detail in template_problems(template, CATALOG[task.family]):
            if rule in GRAVE_RULES:
                where = recipe.where("templates", task.name)
                raise ConfigurationError(f"{where}.{number}: {rule.replace('_', ' ')}: {detail}")
    return own


def with_inversions(recipe: Recipe, tasks: list[Task]) -> list[Task]:
    """Return `tasks` with the recipe's own templates, and with the input inversions of some."""
    by_name: dict[str, Task] = {}
    for task in tasks:
        own = _own_templates(recipe, task)
        by_name[task.name] = replace(task, templates=own)
        inverted = INVERSIONS.get(task.family)
        if inverted and recipe.mixture.of(task.collection).inversion > 0:
            name = f"{task.name}{INVERSION_SUFFIX}"
            by_name[name] = replace(
                task, name=name, family=inverted.name, exemplars=(), inverts=task.name
            )
    _check_named_tasks(recipe, by_name)
    return sorted(by_name.values(), key=lambda task: task.name)


def _check_named_tasks(recipe: Recipe, tasks: Mapping[str, Task]) -> None:
    """Check that every task the recipe names exists in the collection under which it is named."""
    for name in recipe.templates:
        if name not in tasks:
            where = recipe.where("templates", name)
            raise ConfigurationError(f"{where}: no such task; {nearest(name, tasks)}")
    for collection, mix in recipe.mixture.collections.items():
        members = [task.name for task in tasks.values() if task.collection == collection]
        for name in mix.tasks:
            if name not in members:
                where = recipe.where("mixture", "collections", collection, "tasks", name)
                hint = nearest(name, members)
                raise ConfigurationError(f"{where}: no such task in {collection}; {hint}")
