"""What commands print for people: tables and examples on standard output, plain where piped."""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

_PLAIN_WIDTH, _WIDE = 100, 200
_COLOURS = {"instruction": "cyan", "exemplar": "dim", "query": "", "options": "yellow"}


def console_of(plain_width: int = _PLAIN_WIDTH) -> Console:
    """A terminal's own width; a fixed one for files and pipes."""
    width = None if sys.stdout.isatty() else plain_width
    return Console(width=width, highlight=False, soft_wrap=False)


def _counts_table(document: dict[str, Any]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_row("records read", f"{document['records_read']:,}")
    table.add_row("records kept", f"{document['records_kept']:,}")
    for reason, count in sorted(document["rejected"].items()):
        table.add_row(f"  {reason.replace('_', ' ')}", f"{count:,}")
    table.add_row("examples written", f"{document['examples']:,}")
    table.add_row("shards", f"{document['shards']:,}")
    table.add_row("input tokens", f"{document['input_tokens']:,}")
    table.add_row("target tokens", f"{document['target_tokens']:,}")
    for name, count in sorted(document["fitting"].items()):
        table.add_row(f"  {name.replace('_', ' ')}", f"{count:,}")
    return table


def _mixture_table(mixture: list[dict[str, Any]]) -> Table:
    """Requested against realised by collection, each with its number of tasks."""
    requested: Counter[str] = Counter()
    realised: Counter[str] = Counter()
    tasks: dict[str, set[str]] = {}
    for entry in mixture:
        if entry["split"] != "train":
            continue
        name = entry["collection"]
        requested[name] += entry["requested"]
        realised[name] += entry["realised"]
        tasks.setdefault(name, set()).add(entry["task"])
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("collection")
    for header in ("tasks", "requested", "realised", "share"):
        table.add_column(header, justify="right")
    total = sum(realised.values()) or 1
    for name in sorted(requested):
        table.add_row(
            name,
            str(len(tasks[name])),
            f"{requested[name]:,.1f}",
            f"{realised[name]:,}",
            f"{realised[name] / total:.1%}",
        )
    return table


def print_build(document: dict[str, Any]) -> None:
    """Counts and mixture of a snapshot just built."""
    console = console_of()
    for error in document["errors"]:
        console.print(f"left out: {error}", markup=False, soft_wrap=True)
    console.print(_counts_table(document))
    console.print()
    console.print(_mixture_table(document["mixture"]))
    console.print()


def _number(value: float | None) -> str:
    """With a decimal where it is no count; a dash for what is not limited."""
    if value is None:
        return "-"
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


def print_plan(document: dict[str, Any]) -> None:
    """What each task has, is asked for and will give; sums by collection."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("task", no_wrap=True)
    names = ("available", "cap", "requested", "examples", "share", "repeated", "validation")
    for name in names:
        table.add_column("realised" if name == "examples" else name, justify="right")
    rows = [{**task, "validation": sum(task["validation"].values())} for task in document["tasks"]]
    for collection in dict.fromkeys(row["collection"] for row in rows):
        of_it = [row for row in rows if row["collection"] == collection]
        totals = {name: sum(row[name] or 0 for row in of_it) for name in names} | {"cap": None}
        # A task turned round has the records of the other: they count once.
        totals["available"] = sum(row["available"] for row in of_it if not row["inverts"])
        for title, row, style in [
            (collection, totals, "bold"),
            *((f"  {row['task']}", row, "") for row in of_it),
        ]:
            shown = [f"{row[n]:.2%}" if n == "share" else _number(row[n]) for n in names]
            table.add_row(title, *shown, style=style)
    console = console_of(_WIDE)
    for error in document["errors"]:
        console.print(f"left out: {error}", markup=False, soft_wrap=True)
    console.print(table)
    console.print(f"{document['examples']:,} examples, {document['validation']:,} for validation")


def print_verification(document: dict[str, Any]) -> None:
    """What `verify` read, and what it found."""
    console = console_of()
    for problem in document["problems"]:
        console.print(problem, markup=False, soft_wrap=True)
    verdict = "verified" if document["passed"] else "NOT verified"
    console.print(
        f"{verdict}: {document['examples']:,} examples in {document['shards']} shards, "
        f"{document['bytes']:,} bytes, {document['rejections']:,} rejections"
    )
    if document.get("rendered_again"):
        console.print(f"{document['rendered_again']:,} examples rendered again from their records")


def _coloured(inputs: str, parts: Iterable[tuple[str, str]]) -> Text:
    """The prompt with its parts in the colours of their roles."""
    text, position = Text(inputs), 0
    for role, part in parts:
        start = inputs.find(part, position)
        if start >= 0:
            position = start + len(part)
            text.stylize(_COLOURS[role], start, position)
    return text


def _print_text(console: Console, title: str, text: dict[str, Any] | None) -> None:
    if text is None:
        return
    body = Text()
    for name, value in text["fields"].items():
        shown = value if isinstance(value, str) else "\n".join(value)
        body.append(f"{name}: ", style="bold").append(f"{shown}\n")
    title = f"{title} · {text['source']} · {text['task']}"
    console.print(Panel(body, title=title, title_align="left"))


def print_explanation(document: dict[str, Any]) -> None:
    """The outcome, the rule that led to it, and the texts compared."""
    console = console_of()
    identity, texts = document["record_id"], document["texts"]
    console.print(f"record {identity}: {document['outcome'].replace('_', ' ')}")
    for row in document["removals"]:
        score = f", score {row['score']:.3f}" if "score" in row else ""
        line = f"left out by {row['stage']}: {row['reason']}{score}; {row['detail']}"
        console.print(line, markup=False, soft_wrap=True)
    for row in document["held_out"]:
        item = row["item"]
        line = f"held-out item {item['id']} of {item['set']}: {row['score']:.3f}, “{row['span']}”"
        console.print(line, markup=False, soft_wrap=True)
    for row in document["replaced"]:
        line = f"stays in the place of {row['id']} ({row['source']}): {row['reason']}"
        console.print(line, markup=False, soft_wrap=True)
    for row in document["examples"]:
        line = f"example {row['id']}: {row['split']}, {row['_template_type']}, {row['template_id']}"
        console.print(line, markup=False, soft_wrap=True)
    _print_text(console, identity, texts.get(identity))
    for other in sorted(texts.keys() - {identity}):
        _print_text(console, other, texts[other])


def print_examples(documents: list[dict[str, Any]]) -> None:
    """Prompts with their answers in another colour."""
    console = console_of()
    for document in documents:
        title = f"{document['task']} · {document['template_type']}"
        notes = [
            document.get("template_id", ""),
            f"{document['num_shots']} shots" if document.get("num_shots") else "",
            f"{document['input_tokens']} + {document['target_tokens']} tokens"
            if "input_tokens" in document
            else "",
        ]
        body = _coloured(document["inputs"], document.get("parts", ()))
        body.append("\n⇒ ", style="dim")
        body.append(document["targets"], style="bold green")
        subtitle = " · ".join(note for note in notes if note)
        console.print(Panel(body, title=title, subtitle=subtitle or None, title_align="left"))


def print_training(document: dict[str, Any]) -> None:
    """First and last loss, and how far the run got."""
    console_of().print(
        f"{document['steps']} steps on {document['devices']} devices: loss "
        f"{document['mean_first_loss']:.3f} → {document['mean_last_loss']:.3f}, "
        f"{document['examples_read']:,} examples read ({document['epochs']:.2f} epochs) "
        f"in {document['seconds']:.0f} s"
    )
    if document["stopped"]:
        say("stopped by SIGTERM; the same command goes on from the checkpoint")


def print_demo(document: dict[str, Any]) -> None:
    """The end of `make demo`."""
    console = console_of()
    print_examples(document["shown"])
    console.print(_counts_table(document))
    console.print()
    console.print(_mixture_table(document["mixture"]))
    console.print()
    print_training(document["training"])
    print(document["snapshot"])


def print_recipes(documents: list[dict[str, Any]]) -> None:
    """Name and description of each recipe."""
    table = Table(box=None, show_header=False, padding=(0, 2, 1, 0))
    table.add_column(style="bold")
    table.add_column()
    for document in documents:
        table.add_row(document["name"], document["description"])
    console_of().print(table)


def print_sources(documents: list[dict[str, Any]]) -> None:
    """Where each source is expected, whether it is there, and what is known of it."""
    console = console_of()
    for document in documents:
        role = " (held out)" if document["held_out"] else ""
        facts = [f"{document['format']}, {document['license']}"]
        if document["found"]:
            facts.append(f"{document['files']} files, {document['bytes']:,} bytes")
            facts.append(f"fingerprint {document['fingerprint'][:12]}")
        if document["records"] is not None:
            facts.append(f"{document['records']:,} records")
        mark = "found  " if document["found"] else "MISSING"
        console.print(f"{mark} {document['name']}{role}: {document['path']}", soft_wrap=True)
        console.print("        " + "; ".join(facts), style="dim", soft_wrap=True)
        if document["problem"]:
            console.print(f"        {document['problem']}", markup=False, soft_wrap=True)


def print_coverage(documents: list[dict[str, Any]]) -> None:
    """Families and their numbers of templates."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("family")
    for header in ("opt", "noopt", "instruction apart"):
        table.add_column(header, justify="right")
    table.add_column("inversion")
    for document in documents:
        counts = (document["opt"], document["noopt"], document["instruction_apart"])
        inversions = "; ".join(document["inversions"])
        table.add_row(document["family"], *map(str, counts), inversions)
    console = console_of()
    console.print(table)
    total = sum(document["opt"] + document["noopt"] for document in documents)
    console.print(f"{total} templates in {len(documents)} families")


def print_task_coverage(documents: list[dict[str, Any]]) -> None:
    """Tasks and how many templates serve each form."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("task")
    table.add_column("family")
    for header in ("opt", "noopt", "inversion"):
        table.add_column(header, justify="right")
    for document in documents:
        counts = (str(document[name]) for name in ("opt", "noopt", "inversion"))
        table.add_row(document["task"], document["family"], *counts)
    console_of().print(table)


def print_problems(documents: list[dict[str, Any]]) -> None:
    """One line a problem."""
    console = console_of()
    for document in documents:
        place = ":".join(filter(None, (document["family"], document["template"])))
        console.print(
            f"{place}: {document['rule'].replace('_', ' ')}: {document['detail']}",
            markup=False,
            soft_wrap=True,
        )
    console.print(f"{len(documents)} problems" if documents else "no problems")


def print_plain(text: str) -> None:
    """Text as it is."""
    print(text)


def say(text: str) -> None:
    """A note on standard error."""
    print(text, file=sys.stderr, flush=True)


def print_json(document: Any) -> None:
    """Indented JSON."""
    print(json.dumps(document, indent=2, ensure_ascii=False))
