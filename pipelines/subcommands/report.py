"""`flanbeam report SNAPSHOT`: one page about a snapshot, or about what changed."""

import os
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass

from pipelines.subcommands.command import Command, Result, check_output_file


@dataclass(frozen=True)
class Page:
    """A page that was written."""

    page: str
    bytes: int


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "snapshot", metavar="SNAPSHOT", help="directory of a snapshot, or STORE@CHANNEL"
    )
    parser.add_argument("--against", metavar="OTHER", help="older snapshot to compare with")
    parser.add_argument(
        "--to",
        metavar="FILE",
        help="file to write (default: report-NAME.html in the working directory)",
    )


def _run(arguments: Namespace) -> Result:
    from pipelines.showing.report import write_page
    from tfrecords_schema.channels import resolve
    from tfrecords_schema.snapshot import open_snapshot

    if arguments.to is not None:
        check_output_file("--to", arguments.to)
    path = resolve(arguments.snapshot)
    snapshot = open_snapshot(path)
    to = arguments.to or f"report-{os.path.basename(path.rstrip('/'))}.html"
    against = resolve(arguments.against) if arguments.against else None
    return Result(Page(to, write_page(snapshot, to, against)))


def _show(page: Page) -> None:
    from pipelines.console.report import say

    say(f"{page.bytes:,} bytes; next: open it in a browser, it needs no network")
    print(page.page)


REPORT = Command(
    name="report",
    help="write an HTML page about a snapshot, or about its changes since another",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
)
