"""`flanbeam snapshots`, `history` and `diff`: the contents of a store, and what has changed."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipelines.subcommands.command import Command, Result
from transforms.texts.printable import printable

if TYPE_CHECKING:
    from pipelines.checks.difference import Difference
    from pipelines.publishing.retention import ListedSnapshot

# Number of differences of each kind to print.
_SHOWN = 20


def _add_store_argument(parser: ArgumentParser) -> None:
    parser.add_argument("store", metavar="STORE", help="directory of the store")


def _run_snapshots(arguments: Namespace) -> Result:
    from pipelines.publishing.retention import list_snapshots
    from pipelines.stores.store import Store

    return Result(list_snapshots(Store.existing(arguments.store)))


def _show_snapshots(rows: "list[ListedSnapshot]") -> None:
    """Print each snapshot's name and size, and what protects it from gc."""
    from pipelines.console.report import console_of, plain_table

    table = plain_table("snapshot", "recipe", "kept by", "examples", "bytes", right=2)
    for row in rows:
        kept = [*row.channels, *(["pin"] if row.pinned else [])]
        size = (f"{row.examples:,}", f"{row.bytes:,}")
        table.add_row(row.name, row.recipe, ", ".join(kept), *size)
    console = console_of()
    console.print(table)
    for row in rows:
        for channel, published in row.published.items():
            word = "damaged" if row.damage else "good"
            console.print(f"{channel}: its last {word} snapshot was published {age(published)} ago")
        if row.damage:
            console.print(f"{row.name} is damaged: {row.damage}", markup=False, soft_wrap=True)


def age(published: str) -> str:
    """Return the age of a time in UTC, in its two largest units: "2 days 3 hours"."""
    minutes = max(0, int((datetime.now(UTC) - datetime.fromisoformat(published)).total_seconds()))
    minutes //= 60
    counts = {"day": minutes // 1440, "hour": minutes // 60 % 24, "minute": minutes % 60}
    words = [f"{count} {unit}{'s' * (count > 1)}" for unit, count in counts.items() if count]
    return " ".join(words[:2]) or "less than a minute"


def _run_history(arguments: Namespace) -> Result:
    from pipelines.console.report import warn
    from pipelines.stores.store import Store

    store = Store.existing(arguments.store)
    events, corrupt = store.events()
    for line in corrupt:
        warn(f"{store.history}: line {line} is not an event")
    return Result(events)


def _show_history(events: list[dict[str, Any]]) -> None:
    for event in events:
        facts = (f"{key}={value}" for key, value in event.items() if key in ("channel", "snapshot"))
        notes = event.get("failed", []) or event.get("paths", [])
        line = (event["time"], event["event"], *facts, f"by={event['by']}", *notes)
        print(printable(" ".join(map(str, line))))


def _add_diff_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("a", metavar="A", help="old snapshot: a directory, or STORE@CHANNEL")
    parser.add_argument("b", metavar="B", help="new snapshot: a directory, or STORE@CHANNEL")


def _run_diff(arguments: Namespace) -> Result:
    from pipelines.checks.difference import diff
    from tfrecords_schema.channels import resolve

    return Result(diff(resolve(arguments.a), resolve(arguments.b)))


def _show_diff(difference: "Difference") -> None:
    """Print the totals, then the first few differences of each kind."""
    from pipelines.console.report import console_of, plain_table

    console = console_of()
    counts = difference.examples
    console.print(", ".join(f"{kind} {counts[kind]:,}" for kind in counts))
    table = plain_table("task", "added", "removed", "changed", "same", right=4)
    for task, by_kind in difference.tasks.items():
        if by_kind["same"] < sum(by_kind.values()):
            table.add_row(task, *(f"{by_kind[kind]:,}" for kind in counts))
    if table.row_count:
        console.print(table)
    for name in ("shares", "tokens", "templates", "licenses", "rejected"):
        _print_changes(name, getattr(difference, name))
    for name, source in difference.sources.items():
        kinds = {
            "added": source.files_added,
            "removed": source.files_removed,
            "changed": source.files_changed,
        }
        files = ", ".join(f"{len(paths)} files {kind}" for kind, paths in kinds.items())
        before, after = source.records
        line = f"source {name}: {before:,} → {after:,} records; {files}"
        console.print(line, markup=False, soft_wrap=True)


def _print_changes(name: str, changes: Mapping[str, tuple[Any, Any]]) -> None:
    from pipelines.console.report import console_of

    console = console_of()
    for key, (old, new) in list(changes.items())[:_SHOWN]:
        console.print(f"{name} {key}: {old:,} → {new:,}", markup=False, soft_wrap=True)
    if len(changes) > _SHOWN:
        console.print(f"{name}: {len(changes) - _SHOWN} more")


SNAPSHOTS = Command(
    name="snapshots",
    help="list the snapshots of a store",
    run=_run_snapshots,
    show=_show_snapshots,
    add_arguments=_add_store_argument,
)
HISTORY = Command(
    name="history",
    help="list what was published, refused and rolled back, when and by whom",
    run=_run_history,
    show=_show_history,
    add_arguments=_add_store_argument,
)
DIFF = Command(
    name="diff",
    help="show how one snapshot differs from another",
    run=_run_diff,
    show=_show_diff,
    add_arguments=_add_diff_arguments,
)
