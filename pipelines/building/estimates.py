"""Estimate time, disk space and vocabulary losses of a build from a sample of examples.

The sample is rendered as the build would render it, on this machine, so the estimate needs no
constants that become outdated.
"""

import gzip
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tfrecords_schema import filesystem
from tfrecords_schema.codec import encode_row
from tfrecords_schema.errors import DataError
from tfrecords_schema.manifest import TRAIN
from tfrecords_schema.vocabulary import count_losses
from transforms.job import Job
from transforms.mixture.mixing import Plan
from transforms.prompts.renderer import Renderer, Use, example_row, load_renderer
from transforms.records.record_store import RecordFile, encode_record, read_records
from transforms.types import TEMPLATE_TYPES, Example, Record

_RECORDS_OF_A_FILE = 20
_FILES = 200
# Rendered rows and the shards made from them are on disk together; plus a little for all else.
_COPIES = 2.2
_PARQUET_SHARE = 0.7
# Upper bound, in most corpora, of example bytes per record byte: exemplars and token ids.
_MOST_OF_A_RECORD = 12


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Estimated cost of a build, from a sample of its examples.

    Attributes:
      seconds: time for rendering and writing, with the workers of the plan.
      snapshot_bytes: size of the shards, Parquet files and kept records.
      peak_bytes: disk space that the store needs during the build.
      free_bytes: free space of the store's disk; None if unknown.
      losses: {task: losses of encoding in the sample}, see `count_losses`.
    """

    seconds: float
    snapshot_bytes: int
    peak_bytes: int
    free_bytes: int | None
    losses: dict[str, dict[str, int]]


def estimate(job: Job, work: str, mixture: Plan, store: str, workers: int) -> Estimate:
    """Estimate the build of a job that was planned in the directory `work`."""
    renderer = load_renderer(work)
    sizes: dict[str, list[int]] = {}
    lines: dict[str, list[bytes]] = {}
    lost: dict[str, Counter[str]] = {}
    quotas = mixture.quotas.values()
    # A task of which no record is left has no exemplars either, so nothing of it can be rendered.
    left = {quota.task for quota in quotas if quota.available or any(quota.validation.values())}
    began, rendered = time.perf_counter(), 0
    for record, position in _sample(job):
        if record.task not in left:
            continue
        kind = TEMPLATE_TYPES[position % len(TEMPLATE_TYPES)]
        fitted = renderer.render(
            Use(record=record, split=TRAIN, task=record.task, repetition=0, template_type=kind)
        )
        if isinstance(fitted, str):
            continue
        rendered += 1
        lines.setdefault(record.task, []).append(encode_record(record))
        example, _ = fitted
        sizes.setdefault(record.task, []).append(len(encode_row(example_row(example, ""))))
        if job.vocabulary.kind != "bytes":
            _count(lost.setdefault(record.task, Counter()), renderer, example)
    seconds = time.perf_counter() - began
    means = {task: sum(of_task) / len(of_task) for task, of_task in sizes.items()}
    mean = sum(means.values()) / max(1, len(means))
    examples = sum(quota.examples + sum(quota.validation.values()) for quota in quotas)
    shards = sum(
        (quota.examples + sum(quota.validation.values()))
        * means.get(quota.inverts or quota.task, mean)
        for quota in quotas
    )
    kept = _kept_bytes(mixture, lines)
    parquet = _PARQUET_SHARE if job.settings.output.parquet else 0.0
    return Estimate(
        seconds=examples * seconds / max(1, rendered) / workers * 2,
        snapshot_bytes=int(shards * (1 + parquet) + kept),
        peak_bytes=int(shards * (_COPIES + parquet) + kept),
        free_bytes=free_bytes(store),
        losses={task: dict(counts) for task, counts in sorted(lost.items())},
    )


def _kept_bytes(mixture: Plan, lines: dict[str, list[bytes]]) -> float:
    """Return the size of the records that the snapshot keeps: of each that is shown, once."""
    used: Counter[str] = Counter()
    available: dict[str, int] = {}
    for quota in mixture.quotas.values():
        task = quota.inverts or quota.task
        used[task] += quota.examples + sum(quota.validation.values())
        available[task] = quota.available + sum(quota.validation.values())
    means = {task: len(gzip.compress(b"".join(some))) / len(some) for task, some in lines.items()}
    mean = sum(means.values()) / max(1, len(means))
    return sum(min(n, available[task]) * means.get(task, mean) for task, n in used.items())


def _count(lost: Counter[str], renderer: Renderer, example: Example) -> None:
    texts = (example.prompt.inputs, example.prompt.targets)
    lost.update(count_losses(renderer.vocabulary, texts, (example.inputs, example.targets)))


def _sample(job: Job) -> Iterator[tuple[Record, int]]:
    """Yield the first records of some record files, each with its position in the file."""
    step = max(1, len(job.files) // _FILES)
    for file in job.files[::step]:
        for position, (record, _, _) in enumerate(islice(read_records(file), _RECORDS_OF_A_FILE)):
            yield record, position


def free_bytes(directory: str) -> int | None:
    """Return the free bytes of the disk that holds a store; None for an object store."""
    if not filesystem.is_local(directory):
        return None
    while not os.path.isdir(directory):
        directory = os.path.dirname(directory)
    return shutil.disk_usage(directory).free


def check_room(needed: int, directory: str, what: str) -> None:
    """Check that a disk has room.

    Raises:
      DataError: it has too little; the message states the needed and the free bytes.
    """
    free = free_bytes(directory)
    if free is not None and needed > free:
        raise DataError(
            f"{directory}: {what} needs about {needed / 1000000000.0:,.1f} GB, "
            f"{free / 1000000000.0:,.1f} GB are free; nothing was started: free space "
            "(flanbeam gc), or build fewer examples"
        )


def certainly_fits(job: Job, store: str) -> bool:
    """Return whether a build fits the disk even if every record is used as often as allowed."""
    free = free_bytes(store)
    if free is None:
        return True
    sizes = sum(_size(file) for file in job.files)
    return sizes * _MOST_OF_A_RECORD * job.settings.mixture.max_epochs * _COPIES < free


def _size(file: RecordFile) -> int:
    return os.path.getsize(file.path) if filesystem.is_local(file.path) else 0
