"""Commands on a store: plan, refresh, publish, rollback, pin, unpin, gc, snapshots, history, diff.

As in pipelines/subcommands/corpus_commands.py: arguments in, (a JSON document, exit status) out.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from pipelines.console import store_report
from pipelines.console.progress import Progress
from pipelines.console.report import say
from pipelines.stores.store import Store
from pipelines.subcommands.corpus_commands import run_mixture_plan
from pipelines.subcommands.outcome import (
    DONE,
    FAILED_CHECK,
    Outcome,
    recipe_of,
    runner_options,
    summary_of,
)
from tfrecords_schema.channels import resolve
from tfrecords_schema.errors import ConfigurationError

NOTHING_TO_DO = 10
Command = Callable[[argparse.Namespace], Outcome]


def _channel(arguments: argparse.Namespace) -> str:
    name = str(arguments.channel)
    if not name.replace("-", "").replace("_", "").isalnum():
        raise ConfigurationError(f"--channel {name}: letters, digits, - and _ only")
    return name


def run_plan(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam plan RECIPE --refresh STORE [--explain NODE]`, or with --out of the mixture."""
    if arguments.refresh is None:
        if arguments.explain:
            raise ConfigurationError("--explain goes with --refresh")
        return run_mixture_plan(arguments)
    from pipelines.publishing.refresh_plan import plan_refresh

    plan = plan_refresh(recipe_of(arguments), Store.at(arguments.refresh), _channel(arguments))
    document: dict[str, Any] = plan_document(plan)
    if arguments.explain:
        document["differences"] = [
            {"part": part, "old": old, "new": new}
            for part, old, new in plan.explain(arguments.explain)
        ]
    if not arguments.json:
        store_report.print_refresh_plan(document)
    return document, DONE if plan.has_work else NOTHING_TO_DO


def plan_document(plan: Any) -> dict[str, Any]:
    """A plan as JSON has it."""
    return {
        "channel_snapshot": plan.pointer.snapshot if plan.pointer else None,
        "fingerprint": plan.fingerprint,
        "has_work": plan.has_work,
        "withdrawn": plan.is_withdrawn,
        "bytes_to_read": sum(node.bytes_to_read for node in plan.nodes),
        "nodes": [asdict(node) for node in plan.nodes],
        "errors": plan.errors,
    }


def run_refresh(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam refresh RECIPE --store STORE`."""
    from pipelines.publishing.refresh import refresh

    recipe, store, options = (
        recipe_of(arguments),
        Store.at(arguments.store),
        runner_options(arguments),
    )
    with Progress():
        done = refresh(recipe, store, _channel(arguments), options)
    document: dict[str, Any] = {"plan": plan_document(done.plan)}
    if done.built is None or done.published is None:
        pointer = done.plan.pointer
        current = store.snapshot(pointer.snapshot) if pointer else None
        if not arguments.json:
            store_report.print_nothing_to_do(document["plan"], str(current))
        return {**document, "snapshot": current, "published": False}, NOTHING_TO_DO
    document |= summary_of(done.built.path, done.built.manifest)
    document |= {"sources_read": done.built.sources_read, "errors": done.built.errors}
    return _offered(arguments, done.published, document)


def _offered(arguments: argparse.Namespace, published: Any, document: dict[str, Any]) -> Outcome:
    """What came of offering a snapshot to a channel."""
    document |= {
        "snapshot": published.path,
        "published": not published.failed,
        "channel": arguments.channel,
        "failed": published.failed,
        "channel_snapshot": published.pointer.snapshot if published.pointer else None,
    }
    if not arguments.json:
        store_report.print_offered(document)
    return document, FAILED_CHECK if published.failed else DONE


def run_publish(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam publish SNAPSHOT [--channel NAME]`."""
    from pipelines.publishing.channels import channel_lock, publish, stated_gates

    path, channel = resolve(arguments.snapshot), _channel(arguments)
    store, gates = Store.of(path), stated_gates(path)
    with channel_lock(store, channel, "publishing") as lock:
        published = publish(path, store, channel, gates, lock)
    return _offered(arguments, published, {})


def run_rollback(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam rollback STORE [--to NAME]`."""
    from pipelines.publishing.channels import channel_lock, roll_back

    store, channel = Store.existing(arguments.store), _channel(arguments)
    with channel_lock(store, channel, "a rollback") as lock:
        moved = roll_back(store, channel, arguments.to, lock)
    if not arguments.json:
        print(moved.path)
    return {"channel": channel, "snapshot": moved.path}, DONE


def run_pin(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam pin SNAPSHOT` and `flanbeam unpin SNAPSHOT`."""
    from pipelines.publishing.retention import set_pin

    path, pinned = resolve(arguments.snapshot), arguments.command == "pin"
    set_pin(path, pinned)
    if not arguments.json:
        print(path)
    return {"snapshot": path, "pinned": pinned}, DONE


def run_gc(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam gc STORE [--keep N] [--delete]`."""
    from pipelines.publishing.retention import collect_garbage

    if arguments.keep < 1:
        raise ConfigurationError(f"--keep {arguments.keep}: at least 1")
    store = Store.existing(arguments.store)
    garbage = collect_garbage(store, arguments.keep, arguments.idle_hours, arguments.delete)
    document = {"deleted": arguments.delete, "garbage": [asdict(thing) for thing in garbage]}
    if not arguments.json:
        store_report.print_garbage(document)
    return document, DONE


def run_snapshots(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam snapshots STORE`."""
    from pipelines.publishing.retention import list_snapshots

    documents = list_snapshots(Store.existing(arguments.store))
    if not arguments.json:
        store_report.print_snapshots(documents)
    return documents, DONE


def run_history(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam history STORE`."""
    store = Store.existing(arguments.store)
    documents, damaged = store.events()
    for line in damaged:
        say(f"{store.history}: line {line} is no event")
    if not arguments.json:
        store_report.print_history(documents)
    return documents, DONE


def run_diff(arguments: argparse.Namespace) -> Outcome:
    """`flanbeam diff A B`."""
    from pipelines.checks.difference import diff

    document = diff(resolve(arguments.a), resolve(arguments.b))
    if not arguments.json:
        store_report.print_diff(document)
    return document, DONE


STORE_COMMANDS: Mapping[str, Command] = {
    "plan": run_plan,
    "refresh": run_refresh,
    "publish": run_publish,
    "rollback": run_rollback,
    "pin": run_pin,
    "unpin": run_pin,
    "gc": run_gc,
    "snapshots": run_snapshots,
    "history": run_history,
    "diff": run_diff,
}
