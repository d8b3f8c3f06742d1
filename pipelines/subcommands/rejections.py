"""`flanbeam rejections SNAPSHOT|STORE`: list the rows that were left out, and why."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pipelines.subcommands.command import Command, Result

if TYPE_CHECKING:
    from transforms.types import Rejection


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", metavar="SNAPSHOT|STORE", help="a directory, or STORE@CHANNEL")
    parser.add_argument("--reason", metavar="R", help="only those left out for one reason")
    parser.add_argument(
        "--source", metavar="S", dest="only_source", help="only those of one source"
    )


def _run(arguments: Namespace) -> Result:
    from pipelines.checks.rejection_rows import rejection_rows

    rows = rejection_rows(arguments.path, arguments.reason, arguments.only_source)
    return Result(list(rows))


def _show(rows: "list[Rejection]") -> None:
    for row in rows:
        print(f"{row.source} {row.task}: {row.stage}: {row.reason}: {row.detail} ({row.id})")


REJECTIONS = Command(
    name="rejections",
    help="list the rows that a snapshot, or the sources in a store, left out, and why",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
)
