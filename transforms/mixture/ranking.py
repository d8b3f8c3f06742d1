"""The stage that ranks each task's records by hash, splits off validation, and chooses exemplars.

Selection takes the first records in rank order, so a new source or another weight changes as few
records as possible.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import SPLITS, VALIDATION
from tfrecords_schema.splitmix64 import rehash
from transforms.job import Job
from transforms.records.key_rows import KeyRows, first_of_runs, record_id
from transforms.records.record_store import read_lines
from transforms.stable_random import stable_hash
from transforms.stages.filtering import Verdict, count_by_task, rejection, repeated_ids
from transforms.stages.output import FileNote, Output, StageCounts
from transforms.stages.stage import ROWS, TASK_BUCKETS, Stage
from transforms.stages.work import Work
from transforms.types import Rejection

RANKED = "ranked"
# The section behind those of the splits: rows of the exemplar pools.
POOLS = len(SPLITS)
DUPLICATE_ID = "duplicate_id"
SURPLUS = "validation_surplus"
# Of pools that are read together.
_BYTES_AT_ONCE = 64 << 20
# Behind the pools of a bucket: where that of each task is, and how many there are.
_POOL, _COUNT = np.dtype([("task", "<u8"), ("start", "<u8"), ("end", "<u8")]), np.dtype("<u8")


@dataclass(frozen=True)
class RankNotes:
    """Ranked records of each split, as {split: {task: records}}."""

    records: dict[str, dict[str, int]]


def rank_rows(rows: KeyRows, seed: int) -> tuple[KeyRows, KeyRows]:
    """Return (rows by task and rank, rows whose id another row of the task has).

    Of rows with the same id, the one with the smallest digest of its content is kept.
    """
    ranks = rehash(rows["id_low"], stable_hash(seed, "rank"))
    order = np.lexsort((ranks, rows["task"]))
    # Halves of ids with the same rank are equal, since `rehash` maps no two numbers to one.
    if not first_of_runs(rows["task"][order], ranks[order]).all():
        order = np.lexsort((rows["content"], rows["id_high"], ranks, rows["task"]))
    rows = rows[order]
    first = first_of_runs(rows["task"], rows["id_low"], rows["id_high"])
    return rows[first], rows[~first]


def split_rows(rows: KeyRows, job: Job) -> tuple[KeyRows, KeyRows, KeyRows]:
    """Return (train, validation, surplus) of rows in the order of tasks and ranks, in their order.

    A hash of the compared fields decides, so duplicates are in the same split in all tasks. Rows
    beyond the maximum of a task go to train, unless duplicates may be in other tasks.
    """
    hashes = rehash(rows["key_low"], stable_hash(job.settings.seed, VALIDATION))
    # 2^64 - 2048 is the largest float that is an unsigned 64-bit integer.
    limit = np.uint64(min(job.settings.validation.fraction * 2.0**64, 2.0**64 - 2048))
    drawn = np.flatnonzero(hashes < limit)
    drawn = drawn[np.lexsort((hashes[drawn], rows["task"][drawn]))]
    split = np.zeros(len(rows), dtype=np.uint8)
    if not (job.settings.deduplicate.enabled and job.settings.deduplicate.scope == "corpus"):
        split[drawn] = 2
    if (maximum := job.settings.validation.maximum) is not None:
        drawn = drawn[_places_in_task(rows[drawn]) < maximum]
    split[drawn] = 1
    return rows[split == 0], rows[split == 1], rows[split == 2]


def choose_pool(rows: KeyRows, seed: int, size: int) -> KeyRows:
    """Return the `size` rows of each task with the lowest pool hash, its exemplars' source.

    `rows` and the exemplars are in the order of tasks and ids.
    """
    hashes = rehash(rows["id_low"], stable_hash(seed, "pool"))
    rows = rows[np.lexsort((hashes, rows["task"]))]
    rows = rows[_places_in_task(rows) < size]
    return rows[np.lexsort((rows["id_low"], rows["id_high"], rows["task"]))]


def _places_in_task(rows: KeyRows) -> NDArray[np.int64]:
    """Return how many rows of its task are before each row, of rows in the order of tasks."""
    starts = np.flatnonzero(first_of_runs(rows["task"]))
    return np.arange(len(rows)) - np.repeat(starts, np.diff(starts, append=len(rows)))


def pools_path(bucket: int) -> str:
    """Return the file of the exemplar pools of a bucket of tasks, below the work directory."""
    return f"pools/{bucket:06d}.jsonl"


def pool_lines(job: Job, directory: str, task: int) -> list[bytes]:
    """Return the exemplar pool of task number `task`: lines of a file's number, a tab, a record."""
    path = filesystem.join(directory, pools_path(task % job.num_buckets))
    start, end = _places_of_pools(path).get(task, (0, 0))
    if start == end:
        return []
    if filesystem.is_local(path):
        file = os.open(path, os.O_RDONLY)
        try:
            return os.pread(file, end - start, start).splitlines()
        finally:
            os.close(file)
    with filesystem.open_parts(path) as stream:
        stream.seek(start)
        return stream.read(end - start).splitlines()


@lru_cache(maxsize=256)
def _places_of_pools(path: str) -> dict[int, tuple[int, int]]:
    """Return [start, end) of the pool of each task in a file of `write_pools`, by task number."""
    with filesystem.open_parts(path) as stream:
        size = stream.seek(0, 2)
        stream.seek(size - _COUNT.itemsize)
        (count,) = np.frombuffer(stream.read(_COUNT.itemsize), _COUNT)
        stream.seek(size - _COUNT.itemsize - int(count) * _POOL.itemsize)
        table = np.frombuffer(stream.read(int(count) * _POOL.itemsize), _POOL)
    return {task: (start, end) for task, start, end in table.tolist()}


def _write_pools(work: Work, pools: KeyRows) -> FileNote:
    """Write the pools of a bucket to one file: lines, (task, start, end) of each, their number."""
    path = pools_path(work.item)
    table: list[tuple[int, int, int]] = []
    digest, end = hashlib.sha256(), 0
    with filesystem.atomic_writer(filesystem.join(work.directory, path)) as stream:

        def write(data: bytes) -> None:
            stream.write(data)
            digest.update(data)

        for at_once in _read_together(pools):
            lines = iter(_read_lines(work.job, at_once))
            for task, count in _count_rows(at_once).items():
                data = b"".join(islice(lines, count))
                write(data)
                table.append((task, end, end + len(data)))
                end += len(data)
        write(np.array(table, dtype=_POOL).tobytes())
        write(np.array([len(table)], dtype=_COUNT).tobytes())
    return FileNote(path, digest.hexdigest(), "work")


def _read_together(pools: KeyRows) -> Iterator[KeyRows]:
    """Yield whole pools in groups of bounded size.

    So many at once that a record file is not opened for each of many small ones.
    """
    starts = np.flatnonzero(first_of_runs(pools["task"]))
    before = np.cumsum(pools["length"], dtype=np.int64) - pools["length"]
    firsts = starts[first_of_runs(before[starts] // _BYTES_AT_ONCE)]
    yield from np.split(pools, firsts[1:])


def _read_lines(job: Job, rows: KeyRows) -> list[bytes]:
    """Return the line of each row: the number of its file, a tab, its record."""
    in_files = np.lexsort((rows["offset"], rows["file"]))
    files, offsets, lengths = (
        rows[name][in_files].astype(np.int64) for name in ("file", "offset", "length")
    )
    lines = [b""] * len(rows)
    for part in np.split(np.arange(len(rows)), np.flatnonzero(first_of_runs(files))[1:]):
        if not len(part):
            continue
        number = int(files[part[0]])
        read = read_lines(job.files[number].path, offsets[part], lengths[part])
        for place, line in zip(in_files[part].tolist(), read, strict=True):
            lines[place] = b"%d\t%s" % (number, line)
    return lines


def _count_rows(rows: KeyRows) -> dict[int, int]:
    """Return the number of rows of each task, by task number."""
    tasks, counts = np.unique(rows["task"], return_counts=True)
    return dict(zip(tasks.tolist(), counts.tolist(), strict=True))


def rank_bucket(work: Work) -> Output:
    """Rank the rows of a bucket of tasks, and write the exemplar pool of each task."""
    job = work.job
    entered = work.read(ROWS).rows()
    rows, repeated = rank_rows(entered, job.settings.seed)
    *splits, surplus = split_rows(rows, job)
    pools = choose_pool(splits[0], job.settings.seed, job.settings.few_shot.pool)
    counts = StageCounts(
        entered=count_by_task(job, entered),
        rejected={DUPLICATE_ID: count_by_task(job, repeated)},
    )
    if len(surplus):
        counts.undrawn[SURPLUS] = count_by_task(job, surplus)
    names = [job.tasks[task].name for task in _count_rows(rows)]
    records: dict[str, dict[str, int]] = {}
    for split, of_split in zip(SPLITS, splits, strict=True):
        by_task = count_by_task(job, of_split)
        records[split] = {name: by_task[name] for name in names}
        counts.kept.update(records[split])
    return Output(
        sections={number: of_one.tobytes() for number, of_one in enumerate((*splits, pools))},
        num_sections=POOLS + 1,
        counts=counts,
        rejections=_reject_repeated(work, rows, repeated),
        files=[_write_pools(work, pools)],
        notes=RankNotes(records),
        done=len(entered),
    )


def _reject_repeated(work: Work, rows: KeyRows, repeated: KeyRows) -> list[Rejection]:
    """Return the rejections of rows whose id one of `rows` has, which name the places of both."""
    if not len(repeated):
        return []
    number_of = {(int(r["task"]), record_id(r)): number for number, r in enumerate(rows)}
    kept = rows[[number_of[int(row["task"]), record_id(row)] for row in repeated]]
    details = repeated_ids(work.job, repeated, kept)
    return [
        rejection(work, row, Verdict(reason=DUPLICATE_ID, detail=detail, other_id=record_id(row)))
        for row, detail in zip(repeated, details, strict=True)
    ]


RANK = Stage(
    name="rank",
    run=rank_bucket,
    items=TASK_BUCKETS,
    reads=(ROWS,),
    yields=RANKED,
    settings=("seed", "validation", "few_shot.pool"),
    notes=RankNotes,
    is_kept=True,
    undrawn=frozenset({SURPLUS}),
)
