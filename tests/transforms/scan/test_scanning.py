"""A key row says where its record lies, and what deduplication must know of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from transforms.held_out.indexing import load_finder
from transforms.job import Job
from transforms.records.key_rows import KEY_ROW, record_id
from transforms.records.record_store import read_record_at
from transforms.runtime.exchange import read_rows
from transforms.scan import scanning
from transforms.scan.scanning import scan_file, scan_records
from transforms.settings import Licenses, Policy
from transforms.types import Record

MakeRecord = Callable[..., Record]
MakeJob = Callable[..., tuple[str, Job]]


def test_rows_point_at_their_records(make_job: MakeJob, make_record: MakeRecord) -> None:
    records = [make_record(i, task=f"t{i % 3}") for i in range(20)]
    work, job = make_job(records, records_per_file=7)
    assert len(job.files) == 3
    for file in job.files:
        rows = scan_records(job, file, load_finder(work)).rows
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
    records = [make_record(i, fields=f) for i, f in enumerate(fields)]
    work, job = make_job(records)
    rows = scan_records(job, job.files[0], load_finder(work)).rows
    keys = [(int(row["key_high"]), int(row["key_low"])) for row in rows]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    contents = rows["content"].tolist()
    assert contents[0] == contents[2]
    assert len(set(contents)) == 3


def test_held_out_items_are_marked(make_job: MakeJob, make_record: MakeRecord) -> None:
    held_out = [make_record(i, task="eval") for i in range(3)]
    records = [make_record(0, task="t"), make_record(7, task="t")]
    question = f"Please say: {held_out[2].fields['question']}"
    records.append(make_record(1, task="t", fields={"question": question, "answer": "a"}))
    work, job = make_job(records, held_out=held_out)
    rows = scan_records(job, job.files[0], load_finder(work)).rows
    assert rows["held_out"].tolist() == [0, 0, 3]
    run = scan_file(0, work)
    assert run.summary["screen"] == {"entered": {"t": 3}, "left": {"t": 3}, "rejected": {}}
    assert read_rows([run], 0, KEY_ROW).tobytes() == rows.tobytes()


def test_what_is_screened_out_is_counted_and_explained(
    make_job: MakeJob, make_record: MakeRecord
) -> None:
    free = [make_record(i) for i in range(3)]
    bound = [replace(make_record(i), license="CC-BY-NC-4.0") for i in range(3, 5)]
    policy = Policy(licenses=Licenses(deny=["NC"]), languages=[])
    work, job = make_job([free[0], bound[0], free[1], bound[1], free[2]], policy=policy)
    run = scan_file(0, work)
    assert run.summary["screen"] == {
        "entered": {"t": 5},
        "left": {"t": 3},
        "rejected": {"license_denied": {"t": 2}},
    }
    rows = read_rows([run], 0, KEY_ROW)
    assert [record_id(row) for row in rows] == [record.id for record in free]
    path = Path(job.staging, run.summary["rejections"]["path"])
    rejections = [orjson.loads(line) for line in path.read_text().splitlines()]
    assert {(r["id"], r["detail"]) for r in rejections} == {(r.id, r.license) for r in bound}


def test_a_file_of_which_nothing_is_left_is_scanned(
    make_job: MakeJob, make_record: MakeRecord
) -> None:
    policy = Policy(licenses=Licenses(allow=["MIT"]), languages=[])
    work, _ = make_job([make_record(i) for i in range(3)], policy=policy)
    run = scan_file(0, work)
    assert len(read_rows([run], 0, KEY_ROW)) == 0
    assert run.summary["screen"]["rejected"] == {"license_denied": {"t": 3}}


def test_a_screen_that_decides_by_text_decides_for_each_record(
    make_job: MakeJob, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The records share task and license, so only their text tells them apart."""

    def rude(record: Record, *_: object) -> str | None:
        return "rude" if "item 3" in str(record.fields["question"]) else None

    monkeypatch.setattr(scanning, "screen", rude)
    records = [make_record(i) for i in (1, 3, 5)]
    work, _ = make_job(records)
    rows = read_rows([scan_file(0, work)], 0, KEY_ROW)
    assert [record_id(row) for row in rows] == [records[0].id, records[2].id]
