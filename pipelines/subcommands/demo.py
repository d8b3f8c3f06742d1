"""The demo: build the quickstart corpus, verify it, train a tiny T5 on it."""

import os
from dataclasses import asdict
from itertools import islice
from typing import Any

from pipelines.building.build import build
from pipelines.building.running import RunnerOptions
from pipelines.checks.verify import verify
from pipelines.console.progress import Progress, TrainingLine
from pipelines.recipe import load_recipe
from pipelines.subcommands.outcome import summary_of
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import open_snapshot
from trainer.config import TrainConfig

_SHOWN = 3


def demo(out: str, config: TrainConfig) -> dict[str, Any]:
    """Run the whole way below directory `out`; what the table at the end shows.

    Raises:
      DataError: the snapshot does not verify.
    """
    recipe = load_recipe("quickstart", [], {}, None)
    with Progress():
        built = build(recipe, os.path.join(out, "corpora"), RunnerOptions())
    found = verify(built.path)
    if not found.passed:
        raise DataError("the snapshot does not verify:\n" + "\n".join(found.problems))
    from trainer.train import train

    run = os.path.join(out, "runs", os.path.basename(built.path))
    with TrainingLine(config.steps) as line:
        trained = train(config, built.path, run, line.update)
    rows = list(islice(_one_a_task(built.path), _SHOWN))
    return {
        **summary_of(built.path, built.manifest),
        "verified": found.passed,
        "shown": rows,
        "training": asdict(trained),
    }


def _one_a_task(path: str) -> Any:
    """Short examples of different tasks, in the snapshot's order."""
    seen = set()
    for row in open_snapshot(path).rows("train"):
        if row["_task_name"] not in seen and len(str(row["inputs_pretokenized"])) < 400:
            seen.add(row["_task_name"])
            yield {
                "task": row["_task_name"],
                "template_type": row["_template_type"],
                "inputs": row["inputs_pretokenized"],
                "targets": row["targets_pretokenized"],
            }
