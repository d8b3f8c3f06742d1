"""Read every record once, screen it, and write its key row: what later stages need to know.

Texts stay in the record files; from here on a record is 64 bytes that point at them.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import apache_beam as beam
import numpy as np
import orjson

from tfrecords_schema import filesystem
from transforms.duplicates.exact import duplicate_key
from transforms.held_out.indexing import load_finder
from transforms.held_out.match_rows import match_rows, write_matches
from transforms.job import Job, load_job
from transforms.records.key_rows import KEY_ROW, KeyRows, bucket_of
from transforms.records.record_store import RecordFile, read_records
from transforms.records.rejections import rejection_file, write_rejections
from transforms.runtime.exchange import Run, finished_run, group_rows, write_run
from transforms.runtime.progress import report
from transforms.scan.screening import SCREEN, screen
from transforms.settings import Deduplicate
from transforms.texts.comparison import normal_forms
from transforms.types import Record, Rejection, Task

if TYPE_CHECKING:
    from transforms.held_out.search import Finder

_RECORDS_AT_ONCE = 1_000


@dataclass
class Scanned:
    """One record file: the key rows of records that may be used, and what was screened out."""

    rows: KeyRows = field(default_factory=lambda: np.zeros(0, dtype=KEY_ROW))
    entered: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    rejected: dict[str, Counter[str]] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    matches: list[bytes] = field(default_factory=list)

    def admits(self, record: Record, reason: str | None) -> bool:
        """Count `record` as kept, or as rejected for `reason`."""
        self.entered[record.task] += 1
        if reason is None:
            self.left[record.task] += 1
            return True
        self.rejected.setdefault(reason, Counter())[record.task] += 1
        self.rejections.append(
            Rejection(SCREEN, reason, record.id, record.source, record.task, record.license)
        )
        return False


@dataclass(frozen=True)
class _KnownTask:
    """What the scan knows of a task: its number and its fields in normal form."""

    task: Task
    number: int
    forms: Mapping[str, list[str]]


def _know_task(job: Job, number: int) -> _KnownTask:
    task, settings = job.tasks[number], job.deduplicate
    forms = {name: normal_forms(name, value, settings) for name, value in task.fields.items()}
    return _KnownTask(task, number, forms)


def key_row(
    task: _KnownTask,
    record: Record,
    held_out: int,
    place: tuple[int, int, int],
    settings: Deduplicate,
) -> tuple[int, ...]:
    """The KEY_ROW of a record that lies at `place`: (offset, length, file)."""
    content = orjson.dumps([record.license, record.fields], option=orjson.OPT_SORT_KEYS)
    return (
        *duplicate_key(record, task.forms, settings),
        int(record.id[:16], 16),
        int(record.id[16:], 16),
        int.from_bytes(hashlib.blake2b(content, digest_size=8).digest()),
        *place,
        task.number,
        held_out,
    )


def scan_records(job: Job, file: RecordFile, finder: "Finder | None") -> Scanned:
    """Screen the records of `file`, make a key row of each that may be used, look for held-out
    items in it."""
    numbers = {task.name: number for number, task in enumerate(job.tasks)}
    tasks: dict[str, _KnownTask] = {}
    rows, scanned = [], Scanned()
    records = read_records(file)
    while batch := list(islice(records, _RECORDS_AT_ONCE)):
        for name in {record.task for record, _, _ in batch} - tasks.keys():
            tasks[name] = _know_task(job, numbers[name])
        kept = [
            (record, (offset, length, file.index))
            for record, offset, length in batch
            if scanned.admits(record, screen(record, tasks[record.task].task, job.policy))
        ]
        found = finder.find([record for record, _ in kept]) if finder else [[] for _ in kept]
        for (record, place), matches in zip(kept, found, strict=True):
            held_out = matches[0].item + 1 if matches else 0
            rows.append(key_row(tasks[record.task], record, held_out, place, job.deduplicate))
            if finder and matches:
                scanned.matches += match_rows(record, matches, finder)
    scanned.rows = np.array(rows, dtype=KEY_ROW)
    return scanned


def scan_file(index: int, work: str, _: Run | None = None) -> Run:
    """Write the key rows of record file `index`, in buckets by duplicate key."""
    path = filesystem.join(work, SCREEN, f"{index:06d}.run")
    return finished_run(path, lambda: _scan(index, work, path))


def _scan(index: int, work: str, path: str) -> Run:
    job = load_job(work)
    file = job.files[index]
    scanned = scan_records(job, file, load_finder(work))
    summary = {
        "rejections": write_rejections(rejection_file(job, SCREEN, index), scanned.rejections),
        "contamination": write_matches(job, index, scanned.matches),
        SCREEN: {
            "entered": scanned.entered,
            "left": scanned.left,
            "rejected": scanned.rejected,
        },
    }
    rows = scanned.rows
    sections = group_rows(rows, bucket_of(rows["key_high"], job.num_buckets))
    report("scan", file.records)
    return write_run(path, job.num_buckets, sections, summary)


@dataclass
class ScanRecords(beam.PTransform):
    """Index of a record file → Run of its key rows; `index` is the barrier before it."""

    work: str
    index: beam.PCollection

    def expand(self, files: beam.PCollection) -> beam.PCollection:
        index = beam.pvalue.AsSingleton(self.index)
        return files | "Scan" >> beam.Map(scan_file, self.work, index)
