"""Read every record once, screen it, and write its key row: what later stages need to know.

Texts stay in the record files; from here on a record is 64 bytes that point at them.
"""

from collections import Counter
from dataclasses import dataclass

import apache_beam as beam
import numpy as np

from tfrecords_schema import filesystem
from transforms.decontamination import HeldOutIndex, content_words, load_held_out_index
from transforms.deduplication import duplicate_key
from transforms.exchange import Run, finished_run, group_rows, write_run
from transforms.job import Job, load_job
from transforms.key_rows import KEY_ROW, KeyRows, bucket_of
from transforms.progress import report
from transforms.record_store import RecordFile, read_records
from transforms.rejections import rejection_file, write_rejections
from transforms.screening import SCREEN, screen
from transforms.stable_random import stable_digest
from transforms.templates.families import FAMILIES
from transforms.types import Record, Rejection


@dataclass
class Scanned:
    """One record file: the key rows of records that may be used, and what was screened out."""

    rows: KeyRows
    entered: Counter[str]
    left: Counter[str]
    rejected: dict[str, Counter[str]]
    rejections: list[Rejection]


def key_row(
    job: Job, task_number: int, record: Record, held_out: HeldOutIndex, place: tuple[int, int, int]
) -> tuple[int, ...]:
    """The KEY_ROW of a record that lies at `place`: (offset, length, file)."""
    task = job.tasks[task_number]
    key = duplicate_key(record, task, job.deduplicate)
    content = stable_digest(record.license, repr(sorted(record.fields.items())))
    found = held_out.find(content_words(record.fields, FAMILIES[task.family].targets))
    return (
        int.from_bytes(key[:8]),
        int.from_bytes(key[8:]),
        int(record.id[:16], 16),
        int(record.id[16:], 16),
        int.from_bytes(content[:8]),
        *place,
        task_number,
        0 if found is None else found + 1,
    )


def scan_records(job: Job, file: RecordFile, held_out: HeldOutIndex) -> Scanned:
    """Screen the records of `file` and make a key row of each that may be used."""
    numbers = {task.name: number for number, task in enumerate(job.tasks)}
    rows = []
    scanned = Scanned(np.zeros(0, dtype=KEY_ROW), Counter(), Counter(), {}, [])
    for record, offset, length in read_records(file):
        number = numbers[record.task]
        scanned.entered[record.task] += 1
        if reason := screen(record, job.tasks[number], job.policy):
            scanned.rejected.setdefault(reason, Counter())[record.task] += 1
            scanned.rejections.append(
                Rejection(SCREEN, reason, record.id, record.source, record.task, record.license)
            )
            continue
        scanned.left[record.task] += 1
        rows.append(key_row(job, number, record, held_out, (offset, length, file.index)))
    scanned.rows = np.array(rows, dtype=KEY_ROW)
    return scanned


def scan_file(index: int, work: str) -> Run:
    """Write the key rows of record file `index`, in buckets by duplicate key."""
    path = filesystem.join(work, SCREEN, f"{index:06d}.run")
    return finished_run(path, lambda: _scan(index, work, path))


def _scan(index: int, work: str, path: str) -> Run:
    job = load_job(work)
    file = job.files[index]
    scanned = scan_records(job, file, load_held_out_index(work))
    summary = {
        "rejections": write_rejections(rejection_file(job, SCREEN, index), scanned.rejections),
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
    """Index of a record file → Run of its key rows."""

    work: str

    def expand(self, files: beam.PCollection) -> beam.PCollection:
        return files | "Scan" >> beam.Map(scan_file, self.work)
