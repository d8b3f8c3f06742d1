"""Build a snapshot: ingest what is not cached, assemble, move it to its name in the store.

A build that was killed goes on from what it finished.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from pipelines.building import finished_stages
from pipelines.building.assemble import assemble, plan_stages
from pipelines.building.cached_records import drop_damaged, unseal
from pipelines.building.fingerprints import code_version, snapshot_nodes, vocabulary_info
from pipelines.building.ingest import (
    IngestedSource,
    ReadSource,
    add_ingest,
    collect,
    find_source,
    is_ingested,
    is_read,
    record_files,
    seal,
)
from pipelines.building.nodes import Node, documents, task_node
from pipelines.building.placing import check_not_empty, place_snapshot
from pipelines.building.running import RunnerOptions, run_pipeline
from pipelines.building.stage_cache import take_stages
from pipelines.building.tasks import all_tasks, with_inversions
from pipelines.recipe import Recipe
from pipelines.stores.locking import StoreLock
from pipelines.stores.store import Store
from tfrecords_schema import filesystem, snapshot
from tfrecords_schema.errors import DataError, UserError
from tfrecords_schema.manifest import Manifest
from transforms.job import Job, write_job
from transforms.mixture.mixing import Plan, read_plan
from transforms.settings import Policy
from transforms.sources.source import Source


@dataclass(frozen=True)
class BuildResult:
    """A published snapshot, and which sources were read rather than taken from the cache."""

    path: str
    manifest: Manifest
    sources_read: list[str]
    errors: list[str]


def find_sources(recipe: Recipe, out: str) -> tuple[list[ReadSource], list[ReadSource], list[str]]:
    """(sources, held-out sets, what could not be found) under the recipe's error policy."""
    errors: list[str] = []
    store = Store.at(out)

    def find(group: str, name: str, source: Source) -> ReadSource:
        where = recipe.where(group, name, "path")
        return find_source(name, source, store.cache, where, store.root)

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
    for source in found:
        drop_damaged(source)
    unread = [source for source in found if not is_read(source)]
    for source in unread:
        unseal(source)
    if unread:
        run_pipeline(partial(add_ingest, sources=unread), options)
    for source in found:
        if not is_ingested(source):
            seal(source)
    ingested = [collect(source) for source in found]
    errors = source_errors(ingested)
    if errors and recipe.on_source_error == "fail":
        hint = "mend or remove the file, or set on_source_error=skip to go on without it"
        raise DataError("\n".join([*errors, hint]))
    return ingested, [source.name for source in unread]


def source_errors(ingested: list[IngestedSource]) -> list[str]:
    """Every file that could not be read, with its source."""
    return [
        f"source {source.found.name} ({source.found.source.path}): {error}"
        for source in ingested
        for error in source.errors
    ]


def make_job(
    recipe: Recipe,
    ingested: list[IngestedSource],
    held_out: list[IngestedSource],
    building: str,
) -> Job:
    """The job of an assembly whose work directories lie below `building`.

    Raises:
      DataError: a held-out set cannot be read, or no record is left.
    """
    if lost := source_errors(held_out):
        # Going on would let through what the set is there to keep out.
        raise DataError("\n".join(lost))
    files = record_files(ingested)
    if not files:
        raise DataError(f"{recipe.name}: no record is left after reading; see the sources above")
    found = [source.found for source in ingested]
    nodes = snapshot_nodes(recipe, found, [source.found for source in held_out])
    fingerprint = nodes[-1].fingerprint
    return Job(
        name=recipe.name,
        version=recipe.version,
        fingerprint=fingerprint,
        seed=recipe.seed,
        recipe=recipe.stated(),
        software=code_version(),
        nodes=documents([*nodes, *_task_nodes(ingested)]),
        staging=filesystem.join(building, fingerprint[:16], "snapshot"),
        sources=[source.info() for source in [*ingested, *held_out]],
        ingest_ledger=[entry for source in ingested for entry in source.ledger],
        ingest_rejections=_rejection_files(ingested),
        tasks=with_inversions(recipe, all_tasks(ingested)),
        files=files,
        held_out=record_files(held_out),
        held_out_tasks=all_tasks(held_out),
        vocabulary=vocabulary_info(recipe),
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


def _task_nodes(ingested: list[IngestedSource]) -> list[Node]:
    """A node for each task, of the files that it was found in."""
    return [
        task_node(task, source.found.node, files)
        for source in ingested
        for task, files in source.task_files.items()
    ]


def _rejection_files(ingested: list[IngestedSource]) -> list[tuple[str, str]]:
    """(name in the snapshot, file of the cache) of what the readers refused."""
    return [
        (f"{snapshot.REJECTIONS}/ingest-{source.found.name}-{number:06d}.jsonl", path)
        for source in ingested
        for number, path in enumerate(source.rejections)
    ]


@dataclass(frozen=True)
class Prepared:
    """What a recipe's sources amount to once they are ingested, ready to be assembled."""

    store: Store
    job: Job
    sources_read: list[str]
    errors: list[str]

    @property
    def work(self) -> str:
        """The work directory of the unfinished build, where finished stages leave their runs."""
        return filesystem.join(filesystem.parent(self.job.staging), "work")


@contextmanager
def prepared(recipe: Recipe, out: str, options: RunnerOptions) -> Iterator[Prepared]:
    """Find and ingest the sources of `recipe` into the cache of the store at `out`.

    No one else builds the same while the block runs.

    Raises:
      ConfigurationError: a source, the vocabulary or an option is wrong.
      DataError: a source cannot be read, nothing is left of them, or `out` cannot be written.
      LockedError: the same is being built.
    """
    store = Store.at(out)
    with disk_errors_told(store.root):
        if filesystem.is_local(store.root):
            os.makedirs(store.root, exist_ok=True)
        found, held_out, errors = find_sources(recipe, store.root)
        fingerprint = snapshot_nodes(recipe, found, held_out)[-1].fingerprint
        name = f"build-{fingerprint[:16]}"
        with StoreLock(store, name, "another build of this recipe is running"):
            every, read = ingest(recipe, [*found, *held_out], options)
            ingested, held_out_sets = every[: len(found)], every[len(found) :]
            job = make_job(recipe, ingested, held_out_sets, store.building)
            ready = Prepared(store, job, read, errors + source_errors(ingested))
            finished_stages.drop_damaged(ready.work, job.staging)
            take_stages(job, ready.work, store)
            yield ready


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
    """Build a snapshot of `recipe` in the store at `out`; no channel points at it yet.

    Raises:
      ConfigurationError, DataError, LockedError: as for `prepared`.
    """
    began = datetime.now(UTC)
    with prepared(recipe, out, options) as ready:
        write_job(ready.work, ready.job)
        run_pipeline(partial(assemble, work=ready.work, job=ready.job), options)
        check_not_empty(ready.job)
        path = place_snapshot(ready.job, ready.work, ready.store, began, ready.sources_read, recipe)
    manifest = snapshot.open_snapshot(path).manifest
    return BuildResult(path, manifest, ready.sources_read, ready.errors)


def plan(recipe: Recipe, out: str, options: RunnerOptions) -> tuple[Plan, list[str]]:
    """(the mixture of `recipe`, what could not be read); a build goes on from the work done.

    Raises:
      ConfigurationError, DataError, LockedError: as for `prepared`.
    """
    with prepared(recipe, out, options) as ready:
        write_job(ready.work, ready.job)
        run_pipeline(partial(plan_stages, work=ready.work, job=ready.job), options)
        return read_plan(ready.work), ready.errors
