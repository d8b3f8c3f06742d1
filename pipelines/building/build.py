"""Build a snapshot: ingest uncached sources, assemble, move the result to its name in the store.

A build that was killed continues from its finished work items.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipelines.building import finished_stages
from pipelines.building.assemble import expected, run_assembly
from pipelines.building.estimates import Estimate, certainly_fits, check_room, estimate
from pipelines.building.fingerprints import code_version, snapshot_nodes, vocabulary_info
from pipelines.building.ingest import Ingested, ingest, record_files
from pipelines.building.losses import Loss, report_losses, report_prompt_losses, report_task_texts
from pipelines.building.nodes import Node, documents, task_node
from pipelines.building.placing import check_not_empty, check_prompts, place_snapshot
from pipelines.building.prompt_cache import PromptCache
from pipelines.building.running import RunnerOptions
from pipelines.building.source_cache import IngestedSource, SourceCache
from pipelines.building.sources import Sources, find_sources
from pipelines.building.stage_cache import StageCache
from pipelines.building.tasks import all_tasks, with_inversions
from pipelines.recipe import Recipe
from pipelines.stores.locking import StoreLock
from pipelines.stores.store import BuildDirectories, Store
from tfrecords_schema import filesystem, snapshot
from tfrecords_schema.errors import DataError
from tfrecords_schema.manifest import HELD_OUT, Manifest
from transforms.job import Job, write_job
from transforms.mixture.mixing import PLAN, Plan, decode_plan
from transforms.runtime.exchange import Run
from transforms.runtime.progress import expect
from transforms.sources.source import INGEST
from transforms.stages.execution import run_path


@dataclass(frozen=True, kw_only=True)
class BuildResult:
    """A snapshot, and the sources that were read because the cache did not have them."""

    path: str
    manifest: Manifest
    sources_read: list[str]
    errors: list[str]
    losses: list[Loss] = field(default_factory=list)


def make_job(
    recipe: Recipe,
    sources: Sources,
    ingested: Ingested,
    directories: BuildDirectories,
    kept_prompts: list[tuple[str, str]] | None = None,
) -> Job:
    """Return the job of an assembly; `kept_prompts` are those of `Job`.

    Raises:
      DataError: a held-out set cannot be read, or no record is left.
    """
    needed = [*ingested.held_out, *ingested.known]
    if lost := [error for source in needed for error in source.errors_with_place()]:
        # Continuing would let the items of the set into the corpus.
        raise DataError("\n".join(lost))
    files = record_files(ingested.train)
    if not files:
        raise DataError(
            f"{recipe.name}: no record is left after reading: the sources are empty, or "
            "their filters reject every row; check the sources' filters and licenses"
        )
    nodes = snapshot_nodes(recipe, sources)
    return Job(
        name=recipe.name,
        version=recipe.version,
        fingerprint=nodes[-1].fingerprint,
        settings=recipe.settings(),
        recipe=recipe.stated(),
        software=code_version(),
        nodes=documents([*nodes, *_task_nodes(ingested.train)]),
        staging=directories.staging,
        sources=[source.info() for source in ingested.all],
        ingest_ledger=[entry for source in ingested.train for entry in source.ledger],
        ingest_rejections=_rejection_files(ingested.train, INGEST),
        held_out_ledger=[
            entry.model_copy(update={"stage": HELD_OUT})
            for source in ingested.held_out
            for entry in source.ledger
        ],
        held_out_rejections=_rejection_files(ingested.held_out, HELD_OUT),
        tasks=with_inversions(recipe, all_tasks(ingested.train)),
        files=files,
        held_out=record_files(ingested.held_out),
        held_out_tasks=all_tasks(ingested.held_out),
        searched_snapshots=[
            source.source.name for source in ingested.held_out if source.source.is_snapshot
        ],
        known=record_files(ingested.known),
        known_tasks=[task for source in ingested.known for task in source.tasks],
        vocabulary=vocabulary_info(recipe),
        vocabulary_path=recipe.vocabulary.path,
        kept_prompts=kept_prompts,
    )


def _task_nodes(ingested: list[IngestedSource]) -> Iterator[Node]:
    for source in ingested:
        for task, files in source.task_files.items():
            yield task_node(task, source.source.node, files)


def _rejection_files(ingested: list[IngestedSource], stage: str) -> list[tuple[str, str]]:
    """Return (name in the snapshot, file in the cache) of each file of ingest's rejections."""
    return [
        (f"{snapshot.REJECTIONS}/{stage}-{source.source.name}-{number:06d}.jsonl", path)
        for source in ingested
        for number, path in enumerate(source.rejections)
    ]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """The ingested sources of a recipe, and the job that assembles them."""

    store: Store
    directories: BuildDirectories
    job: Job
    stage_cache: StageCache
    prompt_cache: PromptCache
    sources_read: list[str]
    errors: list[str]
    losses: list[Loss]
    lock: StoreLock


@contextmanager
def prepared(recipe: Recipe, out: str, options: RunnerOptions) -> Iterator[Prepared]:
    """Find and ingest the sources of `recipe` into the cache of the store at `out`.

    A lock prevents other builds of the same snapshot while the block runs.

    Raises:
      ConfigurationError: a source, the vocabulary or an option is wrong.
      DataError: a source cannot be read, no record is left, or `out` cannot be written.
      LockedError: another process builds the same snapshot, or took the lock over.
    """
    store = Store.at(out)
    with translate_disk_errors(store.root):
        if filesystem.is_local(store.root):
            filesystem.make_directory(store.root)
        sources = find_sources(recipe, store)
        fingerprint = snapshot_nodes(recipe, sources)[-1].fingerprint
        lock = f"build-{fingerprint[:16]}"
        with _held(StoreLock(store, lock, "another build of this recipe is running")) as held:
            unread = [source.bytes for source in sources.all if not SourceCache(source).has_records]
            check_room(sum(unread), store.root, "reading the sources")
            ingested = ingest(recipe, sources, options)
            losses = report_losses(recipe, ingested.train)
            directories = store.build_directories(fingerprint)
            prompts = PromptCache(store, recipe.name)
            job = make_job(recipe, sources, ingested, directories, prompts.earlier())
            cache = StageCache(store, job, directories)
            finished_stages.drop_corrupt(directories)
            cache.take()
            write_job(directories.work, job)
            yield Prepared(
                store=store,
                directories=directories,
                job=job,
                stage_cache=cache,
                prompt_cache=prompts,
                sources_read=ingested.not_cached,
                errors=sources.errors + ingested.errors(),
                losses=losses,
                lock=held,
            )


@contextmanager
def _held(lock: StoreLock) -> Iterator[StoreLock]:
    """Hold a lock. If the block fails and the lock was lost, raise the loss, which is the cause."""
    with lock:
        try:
            yield lock
        except Exception:
            lock.check()
            raise


@contextmanager
def translate_disk_errors(out: str) -> Iterator[None]:
    """Convert an OSError of the block into a DataError that names the file."""
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
        _check_room(ready, options)
        expect(list(expected(ready.job)))
        if not finished_stages.is_assembled(ready.directories):
            run_assembly(ready.directories.work, ready.job, options)
        check_not_empty(ready.job)
        check_prompts(ready.job)
        ready.stage_cache.keep()
        ready.prompt_cache.keep(ready.job, ready.directories)
        path = place_snapshot(ready.job, ready.store, recipe, ready.lock, began, ready.sources_read)
    manifest = snapshot.open_snapshot(path).manifest
    report_task_texts(path)
    return BuildResult(
        path=path,
        manifest=manifest,
        sources_read=ready.sources_read,
        errors=ready.errors,
        losses=[*ready.losses, *report_prompt_losses(recipe, path, manifest)],
    )


def _check_room(ready: Prepared, options: RunnerOptions) -> None:
    """Estimate a build that may not fit on the disk, and stop it if it does not fit.

    Raises:
      DataError: the disk is too small.
    """
    store = ready.store.root
    if certainly_fits(ready.job, store):
        return
    work = ready.directories.work
    run_assembly(work, ready.job, options, up_to=PLAN)
    needed = estimate(ready.job, work, planned(work), store, options.workers).peak_bytes
    check_room(needed, store, "the snapshot")


@dataclass(frozen=True)
class PlannedCorpus:
    """The mixture that a build would produce.

    Attributes:
      errors: one message per file that could not be read.
      losses: rows of the sources that were left out for one reason.
      estimate: time, disk and vocabulary losses of the build.
    """

    mixture: Plan
    errors: list[str]
    losses: list[Loss]
    estimate: Estimate


def plan(recipe: Recipe, out: str, options: RunnerOptions) -> PlannedCorpus:
    """Return the mixture of `recipe` and an estimate of its build.

    A later build continues from the results.

    Raises:
      ConfigurationError, DataError, LockedError: as for `prepared`.
    """
    with prepared(recipe, out, options) as ready:
        work = ready.directories.work
        expect(list(expected(ready.job, up_to=PLAN)))
        run_assembly(work, ready.job, options, up_to=PLAN)
        mixture = planned(work)
        store, workers = ready.store.root, options.workers
        return PlannedCorpus(
            mixture=mixture,
            errors=ready.errors,
            losses=ready.losses,
            estimate=estimate(ready.job, work, mixture, store, workers),
        )


def planned(work: str) -> Plan:
    """Return the plan that stage `plan` left in a work directory."""
    return decode_plan(Run(run_path(work, PLAN.name, 0)))
