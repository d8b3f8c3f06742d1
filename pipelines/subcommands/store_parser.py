"""Parsers of the commands on a store; store_commands.py has their bodies."""

import argparse
from typing import Any


def add_store_commands(commands: Any, shared: Any) -> None:
    """The parsers of these commands."""
    _add_publishing(commands, shared)
    _add_keeping(commands, shared)
    _add_looking(commands, shared)


def _add_publishing(commands: Any, shared: Any) -> None:
    """Move a channel."""
    refreshed = commands.add_parser(
        "refresh",
        parents=[shared.recipe, shared.settings, shared.common],
        help="plan, build, verify, publish; exit status 10: nothing to do",
        epilog="Options after -- go to Beam.",
    )
    refreshed.add_argument(
        "--store", required=True, metavar="STORE", help="where snapshots are kept"
    )
    refreshed.add_argument("--workers", type=int, default=1, help="local worker processes")
    _add_channel(refreshed)

    published = commands.add_parser(
        "publish",
        parents=[shared.common],
        help="verify a snapshot and point a channel at it, if it passes its recipe's gates",
    )
    published.add_argument("snapshot", metavar="SNAPSHOT")
    _add_channel(published)

    back = commands.add_parser(
        "rollback", parents=[shared.common], help="point a channel at the snapshot before"
    )
    back.add_argument("store", metavar="STORE")
    back.add_argument("--to", metavar="NAME", help="at this snapshot")
    _add_channel(back)


def _add_keeping(commands: Any, shared: Any) -> None:
    """Say what stays, and delete what need not."""
    for name, note in (("pin", "keep a snapshot from gc"), ("unpin", "let gc have it again")):
        pin = commands.add_parser(name, parents=[shared.common], help=note)
        pin.add_argument("snapshot", metavar="SNAPSHOT")

    garbage = commands.add_parser(
        "gc", parents=[shared.common], help="list what nothing needs, or delete it"
    )
    garbage.add_argument("store", metavar="STORE")
    garbage.add_argument(
        "--keep", type=int, default=5, metavar="N", help="newest snapshots that stay"
    )
    garbage.add_argument(
        "--idle-hours",
        type=float,
        default=24,
        metavar="H",
        help="how long nothing may have changed in unfinished work and unused sources that go",
    )
    garbage.add_argument("--delete", action="store_true", help="delete; otherwise list only")


def _add_looking(commands: Any, shared: Any) -> None:
    """See what there is, what was done, and what has changed."""
    for name, note in (
        ("snapshots", "list a store's snapshots"),
        ("history", "what was published, refused and rolled back, by whom"),
    ):
        listed = commands.add_parser(name, parents=[shared.common], help=note)
        listed.add_argument("store", metavar="STORE")

    difference = commands.add_parser(
        "diff", parents=[shared.common], help="how one snapshot differs from another"
    )
    difference.add_argument("a", metavar="A", help="the old one: a path or STORE@CHANNEL")
    difference.add_argument("b", metavar="B", help="the new one")


def add_plan_options(plan: argparse.ArgumentParser) -> None:
    """The mixture is planned with --out, a refresh with --refresh."""
    what = plan.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", "--store", metavar="STORE", help="where a build would go on")
    what.add_argument(
        "--refresh", metavar="STORE", help="what is new against the snapshot of its channel"
    )
    plan.add_argument("--workers", type=int, default=1, help="local worker processes")
    _add_channel(plan)
    plan.add_argument(
        "--explain", metavar="NODE", help="with --refresh: how it differs, e.g. render"
    )


def _add_channel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--channel", default="latest", metavar="NAME", help="default: latest")
