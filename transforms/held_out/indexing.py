"""The stage that indexes the held-out evaluation sets, once for all record files.

What counts as a match is in transforms/held_out/search.py; the scan looks each record up.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from tfrecords_schema import filesystem
from tfrecords_schema.errors import DataError
from transforms.held_out.items import ItemName, ItemTexts, item_ways
from transforms.job import Job
from transforms.records.record_store import read_records
from transforms.records.rejections import decode_rejection
from transforms.runtime.exchange import Run
from transforms.settings import Decontaminate
from transforms.stages.output import Output, StageCounts, decode_notes, decode_summary
from transforms.stages.stage import ONCE, Stage
from transforms.stages.work import Work
from transforms.templates.families import FAMILIES
from transforms.types import Record, Rejection

if TYPE_CHECKING:
    from transforms.held_out.search import Finder

HELD_OUT_INDEX = "held_out_index"


TOO_LITTLE_TEXT = "too_little_text"
# Rows that a recipe leaves out of a set on purpose.
_ON_PURPOSE = ("filtered",)
_SHOWN_ROWS, _SHOWN_CHARACTERS = 3, 60


@dataclass(frozen=True)
class IndexNotes:
    """What an index holds: lengths of its n-grams, items in all, items that can be found.

    Attributes:
      by_set: {evaluation set: (items, items that can be found)}.
    """

    lengths: list[int]
    items: int
    searchable: int
    by_set: dict[str, tuple[int, int]] = field(default_factory=dict)


def held_out_texts(records: Iterable[tuple[Record, str]]) -> list[ItemTexts]:
    """Return the ways to find each of (held-out record, its family; "" for none) pairs."""
    return [
        way
        for record, family in records
        for way in item_ways(
            ItemName(record.source, record.task, record.id), record.fields, FAMILIES.get(family)
        )
    ]


def _held_out_records(job: Job) -> Iterator[tuple[Record, str]]:
    families = {task.name: task.family for task in job.held_out_tasks}
    for file in job.held_out:
        for record, _, _ in read_records(file):
            yield record, families[record.task]


def index_held_out(work: Work) -> Output:
    """Index all held-out records of the job.

    Raises:
      DataError: more of a set than the recipe allows cannot be searched.
    """
    if not (work.job.held_out or work.job.held_out_ledger):
        return Output(notes=IndexNotes([], 0, 0))
    # numba and the kernels are loaded where items are indexed, not where stages are listed.
    from transforms.held_out.index import NUM_SECTIONS, build_index, index_sections

    records = list(_held_out_records(work.job))
    index = build_index(held_out_texts(records), work.job.settings.decontaminate)
    found = {name for name, total in zip(index.names, index.totals.tolist(), strict=True) if total}
    counts, rejections = StageCounts(), []
    by_set: dict[str, tuple[int, int]] = {}
    for record, _ in records:
        is_found = ItemName(record.source, record.task, record.id) in found
        counts.enter(record.task, None if is_found else TOO_LITTLE_TEXT)
        items, searchable = by_set.get(record.source, (0, 0))
        by_set[record.source] = (items + 1, searchable + is_found)
        if not is_found:
            rejections.append(_unsearchable(work.stage, record))
    _check_loss(work.job, by_set, rejections)
    total = sum(searchable for _, searchable in by_set.values())
    return Output(
        sections=index_sections(index),
        num_sections=NUM_SECTIONS,
        counts=counts,
        rejections=rejections,
        notes=IndexNotes(index.lengths, len(records), total, by_set),
        done=len(records),
    )


def _unsearchable(stage: str, record: Record) -> Rejection:
    values = (v if isinstance(v, str) else ", ".join(v) for v in record.fields.values())
    text = " | ".join(" ".join(value.split()) for value in values)[:_SHOWN_CHARACTERS]
    return Rejection(
        stage=stage,
        reason=TOO_LITTLE_TEXT,
        id=record.id,
        source=record.source,
        task=record.task,
        detail=text,
    )


def _check_loss(
    job: Job, by_set: Mapping[str, tuple[int, int]], unsearchable: Iterable[Rejection]
) -> None:
    """Fail where too many items of a set cannot be searched: they would be let through."""
    lost: dict[str, list[Rejection]] = {}
    for rejection in [*_not_read(job), *unsearchable]:
        lost.setdefault(rejection.source, []).append(rejection)
    most = job.settings.decontaminate.max_unsearchable
    for name, rows in sorted(lost.items()):
        total = len(rows) + by_set.get(name, (0, 0))[1]
        if len(rows) > most * total:
            reasons = Counter(row.reason for row in rows).most_common()
            counts = ", ".join(f"{reason} {count:,}" for reason, count in reasons)
            shown = "; ".join(row.detail for row in rows[:_SHOWN_ROWS])
            where, what = f"held_out.{name}", "correct its fields, or raise"
            if name in job.searched_snapshots:
                where, what = f"decontaminate.against: {name}", "raise"
            raise DataError(
                f"{where}: {len(rows):,} of {total:,} items cannot be searched ({counts}), "
                f"e.g. {shown}; {what} decontaminate.max_unsearchable ({most:g})"
            )


def _not_read(job: Job) -> Iterator[Rejection]:
    for _, path in job.held_out_rejections:
        for line in filesystem.read_bytes(path).splitlines():
            rejection = decode_rejection(line)
            if rejection.reason not in _ON_PURPOSE:
                yield rejection


def open_finder(work: Work) -> "Finder | None":
    """Return the finder over the job's held-out items; None if there are none."""
    if not work.job.held_out:
        return None
    (run,) = work.read(HELD_OUT_INDEX).runs
    return _open_finder(run, work.job.settings.decontaminate)


def item_name(work: Work, item: int) -> ItemName:
    """Return which record held-out item number `item` is."""
    finder = open_finder(work)
    assert finder is not None, "a row names a held-out item, so there are some"
    return finder.name(item)


@lru_cache(maxsize=4)
def _open_finder(run: Run, settings: Decontaminate) -> "Finder":
    """Open an index once a process."""
    from transforms.held_out.index import open_index
    from transforms.held_out.search import Finder

    notes = decode_notes(IndexNotes, decode_summary(run.summary).notes)
    return Finder(open_index(run, notes.lengths), settings)


INDEX = Stage(
    name="index",
    run=index_held_out,
    items=ONCE,
    yields=HELD_OUT_INDEX,
    settings=(
        *("held_out", "held_out_absent", "decontaminate.ngram", "decontaminate.threshold"),
        *("decontaminate.whole_words", "decontaminate.min_words"),
        "decontaminate.max_unsearchable",
    ),
    notes=IndexNotes,
    is_kept=True,
)
