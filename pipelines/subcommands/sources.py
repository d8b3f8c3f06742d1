"""`flanbeam sources RECIPE`: what a recipe reads, and whether it is there."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pipelines.subcommands.command import Command, Result, recipe_of
from tfrecords_schema.errors import ExitStatus

if TYPE_CHECKING:
    from pipelines.building.source_cache import SourceDescription


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--out", "--store", metavar="STORE", help="store whose cache supplies the record counts"
    )


def _run(arguments: Namespace) -> Result:
    from pipelines.building.source_cache import describe_sources
    from pipelines.stores.store import Store

    cache = Store.at(arguments.out).cache if arguments.out else None
    described = describe_sources(recipe_of(arguments), cache)
    found = all(source.found for source in described)
    return Result(described, ExitStatus.DONE if found else ExitStatus.BAD_DATA)


def _show(sources: list["SourceDescription"]) -> None:
    from pipelines.console.report import console_of

    console = console_of()
    for source in sources:
        role = " (held out)" if source.held_out else ""
        facts = [f"{source.format}, {source.license}"]
        if source.found:
            facts.append(f"{source.files} files, {source.bytes:,} bytes")
            facts.append(f"fingerprint {(source.fingerprint or '')[:12]}")
        if source.records is not None:
            facts.append(f"{source.records:,} records")
        mark = "found  " if source.found else "MISSING"
        console.print(f"{mark} {source.name}{role}: {source.path}", soft_wrap=True)
        console.print("        " + "; ".join(facts), style="dim", soft_wrap=True)
        for warning in source.warnings:
            console.print(f"        {warning}", markup=False, soft_wrap=True)
        if source.problem:
            console.print(f"        {source.problem}", markup=False, soft_wrap=True)


SOURCES = Command(
    name="sources",
    help="list what a recipe reads, and whether it is there",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
    takes_recipe=True,
    takes_settings=True,
)
