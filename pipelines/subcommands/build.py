"""`flanbeam build RECIPE --store STORE`: build a snapshot."""

from argparse import ArgumentParser, Namespace

from pipelines.subcommands.command import (
    Command,
    Result,
    add_workers_argument,
    recipe_of,
    runner_options,
)
from pipelines.subcommands.summary import BuildReport, print_build, report_build


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--out", "--store", required=True, metavar="STORE", help="directory of the store"
    )
    add_workers_argument(parser)


def _run(arguments: Namespace) -> Result:
    from pipelines.building.build import build
    from pipelines.console.progress import stage_progress

    options, recipe = runner_options(arguments), recipe_of(arguments)
    with stage_progress():
        built = build(recipe, arguments.out, options)
    return Result(report_build(built))


def _show(report: BuildReport) -> None:
    from pipelines.console.report import say

    print_build(report)
    print(report.snapshot)
    say(f"next: flanbeam verify {report.snapshot}")


BUILD = Command(
    name="build",
    help="build a snapshot and print its path on the last line",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
    takes_recipe=True,
    takes_settings=True,
    takes_beam_options=True,
    epilog="Options after -- are passed to Beam, e.g. -- --runner=FlinkRunner.",
    continues=True,
)
