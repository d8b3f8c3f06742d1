"""Readable output of commands: tables and examples on standard output, plain if piped."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from pipelines.console.colors import tinted
from pipelines.console.hiding import hidden
from pipelines.console.tables import PlainTable
from transforms.texts.printable import printable

if TYPE_CHECKING:
    from tfrecords_schema.prompt_parts import Part
    from trainer.train import TrainResult

_PLAIN_WIDTH = 100
_COLORS = {"instruction": "cyan", "exemplar": "dim", "query": "", "options": "yellow"}


class _Console(Console):
    """Rich's console for untrusted texts: without markup, control characters replaced.

    If the reader of the output is gone, the command handles the error.
    """

    def render_str(self, text: str, **options: Any) -> Text:  # type: ignore[override]
        """Return a text that is safe to show."""
        return super().render_str(printable(text), **options)

    def on_broken_pipe(self) -> None:
        """Raise the current error again; Rich would end the process."""
        raise


def console_of(plain_width: int = _PLAIN_WIDTH) -> Console:
    """Return a console as wide as the terminal; of a fixed width for files and pipes."""
    width = None if sys.stdout.isatty() else plain_width
    return _Console(width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def say(text: str) -> None:
    """Print a note on standard error."""
    print(printable(hidden(text)), file=sys.stderr, flush=True)


def warn(text: str) -> None:
    """Print a warning on standard error, in yellow on a terminal."""
    print(tinted(printable(hidden(text)), "yellow", sys.stderr), file=sys.stderr, flush=True)


def plain_table(*headers: str, right: int = 0) -> Table:
    """Return a table without lines; the last `right` columns are aligned to the right."""
    table = PlainTable(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for number, header in enumerate(headers):
        is_right = number >= len(headers) - right
        table.add_column(header, justify="right" if is_right else "left", overflow="fold")
    return table


def print_errors(console: Console, errors: Iterable[str]) -> None:
    """Print a line for each file that was left out."""
    for error in errors:
        console.print(f"left out: {error}", style="yellow", markup=False, soft_wrap=True)


def _colored(inputs: str, parts: Iterable[tuple[str, str]]) -> Text:
    """Return the prompt with its parts in the colors of their roles."""
    inputs = printable(inputs)
    text, position = Text(inputs), 0
    for role, part in parts:
        part = printable(part)
        start = inputs.find(part, position)
        if start >= 0:
            position = start + len(part)
            text.stylize(_COLORS[role], start, position)
    return text


def print_example(
    title: str,
    inputs: str,
    targets: str,
    parts: Iterable[tuple[str, str]] = (),
    subtitle: str = "",
) -> None:
    """Print a prompt with its answer in another color."""
    body = _colored(inputs, parts)
    body.append("\n⇒ ", style="dim")
    body.append(printable(targets), style="bold green")
    console_of().print(framed(body, title, subtitle))


# Roles of tfrecords_schema/prompt_parts.py, by their names.
_PART_COLORS = {
    "INSTRUCTION": "cyan",
    "EXEMPLAR": "dim",
    "EXEMPLAR_ANSWER": "dim green",
    "QUERY": "",
    "OPTIONS": "yellow",
    "SYSTEM": "cyan",
    "TOOLS": "magenta",
    "USER": "bold",
    "ASSISTANT": "green",
    "TOOL": "magenta",
    "ASSISTANT_UNLEARNED": "dim green",
}


def print_spans(
    title: str, inputs: str, targets: str, parts: "Iterable[Part]", subtitle: str = ""
) -> None:
    """Print a prompt with its parts in the colors of their roles, and its answer."""
    body = Text(printable(inputs))
    for part in parts:
        body.stylize(_PART_COLORS[part.role.name], part.start, part.end)
    body.append("\n⇒ ", style="dim")
    body.append(printable(targets), style="bold green")
    console_of().print(framed(body, title, subtitle))


def framed(body: Text | str, title: str, subtitle: str = "") -> Panel:
    """Return a text in a frame; Rich would take its title for markup."""
    above = Text(printable(title), overflow="ellipsis")
    below = Text(printable(subtitle), overflow="ellipsis") if subtitle else None
    return Panel(body, title=above, subtitle=below, title_align="left")


def print_training(result: "TrainResult") -> None:
    """Print first and last loss, and how far the run got."""
    console_of().print(
        f"{result.steps} steps on {result.devices} devices: loss "
        f"{result.mean_first_loss:.3f} → {result.mean_last_loss:.3f}, "
        f"{result.examples_read:,} examples read ({result.epochs:.2f} epochs) "
        f"in {result.seconds:.0f} s"
    )
    if result.stopped:
        say(f"stopped at step {result.steps:,}; the same command continues from there")
