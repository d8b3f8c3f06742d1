"""The job file of an assembly: everything its workers need, written once, read once per process.

Beam elements are then small integers: the task table is neither in the job graph (Dataflow rejects
graphs over 10 MB) nor in each element.
"""

import gc
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, PrivateAttr

from tfrecords_schema import filesystem
from tfrecords_schema.manifest import LedgerEntry, SourceInfo, VocabularyInfo
from transforms.records.record_store import RecordFile
from transforms.runtime.parent_watchdog import end_with_parent
from transforms.settings import CorpusSettings
from transforms.types import Task

JOB = "job.json"
_RECORDS_PER_BUCKET = 200_000
_MAX_SHARDS = 4096
# Objects between collections, and how many of these come before one of older objects.
_COLLECT_AFTER = (20_000, 20, 10)


class Job(BaseModel):
    """One assembly: its tasks and record files, and the settings of every stage.

    Attributes:
      staging: directory in which the snapshot is written.
      ingest_rejections: (name in the snapshot, file).
      held_out_ledger, held_out_rejections: the same for the evaluation sets.
      searched_snapshots: names of other snapshots among the evaluation sets.
      known, known_tasks: records of other snapshots that are left out, and their tasks.
      kept_prompts: (file of kept rows, snapshot) of earlier snapshots whose examples may be copied
        (transforms/prompts/kept_prompts.py); None if the store keeps no rows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    version: str
    fingerprint: str
    settings: CorpusSettings
    recipe: dict[str, Any]
    software: dict[str, str]
    nodes: dict[str, Any] = {}
    staging: str
    sources: list[SourceInfo]
    ingest_ledger: list[LedgerEntry]
    ingest_rejections: list[tuple[str, str]]
    held_out_ledger: list[LedgerEntry] = []
    held_out_rejections: list[tuple[str, str]] = []
    tasks: list[Task]
    files: list[RecordFile]
    held_out: list[RecordFile]
    held_out_tasks: list[Task]
    searched_snapshots: list[str] = []
    known: list[RecordFile] = []
    known_tasks: list[Task] = []
    vocabulary: VocabularyInfo
    vocabulary_path: str | None
    kept_prompts: list[tuple[str, str]] | None = None
    # The list that they are of, since a copy of a job may have other tasks, the numbers, the names.
    _numbers: tuple[list[Task], Mapping[str, int], Sequence[str]] | None = PrivateAttr(None)

    @property
    def task_numbers(self) -> Mapping[str, int]:
        """Place of each task in `tasks`, by name: made once; to be taken once a work item."""
        return self._numbered()[1]

    @property
    def task_names(self) -> Sequence[str]:
        """Name of each task in `tasks`: made once; to be taken once a work item."""
        return self._numbered()[2]

    def _numbered(self) -> tuple[list[Task], Mapping[str, int], Sequence[str]]:
        if self._numbers is None or self._numbers[0] is not self.tasks:
            numbers = {task.name: number for number, task in enumerate(self.tasks)}
            self._numbers = self.tasks, numbers, [task.name for task in self.tasks]
        return self._numbers

    @property
    def num_records(self) -> int:
        """Number of records that ingest kept."""
        return sum(file.records for file in self.files)

    @property
    def known_snapshots(self) -> list[str]:
        """Names of the other snapshots whose records are left out, in the recipe's order."""
        return list(dict.fromkeys(file.source for file in self.known))

    @property
    def num_buckets(self) -> int:
        """Buckets of the exchanges by key and by task: each fits in memory."""
        return 1 + self.num_records // _RECORDS_PER_BUCKET

    @property
    def num_order_buckets(self) -> int:
        """Buckets of the exchange by order: a shard is a range of them."""
        return min(
            _MAX_SHARDS, max(64, self.settings.output.min_shards) + self.num_records // 1_000
        )

    @property
    def data_dir(self) -> str:
        """Directory of the shards in the snapshot, as seqio and TFDS expect."""
        return filesystem.join(self.name, self.version)


def write_job(work: str, job: Job) -> None:
    """Write the job file of work directory `work`."""
    filesystem.write_bytes(filesystem.join(work, JOB), job.model_dump_json().encode())


@lru_cache(maxsize=4)
def load_job(work: str) -> Job:
    """Return the job of work directory `work`; each process reads it once."""
    end_with_parent()
    job = Job.model_validate_json(filesystem.read_bytes(filesystem.join(work, JOB)))
    # It may have many tasks, all of which stay: the collector need not look at them again.
    gc.freeze()
    # Records, templates and counts refer to each other in no circles: the collector finds little,
    # and what is kept of many tasks is a lot to look through after every 700 objects.
    gc.set_threshold(*_COLLECT_AFTER)
    return job
