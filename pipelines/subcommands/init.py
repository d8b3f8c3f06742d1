"""`flanbeam init FILE…`: inspect data and write a commented recipe that builds."""

import os
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import Any

from pipelines.subcommands.command import Command, Result
from tfrecords_schema.errors import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class InitSource:
    """One source of the recipe: its format, and what its first rows became."""

    name: str
    path: str
    format: str
    families: list[str]
    kept: int
    rejected: dict[str, int]
    assumed: list[str]
    unknown: list[str]
    first: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class InitReport:
    """The recipe that was written; `unused` maps files without a source to the reason."""

    recipe: str
    sources: list[InitSource]
    unused: dict[str, str]


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="data files and directories")
    parser.add_argument("--name", help="name of the corpus (default: from the first path)")
    parser.add_argument(
        "--recipe",
        metavar="FILE",
        help="file to write (default: NAME.yaml in the working directory)",
    )
    parser.add_argument("--force", action="store_true", help="overwrite an existing recipe")


def _run(arguments: Namespace) -> Result:
    from pipelines.drafting.recipes import draft_recipe
    from tfrecords_schema.filesystem import write_bytes

    given = arguments.recipe
    base = os.path.dirname(os.path.abspath(given)) if given else os.getcwd()
    drafted = draft_recipe(arguments.paths, arguments.name, base)
    path = given or f"{drafted.name}.yaml"
    if os.path.exists(path) and not arguments.force:
        raise ConfigurationError(
            f"{path} exists already: name another file with --recipe, or overwrite it with --force"
        )
    write_bytes(path, drafted.text.encode())
    sources = [
        InitSource(
            name=source.name,
            path=source.path,
            format=source.keys["format"],
            families=source.families,
            kept=source.kept,
            rejected=source.rejected,
            assumed=source.guess.assumed,
            unknown=source.guess.unknown,
            first=source.shown,
        )
        for source in drafted.sources
    ]
    return Result(InitReport(recipe=path, sources=sources, unused=drafted.unused))


def _show(report: InitReport) -> None:
    from pipelines.console.report import console_of

    console = console_of()

    def line(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    for source in report.sources:
        line(f"{source.name}: {source.format} ({', '.join(source.families)}), {source.path}")
        counts = ", ".join(f"{reason} {count}" for reason, count in source.rejected.items())
        line(f"  first records: {source.kept} kept" + (f", rejected: {counts}" if counts else ""))
        for text in source.assumed:
            line(f"  assumed: {text}")
        for text in source.unknown:
            line(f"  unknown: {text}")
    for path, why in report.unused.items():
        line(f"not used: {path}: {why}")
    line(f"look at it:  flanbeam preview {report.recipe}")
    line(f"build it:    flanbeam build {report.recipe} --out corpora")
    print(report.recipe)


INIT = Command(
    name="init",
    help="draft a recipe for data files from their first rows",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
)
