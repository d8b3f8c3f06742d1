"""The tasks of an assembly: those of its sources, with the recipe's templates, and inverted."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from pipelines.building.source_cache import IngestedSource
from pipelines.recipe import Recipe
from tfrecords_schema.errors import ConfigurationError, nearest
from transforms.records.fields import DERIVED
from transforms.sources.mapping import RowMapping
from transforms.templates.catalog import CATALOG
from transforms.templates.inversions import INVERSIONS
from transforms.templates.lint import own_problems
from transforms.types import INVERSION_SUFFIX, Task


def all_tasks(ingested: list[IngestedSource]) -> list[Task]:
    """Return the tasks of all sources, by name.

    Raises:
      ConfigurationError: two sources have a task of the same name.
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


def check_own_templates(recipe: Recipe, task: str, family: str | None) -> None:
    """Check the templates that a recipe has for one task.

    Args:
      family: the task's; None if it is unknown until the sources are read.

    Raises:
      ConfigurationError: one names a field that records do not have, gives its answer away …
    """
    for number, template in enumerate(recipe.templates[task].for_engine()):
        known = CATALOG[family] if family else None
        for rule, detail in own_problems(template, known, mapped_fields(recipe, task)):
            where = recipe.where("templates", task, str(number))
            raise ConfigurationError(f"{where}: {rule.replace('_', ' ')}: {detail}")


def unserved_types(
    recipe: Recipe, task: str, collection: str, family: str, has_options: bool
) -> Iterator[str]:
    """Yield what goes wrong if a task's own templates, used alone, lack a kind of template.

    Args:
      has_options: whether records of the task have options.
    """
    own = recipe.templates[task]
    if not own.only:
        return
    shares = recipe.mixture.of(collection).of_task(task).template_types or {}
    drawn = [name for name, share in shares.items() if share]
    showing = [template.shows_options for template in own.for_engine()]
    bare, listing = ([n for n in drawn if n.endswith(end)] for end in ("_noopt", "_opt"))
    needs = CATALOG[family].needs_options if family in CATALOG else False
    if all(showing) and bare and not (has_options and needs):
        yield (
            f"all templates show {{options}}, and `only` is set: examples of {', '.join(bare)} are "
            "left out as no_template; add a template without {options}, or state other types "
            f"under mixture.collections.{collection}.tasks.{task}.template_types"
        )
    if not any(showing) and listing and has_options:
        yield (
            f"no template shows {{options}}, and `only` is set: examples of {', '.join(listing)} "
            "become noopt; add a template with {options}, or state other types "
            f"under mixture.collections.{collection}.tasks.{task}.template_types"
        )


def mapped_fields(recipe: Recipe, task: str) -> frozenset[str] | None:
    """Return the fields that records of a task can have; None if its format decides."""
    for source in recipe.sources.values():
        if isinstance(source, RowMapping) and getattr(source, "task", None) == task:
            derived = {name for name, of in DERIVED.items() if of in source.fields}
            options = {"options"} if source.labels or source.label_of else set()
            return frozenset({*source.fields, *derived, *options})
    return None


def forms_of(recipe: Recipe, task: Task) -> list[Task]:
    """Return a task with the recipe's own templates, and its inversion, if any.

    Raises:
      ConfigurationError: one of the recipe's templates cannot be used.
    """
    domain = task.domain or recipe.sources[task.source].domain
    task = replace(task, domain=domain)
    if own := recipe.templates.get(task.name):
        check_own_templates(recipe, task.name, task.family)
        task = replace(task, templates=own.for_engine(), only_own_templates=own.only)
    inverted = INVERSIONS.get(task.family)
    if inverted is None or recipe.mixture.of(task.collection).inversion == 0:
        return [task]
    turned = replace(
        task,
        name=f"{task.name}{INVERSION_SUFFIX}",
        family=inverted.name,
        exemplars=(),
        negative_exemplars=(),
        templates=(),
        only_own_templates=False,
        inverts=task.name,
    )
    return [task, turned]


def with_inversions(recipe: Recipe, tasks: list[Task]) -> list[Task]:
    """Return `tasks` with the recipe's own templates, and their inversions."""
    by_name = {form.name: form for task in tasks for form in forms_of(recipe, task)}
    _check_named_tasks(recipe, by_name)
    return sorted(by_name.values(), key=lambda task: task.name)


def check_tasks_of_templates(recipe: Recipe, known: Collection[str]) -> None:
    """Check that every task for which the recipe has templates exists.

    Args:
      known: the tasks of all sources, without inverted ones.
    """
    for name in recipe.templates:
        if name in known:
            continue
        where, base = recipe.where("templates", name), name.removesuffix(INVERSION_SUFFIX)
        if base in known:
            raise ConfigurationError(f"{where}: an inverted task takes no templates of its own")
        raise ConfigurationError(f"{where}: no such task; {nearest(name, known)}")


def _check_named_tasks(recipe: Recipe, tasks: Mapping[str, Task]) -> None:
    """Check that every task named in the recipe exists in the collection that names it."""
    check_tasks_of_templates(recipe, [task.name for task in tasks.values() if not task.inverts])
    for collection, mix in recipe.mixture.collections.items():
        members = [task.name for task in tasks.values() if task.collection == collection]
        for name in mix.tasks:
            if name not in members:
                where = recipe.where("mixture", "collections", collection, "tasks", name)
                hint = nearest(name, members)
                raise ConfigurationError(f"{where}: no such task in {collection}; {hint}")
