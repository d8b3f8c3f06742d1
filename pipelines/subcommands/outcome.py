"""What commands share: their outcome, the recipe and runner that arguments name, summaries."""

import argparse
from typing import TYPE_CHECKING, Any

from pipelines.recipe import Recipe, load_recipe
from tfrecords_schema.errors import ConfigurationError
from tfrecords_schema.manifest import Manifest

if TYPE_CHECKING:
    from pipelines.building.running import RunnerOptions

Outcome = tuple[Any, int]
DONE, FAILED_CHECK = 0, 3


def recipe_of(arguments: argparse.Namespace) -> Recipe:
    """The recipe that the command names, with its options applied."""
    paths: dict[str, str] = {}
    for pair in arguments.source:
        name, equals, path = pair.partition("=")
        if not equals or not path:
            raise ConfigurationError(f"--source {pair}: write it as NAME=PATH")
        if name in paths:
            raise ConfigurationError(
                f"--source {pair}: {name} is {paths[name]} already; "
                "give one file, or a directory that holds all"
            )
        paths[name] = path
    return load_recipe(arguments.recipe, arguments.set, paths, arguments.seed)


def summary_of(path: str, manifest: Manifest) -> dict[str, Any]:
    """The numbers of a snapshot that people look at first."""
    rejected: dict[str, int] = {}
    for entry in manifest.ledger:
        for reason, count in entry.rejected.items():
            rejected[reason] = rejected.get(reason, 0) + count
    return {
        "snapshot": path,
        "name": manifest.name,
        "fingerprint": manifest.fingerprint,
        "records_read": sum(e.entered for e in manifest.ledger if e.stage == "ingest"),
        "records_kept": sum(e.left for e in manifest.ledger if e.stage == "decontaminate"),
        "rejected": rejected,
        "examples": sum(split.rows for split in manifest.splits.values()),
        "shards": sum(len(split.shards) for split in manifest.splits.values()),
        "input_tokens": sum(s.input_tokens for p in manifest.splits.values() for s in p.shards),
        "target_tokens": sum(s.target_tokens for p in manifest.splits.values() for s in p.shards),
        "fitting": manifest.fitting,
        "mixture": [entry.model_dump() for entry in manifest.mixture],
    }


def runner_options(arguments: argparse.Namespace) -> "RunnerOptions":
    """How Beam runs, as the command line says."""
    from pipelines.building.running import RunnerOptions

    if arguments.workers < 1:
        raise ConfigurationError(f"--workers {arguments.workers}: at least 1")
    return RunnerOptions(arguments.workers, tuple(arguments.beam_options), arguments.verbose)
