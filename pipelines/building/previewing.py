"""Render a few examples of a recipe: quickly from first records, or exactly as a build does."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from pipelines.building.fingerprints import vocabulary_info
from pipelines.building.losses import Loss, Losses
from pipelines.building.sources import FingerprintedSource, find_source
from pipelines.building.tasks import check_tasks_of_templates, forms_of, unserved_types
from pipelines.console.report import warn
from pipelines.recipe import Recipe
from tfrecords_schema import filesystem
from tfrecords_schema.errors import ConfigurationError, DataError, nearest
from tfrecords_schema.manifest import SPLITS
from tfrecords_schema.splitmix64 import rehash
from tfrecords_schema.vocabulary import load_vocabulary
from transforms.prompts.exemplars import Prompting
from transforms.prompts.fitting import Fitted, fit
from transforms.prompts.prompting import draft_prompt
from transforms.stable_random import Draws, stable_hash
from transforms.types import INVERSION_SUFFIX, TEMPLATE_TYPES, Record, Rejection, Task

# Records of a task that a preview draws from; a build draws from all.
_RECORDS = 200
# Maximum number of examples to render in search of those that pass the filters.
_MOST_LOOKED_AT = 20_000


@dataclass(frozen=True, kw_only=True)
class Filter:
    """The examples to show.

    Attributes:
      template: the id of a template, or the beginning of one: "nli:3f".
      contains: a text that must be in the prompt or the target.
      seed: seed for drawing the examples; None: the first ones.
    """

    task: str | None = None
    template_type: str | None = None
    template: str | None = None
    contains: str | None = None
    seed: int | None = None

    def passes(self, fitted: Fitted) -> bool:
        """Return whether a rendered example has the requested template and text."""
        prompt = fitted.prompt
        return prompt.template_id.startswith(self.template or "") and (
            self.contains is None or self.contains in f"{prompt.inputs}\n{prompt.targets}"
        )


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One rendered example of a task.

    Attributes:
      asked_type: the template type that it was to have; its own may differ.
      losses: rows of any source that were left out of those read for the preview.
    """

    task: str
    record: Record
    fitted: Fitted
    asked_type: str = ""
    losses: list[Loss] = field(default_factory=list)


def tasks_of(
    source: FingerprintedSource, losses: Losses | None = None
) -> Iterator[tuple[Task, list[Record]]]:
    """Yield the tasks of a source with their first records, files in hashed order.

    Count what is read, and what of it is left out, in `losses`.
    """
    pieces = sorted(source.pieces, key=lambda one: stable_hash("preview", one.piece.relative))
    for piece in pieces:
        tasks: list[Task] = []
        records = []
        for element in piece.source.read(piece.source_name, piece.piece):
            if losses and isinstance(element, Record | Rejection):
                losses.read += 1
            if isinstance(element, Task):
                tasks.append(element)
            elif isinstance(element, Rejection):
                if losses:
                    losses.add(element)
            elif isinstance(element, Record):
                records.append(element)
                if len(records) == _RECORDS:
                    break
        for task in tasks:
            yield task, [record for record in records if record.task == task.name]


def _round_robin(
    recipe: Recipe, wanted: str | None, losses: dict[str, Losses]
) -> Iterator[tuple[Task, list[Record]]]:
    """Yield tasks of all sources in turn, including inverted ones, or only the requested task."""
    fingerprinted = [
        find_source(name, source, "", recipe.where("sources", name, "path"))
        for name, source in recipe.sources.items()
    ]
    for warning in (warning for source in fingerprinted for warning in source.warnings):
        warn(f"warning: {warning}")
    losses.update({source.name: Losses(name=source.name) for source in fingerprinted})
    open_sources = [tasks_of(source, losses[source.name]) for source in fingerprinted]
    seen = []
    while open_sources:
        for tasks in list(open_sources):
            task, records = next(tasks, (None, []))
            if task is None:
                open_sources.remove(tasks)
                continue
            for form in forms_of(recipe, task):
                seen.append(form.name)
                if records and wanted in (None, form.name):
                    yield form, records
    if wanted is not None and wanted not in seen:
        raise no_such_task(wanted, seen)


def check_own_tasks(recipe: Recipe) -> None:
    """Check that every task for which the recipe has templates exists, as a build does.

    Sources are read only if they do not state the names of their tasks.

    Raises:
      ConfigurationError: one does not.
    """
    names = {str(getattr(source, "task", "")) for source in recipe.sources.values()}
    if recipe.templates.keys() - names:
        for name, source in recipe.sources.items():
            found = find_source(name, source, "", recipe.where("sources", name, "path"))
            names |= {task.name for task, _ in tasks_of(found)}
    check_tasks_of_templates(recipe, names - {""})


def no_such_task(wanted: str, known: list[str]) -> ConfigurationError:
    """Return the error for a missing task; an inverted task may only be turned off."""
    base = wanted.removesuffix(INVERSION_SUFFIX)
    if base != wanted and base in known:
        return ConfigurationError(
            f"--task {wanted}: no such task; {base} is not inverted: set `inversion` of its "
            "collection above 0 (its family must have an inversion)"
        )
    return ConfigurationError(f"--task {wanted}: no such task; {nearest(wanted, known)}")


def preview(recipe: Recipe, wanted: Filter, count: int) -> list[Preview]:
    """Return up to `count` examples from the first records of tasks, without a store.

    Exemplars, the numbers of examples and the order differ from those of a build, which draws
    from all records that deduplication and decontamination leave.

    Raises:
      ConfigurationError: no such task.
      DataError: no record of it can be rendered, or none passes the filter.
    """
    info = vocabulary_info(recipe)
    vocabulary = load_vocabulary(info, recipe.vocabulary.path)
    read: dict[str, Losses] = {}
    check_own_tasks(recipe)
    tasks = list(islice(_round_robin(recipe, wanted.task, read), max(count, 1) * 4))
    for task, records in tasks:
        if task.only_own_templates:
            has_options = any("options" in record.fields for record in records)
            facts = (task.name, task.collection, task.family, has_options)
            for problem in unserved_types(recipe, *facts):
                warn(f"{recipe.where('templates', task.name)}: {problem}")
    previews: list[Preview] = []
    rendered = position = 0
    while tasks and len(previews) < count and position < _RECORDS:
        for task, records in tasks:
            if position >= len(records) or len(previews) == count:
                continue
            mix = recipe.mixture.of(task.collection)
            order = Draws(wanted.seed or 0, "preview order", task.name)
            drawn = order.sample(records, len(records)) if wanted.seed is not None else records
            record = drawn[position]
            shares = mix.of_task(task.name).template_types or {}
            types = [name for name, share in shares.items() if share > 0]
            draws = Draws(recipe.seed, "preview", task.name, record.id, wanted.seed or 0)
            asked = wanted.template_type or draws.choice(types)
            variants = mix.few_shot or recipe.few_shot.variants
            context = Prompting(task, records, variants, recipe.options)
            draft = draft_prompt(record, asked, context, draws)
            fitted = fit(draft, vocabulary, recipe.limits) if draft else "no_template"
            if isinstance(fitted, Fitted):
                rendered += 1
                if wanted.passes(fitted):
                    previews.append(
                        Preview(task=task.name, record=record, fitted=fitted, asked_type=asked)
                    )
        position += 1
    losses = [loss for source in read.values() for loss in source.over(recipe.max_loss)]
    return _checked(recipe, previews, rendered, losses)


def _checked(
    recipe: Recipe, previews: list[Preview], rendered: int, losses: list[Loss]
) -> list[Preview]:
    if not previews and rendered:
        raise DataError(f"{recipe.name}: none of {rendered} examples passes the filters")
    if not previews:
        lines = [loss.line for loss in losses]
        raise DataError("\n".join([f"{recipe.name}: no record can be rendered", *lines]))
    return [replace(shown, losses=losses) for shown in previews]


def preview_in_store(recipe: Recipe, store: str, wanted: Filter, count: int) -> list[Preview]:
    """Return up to `count` examples exactly as a build of `recipe` in that store has them.

    First runs the build up to the selection of examples, reusing the store's cache. A later build
    continues from there.

    Raises:
      ConfigurationError, DataError, LockedError: as for `build`; or no example passes the filter.
    """
    from pipelines.building.assemble import expected, run_assembly
    from pipelines.building.build import prepared
    from pipelines.building.finished_stages import runs_of
    from pipelines.building.running import RunnerOptions
    from transforms.mixture.selection import SELECT, SELECTED_ROW
    from transforms.prompts.renderer import Renderer, Use, load_renderer
    from transforms.records.record_store import read_record_at
    from transforms.runtime.exchange import Run, read_buckets
    from transforms.runtime.progress import expect

    options = RunnerOptions()
    with prepared(recipe, store, options) as ready:
        work, job = ready.directories.work, ready.job
        expect(list(expected(job, up_to=SELECT)))
        run_assembly(work, job, options, up_to=SELECT)
        names = [task.name for task in job.tasks]
        if wanted.task is not None and wanted.task not in names:
            raise no_such_task(wanted.task, names)
        rows = np.concatenate(
            [
                np.frombuffer(section, dtype=SELECTED_ROW)
                for run in runs_of(ready.directories, SELECT.name)
                for section in read_buckets([Run(filesystem.join(work, str(run)))], 0, None)
            ]
        )
        if wanted.task is not None:
            rows = rows[rows["task"] == names.index(wanted.task)]
        if wanted.template_type is not None:
            kinds = [str(name) for name in TEMPLATE_TYPES]
            rows = rows[rows["template_type"] == kinds.index(wanted.template_type)]
        # In the order of a hash, not of tasks, so that every task appears early.
        spread = rehash(rows["offset"] * np.uint64(31) + rows["task"], wanted.seed or 0)
        rows = rows[np.argsort(spread, kind="stable")]
        renderer: Renderer = load_renderer(work)
        previews: list[Preview] = []
        rendered = 0
        for row in rows[:_MOST_LOOKED_AT]:
            file = job.files[int(row["file"])]
            with filesystem.open_read(file.path) as stream:
                record = read_record_at(stream, file, int(row["offset"]), int(row["length"]))
            use = Use(
                record=record,
                split=SPLITS[int(row["split"])],
                task=names[int(row["task"])],
                repetition=int(row["repetition"]),
                template_type=TEMPLATE_TYPES[int(row["template_type"])],
            )
            result = renderer.render(use)
            if isinstance(result, str):
                continue
            rendered += 1
            if wanted.passes(result[1]):
                previews.append(
                    Preview(
                        task=use.task,
                        record=record,
                        fitted=result[1],
                        asked_type=use.template_type,
                    )
                )
            if len(previews) == count:
                break
        return _checked(recipe, previews, rendered, ready.losses)
