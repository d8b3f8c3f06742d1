"""The output of a stage for one work item, and its summary in the run file."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat
from operator import add
from typing import Any, Literal

import orjson
from numpy.typing import NDArray
from pydantic import BaseModel, TypeAdapter

from tfrecords_schema.manifest import RowFile
from transforms.types import Rejection

Counts = dict[str, int]


@dataclass(frozen=True)
class NoNotes:
    """Notes of a stage that reports only counts."""


@dataclass(kw_only=True)
class StageCounts:
    """Records by task: entered = kept + rejected + undrawn, each of the latter by reason."""

    entered: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    rejected: dict[str, Counter[str]] = field(default_factory=dict)
    undrawn: dict[str, Counter[str]] = field(default_factory=dict)

    def enter(self, task: str, reason: str | None = None) -> None:
        """Count a record that entered, and was kept or rejected for `reason`."""
        self.entered[task] += 1
        if reason is None:
            self.kept[task] += 1
        else:
            self.rejected.setdefault(reason, Counter())[task] += 1

    def enter_all(self, kept: Counter[str]) -> None:
        """Count records that entered and were kept, by task."""
        self.entered.update(kept)
        self.kept.update(kept)

    def add(self, other: "StageCounts") -> None:
        """Add the counts of another work item."""
        _add(self.entered, other.entered)
        _add(self.kept, other.kept)
        for mine, theirs in ((self.rejected, other.rejected), (self.undrawn, other.undrawn)):
            for reason, by_task in theirs.items():
                _add(mine.setdefault(reason, Counter()), by_task)


def _add(mine: Counter[str], theirs: Counter[str]) -> None:
    """Add counts as `Counter.update` does, in a third of the time: there may be many tasks."""
    sums = map(add, theirs.values(), map(mine.get, theirs, repeat(0)))
    dict.update(mine, zip(theirs, sums, strict=True))


@dataclass(frozen=True)
class FileNote:
    """A file that a work item wrote besides its run, in the snapshot or the work directory."""

    path: str
    sha256: str
    place: Literal["snapshot", "work"] = "snapshot"


@dataclass(kw_only=True)
class Output:
    """The output of a stage for one work item.

    Attributes:
      rows: fixed-size rows for later stages, in any order.
      sections: bytes by section number, instead of rows; there are `num_sections`.
      counts: record counts by task, for the ledger; None for a stage that yields no records.
      rejections: the removed records, with reasons.
      reports: files of rows in the snapshot that the manifest lists as reports.
      files: other files that it wrote.
      notes: other facts for later stages, in the stage's dataclass.
      done: number of records to add to the stage's progress.
    """

    rows: NDArray[Any] | None = None
    sections: Mapping[int, bytes] = field(default_factory=dict)
    num_sections: int = 0
    counts: StageCounts | None = None
    rejections: Sequence[Rejection] = ()
    reports: Sequence[RowFile] = ()
    files: Sequence[FileNote] = ()
    notes: Any = field(default_factory=NoNotes)
    done: int = 0


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The summary of a work item in its run file, besides the sections; see `Output`."""

    counts: StageCounts | None = None
    rejections: RowFile | None = None
    reports: list[RowFile] = field(default_factory=list)
    files: list[FileNote] = field(default_factory=list)
    notes: Any = None
    done: int = 0

    def encode(self) -> bytes:
        """Return the summary as JSON, for `decode_summary`."""
        return orjson.dumps(self, default=_plain, option=orjson.OPT_SORT_KEYS)


def _plain(value: Any) -> Any:
    """Return a part of the manifest as JSON has it."""
    if isinstance(value, BaseModel):
        return value.model_dump()
    raise TypeError(f"{type(value).__name__} in the summary of a run")


def decode_summary(data: bytes) -> Summary:
    """Return the summary in a run file; its notes are plain JSON values."""
    summary: Summary = _adapter(Summary).validate_json(data)
    return summary


def decode_notes(kind: Any, notes: Any) -> Any:
    """Return a summary's notes in the stage's dataclass."""
    return _adapter(kind).validate_python(notes)


def sum_counts(counts: Iterable[StageCounts | None]) -> StageCounts:
    """Return the counts of several work items as one."""
    total = StageCounts()
    for one in counts:
        if one is not None:
            total.add(one)
    return total


@lru_cache(maxsize=64)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
