"""The stages that keep the records which the snapshot shows: what other corpora are compared with.

Compressed texts are smaller than the hashes of their words, and whatever another recipe compares
can be made of them: digests, MinHash signatures, n-grams, under its own settings.

The records of a bucket of tasks fill files of the snapshot one after the other. `list_records` says
which record is in which line of which file, `read_records` reads each record file once, however
many buckets it has records of, and `records` writes the files.
"""

import gzip
import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import RowFile
from tfrecords_schema.snapshot import RECORDS
from transforms.job import Job, load_job
from transforms.mixture.mixing import QUOTAS, Plan, Quota, decode_plan
from transforms.mixture.ranking import POOLS, RANKED
from transforms.mixture.selection import SELECTED, ranked_rows
from transforms.records.key_rows import first_of_runs
from transforms.records.record_store import task_of
from transforms.runtime.exchange import Run
from transforms.stages.output import FileNote, Output
from transforms.stages.stage import RECORD_FILES, SECTIONS, TASK_BUCKETS, Stage
from transforms.stages.work import Work

LISTED, LINES = "listed_records", "lines"
_RECORDS_PER_FILE = 10_000
# With 6, files are a tenth smaller, in three times the CPU time: a twentieth of a snapshot.
_LEVEL = 2
# A record of a record file, and its line in a file of the snapshot; files are numbered across all
# buckets, lines within the bucket.
LISTED_ROW = np.dtype(
    [("offset", "<u8"), ("line", "<u8"), ("length", "<u4"), ("file", "<u4"), ("kept_file", "<u4")]
)


@dataclass(frozen=True)
class KeptRecords:
    """The files of records that a work item wrote."""

    files: list[RowFile] = field(default_factory=list)


def _first_files(work: Work) -> list[int]:
    (plan,) = work.read(QUOTAS).runs
    return _first_files_of(work.directory, plan)


@lru_cache(maxsize=2)
def _first_files_of(directory: str, plan: Run) -> list[int]:
    return first_files(load_job(directory), decode_plan(plan))


def first_files(job: Job, plan: Plan) -> list[int]:
    """Return the number of the first file of each bucket of tasks, and how many there are in all.

    The plan bounds the number of records, so that some files may stay without any: of a task, those
    that its examples are made of, and the exemplars that are not among these.
    """
    users: dict[str, list[Quota]] = {}
    for quota in plan.quotas.values():
        users.setdefault(quota.inverts or quota.task, []).append(quota)
    buckets, pool = job.num_buckets, job.settings.few_shot.pool
    most = [0] * buckets
    for number, task in enumerate(job.tasks):
        if not task.inverts:
            most[number % buckets] += _most_kept(users.get(task.name, []), pool)
    return list(accumulate((-(-records // _RECORDS_PER_FILE) for records in most), initial=0))


def _most_kept(users: Sequence[Quota], pool: int) -> int:
    """Return how many records of a task are kept at most; `users` are it and its inversions."""
    used = max((min(quota.examples, quota.records) for quota in users), default=0)
    held = max((sum(quota.validation.values()) for quota in users), default=0)
    available = max((quota.available for quota in users), default=0)
    return used + held + min(pool, available)


def list_records(work: Work) -> Output:
    """List the records of a bucket of tasks: those of examples by place, then other exemplars."""
    selected = work.read(SELECTED).rows()
    selected = selected[np.lexsort((selected["offset"], selected["file"]))]
    selected = selected[first_of_runs(selected["file"], selected["offset"])]
    others = ranked_rows(work.read(RANKED), POOLS)
    others = others[~np.isin(_places(others), _places(selected))]
    rows = np.zeros(len(selected) + len(others), dtype=LISTED_ROW)
    for name in ("offset", "length", "file"):
        rows[name] = np.concatenate([selected[name], others[name]])
    rows["line"] = np.arange(len(rows))
    first = _first_files(work)[work.item]
    rows["kept_file"] = first + rows["line"] // _RECORDS_PER_FILE
    return Output(rows=rows)


def _places(rows: NDArray[Any]) -> NDArray[np.uint64]:
    """Return a number for the place of each record; files have less than 2^40 bytes."""
    places: NDArray[np.uint64] = (rows["file"].astype(np.uint64) << np.uint64(40)) | rows["offset"]
    return places


def read_records(work: Work) -> Output:
    """Read the listed records of one record file, each behind the number of its line and a tab."""
    rows = np.sort(work.read(LISTED).rows(), order="offset")
    sections: dict[int, list[bytes]] = {}
    if len(rows):
        with filesystem.open_read(work.job.files[work.item].path) as stream:
            for offset, line, length, _, kept_file in rows.tolist():
                stream.seek(offset)
                numbered = b"%d\t%s" % (line, stream.read(length))
                sections.setdefault(kept_file, []).append(numbered)
    return Output(
        sections={number: b"".join(lines) for number, lines in sections.items()},
        num_sections=1 + max(sections, default=0),
    )


def count_files(work: Work) -> int:
    """Return the number of files, those included that may stay without records."""
    return _first_files(work)[-1]


def encode_kept(job: Job, lines: Sequence[bytes]) -> bytes:
    """Return lines of records behind a line for each of their tasks, compressed."""
    numbers = job.task_numbers
    named = sorted({numbers[task_of(line)] for line in lines})
    heads = [
        orjson.dumps(
            {
                "name": task.name,
                "source": task.source,
                "collection": task.collection,
                "family": task.family,
                "fields": dict(task.fields),
            },
            option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS,
        )
        for task in map(job.tasks.__getitem__, named)
    ]
    return gzip.compress(b"".join([*heads, *lines]), _LEVEL, mtime=0)


def keep_records(work: Work) -> Output:
    """Write one file of the records that examples or exemplars are made of."""
    numbered = {}
    for section in work.read(LINES).sections(work.item, work.item + 1):
        for line in section.splitlines(keepends=True):
            number, _, record = line.partition(b"\t")
            numbered[int(number)] = record
    if not numbered:
        return Output(notes=KeptRecords())
    first_of = _first_files(work)
    bucket = bisect_right(first_of, work.item) - 1
    path = f"{RECORDS}/{bucket:06d}-{work.item - first_of[bucket]:04d}.jsonl.gz"
    data = encode_kept(work.job, [record for _, record in sorted(numbered.items())])
    filesystem.write_bytes(filesystem.join(work.job.staging, path), data)
    file = RowFile(path=path, rows=len(numbered), sha256=hashlib.sha256(data).hexdigest())
    return Output(files=[FileNote(file.path, file.sha256)], notes=KeptRecords([file]))


LIST_RECORDS = Stage(
    name="list_records",
    run=list_records,
    items=TASK_BUCKETS,
    reads=(RANKED, SELECTED, QUOTAS),
    yields=LISTED,
    dtype=LISTED_ROW,
)
READ_RECORDS = Stage(
    name="read_records",
    run=read_records,
    items=RECORD_FILES,
    reads=(LISTED,),
    yields=LINES,
)
WRITE_RECORDS = Stage(
    name="records",
    run=keep_records,
    items=SECTIONS,
    reads=(LINES, QUOTAS),
    notes=KeptRecords,
    count_items=count_files,
)
KEEP_RECORDS = (LIST_RECORDS, READ_RECORDS, WRITE_RECORDS)
