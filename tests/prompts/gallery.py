"""Write docs/gallery.md: three prompts for each family, template type and direction.

The records are those of rows.yaml. Run `python -m tests.prompts.gallery` to renew the page.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.prompts.handwritten import Row, rows
from transforms.prompts.prompting import draft_prompt
from transforms.settings import FewShot
from transforms.stable_random import Draws
from transforms.templates.families import FAMILIES
from transforms.templates.inversions import INVERSIONS
from transforms.types import TEMPLATE_TYPES, Prompt, Record, TemplateType

PATH = Path(__file__).parents[2] / "docs" / "gallery.md"
COMMAND = "python -m tests.prompts.gallery"
PROMPTS = 3
# Half of the options in a drawn look, as by default.
RANDOM_SHARE = 0.5

_INTRODUCTION = f"""\
# Gallery of prompts

This page shows prompts as a build makes them: for each template family, template type and
direction, three prompts of records that were written by hand
([rows.yaml](../tests/prompts/rows.yaml)). They are drawn, not chosen. Read it to judge whether a
prompt can be answered from what it shows, and whether the target is what a careful person would
answer.

- `zs` is zero-shot and `fs` is few-shot; `opt` shows the answer options and `noopt` does not. A
  question such as "Which of these …?" shows its options in any case.
- The line above a prompt gives the name of its records in `rows.yaml` and its template. The target
  follows `⇒`.
- *Inverted* prompts turn a task around: they give the answer and ask for the question or the text.

[prompts.md](prompts.md) explains how a prompt is drawn. After a change of templates or records,
run `{COMMAND}` to write this page again.
"""


def gallery() -> str:
    """Return the whole page."""
    return "\n".join([_INTRODUCTION, *(line for name in FAMILIES for line in _family(name))])


def _family(name: str) -> Iterator[str]:
    """Yield the lines of one family: forward prompts, then inverted ones."""
    entries = [row for row in rows().values() if row.family == name]
    # Numbers run on from type to type, so that all entries of a family have their turn.
    numbers = count()
    yield f"## {name}\n"
    # Inputs and outputs alone say nothing without exemplars.
    kinds = [
        kind for kind in TEMPLATE_TYPES if not (FAMILIES[name].is_bare and kind.startswith("zs"))
    ]
    for kind in kinds:
        with_options = [row for row in entries if row.with_options]
        if not kind.endswith("_opt"):
            yield from _section(kind, entries, numbers, inverted=False)
        elif with_options and _shows_options(name):
            yield from _section(kind, with_options, numbers, inverted=False)
    if name in INVERSIONS:
        yield from _section("zs_noopt", entries, numbers, inverted=True)
        yield from _section("fs_noopt", entries, numbers, inverted=True)


def _shows_options(name: str) -> bool:
    return any(template.shows_options for template in FAMILIES[name].templates)


def _section(
    kind: TemplateType, entries: list[Row], numbers: Iterator[int], inverted: bool
) -> Iterator[str]:
    """Yield a heading and its prompts, those of the entries in turn."""
    yield f"### {entries[0].family}, {kind}{', inverted' if inverted else ''}\n"
    shown = 0
    for _ in range(PROMPTS * len(entries)):
        number = next(numbers)
        row = entries[number % len(entries)]
        records = row.with_options if kind.endswith("_opt") else row.records
        record = records[number // len(entries) % len(records)]
        if prompt := _prompt(row, record, kind, number, inverted):
            shown += 1
            yield _entry(row, prompt)
        if shown == PROMPTS:
            return


def _prompt(
    row: Row, record: Record, kind: TemplateType, number: int, inverted: bool
) -> Prompt | None:
    """Return a prompt of one record, or None if it has none of this kind."""
    context = row.prompting(FewShot().variants, RANDOM_SHARE, inverted)
    draws = Draws("gallery", context.task.name, kind, number)
    draft = draft_prompt(record, kind, context, draws)
    return draft.compose() if draft else None


def _entry(row: Row, prompt: Prompt) -> str:
    """Return one prompt as Markdown."""
    shots = f", exemplars: {prompt.num_shots}" if prompt.num_shots else ""
    return (
        f"`{row.name}`, template `{prompt.template_id}`{shots}\n\n"
        f"````text\n{prompt.inputs}\n⇒ {prompt.targets}\n````\n"
    )


if __name__ == "__main__":
    PATH.write_text(gallery(), encoding="utf-8")
