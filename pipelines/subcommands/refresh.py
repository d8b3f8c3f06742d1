"""`flanbeam refresh RECIPE --store STORE`: plan, build, verify and publish."""

import os
from argparse import ArgumentParser, Namespace
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from pipelines.subcommands.command import (
    Command,
    Result,
    add_channel_argument,
    add_workers_argument,
    channel_of,
    recipe_of,
    runner_options,
)
from pipelines.subcommands.plan import RefreshPlanReport, report_refresh_plan, verdict
from pipelines.subcommands.publish import Offer, report_offer, show_offer
from pipelines.subcommands.summary import BuildReport, print_build, report_build
from tfrecords_schema.errors import ConfigurationError, ExitStatus, LockedError, UserError

if TYPE_CHECKING:
    from pipelines.recipe import Recipe

# Environment variable with the default of --notify.
NOTIFY = "FLANBEAM_NOTIFY"


@dataclass(frozen=True, kw_only=True)
class RefreshReport:
    """The result of a refresh.

    Attributes:
      snapshot: the new one, or the one that the channel points at if there was nothing to do.
      failed: the gates that it failed; the channel now points at `channel_snapshot`.
      sources_read, errors: as of a build.
      built: its numbers; None if there was nothing to do.
    """

    plan: RefreshPlanReport
    snapshot: str | None
    published: bool
    channel: str
    failed: list[str] = field(default_factory=list)
    channel_snapshot: str | None = None
    sources_read: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    built: BuildReport | None = None


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--store", required=True, metavar="STORE", help="directory of the store")
    add_workers_argument(parser)
    add_channel_argument(parser)
    parser.add_argument(
        "--notify",
        metavar="COMMAND|URL",
        default=os.environ.get(NOTIFY, ""),
        help="if publishing fails, run COMMAND (without a shell) with a JSON document on "
        f"its standard input, or POST it to URL (default: ${NOTIFY}, then the recipe's "
        "`notify`)",
    )
    parser.add_argument(
        "--trust-recipe", action="store_true", help="allow the recipe's `notify` to take effect"
    )


def _run(arguments: Namespace) -> Result:
    from pipelines.building import running

    try:
        running.before_the_end = lambda why: _notify(arguments, ExitStatus.FAILED, [why])
        result = _refresh(arguments)
    except LockedError:
        # Another refresh is running and reports its own result.
        raise
    except Exception as error:
        status = error.exit_status if isinstance(error, UserError) else ExitStatus.FAILED
        _notify(arguments, status, [str(error)])
        raise
    finally:
        running.before_the_end = None
    if result.status == ExitStatus.BAD_DATA:
        _notify(arguments, ExitStatus.BAD_DATA, result.document.failed)
    return result


def _notify(arguments: Namespace, status: int, reasons: list[str]) -> None:
    """Tell whom --notify names that nothing was published."""
    from pipelines.console.hiding import hidden
    from pipelines.publishing.notification import notify

    if not arguments.notify:
        return
    document = {
        "recipe": arguments.recipe,
        "store": arguments.store,
        "channel": arguments.channel,
        "exit_status": int(status),
        "reasons": [hidden(reason) for reason in reasons],
    }
    notify(arguments.notify, document, "--notify")


def _take_notify(arguments: Namespace, recipe: "Recipe") -> None:
    """Let the recipe say whom to notify, where the command line does not.

    Raises:
      ConfigurationError: it does, and nobody said that the recipe may.
    """
    if arguments.notify or not recipe.notify:
        return
    if not arguments.trust_recipe:
        raise ConfigurationError(
            f"{recipe.where('notify')}: a recipe runs a command or calls a URL only with "
            "--trust-recipe; add it, or say with --notify whom to notify"
        )
    arguments.notify = recipe.notify


def _refresh(arguments: Namespace) -> Result:
    from pipelines.console.progress import stage_progress
    from pipelines.publishing.refresh import refresh
    from pipelines.stores.store import Store

    recipe, store = recipe_of(arguments), Store.at(arguments.store)
    _take_notify(arguments, recipe)
    channel, options = channel_of(arguments), runner_options(arguments)
    with stage_progress():
        done = refresh(recipe, store, channel, options)
    plan = report_refresh_plan(done.plan)
    if done.built is None or done.published is None:
        pointer = done.plan.pointer
        current = store.snapshot(pointer.snapshot) if pointer else None
        name = pointer.snapshot if pointer else None
        report = RefreshReport(
            plan=plan, snapshot=current, published=False, channel=channel, channel_snapshot=name
        )
        return Result(report, ExitStatus.NOTHING_TO_DO)
    offer = report_offer(channel, done.published)
    report = RefreshReport(
        plan=plan,
        built=report_build(done.built),
        sources_read=done.built.sources_read,
        errors=done.built.errors,
        **asdict(offer),
    )
    return Result(report, ExitStatus.DONE if offer.published else ExitStatus.BAD_DATA)


def _show(report: RefreshReport) -> None:
    from pipelines.console.report import say

    if report.built is None or report.snapshot is None:
        say(verdict(report.plan))
        print(report.snapshot)
        return
    print_build(report.built)
    show_offer(
        Offer(
            snapshot=report.snapshot,
            published=report.published,
            channel=report.channel,
            failed=report.failed,
            channel_snapshot=report.channel_snapshot,
        )
    )


REFRESH = Command(
    name="refresh",
    help="plan, build, verify and publish a new snapshot if anything changed",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
    takes_recipe=True,
    takes_settings=True,
    takes_beam_options=True,
    epilog="Exit status 10 means that there was nothing to do. Options after -- are "
    "passed to Beam.",
    continues=True,
)
