"""Read every record once and write its key row: what deduplication and selection need to know.

Texts stay in the record files; from here on a record is 64 bytes that point at them.
"""

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
from transforms.stable_random import stable_digest
from transforms.templates.families import FAMILIES


def key_rows(job: Job, file: RecordFile, held_out: HeldOutIndex) -> KeyRows:
    """One KEY_ROW for each record of `file`, in file order."""
    numbers = {task.name: number for number, task in enumerate(job.tasks)}
    rows = np.zeros(file.records, dtype=KEY_ROW)
    for position, (record, offset, length) in enumerate(read_records(file)):
        number = numbers[record.task]
        task = job.tasks[number]
        key = duplicate_key(record, task, job.deduplicate)
        content = stable_digest(record.license, repr(sorted(record.fields.items())))
        found = held_out.find(content_words(record.fields, FAMILIES[task.family].targets))
        rows[position] = (
            int.from_bytes(key[:8]),
            int.from_bytes(key[8:]),
            int(record.id[:16], 16),
            int(record.id[16:], 16),
            int.from_bytes(content[:8]),
            offset,
            length,
            file.index,
            number,
            0 if found is None else found + 1,
        )
    return rows


def scan_file(index: int, work: str) -> Run:
    """Write the key rows of record file `index`, in buckets by duplicate key."""
    path = filesystem.join(work, "scan", f"{index:06d}.run")
    return finished_run(path, lambda: _scan(index, work, path))


def _scan(index: int, work: str, path: str) -> Run:
    job = load_job(work)
    file = job.files[index]
    rows = key_rows(job, file, load_held_out_index(work))
    sections = group_rows(rows, bucket_of(rows["key_high"], job.num_buckets))
    report("scan", file.records)
    return write_run(path, job.num_buckets, sections, {"records": file.records})


@dataclass
class ScanRecords(beam.PTransform):
    """Index of a record file → Run of its key rows."""

    work: str

    def expand(self, files: beam.PCollection) -> beam.PCollection:
        return files | "Scan" >> beam.Map(scan_file, self.work)
