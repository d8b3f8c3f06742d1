"""`flanbeam show` and `stats`: finished examples of a snapshot, and their numbers."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pipelines.subcommands.command import Command, Result, check_split
from tfrecords_schema.errors import ConfigurationError
from transforms.texts.printable import printable
from transforms.types import TEMPLATE_TYPES

if TYPE_CHECKING:
    from pipelines.showing.examples import ShownExample
    from pipelines.showing.statistics import Counts, Statistics

_FILTERS = ("task", "collection", "type", "template")


def _add_show_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "snapshot", metavar="SNAPSHOT", help="directory of a snapshot, or STORE@CHANNEL"
    )
    parser.add_argument("--split", metavar="NAME", help="show only this split")
    parser.add_argument("--task", help="show only this task")
    parser.add_argument("--collection", help="show only this collection")
    parser.add_argument("--type", choices=TEMPLATE_TYPES, help="show only this template type")
    parser.add_argument(
        "--template",
        metavar="ID",
        help="show only this template, e.g. nli:3f2a90bc, or this family, e.g. nli:",
    )
    parser.add_argument(
        "--contains", default="", metavar="TEXT", help="show only examples that contain this text"
    )
    parser.add_argument(
        "--longer-than",
        type=int,
        default=0,
        metavar="TOKENS",
        help="show only examples longer than this",
    )
    parser.add_argument(
        "--random",
        type=int,
        nargs="?",
        const=0,
        metavar="SEED",
        help="draw the examples with this seed (default: 0) instead of showing the first ones",
    )
    parser.add_argument("-n", type=int, default=3, help="number of examples (default: 3)")


def _run_show(arguments: Namespace) -> Result:
    from pipelines.showing.examples import shown_examples
    from pipelines.showing.row_filter import KEYS, RowFilter
    from tfrecords_schema.channels import resolve
    from tfrecords_schema.snapshot import open_snapshot

    if arguments.n < 1:
        raise ConfigurationError(f"-n {arguments.n}: at least 1")
    stated = {name: getattr(arguments, name) for name in _FILTERS}
    wanted = RowFilter(
        equal=tuple((KEYS[name], frozenset((value,))) for name, value in stated.items() if value),
        contains=arguments.contains,
        longer_than=arguments.longer_than,
    )
    snapshot = open_snapshot(resolve(arguments.snapshot))
    check_split(snapshot, arguments.split)
    return Result(shown_examples(snapshot, wanted, arguments.split, arguments.n, arguments.random))


def _show_examples(examples: "list[ShownExample]") -> None:
    from rich.text import Text

    from pipelines.console.report import console_of, framed, print_spans, say

    for example in examples:
        facts = example.facts
        notes = [
            str(facts["template_id"]),
            f"{facts['num_shots']} shots" if facts["num_shots"] else "",
            f"{example.input_tokens} + {example.target_tokens} tokens",
            str(facts["license"]),
        ]
        title = f"{facts['_task_name']} · {facts['_template_type']} · {example.id}"
        subtitle = " · ".join(note for note in notes if note)
        print_spans(title, example.inputs, example.targets, example.parts, subtitle)
        if example.raw is None:
            continue
        body = Text()
        for name, value in example.raw.fields.items():
            shown = value if isinstance(value, str) else "\n".join(value)
            body.append(f"{name}: ", style="bold").append(printable(f"{shown}\n"))
        place = " · ".join(filter(None, (example.raw.source, example.raw.place)))
        console_of().print(framed(body, f"raw record · {place}", str(facts["record_id"])))
    if any(example.raw is None for example in examples):
        say("note: the snapshot is of an earlier version and its store is gone: no raw records")
    if examples:
        say(f"next: flanbeam explain SNAPSHOT {examples[0].facts['record_id'][:8]}")  # type: ignore[index]
    else:
        say("no example fits: take out a filter")


def _add_stats_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "snapshot", metavar="SNAPSHOT", help="directory of a snapshot, or STORE@CHANNEL"
    )
    parser.add_argument(
        "--split", default="train", metavar="NAME", help="split to count (default: train)"
    )


def _run_stats(arguments: Namespace) -> Result:
    from pipelines.showing.statistics import statistics
    from tfrecords_schema.channels import resolve
    from tfrecords_schema.snapshot import open_snapshot

    snapshot = open_snapshot(resolve(arguments.snapshot))
    check_split(snapshot, arguments.split)
    return Result(statistics(snapshot, arguments.split))


def _show_statistics(statistics: "Statistics") -> None:
    from pipelines.console.report import console_of, plain_table, say

    console = console_of()
    lengths = ("input 50%", "90%", "99%", "max", "target 50%", "90%", "99%", "max")
    for word, rows in (("collection", statistics.collections), ("task", statistics.tasks)):
        table = plain_table(word, "rows", "tokens", *lengths, "unknown", right=11)
        for counts in [*rows, *([statistics.total] if word == "task" else [])]:
            table.add_row(*_cells(counts))
        console.print(table)
        console.print()
    console.print(f"limits: {statistics.limits[0]:,} + {statistics.limits[1]:,} tokens")
    for name, count in sorted(statistics.truncated.items()):
        console.print(f"{name.replace('_', ' ')}: {count:,}")
    say("next: flanbeam show SNAPSHOT --task TASK --random")


def _cells(counts: "Counts") -> list[str]:
    numbers = [counts.rows, counts.input_tokens + counts.target_tokens]
    numbers += [*counts.input_lengths, *counts.target_lengths, counts.unknown_tokens]
    return [counts.name, *(f"{number:,}" for number in numbers)]


SHOW = Command(
    name="show",
    help="show finished examples of a snapshot with their raw records",
    run=_run_show,
    show=_show_examples,
    add_arguments=_add_show_arguments,
)
STATS = Command(
    name="stats",
    help="count rows, tokens and lengths of a snapshot by collection and task",
    run=_run_stats,
    show=_show_statistics,
    add_arguments=_add_stats_arguments,
)
