"""`flanbeam plan RECIPE`: show the mixture before building it, or what a refresh would do."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pipelines.subcommands.command import (
    Command,
    Result,
    add_channel_argument,
    add_workers_argument,
    channel_of,
    recipe_of,
    runner_options,
)
from pipelines.subcommands.summary import print_losses
from tfrecords_schema.errors import ConfigurationError, ExitStatus

if TYPE_CHECKING:
    from pipelines.building.build import PlannedCorpus
    from pipelines.building.estimates import Estimate
    from pipelines.building.losses import Loss
    from pipelines.publishing.refresh_plan import PlannedNode, RefreshPlan

# The table of a mixture has many columns.
_WIDE = 200


@dataclass(frozen=True, kw_only=True)
class PlannedTask:
    """One task's records and its requested and planned examples; see `mixture.mixing.Quota`.

    Attributes:
      share: of all examples.
      repeated: examples whose record was used before.
    """

    task: str
    collection: str
    inverts: str
    available: int
    cap: int | None
    weight: float
    requested: float
    examples: int
    by_type: Mapping[str, int]
    requested_by_type: Mapping[str, float]
    validation: Mapping[str, int]
    share: float
    repeated: int


@dataclass(frozen=True, kw_only=True)
class MixturePlan:
    """The mixture of a recipe: examples for training and validation, and the share of each task."""

    examples: int
    validation: int
    errors: list[str]
    losses: list["Loss"]
    estimate: "Estimate"
    tasks: list[PlannedTask]


@dataclass(frozen=True)
class PartDifference:
    """One part of a node's fingerprint, before and now."""

    part: str
    old: Any
    new: Any


@dataclass(frozen=True, kw_only=True)
class RefreshPlanReport:
    """What a refresh would do.

    Attributes:
      channel_snapshot: the snapshot that the channel points at.
      withdrawn: whether the snapshot that a refresh would build was rolled back.
      damage: the problem of a damaged snapshot that the channel points at.
      differences: how the node that --explain names differs.
    """

    channel_snapshot: str | None
    fingerprint: str
    has_work: bool
    withdrawn: bool
    bytes_to_read: int
    nodes: list["PlannedNode"]
    errors: list[str]
    differences: list[PartDifference] = field(default_factory=list)
    damage: str | None = None
    losses: list["Loss"] = field(default_factory=list)


def report_mixture(planned: "PlannedCorpus") -> MixturePlan:
    """Return a plan of the mixture with totals and shares."""
    quotas = planned.mixture.quotas.values()
    examples = sum(quota.examples for quota in quotas)
    return MixturePlan(
        examples=examples,
        validation=sum(sum(quota.validation.values()) for quota in quotas),
        errors=planned.errors,
        losses=planned.losses,
        estimate=planned.estimate,
        tasks=[
            PlannedTask(
                **asdict(quota),
                share=quota.examples / examples if examples else 0.0,
                repeated=quota.repeated,
            )
            for quota in quotas
        ],
    )


def report_refresh_plan(plan: "RefreshPlan", explain: str | None = None) -> RefreshPlanReport:
    """Return the report of a plan, with the differences of one node if `explain` names it."""
    differences = plan.explain(explain) if explain else []
    return RefreshPlanReport(
        channel_snapshot=plan.pointer.snapshot if plan.pointer else None,
        fingerprint=plan.fingerprint,
        has_work=plan.has_work,
        withdrawn=plan.is_withdrawn,
        bytes_to_read=sum(node.bytes_to_read for node in plan.nodes),
        nodes=plan.nodes,
        errors=plan.errors,
        differences=[PartDifference(*difference) for difference in differences],
        damage=plan.damage,
        losses=plan.losses,
    )


def _add_arguments(parser: ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--out",
        "--store",
        metavar="STORE",
        help="plan the mixture with the cache in STORE, which a build then reuses",
    )
    what.add_argument("--refresh", metavar="STORE", help="show what a refresh of STORE would do")
    add_workers_argument(parser)
    add_channel_argument(parser)
    parser.add_argument(
        "--explain",
        metavar="NODE",
        help="with --refresh: show how the fingerprint of a node differs, e.g. render",
    )


def _run(arguments: Namespace) -> Result:
    if arguments.refresh is None:
        if arguments.explain:
            raise ConfigurationError("--explain requires --refresh")
        return _plan_mixture(arguments)
    from pipelines.publishing.refresh_plan import plan_refresh
    from pipelines.stores.store import Store

    store, channel = Store.at(arguments.refresh), channel_of(arguments)
    plan = plan_refresh(recipe_of(arguments), store, channel)
    status = ExitStatus.DONE if plan.has_work else ExitStatus.NOTHING_TO_DO
    return Result(report_refresh_plan(plan, arguments.explain), status)


def _plan_mixture(arguments: Namespace) -> Result:
    from pipelines.building.build import plan
    from pipelines.console.progress import stage_progress

    options, recipe = runner_options(arguments), recipe_of(arguments)
    with stage_progress():
        planned = plan(recipe, arguments.out, options)
    return Result(report_mixture(planned))


def _show(report: MixturePlan | RefreshPlanReport) -> None:
    if isinstance(report, MixturePlan):
        _show_mixture(report)
    else:
        _show_refresh_plan(report)


def _show_mixture(plan: MixturePlan) -> None:
    """Print each task's records and its requested and planned examples, with sums by collection."""
    from pipelines.console.report import console_of, plain_table, print_errors

    names = ("available", "cap", "requested", "realized", "share", "repeated", "validation")
    table = plain_table("task", *names, right=len(names))
    rows = [
        (task, [task.available, task.cap, task.requested, task.examples, task.share, task.repeated])
        for task in plan.tasks
    ]
    for collection in dict.fromkeys(task.collection for task in plan.tasks):
        of_it = [(task, numbers) for task, numbers in rows if task.collection == collection]
        totals: list[Any] = [sum(n[i] or 0 for _, n in of_it) for i in range(len(names) - 1)]
        # An inverted task shares the records of its base task: count them once. Caps do not add up.
        totals[0] = sum(numbers[0] for task, numbers in of_it if not task.inverts)  # type: ignore[misc]
        totals[1] = None
        held = [sum(task.validation.values()) for task, _ in of_it]
        table.add_row(collection, *_plan_cells(totals, sum(held)), style="bold")
        for (task, numbers), validation in zip(of_it, held, strict=True):
            table.add_row(f"  {task.task}", *_plan_cells(numbers, validation))
    console = console_of(_WIDE)
    print_errors(console, plan.errors)
    console.print(table)
    console.print(f"{plan.examples:,} examples, {plan.validation:,} for validation")
    estimate = plan.estimate
    free = (
        f", {estimate.free_bytes / 1e9:,.1f} GB are free" if estimate.free_bytes is not None else ""
    )
    console.print(
        f"a build takes about {timedelta(seconds=round(estimate.seconds))} from here, "
        f"{estimate.peak_bytes / 1e9:,.2f} GB of disk for a snapshot of "
        f"{estimate.snapshot_bytes / 1e9:,.2f} GB{free}",
        soft_wrap=True,
    )
    print_losses(estimate.losses)


def _plan_cells(numbers: list[Any], validation: int) -> list[str]:
    *counts, share, repeated = numbers
    return [*map(_number, counts), f"{share:.2%}", _number(repeated), _number(validation)]


def _number(value: float | None) -> str:
    """Format a count, a number with one decimal, or a dash for None (no limit)."""
    if value is None:
        return "-"
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


def _show_refresh_plan(report: RefreshPlanReport) -> None:
    """Print each changed node on a line, and the number of unchanged tasks."""
    from pipelines.console.report import console_of, plain_table, print_errors, warn

    console = console_of()
    print_errors(console, report.errors)
    for loss in report.losses:
        warn(loss.line)
    table = plain_table("node", "state", "why", "rows", "bytes to read", right=2)
    unchanged = 0
    for node in report.nodes:
        if node.state == "hit" and node.kind == "task":
            unchanged += 1
        else:
            table.add_row(*_node_cells(node))
    console.print(table)
    if unchanged:
        console.print(f"and {unchanged} task{'s' if unchanged > 1 else ''} unchanged (hit)")
    for row in report.differences:
        console.print(f"{row.part}:", markup=False)
        console.print(f"  - {row.old}", markup=False, soft_wrap=True)
        console.print(f"  + {row.new}", markup=False, soft_wrap=True)
    console.print(verdict(report), markup=False, soft_wrap=True)


def _node_cells(node: "PlannedNode") -> tuple[str, ...]:
    name = f"{node.kind}:{node.name}" if node.name else node.kind
    rows = "" if node.rows is None else f"{node.rows:,}"
    to_read = f"{node.bytes_to_read:,}" if node.bytes_to_read else ""
    return name, node.state, node.why, rows, to_read


def verdict(report: RefreshPlanReport) -> str:
    """Return whether there is anything to do, and why not."""
    if report.withdrawn:
        return (
            "nothing to do: this snapshot was rolled back; use `flanbeam publish` to "
            "publish it again"
        )
    if not report.has_work:
        return f"nothing to do: {report.channel_snapshot} is up to date"
    again = f"; {report.channel_snapshot} is damaged: {report.damage}" if report.damage else ""
    return f"to do: {report.bytes_to_read:,} bytes to read{again}"


PLAN = Command(
    name="plan",
    help="show the mixture before building it, or what a refresh would do",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
    takes_recipe=True,
    takes_settings=True,
    epilog="Exit status 10 means that a refresh would do nothing.",
)
