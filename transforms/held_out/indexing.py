"""Build the index of the held-out evaluation sets once, and open it in every worker.

What counts as a match is in transforms/held_out/search.py; the scan looks each record up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import apache_beam as beam

from tfrecords_schema import filesystem
from transforms.held_out.items import ItemName, ItemTexts, item_texts
from transforms.job import Job, load_job
from transforms.records.record_store import read_records
from transforms.runtime.exchange import Run, finished_run
from transforms.templates.families import FAMILIES
from transforms.types import Record

if TYPE_CHECKING:
    from transforms.held_out.search import Finder

INDEX = "held_out"


def held_out_texts(records: Iterable[tuple[Record, str]]) -> list[ItemTexts]:
    """The items of (held-out record, its family) pairs."""
    return [
        item_texts(
            ItemName(record.source, record.task, record.id),
            record.fields,
            FAMILIES[family].targets,
        )
        for record, family in records
    ]


def _held_out_records(job: Job) -> Iterator[tuple[Record, str]]:
    families = {task.name: task.family for task in job.held_out_tasks}
    for file in job.held_out:
        for record, _, _ in read_records(file):
            yield record, families[record.task]


def index_held_out(_: object, work: str) -> Run:
    """Write the index over all held-out records of the job."""
    path = filesystem.join(work, INDEX, "index.run")

    def make() -> Run:
        from transforms.held_out.index import build_index, write_index

        job = load_job(work)
        items = held_out_texts(_held_out_records(job))
        return write_index(path, build_index(items, job.decontaminate))

    return finished_run(path, make)


@lru_cache(maxsize=4)
def load_finder(work: str) -> "Finder | None":
    """The finder over the job's held-out items, opened once a process; None if there are none."""
    job = load_job(work)
    if not job.held_out:
        return None
    from transforms.held_out.index import open_index
    from transforms.held_out.search import Finder

    return Finder(open_index(index_held_out(None, work)), job.decontaminate)


@dataclass
class IndexHeldOut(beam.PTransform):
    """One element of any kind → the Run that holds the index."""

    work: str

    def expand(self, start: beam.PCollection) -> beam.PCollection:
        return start | "Index" >> beam.Map(index_held_out, self.work)
