"""Commands on training runs: train, eval, weights, plot.

As in pipelines/subcommands/corpus_commands.py: arguments in, (a JSON document, exit status) out.
"""

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines.configuration import yaml_document
from pipelines.configuration.shipped import find_file, shipped_files
from pipelines.configuration.validation import validate
from pipelines.console import report
from pipelines.console.progress import TrainingLine
from pipelines.subcommands.outcome import DONE, Outcome
from tfrecords_schema.channels import resolve
from tfrecords_schema.errors import ConfigurationError


def train_config(name_or_path: str, assignments: list[str]) -> Any:
    """The training configuration of a shipped name or a file.

    Raises:
      ConfigurationError: every mistake, with file, line and key.
    """
    from trainer.config import TrainConfig

    shipped = shipped_files("trainer", "configs")
    document = yaml_document.read(find_file(name_or_path, shipped, "training configuration"))
    for assignment in assignments:
        document.set(assignment)
    return validate(TrainConfig, document)


def run_train(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam train CONFIG --snapshot DIR --out DIR`."""
    config = train_config(arguments.config, arguments.set)
    from trainer.batches.snapshot_choice import choose_snapshot
    from trainer.train import train

    snapshot = choose_snapshot(Path(arguments.out), arguments.snapshot)
    if snapshot != arguments.snapshot:
        report.say(f"{arguments.snapshot} is {snapshot}")
    with TrainingLine(config.steps) as line:
        result = train(config, snapshot, arguments.out, line.update)
    document = {"snapshot": snapshot, **asdict(result)}
    if not arguments.json:
        report.print_training(document)
        print(result.checkpoint)
    return document, DONE


def run_eval(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam eval CONFIG --checkpoint RUN --suite S`."""
    config = train_config(arguments.config, arguments.set)
    from trainer.evaluation.evaluate import EvalRequest, evaluate
    from trainer.evaluation.results import to_markdown

    if arguments.limit is not None and arguments.limit < 1:
        raise ConfigurationError(f"--limit {arguments.limit}: at least 1")
    out = arguments.out or os.path.join(arguments.checkpoint, "eval")
    request = EvalRequest(
        checkpoint=arguments.checkpoint,
        suites=tuple(arguments.suite),
        out=out,
        data=arguments.data,
        snapshot=resolve(arguments.snapshot) if arguments.snapshot else None,
        limit=arguments.limit,
    )
    results = evaluate(config, request, report.say)
    if not arguments.json:
        report.print_plain("\n".join(to_markdown(result) for result in results))
    return [result.document for result in results], DONE


def run_weights(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam weights import DIR --out CKPT`, `flanbeam weights export CKPT --out DIR`."""
    from trainer.checkpointing.conversion import export_weights, import_weights

    if arguments.direction == "import":
        written = [str(import_weights(arguments.source, arguments.out))]
    else:
        written = [str(path) for path in export_weights(arguments.source, arguments.out)]
    if not arguments.json:
        report.print_plain("\n".join(written))
    return {"written": written}, DONE


def run_plot(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam plot RUN`."""
    from trainer.plot import plot

    picture = str(plot(arguments.run, arguments.out))
    if not arguments.json:
        report.print_plain(picture)
    return {"picture": picture}, DONE


TRAINING_COMMANDS: Mapping[str, Callable[[argparse.Namespace], Outcome]] = {
    "train": run_train,
    "eval": run_eval,
    "weights": run_weights,
    "plot": run_plot,
}
