"""The stage that keeps the records which the snapshot shows: what other corpora are compared with.

Compressed texts are smaller than the hashes of their words, and whatever another recipe compares
can be made of them: digests, MinHash signatures, n-grams, under its own settings.
"""

import gzip
import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter

import numpy as np
import orjson

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import RowFile
from tfrecords_schema.snapshot import RECORDS
from transforms.job import Job
from transforms.mixture.ranking import RANKED
from transforms.mixture.selection import SELECTED
from transforms.stages.output import FileNote, Output
from transforms.stages.stage import TASK_BUCKETS, Stage
from transforms.stages.work import Work

_RECORDS_PER_FILE = 10_000
# Files are 1% smaller with 9, in up to five times the CPU time.
_LEVEL = 6
# Files that are compressed at a time; each holds its lines in memory.
_THREADS = 2
# A line begins with a bracket and the id, 32 hex digits, in quotation marks.
_ID = slice(2, 34)


@dataclass(frozen=True)
class KeptRecords:
    """The files of records that a work item wrote."""

    files: list[RowFile] = field(default_factory=list)


def _selected_lines(work: Work) -> Iterator[tuple[int, bytes]]:
    """Yield (record file, line) of each record that an example is made of, once."""
    rows = work.read(SELECTED).rows()
    places = np.unique(rows[["file", "offset", "length"]])
    for number, group in groupby(places.tolist(), itemgetter(0)):
        with filesystem.open_read(work.job.files[number].path) as stream:
            for _, offset, length in group:
                stream.seek(offset)
                yield number, stream.read(length)


def _exemplar_lines(work: Work) -> Iterator[tuple[int, bytes]]:
    """Yield the same of the records that were set aside as exemplars."""
    for summary in work.read(RANKED).summaries():
        for pool in summary.files:
            data = filesystem.read_bytes(filesystem.join(work.directory, pool.path))
            for line in data.splitlines(keepends=True):
                number, _, record = line.partition(b"\t")
                yield int(number), record


def _shown_lines(work: Work) -> Iterator[bytes]:
    exemplars = {(number, line[_ID]): line for number, line in _exemplar_lines(work)}
    for number, line in _selected_lines(work):
        exemplars.pop((number, line[_ID]), None)
        yield line
    yield from exemplars.values()


def encode_kept(job: Job, lines: Sequence[bytes]) -> bytes:
    """Return lines of records behind a line for each of their tasks, compressed."""
    named = {orjson.loads(line)[1] for line in lines}
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
        for task in job.tasks
        if task.name in named
    ]
    return gzip.compress(b"".join([*heads, *lines]), _LEVEL, mtime=0)


def keep_records(work: Work) -> Output:
    """Write the records of a bucket of tasks that examples or exemplars are made of."""
    shown = _shown_lines(work)
    parts = iter(lambda: list(islice(shown, _RECORDS_PER_FILE)), [])
    files: list[RowFile] = []
    waiting: deque[Future[RowFile]] = deque()
    # Most corpora have one bucket, so no other process compresses; zlib does without Python's lock.
    with ThreadPoolExecutor(_THREADS) as pool:
        for number, lines in enumerate(parts):
            if len(waiting) == _THREADS:
                files.append(waiting.popleft().result())
            waiting.append(pool.submit(_write, work, number, lines))
        files += [part.result() for part in waiting]
    return Output(
        files=[FileNote(file.path, file.sha256) for file in files],
        notes=KeptRecords(files),
    )


def _write(work: Work, number: int, lines: Sequence[bytes]) -> RowFile:
    """Write one file of records; return the manifest's entry."""
    path = f"{RECORDS}/{work.item:06d}-{number:04d}.jsonl.gz"
    data = encode_kept(work.job, lines)
    filesystem.write_bytes(filesystem.join(work.job.staging, path), data)
    return RowFile(path=path, rows=len(lines), sha256=hashlib.sha256(data).hexdigest())


KEEP_RECORDS = Stage(
    name="records",
    run=keep_records,
    items=TASK_BUCKETS,
    reads=(RANKED, SELECTED),
    notes=KeptRecords,
)
