"""The index of the held-out sets is written once and mapped by every worker."""

from pathlib import Path

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from transforms.held_out.index import open_index
from transforms.held_out.indexing import (
    HELD_OUT_INDEX,
    INDEX,
    IndexNotes,
    held_out_texts,
    item_name,
    open_finder,
)
from transforms.held_out.items import ItemName
from transforms.stages.work import Input, Work


def test_the_index_on_disk_is_the_index(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    held_out = [make_record(i, task="eval", source="tests") for i in range(5)]
    work, job = make_job([make_record(0)], held_out=held_out)
    stages = run_stages(work, job, up_to=INDEX)
    (run,), (notes,) = stages.of(INDEX), stages.notes(INDEX)
    stamp = Path(run.path).stat().st_mtime_ns
    assert run_stages(work, job, up_to=INDEX).of(INDEX) == [run]
    assert Path(run.path).stat().st_mtime_ns == stamp
    assert notes == IndexNotes(lengths=[5], items=5, searchable=5, by_set={"tests": (5, 5)})
    names = [ItemName("tests", "eval", record.id) for record in held_out]
    assert open_index(run, notes.lengths).names == names
    reader = Work(
        job=job, stage="scan", directory=work, item=0, inputs={HELD_OUT_INDEX: Input(INDEX, [run])}
    )
    finder = open_finder(reader)
    assert finder is not None
    found = finder.find([held_out[3], make_record(3, task="other")])
    assert [[match.item for match in matches] for matches in found] == [[3], []]
    assert [item_name(reader, number) for number in range(5)] == names


def test_without_held_out_sets_there_is_no_finder(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    work, job = make_job([make_record(0)])
    stages = run_stages(work, job, up_to=INDEX)
    assert stages.notes(INDEX) == [IndexNotes(lengths=[], items=0, searchable=0)]
    index = Input(INDEX, stages.of(INDEX))
    assert (
        open_finder(
            Work(job=job, stage="scan", directory=work, item=0, inputs={HELD_OUT_INDEX: index})
        )
        is None
    )


def test_items_are_named_and_lack_their_answers(make_record: MakeRecord) -> None:
    record = make_record(7, task="eval", source="tests")
    (item,) = held_out_texts([(record, "closed_book_qa")])
    assert item.name == ItemName("tests", "eval", record.id)
    assert item.questions == (record.fields["question"],)
    assert item.passage == ""
