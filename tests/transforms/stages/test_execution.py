"""Work items are run from what they read alone, and their runs say what they made."""

import hashlib
from collections import Counter
from pathlib import Path

import orjson
import pytest

from tests.transforms.stage_runs import StageRuns
from tests.transforms.stages.toy_stages import (
    CENSUS,
    DIGIT,
    EVEN,
    LIST,
    NUMBER_ROW,
    NUMBERS,
    SIZES,
    SUM,
    TOYS,
    VALUES,
    Census,
    SizedJob,
    Total,
    run_toys,
    wired_in,
)
from tfrecords_schema.manifest import RowFile
from transforms.records.key_rows import bucket_of
from transforms.runtime.exchange import read_rows
from transforms.runtime.progress import DIRECTORY, Done, collect_done
from transforms.stages.execution import (
    count_items,
    items_of,
    run_stages,
    work_of,
)
from transforms.stages.output import FileNote, NoNotes, Output, StageCounts, Summary
from transforms.stages.stage import KEY_BUCKETS, RECORD_FILES, Stage
from transforms.stages.work import Work


def test_a_chain_of_stages(toys: tuple[str, StageRuns]) -> None:
    work, stages = toys
    assert set(stages.rows(LIST)["value"].tolist()) == VALUES
    assert len(stages.rows(LIST)) == len(VALUES)
    assert sorted(stages.rows(EVEN)["value"].tolist()) == sorted(v for v in VALUES if v % 2 == 0)
    # 0 + 200, nothing, 2 + 202, …
    assert [notes.total for notes in stages.notes(SUM)] == [200, 0, 204, 0, 208, 0, 212, 0, 216]
    assert stages.notes(CENSUS) == [Census({"numbers": 3, "even": 3, "digits": 7, "sums": 9})]
    assert {name: [run.path for run in runs] for name, runs in stages.runs.items()} == {
        "numbers": [f"{work}/numbers/{item:06d}.run" for item in range(3)],
        "even": [f"{work}/even/{item:06d}.run" for item in range(3)],
        # Five numbers a file, two a part; a file without any has one part.
        "digits": [
            f"{work}/digits/{item:06d}-{part:06d}.run"
            for item, parts in enumerate((3, 1, 3))
            for part in range(parts)
        ],
        "sums": [f"{work}/sums/{item:06d}.run" for item in range(9)],
        "census": [f"{work}/census/000000.run"],
    }


def test_a_chain_may_end_early(sized_job: SizedJob) -> None:
    work, _ = sized_job(SIZES)
    runs = run_stages(TOYS, work, up_to=EVEN)
    assert list(runs) == ["numbers", "even"]


def test_rows_are_divided_among_the_items_that_read_them(toys: tuple[str, StageRuns]) -> None:
    _, stages = toys
    buckets = stages.job.num_buckets
    assert buckets == 3
    for bucket in range(buckets):
        rows = read_rows(stages.of(LIST), bucket, NUMBER_ROW)
        assert set(bucket_of(rows["key_high"], buckets).tolist()) <= {bucket}
        summary = stages.summaries(EVEN)[bucket]
        assert summary.counts is not None
        assert summary.counts.entered["t"] == len(rows)
    for number in range(3):
        of_file = read_rows(stages.of(EVEN), number, NUMBER_ROW)
        assert set(of_file["file"].tolist()) <= {number}
    assert sum(len(read_rows(stages.of(LIST), b, NUMBER_ROW)) for b in range(buckets)) == 20


def test_rows_that_nobody_needs_divided_are_one_section(sized_job: SizedJob) -> None:
    work, job = sized_job(SIZES)
    stages = run_toys([LIST], work, job)
    assert len(stages.rows(LIST)) == 20
    assert len(read_rows(stages.of(LIST), 0, NUMBER_ROW)) == 20


def test_an_aligned_stage_reads_the_same_item_alone(sized_job: SizedJob) -> None:
    def keep_all(work: Work) -> Output:
        return Output(rows=work.read(NUMBERS).rows())

    same = Stage(
        name="same",
        run=keep_all,
        items=RECORD_FILES,
        reads=(NUMBERS,),
        yields=NUMBERS,
        dtype=NUMBER_ROW,
    )
    work, job = sized_job(SIZES)
    stages = run_toys([LIST, same], work, job)
    for item, run in enumerate(stages.of(same)):
        rows = read_rows([run], 0, NUMBER_ROW)
        assert rows["value"].tolist() == [100 * item + i for i in range(min(10, SIZES[item]))]
    # Whatever runs there are beside its own.
    wired = wired_in([LIST, same], same, job)
    item = work_of(wired, 2, work, {NUMBERS: stages.of(LIST)[:1]})
    assert item.read(NUMBERS).rows()["value"].tolist() == list(range(200, 210))


def test_what_a_stage_says_is_in_the_summary(toys: tuple[str, StageRuns]) -> None:
    _, stages = toys
    for item, summary in enumerate(stages.summaries(EVEN)):
        values = read_rows(stages.of(LIST), item, NUMBER_ROW)["value"].tolist()
        odd = [value for value in values if value % 2]
        report = "".join(f"{value}\n" for value in values)
        path = f"rejections/even-{item:06d}.jsonl"
        lines = Path(stages.job.staging, path).read_bytes()
        assert summary == Summary(
            counts=StageCounts(
                entered=Counter(t=len(values)),
                kept=Counter(t=len(values) - len(odd)),
                rejected={"odd": Counter(t=len(odd))},
            ),
            rejections=RowFile(path=path, rows=len(odd), sha256=hashlib.sha256(lines).hexdigest()),
            reports=[
                RowFile(
                    path=f"reports/{item}.txt",
                    rows=len(values),
                    sha256=hashlib.sha256(report.encode()).hexdigest(),
                )
            ],
            files=[FileNote("elsewhere", "0" * 64, "work")],
            done=len(values),
            notes={"total": sum(values)},
        )
        rejected = [orjson.loads(line) for line in lines.splitlines()]
        assert sorted(int(row["id"], 16) for row in rejected) == sorted(odd)
    assert stages.notes(EVEN) == [Total(one.notes["total"]) for one in stages.summaries(EVEN)]


def test_a_stage_that_says_nothing_has_an_empty_summary(toys: tuple[str, StageRuns]) -> None:
    _, stages = toys
    assert stages.summaries(LIST) == [Summary(notes={}, done=size) for size in (10, 0, 10)]
    assert stages.notes(LIST) == [NoNotes()] * 3


def test_rejections_of_a_part_have_a_file_of_their_own(toys: tuple[str, StageRuns]) -> None:
    _, stages = toys
    written = [summary.rejections for summary in stages.summaries(DIGIT)]
    assert [file and file.path for file in written] == [
        None,
        "rejections/digits-000000-000001.jsonl",
        None,
        None,
        None,
        "rejections/digits-000002-000001.jsonl",
        None,
    ]
    assert [int(row["id"], 16) for row in stages.rejections(DIGIT)] == [4, 204]


def test_items_are_files_by_size_and_buckets_in_order(sized_job: SizedJob) -> None:
    _, job = sized_job([5, 9, 0, 400_000, 9])
    assert items_of(LIST, job) == [3, 1, 4, 0, 2]
    assert items_of(EVEN, job) == list(range(KEY_BUCKETS.count(job)))  # type: ignore[misc]
    assert items_of(CENSUS, job) == [0]


def test_items_that_a_stage_counts_come_from_what_it_reads(toys: tuple[str, StageRuns]) -> None:
    work, stages = toys
    wired = wired_in(TOYS, SUM, stages.job)
    assert count_items(wired, work, {"digits": stages.of(DIGIT)}) == range(9)
    assert count_items(wired, work, {"digits": stages.of(DIGIT)[:1]}) == range(3)


def test_progress_counts_items_that_are_made_and_those_that_were(
    sized_job: SizedJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DIRECTORY, str(tmp_path))
    work, _ = sized_job(SIZES)
    run_stages(TOYS, work)
    done = {
        "numbers": Done(20, 3),
        "even": Done(20, 3),
        "digits": Done(10, 3),
        "sums": Done(0, 9),
        "census": Done(0, 1),
    }
    assert collect_done(str(tmp_path)) == done
    again = tmp_path / "again"
    again.mkdir()
    monkeypatch.setenv(DIRECTORY, str(again))
    run_stages(TOYS, work)
    assert collect_done(str(again)) == done
