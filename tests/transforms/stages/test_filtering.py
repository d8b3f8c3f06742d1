"""A filter keeps a record or leaves it out for a reason; each is counted once."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.stage_runs import MakeJob, MakeRecord, StageRuns
from transforms.held_out.indexing import INDEX
from transforms.job import Job
from transforms.records.key_rows import KEY_ROW, KeyRows, record_id
from transforms.scan.scanning import SCAN_RECORDS, scan_records
from transforms.stages.execution import run_stages
from transforms.stages.filtering import (
    Verdict,
    count_by_task,
    filter_records,
    filter_rows,
    records_of,
    rejection,
)
from transforms.stages.output import Output, StageCounts
from transforms.stages.stage import KEY_BUCKETS, RECORD_FILES, ROWS, Stage
from transforms.stages.work import Work
from transforms.types import Record, Rejection

REASONS = ("too_long", "odd")


@pytest.fixture(scope="module")
def records(make_record: MakeRecord) -> list[Record]:
    """Return records of three tasks and two sources."""
    return [make_record(i, task=f"t{i % 3}", source=f"s{i % 3 // 2}") for i in range(20)]


@pytest.fixture(scope="module")
def job(make_job: MakeJob, records: list[Record]) -> Job:
    """Return a job of these records, up to five a file."""
    return make_job(records, records_per_file=5)[1]


@pytest.fixture(scope="module")
def rows(job: Job) -> KeyRows:
    """Return the key rows of all record files."""
    return np.concatenate([scan_records(job, file, None).rows for file in job.files])


def _work(job: Job) -> Work:
    return Work(job=job, stage="gate", directory="", item=0)


def test_a_rejection_says_which_record_it_is(job: Job, rows: KeyRows) -> None:
    row = rows[3]
    task = job.tasks[int(row["task"])]
    assert rejection(_work(job), row, Verdict(reason="odd", detail="an odd one")) == Rejection(
        stage="gate",
        reason="odd",
        id=record_id(row),
        source=task.source,
        task=task.name,
        detail="an odd one",
    )
    compared = rejection(
        _work(job),
        row,
        Verdict(reason="odd", detail="like 0f", other_id="0f", other_source="other", score=0.9),
    )
    assert (compared.other_id, compared.other_source, compared.score) == ("0f", "other", 0.9)


def test_rows_with_a_verdict_are_left_out_and_counted(job: Job, rows: KeyRows) -> None:
    verdicts = {
        0: Verdict(reason="odd", detail="a"),
        1: Verdict(reason="odd", detail="b"),
        4: Verdict(reason="too_long", detail="c"),
    }
    output = filter_rows(_work(job), rows, verdicts)
    assert output.rows is not None
    assert output.rows.tolist() == [*rows[2:4].tolist(), *rows[5:].tolist()]
    tasks = [job.tasks[int(row["task"])].name for row in rows]
    assert output.counts == StageCounts(
        entered=Counter(tasks),
        kept=Counter(tasks[2:4] + tasks[5:]),
        rejected={"odd": Counter(tasks[:2]), "too_long": Counter([tasks[4]])},
    )
    assert [(r.id, r.reason, r.detail) for r in output.rejections] == [
        (record_id(rows[0]), "odd", "a"),
        (record_id(rows[1]), "odd", "b"),
        (record_id(rows[4]), "too_long", "c"),
    ]
    assert output.done == len(rows)


def test_without_verdicts_all_rows_stay(job: Job, rows: KeyRows) -> None:
    output = filter_rows(_work(job), rows, {})
    assert output.rows is not None
    assert output.rows.tobytes() == rows.tobytes()
    assert output.counts == StageCounts(
        entered=count_by_task(job, rows), kept=count_by_task(job, rows)
    )
    assert not output.rejections


def test_no_rows_are_no_records(job: Job, rows: KeyRows) -> None:
    output = filter_rows(_work(job), rows[:0], {})
    assert (output.counts, len(output.rejections)) == (StageCounts(), 0)
    assert list(records_of(job, rows[:0])) == []


@given(
    st.lists(st.integers(0, 19), max_size=30),
    st.dictionaries(st.integers(0, 29), st.sampled_from(REASONS)),
)
def test_counts_are_conserved(
    job: Job, rows: KeyRows, chosen: list[int], reasons: dict[int, str]
) -> None:
    entered = rows[chosen]
    verdicts = {
        position: Verdict(reason=reason, detail="")
        for position, reason in reasons.items()
        if position < len(entered)
    }
    output = filter_rows(_work(job), entered, verdicts)
    assert output.rows is not None
    assert output.counts is not None
    counts = output.counts
    assert not counts.undrawn
    for task in ("t0", "t1", "t2"):
        rejected = sum(by_task[task] for by_task in counts.rejected.values())
        assert counts.entered[task] == counts.kept[task] + rejected
    assert counts.entered.total() == len(entered) == len(output.rows) + len(output.rejections)
    assert count_by_task(job, output.rows) == counts.kept
    assert Counter((r.reason, r.task) for r in output.rejections) == {
        (reason, task): count
        for reason, by_task in counts.rejected.items()
        for task, count in by_task.items()
    }
    assert Counter([record_id(row) for row in output.rows] + [r.id for r in output.rejections]) == (
        Counter(record_id(row) for row in entered)
    )


def test_counts_are_by_name_in_the_order_of_the_tasks(job: Job, rows: KeyRows) -> None:
    assert list(count_by_task(job, rows[::-1])) == ["t0", "t1", "t2"]
    assert count_by_task(job, rows[:0]) == Counter()


def _odd(record: Record) -> Verdict | None:
    number = int(str(record.fields["answer"]).split()[-1].rstrip("."))
    return Verdict(reason="odd", detail=f"{number} is odd") if number % 2 else None


def _drop_odd(work: Work) -> Output:
    return filter_records(work, _odd)


GATE = Stage(
    name="gate", run=_drop_odd, items=RECORD_FILES, reads=(ROWS,), yields=ROWS, dtype=KEY_ROW
)


def _shuffle(work: Work) -> Output:
    """Keep all rows, the last first."""
    return Output(rows=work.read(ROWS).rows()[::-1])


SHUFFLE = Stage(
    name="shuffle", run=_shuffle, items=KEY_BUCKETS, reads=(ROWS,), yields=ROWS, dtype=KEY_ROW
)


@pytest.mark.parametrize("before", [[], [SHUFFLE]], ids=["aligned", "divided"])
def test_each_record_is_looked_at_by_itself(
    make_job: MakeJob, records: list[Record], before: list[Stage]
) -> None:
    work, job = make_job(records, records_per_file=5)
    stages = StageRuns(job, run_stages([INDEX, SCAN_RECORDS, *before, GATE], work))
    kept = [record for record in records if not _odd(record)]
    dropped = [record for record in records if _odd(record)]
    # In the order of the record files, and of the records in them.
    assert [record_id(row) for row in stages.rows(GATE)] == [
        record.id for source in ("s0", "s1") for record in kept if record.source == source
    ]
    assert stages.counts(GATE) == StageCounts(
        entered=Counter(record.task for record in records),
        kept=Counter(record.task for record in kept),
        rejected={"odd": Counter(record.task for record in dropped)},
    )
    assert {(r["id"], r["stage"], r["reason"]) for r in stages.rejections(GATE)} == {
        (record.id, "gate", "odd") for record in dropped
    }
    assert all(r["detail"].endswith(" is odd") for r in stages.rejections(GATE))


def test_records_are_those_of_the_rows(job: Job, records: list[Record]) -> None:
    by_id = {record.id: record for record in records}
    for file in job.files:
        of_file = scan_records(job, file, None).rows
        found = list(records_of(job, of_file[::-1]))
        assert found == [by_id[record_id(row)] for row in of_file[::-1]]
