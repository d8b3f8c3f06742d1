"""A build that starts again takes the runs that are whole, and makes the others."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages, StageRuns
from tests.transforms.stages.toy_stages import (
    DIGIT,
    EVEN,
    LIST,
    NUMBERS,
    SIZES,
    TOYS,
    SizedJob,
    run_toys,
    wired_in,
)
from transforms.settings import Mixture
from transforms.stages.execution import run_item, run_path, run_stages
from transforms.stages.output import Output
from transforms.stages.stage import Stage
from transforms.stages.work import Work


def _recorded(stages: Sequence[Stage], calls: list[tuple[str, int, int | None]]) -> list[Stage]:
    """Return stages that note in `calls` what they are run on: (stage, item, part)."""

    def record(stage: Stage) -> Stage:
        def run(work: Work) -> Output:
            calls.append((work.stage, work.item, work.part))
            return stage.run(work)

        return replace(stage, run=run)

    return [record(stage) for stage in stages]


def _files(directory: str) -> dict[str, tuple[bytes, int]]:
    """Return the content and the time of change of every file."""
    return {
        path.relative_to(directory).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in Path(directory).rglob("*")
        if path.is_file()
    }


def test_a_build_that_ended_early_goes_on(sized_job: SizedJob) -> None:
    work, _ = sized_job(SIZES)
    run_stages(TOYS, work, up_to=EVEN)
    first = _files(work)
    run_stages(TOYS, work)
    assert first.items() <= _files(work).items(), "what is there is taken as it is"


def test_finished_runs_are_taken_as_they_are(toys: tuple[str, StageRuns]) -> None:
    work, stages = toys
    before = _files(work)
    calls: list[tuple[str, int, int | None]] = []
    again = run_toys(_recorded(TOYS, calls), work, stages.job)
    assert calls == []
    assert again == stages
    assert [again.summaries(s) for s in TOYS] == [stages.summaries(s) for s in TOYS]
    assert _files(work) == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: None,
        lambda whole: b"",
        lambda whole: whole[:-1],
        lambda whole: whole + b"0",
        lambda whole: whole[:20] + bytes([whole[20] ^ 1]) + whole[21:],
        lambda whole: whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:],
    ],
    ids=["missing", "empty", "short", "long", "flipped", "flipped at the end"],
)
def test_a_run_that_is_not_whole_is_made_again(
    toys: tuple[str, StageRuns], damage: Callable[[bytes], bytes | None]
) -> None:
    work, stages = toys
    path = Path(stages.of(EVEN)[1].path)
    whole = path.read_bytes()
    changed = damage(whole)
    if changed is None:
        path.unlink()
    else:
        path.write_bytes(changed)
    calls: list[tuple[str, int, int | None]] = []
    again = run_toys(_recorded(TOYS, calls), work, stages.job)
    assert calls == [("even", 1, None)]
    assert path.read_bytes() == whole
    assert again == stages


def test_parts_of_a_split_item_are_kept_one_by_one(toys: tuple[str, StageRuns]) -> None:
    work, stages = toys
    wired = wired_in(TOYS, DIGIT, stages.job)
    runs = {NUMBERS: stages.of(EVEN)}
    paths = [Path(run_path(work, "digits", 0, part)) for part in range(3)]
    whole = [path.read_bytes() for path in paths]
    paths[1].unlink()
    calls: list[tuple[str, int, int | None]] = []
    (recorded,) = _recorded([DIGIT], calls)
    again = list(run_item(replace(wired, stage=recorded), 0, work, runs))
    assert calls == [("digits", 0, 1)]
    assert [run.path for run in again] == [str(path) for path in paths]
    assert [path.read_bytes() for path in paths] == whole
    assert [again_run.summary for again_run in again] == [r.summary for r in stages.of(DIGIT)[:3]]


def test_a_stage_that_fails_leaves_no_run(toys: tuple[str, StageRuns]) -> None:
    work, stages = toys

    def fail(_: Work) -> Output:
        raise RuntimeError("no room")

    path = Path(stages.of(EVEN)[0].path)
    path.unlink()
    wired = replace(wired_in(TOYS, EVEN, stages.job), stage=replace(EVEN, run=fail))
    with pytest.raises(RuntimeError, match="no room"):
        list(run_item(wired, 0, work, {NUMBERS: stages.of(LIST)}))
    assert not list(path.parent.glob("000000*"))


def test_a_build_that_was_finished_reads_no_record_again(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i, task=f"t{i % 2}", source=f"s{i % 2}") for i in range(12)]
    mixture = Mixture(examples=20, max_epochs=2)
    work, job = make_job(records, held_out=records[:1], records_per_file=4, mixture=mixture)
    stages = run_stages(work, job)
    before = _files(work)
    for file in [*job.files, *job.held_out]:
        Path(file.path).unlink()
    assert run_stages(work, job) == stages
    assert _files(work) == before
