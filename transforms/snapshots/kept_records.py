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
from transforms.mixture.mixing import QUOTAS, Plan, decode_plan
from transforms.mixture.ranking import POOLS, RANKED
from transforms.mixture.selection import SELECTED, ranked_rows
from transforms.records.key_rows import first_of_runs
from transforms.records.record_store import read_lines
from transforms.runtime.exchange import Run
from transforms.stages.output import FileNote, Output
from transforms.stages.stage import RECORD_FILES, SECTIONS, TASK_BUCKETS, Stage
from transforms.stages.work import Work

LISTED, LINES = "listed_records", "lines"
_RECORDS_PER_FILE = 10_000
# With 6, files are a tenth smaller, in three times the CPU time: a twentieth of a snapshot.
_LEVEL = 2
# A record of a record file, its task, and its line in a file of the snapshot; files are numbered
# across all buckets, lines within the bucket.
LISTED_ROW = np.dtype(
    [
        ("offset", "<u8"),
        ("line", "<u8"),
        ("length", "<u4"),
        ("file", "<u4"),
        ("kept_file", "<u4"),
        ("task", "<u4"),
    ]
)
# A section has the number of its records, a row for each of them, and the records.
_COUNT, _READ_ROW = np.dtype("<u8"), np.dtype([("line", "<u8"), ("length", "<u4"), ("task", "<u4")])


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
    buckets = job.num_buckets
    most = np.zeros(buckets, np.int64)
    np.add.at(most, np.arange(len(job.tasks)) % buckets, _most_kept(job, plan))
    return list(accumulate((-(-most // _RECORDS_PER_FILE)).tolist(), initial=0))


def _most_kept(job: Job, plan: Plan) -> NDArray[np.int64]:
    """Return how many records of each task are kept at most, [tasks]; of an inversion none."""
    numbers = job.task_numbers
    counts = [
        (
            numbers[quota.inverts or quota.task],
            min(quota.examples, quota.records),
            sum(quota.validation.values()),
            min(job.settings.few_shot.pool, quota.available),
        )
        for quota in plan.quotas.values()
    ]
    # A task and its inversion use the same records.
    most = np.zeros((len(job.tasks), 3), np.int64)
    tasks, *columns = np.array(counts, np.int64).reshape(-1, 4).T
    for number, column in enumerate(columns):
        np.maximum.at(most[:, number], tasks, column)
    kept: NDArray[np.int64] = most.sum(axis=1)
    return kept


def list_records(work: Work) -> Output:
    """List the records of a bucket of tasks: those of examples by place, then other exemplars."""
    selected = work.read(SELECTED).rows()
    selected = selected[np.lexsort((selected["offset"], selected["file"]))]
    selected = selected[first_of_runs(selected["file"], selected["offset"])]
    others = ranked_rows(work.read(RANKED), POOLS)
    others = others[~np.isin(_places(others), _places(selected))]
    rows = np.zeros(len(selected) + len(others), dtype=LISTED_ROW)
    for name in ("offset", "length", "file", "task"):
        rows[name] = np.concatenate([selected[name], others[name]])
    rows["task"] = _own_tasks(work.job)[rows["task"]]
    rows["line"] = np.arange(len(rows))
    first = _first_files(work)[work.item]
    rows["kept_file"] = first + rows["line"] // _RECORDS_PER_FILE
    return Output(rows=rows)


def _own_tasks(job: Job) -> NDArray[np.uint32]:
    """Return the number of the task whose records each task prompts, [tasks]: mostly its own."""
    numbers = job.task_numbers
    own = np.arange(len(job.tasks), dtype=np.uint32)
    for number, task in enumerate(job.tasks):
        if task.inverts:
            own[number] = numbers[task.inverts]
    return own


def _places(rows: NDArray[Any]) -> NDArray[np.uint64]:
    """Return a number for the place of each record; files have less than 2^40 bytes."""
    places: NDArray[np.uint64] = (rows["file"].astype(np.uint64) << np.uint64(40)) | rows["offset"]
    return places


def read_records(work: Work) -> Output:
    """Read the listed records of one record file; a section has those of one kept file."""
    rows = work.read(LISTED).rows()
    rows = rows[np.argsort(rows["offset"])]
    offsets, lengths = (rows[name].astype(np.int64) for name in ("offset", "length"))
    lines = read_lines(work.job.files[work.item].path, offsets, lengths)
    in_order = np.argsort(rows["kept_file"], kind="stable")
    firsts = np.flatnonzero(first_of_runs(rows["kept_file"][in_order]))
    sections = {
        int(rows["kept_file"][numbers[0]]): _encode_section(
            rows[numbers], [lines[number] for number in numbers.tolist()]
        )
        for numbers in np.split(in_order, firsts[1:])
        if len(numbers)
    }
    return Output(sections=sections, num_sections=1 + max(sections, default=0))


def _encode_section(rows: NDArray[Any], lines: Sequence[bytes]) -> bytes:
    table = np.zeros(len(rows), _READ_ROW)
    for name in _READ_ROW.names or ():
        table[name] = rows[name]
    return b"".join([np.array([len(rows)], _COUNT).tobytes(), table.tobytes(), *lines])


def _decode_sections(sections: Sequence[bytes]) -> tuple[NDArray[np.uint32], list[bytes]]:
    """Return the task of each record, and its line of JSON, in the order of their lines."""
    tables, texts = [np.zeros(0, _READ_ROW)], []
    for section in sections:
        (count,) = np.frombuffer(section, _COUNT, 1)
        tables.append(np.frombuffer(section, _READ_ROW, count, _COUNT.itemsize))
        texts.append(section[_COUNT.itemsize + tables[-1].nbytes :])
    table, text = np.concatenate(tables), b"".join(texts)
    ends = np.cumsum(table["length"], dtype=np.int64)
    in_order = np.argsort(table["line"])
    bounds = np.stack([ends - table["length"], ends], axis=1)[in_order].tolist()
    return table["task"][in_order], [text[start:end] for start, end in bounds]


def count_files(work: Work) -> int:
    """Return the number of files, those included that may stay without records."""
    return _first_files(work)[-1]


def encode_kept(job: Job, tasks: NDArray[np.uint32], lines: Sequence[bytes]) -> bytes:
    """Return lines of records behind a line for each of their tasks, compressed."""
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
        for task in map(job.tasks.__getitem__, np.unique(tasks).tolist())
    ]
    return gzip.compress(b"".join([*heads, *lines]), _LEVEL, mtime=0)


def keep_records(work: Work) -> Output:
    """Write one file of the records that examples or exemplars are made of."""
    tasks, lines = _decode_sections(work.read(LINES).sections(work.item, work.item + 1))
    if not lines:
        return Output(notes=KeptRecords())
    first_of = _first_files(work)
    bucket = bisect_right(first_of, work.item) - 1
    path = f"{RECORDS}/{bucket:06d}-{work.item - first_of[bucket]:04d}.jsonl.gz"
    data = encode_kept(work.job, tasks, lines)
    filesystem.write_bytes(filesystem.join(work.job.staging, path), data)
    file = RowFile(path=path, rows=len(lines), sha256=hashlib.sha256(data).hexdigest())
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
