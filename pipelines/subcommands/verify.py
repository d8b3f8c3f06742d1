"""`flanbeam verify SNAPSHOT [--deep]`: check a snapshot completely."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass

from pipelines.subcommands.command import Command, Result
from tfrecords_schema.errors import ExitStatus


@dataclass(frozen=True, kw_only=True)
class VerificationReport:
    """Counts and problems of a snapshot; `rendered_again` counts the examples of `--deep`."""

    snapshot: str
    passed: bool
    examples: int
    shards: int
    bytes: int
    rejections: int
    rendered_again: int
    problems: list[str]


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "snapshot", metavar="SNAPSHOT", help="directory of a snapshot, or STORE@CHANNEL"
    )
    parser.add_argument(
        "--deep",
        action="store_true",
        help="also render a sample of examples again from the records",
    )


def _run(arguments: Namespace) -> Result:
    from pipelines.checks.verify import verify
    from tfrecords_schema.channels import resolve

    path = resolve(arguments.snapshot)
    verification = verify(path)
    rendered_again = 0
    if arguments.deep:
        from pipelines.building.deep_verification import render_again
        from pipelines.building.running import RunnerOptions
        from pipelines.console.progress import stage_progress

        with stage_progress():
            rendered_again, differences = render_again(path, RunnerOptions())
        for difference in differences:
            verification.check(False, difference)
    report = VerificationReport(
        snapshot=path,
        passed=verification.passed,
        examples=verification.examples,
        shards=verification.shards,
        bytes=verification.num_bytes,
        rejections=verification.rejections,
        rendered_again=rendered_again,
        problems=verification.problems,
    )
    return Result(report, ExitStatus.DONE if report.passed else ExitStatus.BAD_DATA)


def _show(report: VerificationReport) -> None:
    from pipelines.console.report import console_of, say

    console = console_of()
    for problem in report.problems:
        console.print(problem, markup=False, soft_wrap=True)
    verdict = "verified" if report.passed else "NOT verified"
    console.print(
        f"{verdict}: {report.examples:,} examples in {report.shards} shards, "
        f"{report.bytes:,} bytes, {report.rejections:,} rejections"
    )
    if report.rendered_again:
        console.print(f"{report.rendered_again:,} examples rendered again from their records")
    if report.passed:
        say("next: flanbeam show SNAPSHOT --random, or flanbeam export, or flanbeam train")
    else:
        say("next: restore the snapshot, or delete it and build it again")


VERIFY = Command(
    name="verify",
    help="read all of a snapshot and compare it with its manifest",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
)
