"""`flanbeam forget STORE`: leave rows out of all later builds, and say what holds them still."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pipelines.subcommands.command import Command, Result
from tfrecords_schema.errors import ConfigurationError

if TYPE_CHECKING:
    from pipelines.publishing.forgetting import Request


# Ids that a warning names.
_MOST_NAMED = 20


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("store", metavar="STORE", help="directory of the store")
    parser.add_argument("--source", required=True, metavar="NAME", help="source of the rows")
    parser.add_argument(
        "--id",
        action="append",
        default=[],
        metavar="ID",
        help="id that a row states, FILE:LINE, or id of a record (repeatable)",
    )
    parser.add_argument("--ids", metavar="FILE", help="file with one such id a line")
    parser.add_argument(
        "--export",
        action="append",
        default=[],
        metavar="PATH",
        help="exported file, or directory of such, here or in an object store (repeatable)",
    )
    parser.add_argument(
        "--run",
        action="append",
        default=[],
        metavar="DIR",
        help="training run, or directory of runs, here or in an object store (repeatable)",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what holds the rows")


def _run(arguments: Namespace) -> Result:
    from pipelines.publishing.forgetting import forget_rows
    from pipelines.stores.store import Store

    names = [*arguments.id, *(_lines(arguments.ids) if arguments.ids else [])]
    if not names:
        raise ConfigurationError("no row is named; give --id or --ids")
    request = forget_rows(
        Store.existing(arguments.store),
        arguments.source,
        list(dict.fromkeys(names)),
        arguments.export,
        arguments.run,
        is_dry_run=arguments.dry_run,
    )
    if request.unmatched:
        _warn_of_unmatched(request)
    if request.moving and request.is_listed:
        _warn_of_moving(request)
    return Result(request)


def _warn_of_moving(request: "Request") -> None:
    """Say which rejected rows are listed only as they are now."""
    from pipelines.console.report import warn

    warn(
        f"warning: {', '.join(request.moving)}: rejected, and without an id of their own; they are "
        "listed by file, line and reason. If the file changes, or another recipe makes records of "
        "them, forget them again, or delete them from the file"
    )


def _warn_of_unmatched(request: "Request") -> None:
    """Say which ids are of no known record: mistyped, or of rows that the store never read."""
    from pipelines.console.report import warn

    named = ", ".join(request.unmatched[:_MOST_NAMED])
    if (more := len(request.unmatched) - _MOST_NAMED) > 0:
        named += f" and {more:,} more"
    what_now = (
        "they are listed for rows that arrive later" if request.is_listed else "nothing was listed"
    )
    warn(
        f"warning: no record in the store's cache has these ids of {request.source}: {named}; "
        f"{what_now}. Check the ids, and --source"
    )


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as stream:
            return [line.strip() for line in stream if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"--ids {path}: cannot be read: {error}") from error


def _show(request: "Request") -> None:
    known = f"{len(request.records):,} records in the store"
    if request.rejected:
        known += f", {len(request.rejected):,} rejected rows"
    if request.is_listed:
        print(f"{request.source}: {len(request.names):,} ids, {known}; later builds leave them out")
    else:
        print(f"{request.source}: {len(request.names):,} ids, {known}; nothing was listed")
    for place in request.places:
        print(f"  {place}")
    for holder in request.holders:
        counts = f", {holder.examples:,} examples" if holder.examples else ""
        counts += f", {holder.mentions:,} that quote one" if holder.mentions else ""
        counts += f", {holder.rejected:,} rejected rows" if holder.rejected else ""
        print(f"{holder.what} {holder.path}{counts}: {holder.advice}")
    if not request.holders:
        print("nothing that was looked through holds them")


FORGET = Command(
    name="forget",
    help="leave rows out of all later builds, and list what still holds them",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
)
