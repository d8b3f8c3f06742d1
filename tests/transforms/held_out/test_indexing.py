"""The index of the held-out sets is written once and mapped by every worker."""

from collections.abc import Callable
from pathlib import Path

import pytest

from transforms.duplicates.exact import deduplicate_bucket
from transforms.held_out.index import open_index
from transforms.held_out.indexing import index_held_out, load_finder
from transforms.job import Job
from transforms.scan.scanning import scan_file
from transforms.settings import Decontaminate
from transforms.types import Record

MakeRecord = Callable[..., Record]
MakeJob = Callable[..., tuple[str, Job]]


def test_the_index_on_disk_is_the_index(make_job: MakeJob, make_record: MakeRecord) -> None:
    held_out = [make_record(i, task="eval", source="tests") for i in range(5)]
    work, _ = make_job([make_record(0)], held_out=held_out)
    run = index_held_out(None, work)
    stamp = Path(run.path).stat().st_mtime_ns
    assert index_held_out(None, work) == run
    assert Path(run.path).stat().st_mtime_ns == stamp
    assert run.summary == {"lengths": [5], "items": 5, "searchable": 5}
    index = open_index(run)
    assert [(name.set, name.task, name.id) for name in index.names] == [
        ("tests", "eval", record.id) for record in held_out
    ]
    finder = load_finder(work)
    assert finder is not None
    found = finder.find([held_out[3], make_record(3, task="other")])
    assert [[match.item for match in matches] for matches in found] == [[3], []]


def test_without_held_out_sets_there_is_no_finder(
    make_job: MakeJob, make_record: MakeRecord
) -> None:
    work, _ = make_job([make_record(0)])
    assert load_finder(work) is None


@pytest.mark.parametrize("mode", ["drop", "report"])
def test_modes(make_job: MakeJob, make_record: MakeRecord, mode: str) -> None:
    held_out = [make_record(i, task="eval", source="tests") for i in range(2)]
    question = f"Now. {held_out[1].fields['question']}"
    records = [make_record(7), make_record(8, fields={"question": question, "answer": "a"})]
    settings = Decontaminate.model_validate({"mode": mode})
    work, _ = make_job(records, held_out=held_out, decontaminate=settings)
    run = deduplicate_bucket(0, work, [scan_file(0, work)])
    left = 1 if mode == "drop" else 2
    assert run.summary["decontaminate"]["left"] == {"t": left}
    assert run.summary["contaminated"] == {"tests": {"t": 1}}
