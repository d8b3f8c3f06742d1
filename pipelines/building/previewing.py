"""Render a few examples of a recipe without building it, from the first records of each task."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pipelines.building.fingerprints import vocabulary_info
from pipelines.building.losses import preview_losses
from pipelines.building.sources import FingerprintedSource, find_source
from pipelines.recipe import Recipe
from tfrecords_schema.errors import ConfigurationError, DataError, nearest
from tfrecords_schema.vocabulary import load_vocabulary
from transforms.prompts.fitting import Fitted, fit
from transforms.prompts.prompting import Prompting, draft_prompt
from transforms.stable_random import Draws, stable_hash
from transforms.types import Record, Task

# Records of a task that a preview draws from; a build draws from all.
_RECORDS = 200


@dataclass(frozen=True)
class Preview:
    """One rendered example."""

    record: Record
    fitted: Fitted


def tasks_of(source: FingerprintedSource) -> Iterator[tuple[Task, list[Record]]]:
    """The tasks of a source with their first records, files in hashed order."""
    pieces = sorted(source.pieces, key=lambda one: stable_hash("preview", one.piece.relative))
    for piece in pieces:
        tasks: list[Task] = []
        records = []
        for element in piece.source.read(piece.source_name, piece.piece):
            if isinstance(element, Task):
                tasks.append(element)
            elif isinstance(element, Record):
                records.append(element)
                if len(records) == _RECORDS:
                    break
        for task in tasks:
            yield task, [record for record in records if record.task == task.name]


def _round_robin(recipe: Recipe, task_name: str | None) -> Iterator[tuple[Task, list[Record]]]:
    """Tasks of all sources in turn, or the one that is asked for."""
    open_sources = [
        tasks_of(find_source(name, source, "", recipe.where("sources", name, "path")))
        for name, source in recipe.sources.items()
    ]
    seen = []
    while open_sources:
        for tasks in list(open_sources):
            task, records = next(tasks, (None, []))
            if task is None:
                open_sources.remove(tasks)
                continue
            seen.append(task.name)
            if records and task_name in (None, task.name):
                yield task, records
    if task_name is not None and task_name not in seen:
        raise ConfigurationError(f"--task {task_name}: no such task; {nearest(task_name, seen)}")


def _losses(recipe: Recipe) -> Iterator[str]:
    """Yield why the first rows of each source give no record."""
    for name, settings in recipe.sources.items():
        source = find_source(name, settings, "", recipe.where("sources", name, "path"))
        rows = (row for one in source.pieces for row in one.source.read(name, one.piece))
        yield from preview_losses(name, rows, _RECORDS)


def preview(
    recipe: Recipe, task_name: str | None, template_type: str | None, count: int
) -> list[Preview]:
    """Up to `count` examples, of one task or of several in turn, of one template type or all.

    Raises:
      ConfigurationError: no such task. DataError: no record of it can be rendered.
    """
    info = vocabulary_info(recipe)
    vocabulary = load_vocabulary(info, recipe.vocabulary.path)
    tasks = list(islice(_round_robin(recipe, task_name), count))
    previews: list[Preview] = []
    position = 0
    while tasks and len(previews) < count and position < _RECORDS:
        for task, records in tasks:
            if position >= len(records) or len(previews) == count:
                continue
            record = records[position]
            shares = recipe.mixture.of(task.collection).template_types
            types = [name for name, share in shares.items() if share > 0]
            draws = Draws(recipe.seed, "preview", record.id)
            asked = template_type or draws.choice(types)
            context = Prompting(task, records, recipe.few_shot, recipe.options)
            draft = draft_prompt(record, asked, context, draws)
            fitted = fit(draft, vocabulary, recipe.limits) if draft else "no_template"
            if isinstance(fitted, Fitted):
                previews.append(Preview(record, fitted))
        position += 1
    if not previews:
        raise DataError("\n".join([f"{recipe.name}: no record can be rendered", *_losses(recipe)]))
    return previews
