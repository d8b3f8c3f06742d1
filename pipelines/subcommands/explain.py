"""`flanbeam explain SNAPSHOT ID`: show what happened to a record, and why."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pipelines.subcommands.command import Command, Result
from transforms.texts.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.checks.explain import Explanation
    from pipelines.checks.record_texts import RecordText


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "snapshot", metavar="SNAPSHOT", help="directory of a snapshot, or STORE@CHANNEL"
    )
    parser.add_argument(
        "id",
        metavar="NAME",
        help="id of a record or an example, or its first digits; the id that the source states; or "
        "FILE:LINE of a raw file",
    )


def _run(arguments: Namespace) -> Result:
    from pipelines.checks.explain import explain
    from tfrecords_schema.channels import resolve

    return Result(explain(resolve(arguments.snapshot), arguments.id))


def _show(explanation: "Explanation") -> None:
    from pipelines.console.report import console_of, say

    console = console_of()
    for line in _lines(explanation):
        console.print(line, markup=False, soft_wrap=True)
    identity, texts = explanation.record_id, explanation.texts
    for shown in [identity, *sorted(texts.keys() - {identity})]:
        if shown in texts:
            _print_text(console, shown, texts[shown])
    if identity not in texts:
        say(
            "note: neither the snapshot nor its store has the fields of this record; a snapshot "
            "keeps those that its examples show, the store those of its last builds"
        )
    if explanation.examples:
        task = explanation.examples[0]["_task_name"]
        say(f"next: flanbeam show SNAPSHOT --task {task} shows other examples of its task")
    else:
        say("next: flanbeam rejections SNAPSHOT lists what else was left out")


def _lines(explanation: "Explanation") -> list[str]:
    """Return the outcome, and the rules that led to it."""
    lines = [f"record {explanation.record_id}: {explanation.outcome.replace('_', ' ')}"]
    for row in explanation.removals:
        score = f", score {row.score:.3f}" if row.score is not None else ""
        lines.append(f"left out by {row.stage}: {row.reason}{score}; {row.detail}")
    for match in explanation.held_out:
        item = match.item
        lines.append(f"held-out item {item.id} of {item.set}: {match.score:.3f}, “{match.span}”")
    lines += [f"kept in place of {r.id} ({r.source}): {r.reason}" for r in explanation.replaced]
    for example in explanation.examples:
        kind, template = example["_template_type"], example["template_id"]
        lines.append(f"example {example['id']}: {example['split']}, {kind}, {template}")
    return lines


def _print_text(console: "Console", identity: str, text: "RecordText") -> None:
    from rich.text import Text

    from pipelines.console.report import framed

    body = Text()
    for name, value in text.fields.items():
        shown = value if isinstance(value, str) else "\n".join(value)
        body.append(f"{name}: ", style="bold").append(printable(f"{shown}\n"))
    origin = (text.source, text.place, text.own_id and f"own id {text.own_id}")
    title = " · ".join(filter(None, (identity, *origin, text.task)))
    console.print(framed(body, title))


EXPLAIN = Command(
    name="explain",
    help="show what happened to a record, and why",
    run=_run,
    show=_show,
    add_arguments=_add_arguments,
)
