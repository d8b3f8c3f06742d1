"""Render part of a snapshot again from its records, and compare byte by byte.

Everything up to the selection is repeated from the ingested records, outside of the store. Then the
examples of a few record files, chosen by hash, are rendered again.
"""

import tempfile
from collections.abc import Iterator
from typing import Any

import orjson

from pipelines.building.assemble import run_assembly
from pipelines.building.build import make_job
from pipelines.building.fingerprints import code_version
from pipelines.building.ingest import ingest
from pipelines.building.running import RunnerOptions
from pipelines.building.sources import find_sources
from pipelines.building.stages import STAGES
from pipelines.configuration.variables import expanded
from pipelines.recipe import Recipe
from pipelines.stores.store import BuildDirectories, Store
from tfrecords_schema import filesystem, snapshot, tfrecord
from tfrecords_schema.codec import split_tokens
from tfrecords_schema.errors import ConfigurationError, DataError
from tfrecords_schema.snapshot import Snapshot, open_snapshot
from transforms.job import Job, write_job
from transforms.mixture.selection import SELECT, SELECTED
from transforms.prompts.example_rows import decode_examples
from transforms.prompts.rendering import RENDER
from transforms.runtime.exchange import Run, read_buckets
from transforms.stable_random import stable_hash
from transforms.stages.execution import run_item, run_path
from transforms.stages.wiring import wire

_FILES = 5


def recipe_of(opened: Snapshot) -> Recipe:
    """Return the recipe that a snapshot was built from, with its original machine's paths.

    Raises:
      DataError: its run.json has no valid recipe with paths.
    """
    where = filesystem.join(opened.path, snapshot.RUN)
    try:
        paths = orjson.loads(filesystem.read_bytes(where))["paths"]
        stated: dict[str, Any] = orjson.loads(orjson.dumps(opened.manifest.recipe))
        # The order of sources counts, and the manifest's recipe has its keys sorted.
        places = {source.name: place for place, source in enumerate(opened.manifest.sources)}
        for group in ("sources", "held_out"):
            stated[group] = {
                name: _expanded({**stated[group][name], "path": paths[group][name]}, where)
                for name in sorted(stated[group], key=lambda name: places.get(name, len(places)))
            }
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise DataError(
            f"{where}: has no valid recipe with the paths of the sources ({error!r})"
        ) from error
    stated["vocabulary"]["path"] = opened.vocabulary_path
    return Recipe.model_validate(stated)


def _expanded(settings: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the settings of a source with the variables of its paths replaced."""
    paths = {key: settings[key] for key in ("path", "templates") if settings.get(key)}
    return settings | {key: expanded(path, where) for key, path in paths.items()}


def render_again(path: str, options: RunnerOptions) -> tuple[int, list[str]]:
    """Render the examples of the snapshot at `path` again; return (number rendered, differences).

    Raises:
      ConfigurationError: it is not in a store, or another version of the code built it.
      DataError: its sources are missing or have changed.
    """
    opened = open_snapshot(path)
    if opened.manifest.software != code_version():
        raise ConfigurationError(
            f"{path}: built by another version of the code ({opened.manifest.software}); "
            "use that version for --deep"
        )
    recipe, store = recipe_of(opened), Store.of(path)
    sources = find_sources(recipe, store)
    ingested = ingest(recipe, sources, options)
    with tempfile.TemporaryDirectory(prefix="flanbeam-deep-") as directory:
        directories = BuildDirectories(directory)
        job = make_job(recipe, sources, ingested, directories)
        if job.fingerprint != opened.manifest.fingerprint:
            raise DataError(
                f"{path}: cannot be rendered again, because these have changed since the build: "
                f"{_changed(opened, job)}"
            )
        work = directories.work
        write_job(work, job)
        run_assembly(work, job, options, up_to=SELECT)
        return _compare(opened, dict(_render(work, job)))


def _changed(opened: Snapshot, job: Job) -> str:
    before = {source.name: source.fingerprint for source in opened.manifest.sources}
    after = {source.name: source.fingerprint for source in job.sources}
    names = sorted(before.keys() | after.keys())
    return (
        ", ".join(name for name in names if before.get(name) != after.get(name))
        or "templates or vocabulary"
    )


def _render(work: str, job: Job) -> Iterator[tuple[str, bytes]]:
    """Yield (id, encoded example) of the first uses of the chosen record files."""
    (wired,) = (one for one in wire(STAGES, job.settings) if one.stage is RENDER)
    buckets = range(job.num_buckets)
    selected = [Run(run_path(work, SELECT.name, bucket)) for bucket in buckets]
    chosen = sorted(job.files, key=lambda file: stable_hash(job.fingerprint, file.index))[:_FILES]
    for file in chosen:
        first = next(run_item(wired, file.index, work, {SELECTED: selected}))
        _, examples = decode_examples(read_buckets([first], 0, None))
        for data in examples:
            yield split_tokens(data)[0], data


def _compare(opened: Snapshot, expected: dict[str, bytes]) -> tuple[int, list[str]]:
    """Look up every expected example in the shards."""
    count, problems = len(expected), []
    for info in opened.manifest.splits.values():
        for shard in info.shards:
            path = filesystem.join(opened.path, shard.path)
            with filesystem.open_read(path) as stream:
                for data in tfrecord.read_frames(stream, path):
                    identity = split_tokens(data, path)[0]
                    if expected.pop(identity, data) != data:
                        problems.append(f"{shard.path}: example {identity} renders otherwise")
    problems += [f"example {identity} is missing" for identity in sorted(expected)]
    return count, problems
