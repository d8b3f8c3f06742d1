"""A key row says where its record is, and what deduplication must know of it."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages, read_lines
from transforms.records.key_rows import record_id
from transforms.records.record_store import read_record_at
from transforms.scan import scanning
from transforms.scan.scanning import SCAN_RECORDS, scan_records
from transforms.settings import Decontaminate, Licenses
from transforms.stages.output import StageCounts
from transforms.types import Record, Task


def test_rows_point_at_their_records(make_job: MakeJob, make_record: MakeRecord) -> None:
    records = [make_record(i, task=f"t{i % 3}") for i in range(20)]
    _, job = make_job(records, records_per_file=7)
    assert len(job.files) == 3
    for file in job.files:
        rows = scan_records(job, file, None).rows
        assert rows["file"].tolist() == [file.index] * file.records
        with open(file.path, "rb") as stream:
            for row in rows:
                record = read_record_at(stream, file, int(row["offset"]), int(row["length"]))
                assert record.id == record_id(row)
                assert job.tasks[int(row["task"])].name == record.task
                assert row["held_out"] == 0


def test_keys_and_contents_agree_for_equal_fields(
    make_job: MakeJob, make_record: MakeRecord
) -> None:
    fields = [{"question": q, "answer": "a"} for q in ("Why?", "why", "Why?", "When?")]
    _, job = make_job([make_record(i, fields=f) for i, f in enumerate(fields)])
    rows = scan_records(job, job.files[0], None).rows
    keys = [(int(row["key_high"]), int(row["key_low"])) for row in rows]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    contents = rows["content"].tolist()
    assert contents[0] == contents[2]
    assert len(set(contents)) == 3


@pytest.mark.parametrize("mode", ["drop", "report"])
def test_held_out_items_are_marked(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages, mode: str
) -> None:
    held_out = [make_record(i, task="eval", source="tests") for i in range(3)]
    records = [make_record(0, task="t"), make_record(7, task="t")]
    question = f"Please say: {held_out[2].fields['question']}"
    records.append(make_record(1, task="t", fields={"question": question, "answer": "a"}))
    settings = Decontaminate.model_validate({"mode": mode})
    work, job = make_job(records, held_out=held_out, decontaminate=settings)
    stages = run_stages(work, job, up_to=SCAN_RECORDS)
    assert stages.rows(SCAN_RECORDS)["held_out"].tolist() == [0, 0, 3]
    assert stages.counts(SCAN_RECORDS) == StageCounts(
        entered=Counter({"t": 3}), kept=Counter({"t": 3})
    )
    (summary,) = stages.summaries(SCAN_RECORDS)
    assert [file.path for file in summary.reports] == ["contamination/000000.jsonl"]
    (row,) = read_lines(job, summary.reports)
    assert (row["id"], row["task"]) == (records[2].id, "t")
    assert row["item"] == {"set": "tests", "task": "eval", "id": held_out[2].id}


def test_what_is_screened_out_is_counted_and_explained(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    free = [make_record(i) for i in range(3)]
    bound = [replace(make_record(i), license="CC-BY-NC-4.0") for i in range(3, 5)]
    records = [free[0], bound[0], free[1], bound[1], free[2]]
    work, job = make_job(records, licenses=Licenses(deny=["NC"]))
    stages = run_stages(work, job, up_to=SCAN_RECORDS)
    assert stages.counts(SCAN_RECORDS) == StageCounts(
        entered=Counter({"t": 5}),
        kept=Counter({"t": 3}),
        rejected={"license_denied": Counter({"t": 2})},
    )
    rows = stages.rows(SCAN_RECORDS)
    assert [record_id(row) for row in rows] == [record.id for record in free]
    rejections = stages.rejections(SCAN_RECORDS)
    assert {(r["id"], r["detail"]) for r in rejections} == {(r.id, r.license) for r in bound}
    assert {(r["stage"], r["reason"]) for r in rejections} == {("scan", "license_denied")}


def test_a_file_of_which_nothing_is_left_is_scanned(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    work, job = make_job([make_record(i) for i in range(3)], licenses=Licenses(allow=["MIT"]))
    stages = run_stages(work, job, up_to=SCAN_RECORDS)
    assert len(stages.rows(SCAN_RECORDS)) == 0
    assert stages.counts(SCAN_RECORDS).rejected == {"license_denied": {"t": 3}}


def test_languages_that_the_recipe_leaves_out_are_screened_out(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    french = Task(
        name="t", source="s", collection="c", family="closed_book_qa", languages=("French",)
    )
    records = [make_record(i) for i in range(3)]
    work, job = make_job(records, tasks=[french], languages=["English"])
    stages = run_stages(work, job, up_to=SCAN_RECORDS)
    assert stages.counts(SCAN_RECORDS).rejected == {"language_denied": {"t": 3}}


def test_a_screen_that_decides_by_text_decides_for_each_record(
    make_job: MakeJob, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The records share task and license, so only their text tells them apart."""

    def rude(record: Record, *_: object) -> str | None:
        return "rude" if "item 3" in str(record.fields["question"]) else None

    monkeypatch.setattr(scanning, "screen", rude)
    records = [make_record(i) for i in (1, 3, 5)]
    _, job = make_job(records)
    rows = scan_records(job, job.files[0], None).rows
    assert [record_id(row) for row in rows] == [records[0].id, records[2].id]
