"""`flanbeam demo`: build the quickstart corpus, verify it, train a tiny T5 on it."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipelines.subcommands.command import Command, Result, check_output_directory
from pipelines.subcommands.summary import SnapshotSummary, print_summary, summarize
from pipelines.subcommands.train import train_config
from tfrecords_schema.errors import DataError, ExitStatus

if TYPE_CHECKING:
    from trainer.train import TrainResult

_SHOWN, _SHORT = 3, 400


@dataclass(frozen=True)
class ShownExample:
    """An example to look at."""

    task: str
    template_type: str
    inputs: str
    targets: str


@dataclass(frozen=True, kw_only=True)
class DemoReport(SnapshotSummary):
    """The snapshot of the demo, some of its examples, and the result of training."""

    verified: bool
    shown: list[ShownExample]
    training: "TrainResult"


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--out", default="demo", metavar="DIR", help="directory of the demo (default: demo)"
    )


def _run(arguments: Namespace) -> Result:
    """Build, verify and train below a directory.

    Raises:
      DataError: the snapshot does not verify.
    """
    from pipelines.building.build import build
    from pipelines.building.running import RunnerOptions
    from pipelines.checks.verify import verify
    from pipelines.console.progress import TrainingLine, stage_progress
    from pipelines.recipe import load_recipe

    check_output_directory("--out", arguments.out)
    config = train_config("quickstart", [])
    recipe = load_recipe("quickstart", [], {}, None)
    with stage_progress():
        built = build(recipe, os.path.join(arguments.out, "corpora"), RunnerOptions())
    verification = verify(built.path)
    if not verification.passed:
        problems = "\n".join(verification.problems)
        raise DataError(f"the snapshot does not verify:\n{problems}")
    from trainer.train import train

    run = os.path.join(arguments.out, "runs", os.path.basename(built.path))
    with TrainingLine(config.steps) as line:
        trained = train(config, built.path, run, line.update, line.say)
    summary = summarize(built.path, built.manifest)
    report = DemoReport(
        **{name: getattr(summary, name) for name in asdict(summary)},
        verified=verification.passed,
        shown=list(islice(_one_a_task(built.path), _SHOWN)),
        training=trained,
    )
    return Result(report, ExitStatus.FAILED if trained.interrupted else ExitStatus.DONE)


def _one_a_task(path: str) -> Iterator[ShownExample]:
    """Yield short examples of different tasks, in the snapshot's order."""
    from tfrecords_schema import features
    from tfrecords_schema.snapshot import open_snapshot

    seen = set()
    for row in open_snapshot(path).rows("train"):
        task, inputs = str(row[features.TASK_NAME]), str(row[features.INPUTS_TEXT])
        if task not in seen and len(inputs) < _SHORT:
            seen.add(task)
            kind, targets = row[features.TEMPLATE_TYPE], row[features.TARGETS_TEXT]
            yield ShownExample(task, str(kind), inputs, str(targets))


def _show(report: DemoReport) -> None:
    from pipelines.console.report import print_example, print_training

    for example in report.shown:
        print_example(f"{example.task} · {example.template_type}", example.inputs, example.targets)
    print_summary(report)
    print_training(report.training)
    print(report.snapshot)


DEMO = Command(
    name="demo",
    help="build, verify and train on the bundled quickstart corpus",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
    continues=True,
)
