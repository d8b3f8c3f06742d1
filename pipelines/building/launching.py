"""Launch one of the two pipelines on a runner that continues by itself, such as Dataflow.

A launch ends as soon as the runner has accepted the job. After both jobs, `flanbeam build` or
`refresh` with the same recipe finds everything finished and only gives the snapshot its name.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial

import apache_beam as beam
from apache_beam.runners.runner import PipelineResult

from pipelines.building.assemble import assemble
from pipelines.building.build import make_job
from pipelines.building.fingerprints import snapshot_nodes
from pipelines.building.ingest import add_ingest, ingest
from pipelines.building.running import RunnerOptions
from pipelines.building.source_cache import SourceCache
from pipelines.building.sources import FingerprintedSource, Sources, find_sources
from pipelines.recipe import Recipe, load_recipe
from pipelines.stores.store import Store
from tfrecords_schema.errors import ConfigurationError, DataError, UserError
from transforms.job import write_job

Construct = Callable[[beam.Pipeline], None]
# A work item holds a record file or a shard in memory, so each worker process runs one at a time.
_DEFAULTS = ("--number_of_worker_harness_threads=1",)


def ingest_graph(recipe: Recipe, store: str) -> Construct:
    """Return the pipeline that reads the sources of `recipe` that `store` does not have yet."""
    sources = find_sources(recipe, Store.at(store))
    return partial(add_ingest, sources=_not_read(sources))


def _not_read(sources: Sources) -> list[FingerprintedSource]:
    return [source for source in sources.all if not SourceCache(source).has_records]


def assembly_graph(recipe: Recipe, store: str) -> Construct:
    """Write the job file of `recipe`; return the pipeline that makes its snapshot in `store`.

    Raises:
      DataError: a source is not ingested yet, or could not be read.
    """
    sources = find_sources(recipe, Store.at(store))
    if missing := [source.name for source in _not_read(sources)]:
        raise DataError(
            f"{', '.join(missing)}: not read yet; wait until a launch of step ingest has finished"
        )
    ingested = ingest(recipe, sources, RunnerOptions())
    fingerprint = snapshot_nodes(recipe, sources)[-1].fingerprint
    directories = Store.at(store).build_directories(fingerprint)
    job = make_job(recipe, sources, ingested, directories)
    write_job(directories.work, job)
    return partial(assemble, work=directories.work, job=job, carrier="shuffle")


STEPS = {"ingest": ingest_graph, "assemble": assembly_graph}


def launch(construct: Construct, flags: Sequence[str]) -> PipelineResult:
    """Submit the pipeline to the runner that `flags` name, without waiting for it to finish.

    Raises:
      ConfigurationError: an option is missing or wrong.
    """
    options = RunnerOptions(beam_options=(*_DEFAULTS, *flags), verbose=True)
    try:
        pipeline = beam.Pipeline(options=options.pipeline_options())
    except ValueError as error:
        raise ConfigurationError(" ".join(str(error).split())) from error
    construct(pipeline)
    return pipeline.run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="launch",
        description=__doc__,
        allow_abbrev=False,
        epilog="All other options are passed to Beam.",
    )
    parser.add_argument("--recipe", required=True, help="a shipped recipe's name or a YAML file")
    parser.add_argument(
        "--store", required=True, help="directory of the store, for sources and snapshots"
    )
    parser.add_argument("--step", required=True, choices=tuple(STEPS))
    parser.add_argument("--data", help="directory of the source data (default: $FLANBEAM_DATA)")
    parser.add_argument("--sources", default="", help="paths of sources: NAME=PATH;NAME=PATH")
    parser.add_argument("--settings", default="", help="settings to override: KEY=VALUE;KEY=VALUE")
    parser.add_argument("--seed", type=int)
    return parser


def _pairs(text: str) -> list[str]:
    return [pair.strip() for pair in text.split(";") if pair.strip()]


def _recipe(arguments: argparse.Namespace) -> Recipe:
    if arguments.data:
        os.environ["FLANBEAM_DATA"] = arguments.data
    paths = {}
    for pair in _pairs(arguments.sources):
        name, equals, path = pair.partition("=")
        if not equals or not path:
            raise ConfigurationError(f"--sources {pair}: write it as NAME=PATH")
        paths[name] = path
    return load_recipe(arguments.recipe, _pairs(arguments.settings), paths, arguments.seed)


def main(argv: Sequence[str] | None = None) -> int:
    """Launch one step and return the exit status."""
    arguments, flags = _parser().parse_known_args(argv)
    try:
        recipe = _recipe(arguments)
        launch(STEPS[arguments.step](recipe, arguments.store), flags)
    except UserError as error:
        print(f"launch: {error}", file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
