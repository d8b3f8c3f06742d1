"""`flanbeam publish SNAPSHOT` and `flanbeam rollback STORE`: move a channel."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.subcommands.command import Command, Result, add_channel_argument, channel_of
from tfrecords_schema.errors import ExitStatus

if TYPE_CHECKING:
    from pipelines.publishing.channels import Published


@dataclass(frozen=True, kw_only=True)
class Offer:
    """The result of an attempt to publish a snapshot in a channel.

    Attributes:
      failed: the gates that the snapshot failed.
      channel_snapshot: the snapshot that the channel points at now.
    """

    snapshot: str
    published: bool
    channel: str
    failed: list[str]
    channel_snapshot: str | None


@dataclass(frozen=True)
class ChannelMove:
    """A channel, and the snapshot that it points at now."""

    channel: str
    snapshot: str


def report_offer(channel: str, published: "Published") -> Offer:
    """Report the result of an attempt to publish a snapshot in `channel`."""
    return Offer(
        snapshot=published.path,
        published=not published.failed,
        channel=channel,
        failed=published.failed,
        channel_snapshot=published.pointer.snapshot if published.pointer else None,
    )


def show_offer(offer: Offer) -> None:
    """Print the failed gates, then the path of the snapshot."""
    from pipelines.console.report import say, warn

    for line in offer.failed:
        warn(f"gate failed: {line}")
    channel, current = offer.channel, offer.channel_snapshot
    if offer.failed:
        stays = f"{channel} still points at {current}" if current else f"{channel} is still empty"
        warn(f"not published: {stays}; the snapshot is kept for inspection")
    else:
        say(f"published: {channel} points at {current}")
    print(offer.snapshot)


def _add_publish_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "snapshot", metavar="SNAPSHOT", help="directory of a snapshot, or STORE@CHANNEL"
    )
    add_channel_argument(parser)


def _run_publish(arguments: Namespace) -> Result:
    from pipelines.publishing.channels import channel_lock, publish, stated_gates
    from pipelines.stores.store import Store
    from tfrecords_schema.channels import resolve

    path, channel = resolve(arguments.snapshot), channel_of(arguments)
    store, gates = Store.of(path), stated_gates(path)
    with channel_lock(store, channel, "publishing") as lock:
        offer = report_offer(channel, publish(path, store, channel, gates, lock))
    return Result(offer, ExitStatus.DONE if offer.published else ExitStatus.BAD_DATA)


def _add_rollback_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("store", metavar="STORE", help="directory of the store")
    parser.add_argument(
        "--to", metavar="NAME", help="snapshot to roll back to (default: the previous one)"
    )
    add_channel_argument(parser)


def _run_rollback(arguments: Namespace) -> Result:
    from pipelines.publishing.channels import channel_lock, roll_back
    from pipelines.stores.store import Store

    store, channel = Store.existing(arguments.store), channel_of(arguments)
    with channel_lock(store, channel, "a rollback") as lock:
        moved = roll_back(store, channel, arguments.to, lock)
    return Result(ChannelMove(channel, moved.path))


def _show_move(move: ChannelMove) -> None:
    print(move.snapshot)


PUBLISH = Command(
    name="publish",
    help="verify a snapshot and, if it passes its recipe's gates, point a channel at it",
    run=_run_publish,
    show=show_offer,
    add_arguments=_add_publish_arguments,
)
ROLLBACK = Command(
    name="rollback",
    help="point a channel at its previous snapshot",
    run=_run_rollback,
    show=_show_move,
    add_arguments=_add_rollback_arguments,
)
