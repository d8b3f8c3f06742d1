"""The stage that ranks each task's records by hash, splits off validation, and chooses exemplars.

Selection takes the first records in rank order, so a new source or another weight changes as few
records as possible.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice

import numpy as np

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import SPLITS, VALIDATION
from tfrecords_schema.splitmix64 import rehash
from transforms.job import Job
from transforms.records.key_rows import KEY_ROW, KeyRows, first_of_runs, record_id, rows_by_task
from transforms.stable_random import stable_hash
from transforms.stages.filtering import Verdict, count_by_task, rejection, repeated_ids
from transforms.stages.output import FileNote, Output, StageCounts
from transforms.stages.stage import ROWS, TASK_BUCKETS, Stage
from transforms.stages.work import Work
from transforms.types import Rejection

RANKED = "ranked"
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
    order = np.lexsort((rows["content"], rows["id_high"], rows["id_low"], ranks, rows["task"]))
    rows = rows[order]
    first = first_of_runs(rows["task"], rows["id_low"], rows["id_high"])
    return rows[first], rows[~first]


def split_rows(rows: KeyRows, job: Job) -> tuple[KeyRows, KeyRows, KeyRows]:
    """Return (train, validation, surplus) of the ranked rows of one task, in the order of `rows`.

    A hash of the compared fields decides, so duplicates are in the same split in all tasks. Rows
    beyond the maximum go to train, unless duplicates may be in other tasks.
    """
    hashes = rehash(rows["key_low"], stable_hash(job.settings.seed, VALIDATION))
    # 2^64 - 2048 is the largest float that is an unsigned 64-bit integer.
    limit = np.uint64(min(job.settings.validation.fraction * 2.0**64, 2.0**64 - 2048))
    drawn = np.flatnonzero(hashes < limit)
    drawn = drawn[np.argsort(hashes[drawn], kind="stable")]
    split = np.zeros(len(rows), dtype=np.uint8)
    if not (job.settings.deduplicate.enabled and job.settings.deduplicate.scope == "corpus"):
        split[drawn] = 2
    split[drawn[: job.settings.validation.maximum]] = 1
    return rows[split == 0], rows[split == 1], rows[split == 2]


def choose_pool(rows: KeyRows, seed: int, size: int) -> KeyRows:
    """Return the `size` rows of one task with the lowest pool hash, its exemplars' source."""
    hashes = rehash(rows["id_low"], stable_hash(seed, "pool"))
    return rows[np.lexsort((rows["id_low"], hashes))[:size]]


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


def _write_pools(work: Work, pools: Mapping[int, KeyRows]) -> FileNote:
    """Write the pools of a bucket to one file: lines, (task, start, end) of each, their number.

    Pools are read one after the other, but so many at once that a record file is not opened for
    each of many small ones.
    """
    path = pools_path(work.item)
    table: list[tuple[int, int, int]] = []
    digest, end = hashlib.sha256(), 0
    with filesystem.atomic_writer(filesystem.join(work.directory, path)) as stream:

        def write(data: bytes) -> None:
            stream.write(data)
            digest.update(data)

        for at_once in _read_together(pools):
            for task, lines in _read_pools(work.job, at_once).items():
                data = b"".join(lines)
                write(data)
                table.append((task, end, end + len(data)))
                end += len(data)
        write(np.array(table, dtype=_POOL).tobytes())
        write(np.array([len(table)], dtype=_COUNT).tobytes())
    return FileNote(path, digest.hexdigest(), "work")


def _read_together(pools: Mapping[int, KeyRows]) -> Iterator[dict[int, KeyRows]]:
    """Yield the pools in groups of bounded size."""
    at_once: dict[int, KeyRows] = {}
    size = 0
    for task, rows in pools.items():
        at_once[task] = rows
        size += int(rows["length"].sum(dtype=np.int64))
        if size >= _BYTES_AT_ONCE:
            yield at_once
            at_once, size = {}, 0
    yield at_once


def _read_pools(job: Job, pools: Mapping[int, KeyRows]) -> dict[int, list[bytes]]:
    """Return the lines of each pool, in the order of the records' ids."""
    rows = np.concatenate([np.zeros(0, dtype=KEY_ROW), *pools.values()])
    # Where each row of `rows` is among the lines: pool after pool, by id.
    of_pool = np.repeat(np.arange(len(pools)), [len(of_task) for of_task in pools.values()])
    place = np.empty(len(rows), dtype=np.int64)
    place[np.lexsort((rows["id_low"], rows["id_high"], of_pool))] = np.arange(len(rows))
    in_files = np.lexsort((rows["offset"], rows["file"]))
    places = np.stack([rows[name][in_files] for name in ("file", "offset", "length")], axis=1)
    lines = [b""] * len(rows)
    found = zip(places.tolist(), place[in_files].tolist(), strict=True)
    for number, group in groupby(found, lambda one: one[0][0]):
        with filesystem.open_read(job.files[number].path) as stream:
            for (_, offset, length), line in group:
                stream.seek(offset)
                lines[line] = b"%d\t%s" % (number, stream.read(length))
    ordered = iter(lines)
    return {task: list(islice(ordered, len(of_task))) for task, of_task in pools.items()}


def rank_bucket(work: Work) -> Output:
    """Rank the rows of a bucket of tasks, and write the exemplar pool of each task."""
    job = work.job
    entered = work.read(ROWS).rows()
    rows, repeated = rank_rows(entered, job.settings.seed)
    sections: dict[int, list[bytes]] = {number: [] for number in range(len(SPLITS))}
    pools, counts = {}, StageCounts()
    records: dict[str, dict[str, int]] = {split: {} for split in SPLITS}
    for task, of_task in rows_by_task(rows).items():
        name = job.tasks[task].name
        *splits, surplus = split_rows(of_task, job)
        pools[task] = choose_pool(splits[0], job.settings.seed, job.settings.few_shot.pool)
        for number, (split, of_split) in enumerate(zip(SPLITS, splits, strict=True)):
            records[split][name] = len(of_split)
            counts.kept[name] += len(of_split)
            sections[number].append(of_split.tobytes())
        if len(surplus):
            counts.undrawn.setdefault(SURPLUS, Counter())[name] = len(surplus)
    rejections = _reject_repeated(work, rows, repeated)
    counts.entered = count_by_task(job, entered)
    counts.rejected = {DUPLICATE_ID: count_by_task(job, repeated)}
    return Output(
        sections={number: b"".join(rows) for number, rows in sections.items()},
        num_sections=len(SPLITS),
        counts=counts,
        rejections=rejections,
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
    undrawn=frozenset({SURPLUS}),
)
