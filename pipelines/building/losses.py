"""Report which rows of the sources were rejected, where the first of them are, and what to do."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from pipelines.building.source_cache import IngestedSource
from pipelines.console.report import say
from pipelines.recipe import Recipe
from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from transforms.records.rejections import decode_rejection
from transforms.types import Rejection

# Rejected because the recipe filters them, or reported as a separate error.
_ON_PURPOSE = ("filtered", "unreadable_file")
_SHOWN = 3
_ADVICE = {
    "unknown_label": "add the value to `labels`, or map it with `label_of` or `marks`",
    "empty_field": "name the key that holds it under `fields`, or leave such rows out by `filters`",
    "wrong_type": "name a key that holds text under `fields`",
    "invalid_json": "check `format` and `files`",
    "invalid_utf8": "save the file as UTF-8, or check `format` and `files`",
    "wrong_columns": "check `format` and `columns`",
}


@dataclass
class Losses:
    """The rejected rows of one source by reason, with the details of the first ones."""

    name: str
    read: int = 0
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

    def lines(self, most: float) -> Iterator[str]:
        """Yield a line for each reason that took more than a share `most` of the rows."""
        for reason, count in self.reasons.most_common():
            if count > most * self.read and reason not in _ON_PURPOSE:
                advice = _ADVICE.get(reason, f"see `flanbeam rejections STORE --reason {reason}`")
                yield (
                    f"sources.{self.name}: {count:,} of {self.read:,} rows are rejected as "
                    f"{reason}: {'; '.join(self.first[reason])}: {advice}"
                )


def losses_of(source: IngestedSource) -> Losses:
    """Return the rows of a source that ingest rejected."""
    losses = Losses(source.source.name, read=sum(entry.entered for entry in source.ledger))
    for path in source.rejections:
        for line in filesystem.read_bytes(path).splitlines():
            losses.add(decode_rejection(line))
    return losses


def report_losses(recipe: Recipe, ingested: Iterable[IngestedSource]) -> None:
    """Print the rejected rows of the sources.

    Raises:
      DataError: a source gives no record at all, unless the recipe says `on_source_error: skip`.
    """
    empty: list[str] = []
    for source in ingested:
        if not any(entry.rejected for entry in source.ledger):
            continue
        losses = losses_of(source)
        lines = list(losses.lines(recipe.max_loss))
        if losses.gives_nothing and recipe.on_source_error == "fail":
            empty += lines or [f"sources.{losses.name}: no record is left"]
        else:
            for line in lines:
                say(line)
    if empty:
        hint = "correct the recipe, or set on_source_error=skip to continue without the source"
        raise DataError("\n".join([*empty, hint]))


def preview_losses(name: str, elements: Iterable[object], most_rows: int) -> list[str]:
    """Return the reasons for which the first rows of a source give no record, for a preview."""
    losses = Losses(name)
    for element in islice(elements, most_rows):
        if isinstance(element, Rejection):
            losses.add(element)
    losses.read = losses.reasons.total()
    return list(losses.lines(0))
