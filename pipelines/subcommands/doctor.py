"""`flanbeam doctor`: what flanbeam runs on here, and what of it is wrong."""

from argparse import Namespace
from typing import TYPE_CHECKING

from pipelines.subcommands.command import Command, Result
from tfrecords_schema.errors import ExitStatus

if TYPE_CHECKING:
    from pipelines.checks.environment import Finding


def _run(_: Namespace) -> Result:
    from pipelines.checks.environment import findings

    reported = findings()
    is_bad = any(finding.state == "bad" for finding in reported)
    return Result(reported, ExitStatus.BAD_DATA if is_bad else ExitStatus.DONE)


def _show(listed: "list[Finding]") -> None:
    from pipelines.console.report import console_of, plain_table

    console = console_of()
    table = plain_table("about", "what", "found", "", right=0)
    for finding in listed:
        mark = "" if finding.state == "good" else finding.state
        table.add_row(finding.about, finding.name, finding.value, mark)
    console.print(table)
    for finding in listed:
        if finding.advice:
            console.print(f"{finding.name}: {finding.advice}", markup=False, soft_wrap=True)


DOCTOR = Command(
    name="doctor",
    help="show versions, devices, disk, data and caches, and any problems",
    run=_run,
    show=_show,
    epilog="Exit status 3 means that a problem prevents flanbeam from working.",
)
