"""`flanbeam train`, `eval`, `weights` and `plot`: train on snapshots, and measure the result."""

import atexit
import multiprocessing
import os
import sys
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.subcommands.command import (
    Command,
    Result,
    check_output_directory,
    check_output_file,
    offer_shipped,
)
from tfrecords_schema.errors import ConfigurationError, ExitStatus

if TYPE_CHECKING:
    from trainer.config import TrainConfig
    from trainer.evaluation.results import SuiteResult
    from trainer.train import TrainResult

_PICTURES = (".png", ".svg", ".html")


@dataclass(frozen=True)
class Written:
    """Files or directories that were written."""

    written: list[str]


@dataclass(frozen=True)
class Picture:
    """A picture that was drawn."""

    picture: str


def train_config(name_or_path: str, assignments: list[str]) -> "TrainConfig":
    """Return the training configuration of a shipped name or a file.

    Raises:
      ConfigurationError: every mistake, with file, line and key.
    """
    from pipelines.configuration import yaml_document
    from pipelines.configuration.shipped import find_file, shipped_files
    from pipelines.configuration.validation import validate
    from trainer.config import TrainConfig

    shipped = shipped_files("trainer", "configs")
    document = yaml_document.read(find_file(name_or_path, shipped, "training configuration"))
    for assignment in assignments:
        document.set(assignment)
    return validate(TrainConfig, document)


def _add_train_arguments(parser: ArgumentParser) -> None:
    config = parser.add_argument(
        "config", metavar="CONFIG", help="name of a shipped configuration, or a YAML file"
    )
    offer_shipped(config, ("trainer", "configs"))
    parser.add_argument(
        "--snapshot",
        required=True,
        metavar="SNAPSHOT",
        help="directory of a snapshot, or STORE@CHANNEL",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="directory of the run")


def _run_train(arguments: Namespace) -> Result:
    config = train_config(arguments.config, arguments.set)
    check_output_directory("--out", arguments.out)
    from pipelines.console.progress import TrainingLine
    from pipelines.console.report import say
    from trainer.batches.snapshot_choice import choose_snapshot
    from trainer.errors import FullDiskError
    from trainer.train import train

    snapshot = choose_snapshot(arguments.out, arguments.snapshot)
    if snapshot != arguments.snapshot:
        say(f"{arguments.snapshot} is {snapshot}")
    try:
        with TrainingLine(config.steps) as line:
            result = train(config, snapshot, arguments.out, line.update, line.say)
    except FullDiskError as error:
        atexit.register(_end_at_once, error.exit_status)
        raise
    return Result(result, ExitStatus.FAILED if result.interrupted else ExitStatus.DONE)


def _end_at_once(status: int) -> None:
    """End the process without Python's own end.

    Threads of TensorStore still report writes that Orbax gave up, and when they meet an interpreter
    that is ending, they abort the process, after tracebacks.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    for worker in multiprocessing.active_children():
        worker.terminate()
    os._exit(status)


def _show_train(result: "TrainResult") -> None:
    from pipelines.console.report import print_training, say

    print_training(result)
    print(result.checkpoint)
    run = os.path.dirname(os.path.dirname(result.checkpoint))
    say(
        f"next: flanbeam eval CONFIG --checkpoint {run} --suite held_in --snapshot "
        f"{result.snapshot}, or flanbeam plot {run}"
    )


def _add_eval_arguments(parser: ArgumentParser) -> None:
    config = parser.add_argument(
        "config", metavar="CONFIG", help="configuration of the run: a shipped name, or a YAML file"
    )
    offer_shipped(config, ("trainer", "configs"))
    parser.add_argument(
        "--checkpoint",
        required=True,
        metavar="RUN",
        help="a run, RUN/checkpoints/STEP, or a Hugging Face T5 directory",
    )
    parser.add_argument(
        "--suite",
        action="append",
        required=True,
        help="held_in, mmlu, mmlu_5shot, mmlu_cot, bbh, bbh_cot, superni, a published set such as "
        "boolq or gsm8k_cot, jsonl=PATH or snapshot=PATH (repeatable)",
    )
    parser.add_argument(
        "--data",
        metavar="DIR",
        help="directory with the folders of the suites: mmlu/, bbh/, boolq/, gsm8k/ and so on",
    )
    parser.add_argument(
        "--snapshot", metavar="SNAPSHOT", help="for held_in: the snapshot that the run trained on"
    )
    parser.add_argument(
        "--limit", type=int, metavar="N", help="maximum number of questions per task"
    )
    parser.add_argument("--out", metavar="DIR", help="directory for the tables (default: RUN/eval)")


def _run_eval(arguments: Namespace) -> Result:
    config = train_config(arguments.config, arguments.set)
    from pipelines.console.report import say
    from tfrecords_schema.channels import resolve
    from trainer.evaluation.evaluate import EvalRequest, evaluate

    if arguments.limit is not None and arguments.limit < 1:
        raise ConfigurationError(f"--limit {arguments.limit}: must be at least 1")
    if arguments.out is not None:
        check_output_directory("--out", arguments.out)
    request = EvalRequest(
        checkpoint=arguments.checkpoint,
        suites=tuple(dict.fromkeys(arguments.suite)),
        out=arguments.out or os.path.join(arguments.checkpoint, "eval"),
        data=arguments.data,
        snapshot=resolve(arguments.snapshot) if arguments.snapshot else None,
        limit=arguments.limit,
    )
    return Result(evaluate(config, request, say))


def _show_eval(results: "list[SuiteResult]") -> None:
    from pipelines.console.report import console_of, plain_table, say
    from trainer.evaluation.scores import percent

    console = console_of()
    for result in results:
        names = sorted(result.all_questions.scores)
        rows = [*result.tasks, result.all_questions]
        columns = ("questions", *names, "chance", "bits")
        table = plain_table(result.suite, *columns, right=len(columns))
        for task in rows:
            scores = [percent(task.scores.get(name)) for name in names]
            chance = "" if task.chance is None else f"{100 * task.chance:.1f}"
            table.add_row(task.task, f"{task.questions:,}", *scores, chance, f"{task.bits:.3f}")
        means = [percent(result.mean_over_tasks.get(name)) for name in names]
        table.add_row("mean over tasks", f"{len(result.tasks):,}", *means, "", "")
        console.print(table)
        console.print(f"{result.note}; percent, 95% intervals, bits per target token")
        console.print()
    say("next: flanbeam plot RUN --out RUN.html shows the run and sample answers")


def _add_weights_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("direction", choices=("import", "export"))
    parser.add_argument(
        "source", metavar="DIR", help="a Hugging Face T5; for export, also a run or checkpoint"
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="directory to write")


def _run_weights(arguments: Namespace) -> Result:
    from pipelines.console.report import say
    from trainer.checkpointing.conversion import export_weights, import_weights
    from trainer.store_copies import local_copy, local_output

    def say_named(line: str) -> None:
        say(line.replace(source, arguments.source))

    check_output_directory("--out", arguments.out)
    with (
        local_copy(arguments.source, say) as source,
        local_output(arguments.out, is_new=True) as out,
    ):
        if arguments.direction == "import":
            files = [import_weights(source, out)]
        else:
            files = export_weights(source, out, say=say_named)
    return Result(Written([str(path).replace(out, arguments.out, 1) for path in files]))


def _show_written(written: Written) -> None:
    print("\n".join(written.written))


def _add_plot_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "run", metavar="RUN", nargs="+", help="directory of a run; several are overlaid"
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        help=".png or .svg file, or .html for a page with the evaluations (default: "
        "RUN/curves.png)",
    )
    parser.add_argument(
        "--tokens", action="store_true", help="show tokens on the x-axis instead of steps"
    )
    parser.add_argument(
        "--smoothing",
        type=float,
        default=0.0,
        metavar="WEIGHT",
        help="smoothing: weight of earlier values, from 0 to below 1 (default: 0)",
    )


def _run_plot(arguments: Namespace) -> Result:
    from pipelines.console.report import say
    from trainer.store_copies import local_copy, local_output

    if arguments.out is not None:
        check_output_file("--out", arguments.out, _PICTURES)
    picture = arguments.out or os.path.join(arguments.run[0], "curves.png")
    with ExitStack() as stack:
        runs = [
            stack.enter_context(local_copy(run, say, with_checkpoints=False))
            for run in arguments.run
        ]
        out = stack.enter_context(local_output(picture))
        if out.endswith(".html"):
            from pipelines.showing.run_page import run_page

            page = run_page(runs, arguments.tokens, arguments.smoothing)
            Path(out).parent.mkdir(parents=True, exist_ok=True)
            Path(out).write_bytes(page)
        else:
            from trainer.plot import plot

            plot(runs, out, by_tokens=arguments.tokens, smoothing=arguments.smoothing)
    return Result(Picture(picture))


def _show_picture(picture: Picture) -> None:
    print(picture.picture)


TRAIN = Command(
    name="train",
    help="fine-tune T5 on a snapshot",
    run=_run_train,
    show=_show_train,
    add_arguments=_add_train_arguments,
    takes_settings=True,
    continues=True,
)
EVAL = Command(
    name="eval",
    help="measure a checkpoint on benchmarks",
    run=_run_eval,
    show=_show_eval,
    add_arguments=_add_eval_arguments,
    takes_settings=True,
)
WEIGHTS = Command(
    name="weights",
    help="import and export Hugging Face safetensors",
    run=_run_weights,
    show=_show_written,
    add_arguments=_add_weights_arguments,
)
PLOT = Command(
    name="plot",
    help="plot the loss and throughput of a run",
    run=_run_plot,
    show=_show_picture,
    add_arguments=_add_plot_arguments,
)
