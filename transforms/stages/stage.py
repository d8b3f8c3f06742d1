"""One declaration for each stage of the assembly.

A stage's run files, restarts, fingerprint, cache, ledger entries, progress and place in the Beam
graph are derived from it. A stage does not know how rows travel between stages: it states
what it reads and yields, by name, and how the rows that it reads are divided among its work
items.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from transforms.job import Job
from transforms.records.key_rows import bucket_of
from transforms.settings import CorpusSettings
from transforms.stages.output import NoNotes, Output
from transforms.stages.work import Work

if TYPE_CHECKING:
    from apache_beam import PTransform

# Names of inputs and outputs. If several stages yield `rows`, a reader gets the nearest earlier.
ROWS = "rows"
# A stage that reads this gets the output of all earlier stages.
EVERYTHING = "everything"


@dataclass(frozen=True)
class Items:
    """The work items of a stage, and the assignment of input rows to them.

    Attributes:
      name: for messages and for the cache.
      count: their number, if the job determines it; otherwise the stage has `count_items`.
      divide: the item of each row: ([rows] any dtype, job) → [rows] int64. None if an item
        reads sections by number, or everything.
      by_section: whether each item reads the section of its number.
    """

    name: str
    count: Callable[[Job], int] | None
    divide: Callable[[NDArray[Any], Job], NDArray[np.int64]] | None = None
    by_section: bool = False


def _one(_: Job) -> int:
    return 1


def _num_files(job: Job) -> int:
    return len(job.files)


def _num_buckets(job: Job) -> int:
    return job.num_buckets


def _by_file(rows: NDArray[Any], _: Job) -> NDArray[np.int64]:
    return rows["file"].astype(np.int64)


def _by_key(rows: NDArray[Any], job: Job) -> NDArray[np.int64]:
    return bucket_of(rows["key_high"], job.num_buckets)


def _by_task(rows: NDArray[Any], job: Job) -> NDArray[np.int64]:
    return rows["task"].astype(np.int64) % job.num_buckets


def _by_hash(rows: NDArray[Any], job: Job) -> NDArray[np.int64]:
    return bucket_of(rows["hash"], job.num_buckets)


def _together(rows: NDArray[Any], _: Job) -> NDArray[np.int64]:
    return np.zeros(len(rows), dtype=np.int64)


ONCE = Items("once", _one)
# One item that needs all rows; an item of ONCE reads only what runs say about theirs.
AT_ONCE = Items("all rows at once", _one, _together)
RECORD_FILES = Items("record files", _num_files, _by_file)
KEY_BUCKETS = Items("buckets of duplicate keys", _num_buckets, _by_key)
TASK_BUCKETS = Items("buckets of tasks", _num_buckets, _by_task)
HASH_BUCKETS = Items("buckets of hashes", _num_buckets, _by_hash)
COUNTED = Items("as many as the stage before says", None)
SECTIONS = Items("sections of the stage before", None, by_section=True)


def always(_: CorpusSettings) -> bool:
    """Enable a stage in every recipe."""
    return True


def whole(work: Work) -> Iterable[Work]:
    """Leave a work item in one part."""
    yield work


@dataclass(frozen=True)
class Ranges:
    """Sections of what a stage reads by `name`, of which each work item takes a range.

    Attributes:
      of: [first, last) of every work item, in order, from what the stage reads beside it; each
        section that has bytes is in one.
    """

    name: str
    of: Callable[[Work], Sequence[tuple[int, int]]]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage: its work items, inputs, output, and the settings that its output depends on.

    Attributes:
      name: name of its directory, ledger entries, rejections and progress line.
      run: computes the output of one work item, a pure function.
      items: the kind of its work items.
      reads: names of its inputs; see `Input`.
      yields: the name under which later stages read its rows or sections.
      dtype: type of its rows; None if it yields sections, or nothing.
      settings: dotted keys of the recipe that its output depends on. `sources`, `held_out`,
        `templates` and `vocabulary` also cover the contents of the files that they name.
      notes: the dataclass of its output's `notes`.
      version: raise it to make the stage run again although its code and settings did not change.
      is_kept: whether finished runs are kept in the store's cache for other builds.
      is_enabled: whether a recipe has the stage at all.
      count_items: how many work items there are, where the job does not determine it, from what the
        stage reads.
      ranges: which sections its items read, where those are not rows that are divided.
      split: parts of a work item that are run and kept one by one.
      undrawn: reasons under which it counts records that were fit for use but not drawn; they have
        no rows among the rejections.
      by_shuffle: (directory, job) → a transform from the runs of its one input to its own, which
        takes its place where an engine's shuffle carries rows; None if the job needs none.
    """

    name: str
    run: Callable[[Work], Output]
    items: Items
    reads: tuple[str, ...] = ()
    yields: str = ""
    dtype: np.dtype[Any] | None = None
    settings: tuple[str, ...] = ()
    notes: type[Any] = NoNotes
    version: int = 1
    is_kept: bool = False
    is_enabled: Callable[[CorpusSettings], bool] = always
    count_items: Callable[[Work], int] | None = None
    ranges: Ranges | None = None
    split: Callable[[Work], Iterable[Work]] = whole
    undrawn: frozenset[str] = field(default_factory=frozenset)
    by_shuffle: "Callable[[str, Job], PTransform | None] | None" = None
