"""`flanbeam pin`, `unpin` and `gc`: choose what a store keeps and what is deleted."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.subcommands.command import Command, Result
from tfrecords_schema.errors import ConfigurationError

if TYPE_CHECKING:
    from pipelines.publishing.retention import Garbage


@dataclass(frozen=True)
class PinReport:
    """A snapshot, and whether it is pinned now."""

    snapshot: str
    pinned: bool


@dataclass(frozen=True)
class GarbageReport:
    """Garbage in a store, and whether it was deleted."""

    deleted: bool
    garbage: list["Garbage"]


def _add_pin_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "snapshot", metavar="SNAPSHOT", help="directory of a snapshot, or STORE@CHANNEL"
    )


def _run_pin(arguments: Namespace) -> Result:
    from pipelines.publishing.retention import set_pin
    from tfrecords_schema.channels import resolve

    path, pinned = resolve(arguments.snapshot), arguments.command == "pin"
    set_pin(path, pinned)
    return Result(PinReport(path, pinned))


def _show_pin(report: PinReport) -> None:
    print(report.snapshot)


def _add_gc_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("store", metavar="STORE", help="directory of the store")
    parser.add_argument(
        "--keep",
        type=int,
        default=5,
        metavar="N",
        help="number of newest snapshots to keep (default: 5)",
    )
    parser.add_argument(
        "--idle-hours",
        type=float,
        default=24,
        metavar="H",
        help="collect only cache entries and builds that have been idle for H hours (default: 24)",
    )
    parser.add_argument(
        "--delete", action="store_true", help="delete the garbage instead of only listing it"
    )


def _run_gc(arguments: Namespace) -> Result:
    from pipelines.publishing.retention import collect_garbage
    from pipelines.stores.store import Store

    if arguments.keep < 1:
        raise ConfigurationError(f"--keep {arguments.keep}: must be at least 1")
    store = Store.existing(arguments.store)
    garbage = collect_garbage(store, arguments.keep, arguments.idle_hours, arguments.delete)
    return Result(GarbageReport(arguments.delete, garbage))


def _show_gc(report: GarbageReport) -> None:
    from pipelines.console.report import console_of

    console = console_of()
    verb = "deleted" if report.deleted else "would delete"
    for thing in report.garbage:
        console.print(f"{verb} {thing.path}: {thing.why}", markup=False, soft_wrap=True)
    if not report.garbage:
        console.print("nothing to delete")
    elif not report.deleted:
        console.print("run again with --delete to delete them")


PIN = Command(
    name="pin",
    help="protect a snapshot from gc",
    run=_run_pin,
    show=_show_pin,
    add_arguments=_add_pin_arguments,
)
UNPIN = Command(
    name="unpin",
    help="remove a snapshot's protection from gc",
    run=_run_pin,
    show=_show_pin,
    add_arguments=_add_pin_arguments,
)
GC = Command(
    name="gc",
    help="list or delete snapshots, cache entries and builds that are no longer needed",
    run=_run_gc,
    show=_show_gc,
    add_arguments=_add_gc_arguments,
)
