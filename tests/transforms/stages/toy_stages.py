"""A chain of small stages that read no record: every kind of work item, of input and of output.

numbers → even (drops the odd ones) → digits (in parts, yields sections) → sums (of a section) →
census (reads everything).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tests.transforms.stage_runs import StageRuns
from tfrecords_schema import filesystem
from tfrecords_schema.manifest import RowFile
from tfrecords_schema.splitmix64 import rehash
from transforms.job import Job
from transforms.stages.execution import run_stages
from transforms.stages.output import FileNote, Output, StageCounts
from transforms.stages.stage import (
    COUNTED,
    EVERYTHING,
    KEY_BUCKETS,
    ONCE,
    RECORD_FILES,
    Stage,
)
from transforms.stages.wiring import Wired, wire
from transforms.stages.work import Work
from transforms.types import Rejection

SizedJob = Callable[[Sequence[int]], tuple[str, Job]]
# Records that three files state: work for three buckets of keys, and the numbers that come of it.
SIZES = [10, 0, 400_000]
VALUES = {*range(10), *range(200, 210)}
# Divided by "key_high" and by "file".
NUMBER_ROW = np.dtype([("value", "<u8"), ("key_high", "<u8"), ("file", "<u4")])
NUMBERS, DIGITS = "numbers", "digits"
MOST_NUMBERS, ROWS_OF_A_PART = 10, 2


@dataclass(frozen=True)
class Total:
    """The sum of some numbers."""

    total: int


@dataclass(frozen=True)
class Census:
    """Runs by stage."""

    runs: dict[str, int]


def list_numbers(work: Work) -> Output:
    """Yield a number for each record that a file states, at most ten: 0, 1, … 100, 101, …"""
    count = min(MOST_NUMBERS, work.job.files[work.item].records)
    rows = np.zeros(count, dtype=NUMBER_ROW)
    rows["value"] = 100 * work.item + np.arange(count, dtype=np.uint64)
    rows["key_high"] = rehash(rows["value"], 0)
    rows["file"] = work.item
    return Output(rows=rows, done=count)


def drop_odd(work: Work) -> Output:
    """Keep the even numbers of a bucket; each odd one is a rejection, all are in a report."""
    rows = work.read(NUMBERS).rows()
    odd = rows["value"] % 2 == 1
    report = b"".join(b"%d\n" % value for value in rows["value"].tolist())
    path, digest = f"reports/{work.item}.txt", hashlib.sha256(report).hexdigest()
    filesystem.write_bytes(filesystem.join(work.job.staging, path), report)
    return Output(
        rows=rows[~odd],
        counts=StageCounts(
            entered=Counter(t=len(rows)),
            kept=Counter(t=int((~odd).sum())),
            rejected={"odd": Counter(t=int(odd.sum()))},
        ),
        rejections=[
            Rejection(
                stage=work.stage,
                reason="odd",
                id=f"{value:032x}",
                source="s",
                task="t",
                detail="an odd number",
            )
            for value in rows["value"][odd].tolist()
        ],
        reports=[RowFile(path=path, rows=len(rows), sha256=digest)],
        files=[FileNote("elsewhere", "0" * 64, "work")],
        notes=Total(int(rows["value"].sum())),
        done=len(rows),
    )


def split_numbers(work: Work) -> Iterator[Work]:
    """Divide the numbers of a file into parts of two."""
    rows = np.sort(work.read(NUMBERS).rows(), order="value")
    for part, start in enumerate(range(0, max(1, len(rows)), ROWS_OF_A_PART)):
        yield replace(work, part=part, rows=rows[start : start + ROWS_OF_A_PART])


def list_digits(work: Work) -> Output:
    """Yield the numbers of a part as text, in ten sections by their last digit."""
    assert work.rows is not None
    sections: dict[int, bytes] = {}
    for value in work.rows["value"].tolist():
        sections[value % 10] = sections.get(value % 10, b"") + b"%d\n" % value
    fours = [value for value in work.rows["value"].tolist() if value % 10 == 4]
    return Output(
        sections=sections,
        num_sections=10,
        rejections=[
            Rejection(
                stage=work.stage, reason="four", id=f"{v:032x}", source="s", task="t", detail=""
            )
            for v in fours
        ],
        done=len(work.rows),
    )


def count_digits(work: Work) -> int:
    """Return 1 + the last digit of any number."""
    digits = [number for number in range(10) if work.read(DIGITS).sections(number, number + 1)]
    return 1 + max(digits, default=0)


def add_numbers(work: Work) -> Output:
    """Add the numbers that end in one digit."""
    sections = work.read(DIGITS).sections(work.item, work.item + 1)
    return Output(notes=Total(sum(int(line) for line in b"".join(sections).splitlines())))


def count_runs(work: Work) -> Output:
    """Count the runs of all stages."""
    return Output(notes=Census({name: len(one.runs) for name, one in work.inputs.items()}))


LIST = Stage(name="numbers", run=list_numbers, items=RECORD_FILES, yields=NUMBERS, dtype=NUMBER_ROW)
EVEN = Stage(
    name="even",
    run=drop_odd,
    items=KEY_BUCKETS,
    reads=(NUMBERS,),
    yields=NUMBERS,
    dtype=NUMBER_ROW,
    notes=Total,
)
DIGIT = Stage(
    name="digits",
    run=list_digits,
    items=RECORD_FILES,
    reads=(NUMBERS,),
    yields=DIGITS,
    split=split_numbers,
)
SUM = Stage(
    name="sums",
    run=add_numbers,
    items=COUNTED,
    reads=(DIGITS,),
    notes=Total,
    count_items=count_digits,
)
CENSUS = Stage(name="census", run=count_runs, items=ONCE, reads=(EVERYTHING,), notes=Census)
TOYS = (LIST, EVEN, DIGIT, SUM, CENSUS)


def run_toys(stages: Sequence[Stage], work: str, job: Job) -> StageRuns:
    """Return the runs of `stages` on the job in the directory `work`."""
    return StageRuns(job, run_stages(stages, work))


def wired_in(stages: Sequence[Stage], stage: Stage, job: Job) -> Wired:
    """Return `stage` as it is connected among `stages`."""
    (wired,) = [one for one in wire(stages, job.settings) if one.stage is stage]
    return wired
