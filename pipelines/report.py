"""What commands print for people: tables and examples on standard output, plain where piped."""

import json
import sys
import time
from collections import Counter
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

_PLAIN_WIDTH = 100


def _console() -> Console:
    """A terminal's own width; a fixed one for files and pipes."""
    width = None if sys.stdout.isatty() else _PLAIN_WIDTH
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
    console = _console()
    for error in document["errors"]:
        console.print(f"left out: {error}", markup=False, soft_wrap=True)
    console.print(_counts_table(document))
    console.print()
    console.print(_mixture_table(document["mixture"]))
    console.print()


def print_verification(document: dict[str, Any]) -> None:
    """What `verify` read, and what it found."""
    console = _console()
    for problem in document["problems"]:
        console.print(problem, markup=False, soft_wrap=True)
    verdict = "verified" if document["passed"] else "NOT verified"
    console.print(
        f"{verdict}: {document['examples']:,} examples in {document['shards']} shards, "
        f"{document['bytes']:,} bytes, {document['rejections']:,} rejections"
    )


def print_examples(documents: list[dict[str, Any]]) -> None:
    """Prompts with their answers in another colour."""
    console = _console()
    for document in documents:
        title = f"{document['task']} · {document['template_type']}"
        notes = [
            document.get("template_id", ""),
            f"{document['num_shots']} shots" if document.get("num_shots") else "",
            f"{document['input_tokens']} + {document['target_tokens']} tokens"
            if "input_tokens" in document
            else "",
        ]
        body = Text(document["inputs"])
        body.append("\n⇒ ", style="dim")
        body.append(document["targets"], style="bold green")
        subtitle = " · ".join(note for note in notes if note)
        console.print(Panel(body, title=title, subtitle=subtitle or None, title_align="left"))


def print_training(document: dict[str, Any]) -> None:
    """First and last loss, and how far the run got."""
    _console().print(
        f"{document['steps']} steps on {document['devices']} devices: loss "
        f"{document['mean_first_loss']:.3f} → {document['mean_last_loss']:.3f}, "
        f"{document['examples_read']:,} examples read ({document['epochs']:.2f} epochs) "
        f"in {document['seconds']:.0f} s"
    )


def print_demo(document: dict[str, Any]) -> None:
    """The end of `make demo`."""
    console = _console()
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
    _console().print(table)


def print_sources(documents: list[dict[str, Any]]) -> None:
    """Where each source is expected, whether it is there, and what is known of it."""
    console = _console()
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


def print_json(document: Any) -> None:
    """Indented JSON."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


class TrainingLine:
    """Step, loss and speed on standard error: live on a terminal, every few seconds elsewhere."""

    _SECONDS = 10.0

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._live = sys.stderr.isatty()
        self._said = 0.0
        self._line = ""

    def __enter__(self) -> "TrainingLine":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._line:
            print(("\r\x1b[K" if self._live else "") + self._line, file=sys.stderr, flush=True)

    def update(self, metrics: dict[str, Any]) -> None:
        """Show one line of metrics.jsonl."""
        speed = metrics["examples"] / max(metrics["seconds"], 1e-9)
        self._line = (
            f"{'train':12} step {metrics['step']:>6,}/{self._steps:,} "
            f"loss {metrics['loss']:7.3f} {speed:>8,.0f} examples/s"
        )
        now = time.monotonic()
        if self._live:
            print(f"\r\x1b[K{self._line}", end="", file=sys.stderr, flush=True)
        elif now - self._said > self._SECONDS:
            self._said = now
            print(self._line, file=sys.stderr, flush=True)
