"""`flanbeam rejections SNAPSHOT|STORE`: list the rejected rows, with reasons."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pipelines.subcommands.command import Command, Result

if TYPE_CHECKING:
    from transforms.types import Rejection


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "path",
        metavar="SNAPSHOT|STORE",
        help="directory of a snapshot or a store, or STORE@CHANNEL",
    )
    parser.add_argument("--reason", metavar="R", help="show only rows rejected for this reason")
    parser.add_argument(
        "--source", metavar="S", dest="only_source", help="show only rows of this source"
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
    help="list the rejected rows of a snapshot or of a store's sources, with reasons",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
)
