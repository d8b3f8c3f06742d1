"""`flanbeam sources RECIPE`: list the files that a recipe reads, and which are missing."""

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
    complete = all(source.found for source in described)
    return Result(described, ExitStatus.DONE if complete else ExitStatus.BAD_DATA)


def _show(sources: list["SourceDescription"]) -> None:
    from pipelines.console.report import console_of

    console = console_of()
    console.print(_summary(sources), markup=False, soft_wrap=True)
    for source in sources:
        if source.found:
            role = " (held out)" if source.held_out else ""
            console.print(f"found   {source.name}{role}: {source.path}", soft_wrap=True)
            console.print("        " + "; ".join(_facts(source)), style="dim", soft_wrap=True)
            for warning in source.warnings:
                line = f"        {warning}"
                console.print(line, style="yellow", markup=False, soft_wrap=True)
    for obtained, missing in _by_how_to_get(sources).items():
        console.print(f"MISSING {len(missing)}: {obtained}", markup=False, soft_wrap=True)
        for source in missing:
            role = " (held out)" if source.held_out else ""
            console.print(f"  {source.name}{role}: {source.path}", markup=False, soft_wrap=True)
            console.print(f"        {source.problem}", markup=False, soft_wrap=True)


def _summary(sources: list["SourceDescription"]) -> str:
    """Return the number of files, their size, and the record count if the cache has it."""
    present = [source for source in sources if source.found]
    known = [source.records for source in present if source.records is not None]
    facts = [f"{len(present)} of {len(sources)} sources found"]
    facts.append(f"{sum(source.bytes for source in present):,} bytes")
    if known:
        unread = f" in {len(known)} of them" if len(known) < len(present) else ""
        facts.append(f"{sum(known):,} records{unread}")
    else:
        facts.append("records not counted yet")
    return "; ".join(facts)


def _facts(source: "SourceDescription") -> list[str]:
    facts = [f"{source.format}, {source.license}", f"{source.files} files, {source.bytes:,} bytes"]
    facts.append(f"fingerprint {(source.fingerprint or '')[:12]}")
    return facts + ([f"{source.records:,} records"] if source.records is not None else [])


def _by_how_to_get(sources: list["SourceDescription"]) -> dict[str, list["SourceDescription"]]:
    """Group the missing sources by how a user obtains their files."""
    groups: dict[str, list[SourceDescription]] = {}
    for source in sources:
        if not source.found:
            groups.setdefault(source.obtained, []).append(source)
    return groups


SOURCES = Command(
    name="sources",
    help="list the files that a recipe reads, and which are missing",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
    takes_recipe=True,
    takes_settings=True,
)
