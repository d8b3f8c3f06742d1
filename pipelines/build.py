"""Build a snapshot: ingest what is not cached, assemble, publish by one rename.

OUT/.cache/ingest/<fingerprint>/     record files of each source, kept
OUT/.building/<fingerprint>/         work of an unfinished build; the next one goes on from it
OUT/<UTC time>-<fingerprint>/        a snapshot, whole or not there
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import orjson

import tfrecords_schema
import transforms
from pipelines.assemble import assemble, plan_stages
from pipelines.ingest import (
    CACHE,
    IngestedSource,
    ReadSource,
    add_ingest,
    collect,
    find_source,
    is_ingested,
    record_files,
)
from pipelines.publishing import check_not_empty, publish, sole_builder
from pipelines.recipe import Recipe
from pipelines.running import RunnerOptions, run_pipeline
from tfrecords_schema import filesystem, snapshot
from tfrecords_schema.errors import ConfigurationError, DataError, UserError, nearest
from tfrecords_schema.manifest import Manifest, VocabularyInfo
from tfrecords_schema.vocabulary import load_vocabulary
from transforms.job import Job, write_job
from transforms.mixing import Plan, read_plan
from transforms.settings import Policy
from transforms.sources.source import Source
from transforms.templates.catalog import CATALOG
from transforms.templates.inversions import INVERSIONS
from transforms.templates.lint import GRAVE_RULES, template_problems
from transforms.templates.template import Template
from transforms.types import INVERSION_SUFFIX, Task


@dataclass(frozen=True)
class BuildResult:
    """A published snapshot, and which sources were read rather than taken from the cache."""

    path: str
    manifest: Manifest
    sources_read: list[str]
    errors: list[str]


def code_version() -> dict[str, str]:
    """The package's version, and a digest of the code that makes the bytes of a snapshot."""
    digest = sha256()
    for package in (tfrecords_schema, transforms):
        root = Path(next(iter(package.__path__)))
        for file in sorted(root.rglob("*.py")):
            digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return {"flanbeam": tfrecords_schema.__version__, "code": digest.hexdigest()[:16]}


def vocabulary_info(recipe: Recipe) -> VocabularyInfo:
    """What the manifest says of the recipe's vocabulary, which is opened to be sure.

    Raises:
      ConfigurationError: the model cannot be read.
    """
    settings = recipe.vocabulary
    info = VocabularyInfo(kind=settings.kind, size=0, extra_ids=settings.extra_ids)
    if settings.path is not None:
        if not filesystem.exists(settings.path):
            where = recipe.where("vocabulary", "path")
            raise ConfigurationError(f"{where}: {settings.path} does not exist")
        digest, _ = filesystem.sha256_of(settings.path)
        info = info.model_copy(update={"file": snapshot.VOCABULARY_MODEL, "sha256": digest})
    return info.model_copy(update={"size": load_vocabulary(info, settings.path).size})


def find_sources(recipe: Recipe, out: str) -> tuple[list[ReadSource], list[ReadSource], list[str]]:
    """(sources, held-out sets, what could not be found) under the recipe's error policy."""
    errors: list[str] = []

    def find(group: str, name: str, source: Source) -> ReadSource:
        where = recipe.where(group, name, "path")
        return find_source(name, source, os.path.join(out, CACHE), where, out)

    found: list[ReadSource] = []
    for name, source in recipe.sources.items():
        try:
            found.append(find("sources", name, source))
        except UserError as error:
            if recipe.on_source_error == "fail":
                raise
            errors.append(str(error))
    held_out = [find("held_out", name, source) for name, source in recipe.held_out.items()]
    return found, held_out, errors


def ingest(
    recipe: Recipe, found: list[ReadSource], options: RunnerOptions
) -> tuple[list[IngestedSource], list[str]]:
    """Read what the cache lacks; (the ingested sources, names of those read).

    Raises:
      DataError: a file cannot be read and the recipe says `on_source_error: fail`.
    """
    missing = [source for source in found if not is_ingested(source)]
    if missing:
        run_pipeline(partial(add_ingest, sources=missing), options)
    ingested = [collect(source) for source in found]
    errors = source_errors(ingested)
    if errors and recipe.on_source_error == "fail":
        hint = "mend or remove the file, or set on_source_error=skip to go on without it"
        raise DataError("\n".join([*errors, hint]))
    return ingested, [source.name for source in missing]


def source_errors(ingested: list[IngestedSource]) -> list[str]:
    """Every file that could not be read, with its source."""
    return [
        f"source {source.found.name} ({source.found.source.path}): {error}"
        for source in ingested
        for error in source.errors
    ]


def _all_tasks(ingested: list[IngestedSource]) -> list[Task]:
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
    """The templates that the recipe adds to `task`, checked against its family.

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


def _with_inversions(recipe: Recipe, tasks: list[Task]) -> list[Task]:
    """`tasks`, with the recipe's own templates, and those that turn some of them round."""
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
    """Every task that the recipe names exists, in the collection under which it is named."""
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


def _fingerprint(recipe: Recipe, sources: list[ReadSource], vocabulary: VocabularyInfo) -> str:
    identity = {
        "recipe": recipe.stated(),
        "sources": [source.fingerprint for source in sources],
        "vocabulary": vocabulary.model_dump(),
        "software": code_version(),
    }
    return sha256(orjson.dumps(identity, option=orjson.OPT_SORT_KEYS)).hexdigest()


def make_job(
    recipe: Recipe,
    ingested: list[IngestedSource],
    held_out: list[IngestedSource],
    building: str,
) -> Job:
    """The job of an assembly whose work directories lie below `building`."""
    vocabulary = vocabulary_info(recipe)
    sources = [source.found for source in [*ingested, *held_out]]
    fingerprint = _fingerprint(recipe, sources, vocabulary)
    return Job(
        name=recipe.name,
        version=recipe.version,
        fingerprint=fingerprint,
        seed=recipe.seed,
        recipe=recipe.stated(),
        software=code_version(),
        staging=filesystem.join(building, fingerprint[:16], "snapshot"),
        sources=[source.info() for source in [*ingested, *held_out]],
        ingest_ledger=[entry for source in ingested for entry in source.ledger],
        ingest_rejections=[
            (f"{snapshot.REJECTIONS}/ingest-{source.found.name}-{number:06d}.jsonl", path)
            for source in ingested
            for number, path in enumerate(source.rejections)
        ],
        tasks=_with_inversions(recipe, _all_tasks(ingested)),
        files=record_files(ingested),
        held_out=record_files(held_out),
        held_out_tasks=_all_tasks(held_out),
        vocabulary=vocabulary,
        vocabulary_path=recipe.vocabulary.path,
        policy=Policy(licenses=recipe.licenses, languages=recipe.languages),
        deduplicate=recipe.deduplicate,
        decontaminate=recipe.decontaminate,
        mixture=recipe.mixture,
        validation=recipe.validation,
        options=recipe.options,
        few_shot=recipe.few_shot,
        limits=recipe.limits,
        output=recipe.output,
    )


@dataclass(frozen=True)
class Prepared:
    """What a recipe's sources amount to once they are ingested, ready to be assembled."""

    job: Job
    sources_read: list[str]
    errors: list[str]

    @property
    def building(self) -> str:
        """The directory of the unfinished build."""
        return os.path.dirname(self.job.staging)

    @property
    def work(self) -> str:
        """Its work directory, where finished stages leave their runs."""
        return os.path.join(self.building, "work")


def prepare(recipe: Recipe, out: str, options: RunnerOptions) -> Prepared:
    """Find and ingest the sources of `recipe` into the cache below `out`.

    Raises:
      ConfigurationError: a source, the vocabulary or an option is wrong.
      DataError: a source cannot be read, or nothing is left of them.
    """
    os.makedirs(out, exist_ok=True)
    found, held_out, errors = find_sources(recipe, out)
    vocabulary_info(recipe)
    every, read = ingest(recipe, [*found, *held_out], options)
    ingested, held_out_sets = every[: len(found)], every[len(found) :]
    if lost := source_errors(held_out_sets):
        # Going on would let through what the set is there to keep out.
        raise DataError("\n".join(lost))
    job = make_job(recipe, ingested, held_out_sets, os.path.join(out, ".building"))
    if not job.files:
        raise DataError(f"{recipe.name}: no record is left after reading; see the sources above")
    return Prepared(job, read, errors + source_errors(ingested))


@contextmanager
def disk_errors_told(out: str) -> Iterator[None]:
    """Turn an error of the file system into one line that says what it means for `out`."""
    try:
        yield
    except OSError as error:
        raise DataError(
            f"{error.filename or out}: {error.strerror}; nothing was published"
        ) from error


def build(recipe: Recipe, out: str, options: RunnerOptions) -> BuildResult:
    """Build and publish a snapshot of `recipe` below directory `out`.

    Raises:
      ConfigurationError: a source, the vocabulary or an option is wrong.
      DataError: a source cannot be read, nothing is left of it, or `out` cannot be written.
    """
    began = datetime.now(UTC)
    out = os.path.abspath(out)
    with disk_errors_told(out):
        prepared = prepare(recipe, out, options)
        job, work = prepared.job, prepared.work
        with sole_builder(f"{prepared.building}.lock"):
            write_job(work, job)
            run_pipeline(partial(assemble, work=work, job=job), options)
            check_not_empty(job)
            path = publish(job, work, out, began, prepared.sources_read)
            os.rmdir(prepared.building)
    manifest = snapshot.open_snapshot(path).manifest
    return BuildResult(path, manifest, prepared.sources_read, prepared.errors)


def plan(recipe: Recipe, out: str, options: RunnerOptions) -> tuple[Plan, list[str]]:
    """(the mixture of `recipe`, what could not be read); a build goes on from the work done.

    Raises:
      ConfigurationError, DataError: as for `build`.
    """
    out = os.path.abspath(out)
    with disk_errors_told(out):
        prepared = prepare(recipe, out, options)
        with sole_builder(f"{prepared.building}.lock"):
            write_job(prepared.work, prepared.job)
            run_pipeline(partial(plan_stages, work=prepared.work, job=prepared.job), options)
            return read_plan(prepared.work), prepared.errors
