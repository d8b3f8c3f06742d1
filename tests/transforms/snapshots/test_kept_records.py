"""Kept records: those of examples in the order of the record files, then the other exemplars."""

import gzip
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from tfrecords_schema import filesystem
from transforms import job as jobs
from transforms.mixture.mixing import Plan, Quota
from transforms.mixture.selection import SELECT
from transforms.prompts.renderer import read_pool
from transforms.settings import CorpusSettings, FewShot, Mixture, Validation
from transforms.snapshots import kept_records
from transforms.snapshots.kept_records import LIST_RECORDS, WRITE_RECORDS, first_files
from transforms.types import TEMPLATE_TYPES, Task


def _lines(path: Path) -> tuple[list[str], list[bytes]]:
    """Return (names of the tasks at the head, lines of the records) of a file."""
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    heads = [line for line in lines if line.startswith(b"{")]
    assert lines[: len(heads)] == heads
    return [orjson.loads(head)["name"] for head in heads], lines[len(heads) :]


def test_the_records_of_a_bucket_fill_one_file_after_the_other(
    make_job: MakeJob,
    make_record: MakeRecord,
    run_stages: RunStages,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "_RECORDS_PER_BUCKET", 100)
    monkeypatch.setattr(kept_records, "_RECORDS_PER_FILE", 10)
    records = [make_record(i, task=f"t{i % 5}") for i in range(200)]
    settings: dict[str, Any] = {
        "few_shot": FewShot(pool=7),
        "mixture": Mixture(examples=70, max_epochs=2),
        "validation": Validation(fraction=0.1),
    }
    work, job = make_job(records, records_per_file=60, **settings)
    opened: Counter[str] = Counter()
    open_read = filesystem.open_read

    def count(path: str) -> Any:
        opened[path] += 1
        return open_read(path)

    run_stages(work, job, up_to=LIST_RECORDS)
    monkeypatch.setattr(filesystem, "open_read", count)
    stages = run_stages(work, job, up_to=WRITE_RECORDS)
    assert [opened[file.path] for file in job.files] == [1] * len(job.files)

    files = sorted(
        (file for notes in stages.notes(WRITE_RECORDS) for file in notes.files),
        key=lambda file: file.path,
    )
    of_bucket = {
        bucket: list(group)
        for bucket, group in groupby(files, lambda file: file.path.split("/")[1].split("-")[0])
    }
    assert list(of_bucket) == ["000000", "000001", "000002"]
    for number, (bucket, of) in enumerate(of_bucket.items()):
        names = [f"records/{bucket}-{place:04d}.jsonl.gz" for place in range(len(of))]
        assert [file.path for file in of] == names
        contents = [_lines(Path(job.staging, file.path)) for file in of]
        assert [len(lines) for _, lines in contents[:-1]] == [10] * (len(of) - 1)
        assert [len(lines) for _, lines in contents] == [file.rows for file in of]
        for heads, lines in contents:
            assert heads == sorted({orjson.loads(line)[1] for line in lines})

        tasks = [task for task in range(5) if task % 3 == number]
        rows = stages.rows(SELECT)
        places = {
            (int(row["file"]), int(row["offset"]), int(row["length"]))
            for row in rows
            if int(row["task"]) in tasks
        }
        expected = [
            Path(job.files[file].path).read_bytes()[offset : offset + length]
            for file, offset, length in sorted(places)
        ]
        selected = {orjson.loads(line)[0] for line in expected}
        stored = {record.id: record for record in records}
        others = [
            record.id
            for task in tasks
            for record in read_pool(job, work, task)
            if record.id not in selected
        ]
        assert [line for _, lines in contents for line in lines][: len(expected)] == expected
        after = [line for _, lines in contents for line in lines][len(expected) :]
        assert [orjson.loads(line)[0] for line in after] == others
        assert all(stored[id_].task in {f"t{task}" for task in tasks} for id_ in others)
    assert any(len(of) > 1 for of in of_bucket.values())


def test_records_of_an_inversion_are_those_of_its_task(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    tasks = [
        Task(name="t_ii", source="s", collection="c", family="question_generation", inverts="t"),
        Task(name="t", source="s", collection="c", family="closed_book_qa"),
    ]
    records = [make_record(i, task="t") for i in range(20)]
    weights = {"t": {"weight": 0.5}, "t_ii": {"weight": 0.5}}
    mixture = {"examples": 6, "collections": {"c": {"tasks": weights}}}
    work, job = make_job(
        records,
        tasks=tasks,
        mixture=Mixture.model_validate(mixture),
        few_shot=FewShot(pool=1),
    )
    stages = run_stages(work, job, up_to=WRITE_RECORDS)
    assert set(stages.rows(SELECT)["task"].tolist()) == {0, 1}
    [file] = [file for notes in stages.notes(WRITE_RECORDS) for file in notes.files]
    heads, lines = _lines(Path(job.staging, file.path))
    assert (heads, {orjson.loads(line)[1] for line in lines}) == (["t"], {"t"})


def _quota(task: str, available: int, examples: int, held: int = 0, **other: Any) -> Quota:
    none = dict.fromkeys(TEMPLATE_TYPES, 0)
    return Quota(
        task=task,
        collection="c",
        inverts=other.get("inverts", ""),
        available=available,
        cap=other.get("cap"),
        weight=1.0,
        requested=1.0,
        examples=examples,
        by_type=none,
        requested_by_type={},
        validation={**none, TEMPLATE_TYPES[0]: held},
    )


def test_the_plan_bounds_the_files_of_each_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_records, "_RECORDS_PER_FILE", 10)
    monkeypatch.setattr(jobs.Job, "num_buckets", 3)
    names = ["a", "b", "c", "d", "b/inversion"]
    tasks = [
        Task(name=name, source="s", collection="c", family="closed_book_qa", inverts=inverts)
        for name, inverts in zip(names, ["", "", "", "", "b"], strict=True)
    ]
    settings = CorpusSettings(few_shot=FewShot(pool=4))
    job = jobs.Job.model_construct(settings=settings, tasks=tasks, files=[])
    quotas = {
        # In bucket 0 with d: 3 records of examples, 2 of validation, 3 exemplars; 0, 0 and 4.
        "a": _quota("a", available=3, examples=9, held=2),
        "d": _quota("d", available=40, examples=0),
        # In bucket 1: the inversion uses more, of validation both the same; 4 exemplars.
        "b": _quota("b", available=40, examples=5, held=3, cap=20),
        "b/inversion": _quota("b/inversion", 40, 90, 3, cap=20, inverts="b"),
        # Nothing in bucket 2: no record of c is left.
    }
    # 3 + 2 + 3 + 0 + 4 = 12 records in two files; 20 + 3 + 4 = 27 in three; none.
    assert first_files(job, Plan(quotas)) == [0, 2, 5, 5]
