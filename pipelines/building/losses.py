"""Report which rows of the sources were rejected, where the first of them are, and what to do."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import orjson

from pipelines.building.source_cache import IngestedSource
from pipelines.console.report import warn
from pipelines.recipe import Recipe
from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from tfrecords_schema.manifest import Manifest
from tfrecords_schema.snapshot import CONTAMINATION, CONTAMINATION_TABLE
from transforms.held_out.left_out_examples import TASK_TEXTS
from transforms.prompts.renderer import NO_TEMPLATE
from transforms.records.rejections import decode_rejection
from transforms.sources.forgotten import FORGOTTEN
from transforms.types import INVERSION_SUFFIX, Rejection

# Rejected because recipe or store leave them out, or reported as a separate error.
_ON_PURPOSE = ("filtered", "unreadable_file", FORGOTTEN)
_SHOWN = 3
_ADVICE = {
    "unknown_label": "add the value to `labels`, or map it with `label_of` or `marks`",
    "empty_field": "name the key that holds it under `fields`, leave such rows out by `filters`, "
    "or state their family under `optional`",
    "wrong_type": "name a key that holds text under `fields`, and a list to unfold under `explode`",
    "invalid_json": "check `format` and `files`",
    "invalid_utf8": "save the file as UTF-8, or check `format` and `files`",
    "wrong_columns": "check `format` and `columns`",
    "repeated_header": "nothing is lost: two tables are in one file",
    "invalid_csv": "state `delimiter`, `quotechar` or `escapechar` as the file has them",
    "nested_too_deeply": "flatten such rows, or leave them out by `filters`",
    "line_too_long": "check `format`: a line holds more than a row",
    "value_too_long": "leave such rows out by `filters`",
    "ambiguous_label": "state `answer_is: position`, or `text`",
    "no_template": "add a template that suits such records, or leave out `only` under "
    "`templates`; `flanbeam templates lint RECIPE` says more",
    "unknown_role": "map the role under `roles`",
    "no_history": "check which keys hold the turns (`columns`)",
    "too_many_turns": "divide such conversations before they are read",
    "has_media": "leave such rows out by `filters`: images are not supported",
}


# For formats without `fields`: those whose `columns` name the keys that they read.
_OF_COLUMNS = {
    "empty_field": "if another key holds it, name that key under `columns`; rows without it stay "
    "out",
    "wrong_type": "name the keys of texts or messages under `columns`, and a list to unfold under "
    "`explode`",
}
_KEYS = re.compile(r"`(\w+)`")


def advice_on(reason: str, settings: Collection[str]) -> str:
    """Return what to do about rows that are rejected for a reason, with settings of their format.

    Args:
      settings: the names of all settings of the source's format; advice names no others.
    """
    of_columns = _OF_COLUMNS if "columns" in settings and "fields" not in settings else {}
    advice = of_columns.get(reason) or _ADVICE.get(reason, "")
    named = {key for key in _KEYS.findall(advice) if key in _OF_SOURCES}
    if advice and named <= {*settings}:
        return advice
    return f"see `flanbeam rejections STORE --reason {reason}`"


_OF_SOURCES = (
    *("fields", "columns", "filters", "optional", "explode", "labels", "label_of", "marks"),
    *("answer_is", "roles", "delimiter", "quotechar", "escapechar"),
)


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Rows of a source that were left out for one reason.

    Attributes:
      rows, read: how many rows were left out, of how many that were read.
      first: file and line of the first of them, with the value.
      advice: what to write in the recipe.
      unit: "rows", or "examples" if they were read and no prompt could be made of them.
    """

    source: str
    reason: str
    rows: int
    read: int
    first: list[str]
    advice: str
    unit: str = "rows"

    @property
    def line(self) -> str:
        """Say it in one line."""
        return (
            f"sources.{self.source}: {self.rows:,} of {self.read:,} {self.unit} are rejected as "
            f"{self.reason}: {'; '.join(self.first)}: {self.advice}"
        )


@dataclass(kw_only=True)
class Losses:
    """The rejected rows of one source by reason, with the details of the first ones.

    `settings` are the names of all settings that the source can have.
    """

    name: str
    settings: Collection[str] = _OF_SOURCES
    read: int = 0
    unit: str = "rows"
    reasons: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[str]] = field(default_factory=dict)

    def add(self, rejection: Rejection) -> None:
        """Count one row."""
        self.reasons[rejection.reason] += 1
        shown = self.first.setdefault(rejection.reason, [])
        if len(shown) < _SHOWN:
            shown.append(rejection.detail)

    @property
    def gives_nothing(self) -> bool:
        """Return whether no row is left although the recipe does not filter all of them."""
        kept = self.read - self.reasons.total()
        return kept == 0 and any(reason not in _ON_PURPOSE for reason in self.reasons)

    def over(self, most: float) -> Iterator[Loss]:
        """Yield the reasons that took more than a share `most` of the rows, the largest first."""
        for reason, count in self.reasons.most_common():
            if count > most * self.read and reason not in _ON_PURPOSE:
                yield Loss(
                    source=self.name,
                    reason=reason,
                    rows=count,
                    read=self.read,
                    first=self.first[reason],
                    advice=advice_on(reason, self.settings),
                    unit=self.unit,
                )


def losses_of(source: IngestedSource) -> Losses:
    """Return the rows of a source that ingest rejected."""
    losses = Losses(
        name=source.source.name,
        settings=type(source.source.settings).model_fields,
        read=sum(entry.entered for entry in source.ledger),
    )
    for path in source.rejections:
        for line in filesystem.read_bytes(path).splitlines():
            losses.add(decode_rejection(line))
    return losses


def large_losses(recipe: Recipe, ingested: Iterable[IngestedSource]) -> list[Loss]:
    """Return the reasons that took more than `max_loss` of the rows of a source."""
    losing = [s for s in ingested if any(entry.rejected for entry in s.ledger)]
    return [loss for source in losing for loss in losses_of(source).over(recipe.max_loss)]


def report_prompt_losses(recipe: Recipe, path: str, manifest: Manifest) -> list[Loss]:
    """Print and return which tasks lost more than `max_loss` of their examples for no template.

    An inverted task is not among them: that some answers have no question is as it should be.
    """
    losing = {
        entry.task: Losses(name=entry.task, read=entry.entered, unit="examples")
        for entry in manifest.ledger
        if entry.rejected.get(NO_TEMPLATE, 0) > recipe.max_loss * entry.entered
        and not entry.task.endswith(INVERSION_SUFFIX)
    }
    for file in manifest.rejections if losing else ():
        for line in filesystem.read_bytes(filesystem.join(path, file.path)).splitlines():
            row = decode_rejection(line)
            if row.reason == NO_TEMPLATE and row.task in losing:
                losing[row.task].name = row.source
                losing[row.task].add(row)
    reported = [loss for losses in losing.values() for loss in losses.over(recipe.max_loss)]
    for loss in reported:
        warn(loss.line)
    return reported


def report_task_texts(path: str) -> None:
    """Print which definitions and own examples of tasks contain held-out items."""
    table = orjson.loads(filesystem.read_bytes(filesystem.join(path, CONTAMINATION_TABLE)))
    rows = f"{CONTAMINATION}/{TASK_TEXTS}.jsonl of the snapshot shows them"
    for name, tasks in table.get("definitions", {}).items():
        for task in tasks:
            warn(
                f"held_out.{name}: the definition of task {task} contains an item, and prompts "
                f"show it; correct the definition or leave out the task; {rows}"
            )
    done = "left out" if table["mode"] == "drop" else "kept (decontaminate.mode: report)"
    for name, tasks in table.get("own_examples", {}).items():
        for task, count in tasks.items():
            what = f"{count:,} of the task's own examples"
            warn(f"held_out.{name}: {task}: items are in {what}, which are {done}; {rows}")


def report_losses(recipe: Recipe, ingested: Iterable[IngestedSource]) -> list[Loss]:
    """Print and return what the sources lost.

    Raises:
      DataError: a source gives no record at all, unless the recipe says `on_source_error: skip`.
    """
    empty: list[str] = []
    reported: list[Loss] = []
    for source in ingested:
        if not any(entry.rejected for entry in source.ledger):
            continue
        losses = losses_of(source)
        over = list(losses.over(recipe.max_loss))
        if losses.gives_nothing and recipe.on_source_error == "fail":
            empty += [loss.line for loss in over] or [f"sources.{losses.name}: no record is left"]
        else:
            reported += over
            for loss in over:
                warn(loss.line)
    if empty:
        hint = "correct the recipe, or set on_source_error=skip to continue without the source"
        raise DataError("\n".join([*empty, hint]))
    return reported
