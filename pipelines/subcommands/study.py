"""`flanbeam study` and `flanbeam compare`: what a change of the mixture does to a model."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.subcommands.command import (
    Command,
    Result,
    add_workers_argument,
    check_output_directory,
    check_output_file,
    runner_options,
)
from tfrecords_schema.errors import ConfigurationError, DataError

if TYPE_CHECKING:
    from pipelines.studies.results import Line

_LEAST_RUNS = 2


@dataclass(frozen=True)
class Comparison:
    """The table, and where it and its plots are written."""

    out: str
    lines: "Sequence[Line]"


@dataclass(frozen=True)
class StudyPlan:
    """What a study would run."""

    study: str
    cells: list[dict[str, Any]]
    left_out: list[str]  # comparisons that cannot be made


def _add_study_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", help="name of a shipped study, or a YAML file")
    parser.add_argument("--out", metavar="DIR", help="directory of the study")
    parser.add_argument(
        "--jobs", type=int, default=1, help="number of cells to run at a time (default: 1)"
    )
    parser.add_argument(
        "--devices",
        default="",
        metavar="IDS",
        help="accelerators to divide among the jobs, e.g. 0,1",
    )
    parser.add_argument(
        "--plan",
        action="store_true",
        help="check the study and list its cells without running them",
    )
    add_workers_argument(parser)


def _run_study(arguments: Namespace) -> Result:
    from pipelines.studies.own_questions import comparisons_left_out
    from pipelines.studies.study import load_study

    study = load_study(arguments.study, arguments.set)
    if arguments.plan:
        cells = []
        for arm in study.in_order():
            config = study.config_of(arm, study.seeds[0])
            recipe = study.recipe_of(arm).name
            cells.append(
                {"arm": arm, "recipe": recipe, "steps": config.steps, "seeds": study.seeds}
            )
        return Result(StudyPlan(study.name, cells, comparisons_left_out(study)))
    devices = [name for name in arguments.devices.split(",") if name]
    if arguments.out is None:
        raise ConfigurationError("--out is missing: name the study's directory, or give --plan")
    check_output_directory("--out", arguments.out)
    if arguments.jobs < 1:
        raise ConfigurationError(f"--jobs {arguments.jobs}: at least 1")
    if devices and len(devices) < arguments.jobs:
        raise ConfigurationError(
            f"--devices {arguments.devices}: {arguments.jobs} jobs need as many"
        )
    from pipelines.console.report import say
    from pipelines.studies.run import run_study

    for sentence in comparisons_left_out(study):
        say(f"note: {sentence}")
    options = runner_options(arguments)
    lines = run_study(study, arguments.out, options, arguments.jobs, devices, say)
    return Result(Comparison(os.path.join(arguments.out, "results.md"), lines))


def _show_study(document: "Comparison | StudyPlan") -> None:
    if isinstance(document, StudyPlan):
        for cell in document.cells:
            seeds = ", ".join(map(str, cell["seeds"]))
            print(f"{cell['arm']}: {cell['recipe']}, {cell['steps']:,} steps, seeds {seeds}")
        for sentence in document.left_out:
            print(f"note: {sentence}")
        return
    if sys.stdout.isatty():
        _show_tables(document.lines)
    else:
        from pipelines.studies.results import to_markdown

        print(to_markdown(document.lines))
    print(document.out)


def _show_tables(lines: "Sequence[Line]") -> None:
    """Print a table for each suite that fits the terminal."""
    from pipelines.console.report import console_of, plain_table
    from pipelines.studies.results import HEADERS, notes_of, rows_of, title_of

    console = console_of()
    for suite in dict.fromkeys(line.suite for line in lines):
        of_suite = [line for line in lines if line.suite == suite]
        console.print(title_of(of_suite), style="bold")
        table = plain_table(*HEADERS, right=len(HEADERS) - 1)
        for row in rows_of(of_suite):
            table.add_row(*row)
        console.print(table)
        for note in notes_of(of_suite):
            console.print(note)
        console.print()


def _add_compare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "runs",
        nargs="+",
        metavar="RUN",
        help="runs evaluated by `flanbeam eval`, its --out directories, or directories with "
        "predictions.jsonl; the first is the base",
    )
    parser.add_argument(
        "--out", metavar="STEM", help="also draw STEM.png and STEM.svg, and write STEM.md"
    )


def _run_compare(arguments: Namespace) -> Result:
    from pipelines.studies.plots import draw
    from pipelines.studies.results import METHOD, compare, to_markdown

    if arguments.out:
        for ending in (".png", ".svg", ".md"):
            check_output_file("--out", f"{arguments.out}{ending}")
    runs = [os.path.normpath(run) for run in arguments.runs]
    if len(set(runs)) < max(_LEAST_RUNS, len(runs)):
        raise ConfigurationError("compare takes two different runs or more")
    suites = {run: _suites(Path(run)) for run in runs}
    for run, of_run in suites.items():
        if not of_run:
            said = "has no evaluation" if os.path.isdir(run) else "is no directory of a run"
            raise DataError(f"{run} {said}: measure a run with `flanbeam eval`")
    shared = [
        suite for suite in suites[runs[0]] if all(suite in of_run for of_run in suites.values())
    ]
    if not shared:
        raise ConfigurationError(
            f"the runs have no suite in common: {_listed(suites)}; measure them on the same with "
            "`flanbeam eval`"
        )
    lines = [
        line
        for suite in shared
        for line in compare(
            suite, {run: [suites[run][suite]] for run in runs}, dict.fromkeys(runs, runs[0])
        )
    ]
    if arguments.out:
        Path(arguments.out).parent.mkdir(parents=True, exist_ok=True)
        draw(lines, arguments.out)
        Path(f"{arguments.out}.md").write_text(f"{to_markdown(lines)}\n{METHOD}\n")
    return Result(Comparison(arguments.out or "", lines))


def _listed(suites: Mapping[str, Iterable[str]]) -> str:
    """Write which suites each run has: "a has mmlu; b has bbh, superni"."""
    return "; ".join(f"{run} has {', '.join(of_run)}" for run, of_run in suites.items())


def _suites(run: Path) -> dict[str, Path]:
    """Return suite → directory of its predictions."""
    if (run / "predictions.jsonl").is_file():
        return {run.name: run}
    root = run / "eval" if (run / "eval").is_dir() else run
    return {path.parent.name: path.parent for path in sorted(root.glob("*/predictions.jsonl"))}


STUDY = Command(
    name="study",
    help="build, train and measure the arms of a study, and compare them",
    run=_run_study,
    show=_show_study,
    add_arguments=_add_study_arguments,
    takes_settings=True,
    epilog="To continue a study that was stopped, run the same command again.",
    continues=True,
)
COMPARE = Command(
    name="compare",
    help="compare runs by question: means, paired differences, 95% intervals",
    run=_run_compare,
    show=_show_study,
    add_arguments=_add_compare_arguments,
)
