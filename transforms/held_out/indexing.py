"""The stage that indexes the held-out evaluation sets, once for all record files.

What counts as a match is in transforms/held_out/search.py; the scan looks each record up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from transforms.held_out.items import ItemName, ItemTexts, item_ways
from transforms.job import Job
from transforms.records.record_store import read_records
from transforms.runtime.exchange import Run
from transforms.settings import Decontaminate
from transforms.stages.output import Output, decode_notes, decode_summary
from transforms.stages.stage import ONCE, Stage
from transforms.stages.work import Work
from transforms.templates.families import FAMILIES
from transforms.types import Record

if TYPE_CHECKING:
    from transforms.held_out.search import Finder

HELD_OUT_INDEX = "held_out_index"


@dataclass(frozen=True)
class IndexNotes:
    """What an index holds: lengths of its n-grams, items in all, items that can be found."""

    lengths: list[int]
    items: int
    searchable: int


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
    """Index all held-out records of the job."""
    if not work.job.held_out:
        return Output(notes=IndexNotes([], 0, 0))
    # numba and the kernels are loaded where items are indexed, not where stages are listed.
    from transforms.held_out.index import NUM_SECTIONS, build_index, index_sections

    items = held_out_texts(_held_out_records(work.job))
    index = build_index(items, work.job.settings.decontaminate)
    return Output(
        sections=index_sections(index),
        num_sections=NUM_SECTIONS,
        notes=IndexNotes(index.lengths, len(index.names), index.searchable),
        done=len(items),
    )


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
        *("held_out", "decontaminate.ngram", "decontaminate.threshold"),
        *("decontaminate.whole_words", "decontaminate.min_words"),
    ),
    notes=IndexNotes,
    is_kept=True,
)
