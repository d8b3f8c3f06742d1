"""Records with a held-out item are left out or reported, after duplicates, each counted once."""

from collections import Counter

import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages, StageRuns
from transforms.duplicates.exact import DEDUPLICATE
from transforms.held_out.decontamination import DECONTAMINATE, ContaminationNotes
from transforms.records.key_rows import record_id
from transforms.settings import Decontaminate, Deduplicate, NearDuplicates
from transforms.stages.output import StageCounts
from transforms.types import Record


@pytest.fixture(scope="module")
def held_out(make_record: MakeRecord) -> list[Record]:
    """Return two items of one evaluation set."""
    return [make_record(i, task="eval", source="tests") for i in range(2)]


@pytest.fixture(scope="module")
def records(make_record: MakeRecord, held_out: list[Record]) -> list[Record]:
    """Return a clean record, one that contains item 1, and a copy of that one in another task."""
    fields = {"question": f"Now. {held_out[1].fields['question']}", "answer": "a"}
    return [
        make_record(7),
        make_record(8, fields=fields),
        make_record(9, task="u", source="later", fields=fields),
    ]


def _contaminated(stages: StageRuns) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for notes in stages.notes(DECONTAMINATE):
        for name, by_task in notes.found.items():
            found.setdefault(name, Counter()).update(by_task)
    return found


def test_in_mode_drop_they_are_left_out_and_explained(
    make_job: MakeJob, run_stages: RunStages, records: list[Record], held_out: list[Record]
) -> None:
    work, job = make_job(records, held_out=held_out)
    stages = run_stages(work, job, up_to=DECONTAMINATE)
    assert [record_id(row) for row in stages.rows(DECONTAMINATE)] == [records[0].id]
    assert stages.counts(DEDUPLICATE).rejected == {"exact_duplicate": {"u": 1}}
    assert stages.counts(DECONTAMINATE) == StageCounts(
        entered=Counter({"t": 2}),
        kept=Counter({"t": 1}),
        rejected={"held_out_overlap": Counter({"t": 1})},
    )
    assert stages.notes(DECONTAMINATE) == [
        ContaminationNotes({"tests": Counter({"t": 1})}),
        ContaminationNotes({}),
    ]
    assert stages.rejections(DECONTAMINATE) == [
        {
            "stage": "decontaminate",
            "reason": "held_out_overlap",
            "id": records[1].id,
            "source": "s",
            "task": "t",
            "detail": f"contains eval/{held_out[1].id}",
            "other_id": held_out[1].id,
            "other_source": "tests",
        }
    ]


def test_in_mode_report_they_stay_and_are_counted(
    make_job: MakeJob, run_stages: RunStages, records: list[Record], held_out: list[Record]
) -> None:
    work, job = make_job(records, held_out=held_out, decontaminate=Decontaminate(mode="report"))
    stages = run_stages(work, job, up_to=DECONTAMINATE)
    assert stages.counts(DECONTAMINATE) == StageCounts(
        entered=Counter({"t": 2}), kept=Counter({"t": 2})
    )
    assert {record_id(row) for row in stages.rows(DECONTAMINATE)} == {
        records[0].id,
        records[1].id,
    }
    assert _contaminated(stages) == {"tests": {"t": 1}}
    assert not stages.rejections(DECONTAMINATE)


def test_it_comes_after_near_duplicates(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages, held_out: list[Record]
) -> None:
    item = str(held_out[0].fields["question"])
    texts = [f"{item} {' '.join(f'w{i}' for i in range(60))} {tail}" for tail in ("x", "y")]
    records = [make_record(i, fields={"question": t, "answer": "a"}) for i, t in enumerate(texts)]
    settings = Deduplicate(near=NearDuplicates(enabled=True))
    work, job = make_job(records, held_out=held_out, deduplicate=settings)
    stages = run_stages(work, job, up_to=DECONTAMINATE)
    assert stages.counts(DECONTAMINATE).entered == {"t": 1}
    assert stages.counts(DECONTAMINATE).rejected == {"held_out_overlap": {"t": 1}}
    assert _contaminated(stages) == {"tests": {"t": 1}}
    assert len(stages.rows(DECONTAMINATE)) == 0


def test_without_held_out_sets_all_stay(
    make_job: MakeJob, run_stages: RunStages, records: list[Record]
) -> None:
    work, job = make_job(records)
    stages = run_stages(work, job, up_to=DECONTAMINATE)
    assert stages.counts(DECONTAMINATE).kept == {"t": 2}
    assert _contaminated(stages) == {}
