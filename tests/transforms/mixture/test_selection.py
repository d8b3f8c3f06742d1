"""Selection takes what the plan says, no record twice an epoch, and moves few records."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from transforms.mixture.ranking import rank_rows
from transforms.mixture.selection import SELECT, SELECTED_ROW, Draw, select_rows
from transforms.records.key_rows import KEY_ROW, KeyRows
from transforms.runtime.exchange import read_rows
from transforms.settings import Mixture, Validation
from transforms.stable_random import stable_hash
from transforms.types import TEMPLATE_TYPES, Task

SEED = 3


def _ranked(count: int) -> KeyRows:
    rows = np.zeros(count, dtype=KEY_ROW)
    rows["id_low"] = [stable_hash(i) for i in range(count)]
    rows["offset"] = np.arange(count) * 10
    rows["length"] = 10
    return rank_rows(rows, SEED)[0]


def _select(
    ranked: KeyRows, by_type: list[int], cap: int | None = None, seed: int = SEED
) -> NDArray[np.void]:
    records = min(len(ranked), cap or len(ranked))
    draw = Draw(0, "t", 0, records, dict(zip(TEMPLATE_TYPES, by_type, strict=True)))
    return select_rows(ranked, [draw], seed)


@given(
    st.integers(1, 40),
    st.none() | st.integers(1, 50),
    st.lists(st.integers(0, 30), min_size=4, max_size=4),
)
def test_types_are_exact_and_no_record_comes_twice_an_epoch(
    available: int, cap: int | None, by_type: list[int]
) -> None:
    ranked = _ranked(available)
    rows = _select(ranked, by_type, cap)
    assert len(rows) == sum(by_type)
    assert np.bincount(rows["template_type"], minlength=4).tolist() == by_type
    uses = Counter(zip(rows["offset"].tolist(), rows["repetition"].tolist(), strict=True))
    assert set(uses.values()) <= {1}
    epochs = Counter(rows["repetition"].tolist())
    records = min(available, cap or available)
    full, rest = divmod(sum(by_type), records)
    expected = dict.fromkeys(range(full), records) | ({full: rest} if rest else {})
    assert epochs == expected
    for repetition, count in epochs.items():
        offsets = rows["offset"][rows["repetition"] == repetition]
        assert offsets.tolist() == ranked["offset"][:count].tolist()


def test_tasks_are_drawn_together_as_each_alone() -> None:
    ranked = _ranked(30)
    draws = [
        Draw(4, "a", 0, 10, dict(zip(TEMPLATE_TYPES, (3, 0, 9, 1), strict=True))),
        Draw(9, "b", 10, 5, dict.fromkeys(TEMPLATE_TYPES, 0)),
        Draw(2, "c", 15, 15, dict(zip(TEMPLATE_TYPES, (1, 2, 3, 0), strict=True))),
    ]
    together = select_rows(ranked, draws, SEED)
    assert together["task"].tolist() == [4] * 13 + [2] * 6
    assert together["offset"][13:].tolist() == ranked["offset"][15:21].tolist()
    each = [select_rows(ranked, [draw], SEED) for draw in draws]
    assert together.tobytes() == b"".join(rows.tobytes() for rows in each)
    assert len(select_rows(ranked, [], SEED)) == 0


def test_types_are_dealt_independently_of_rank(assert_proportions: Callable[..., None]) -> None:
    rows = _select(_ranked(8000), [2000] * 4)
    first_half = np.bincount(rows["template_type"][:4000], minlength=4)
    assert_proportions(first_half.tolist())


def test_a_repetition_has_types_of_its_own(assert_proportions: Callable[..., None]) -> None:
    rows = _select(_ranked(4000), [2000] * 4)
    pairs = Counter(
        zip(
            rows["template_type"][:4000].tolist(),
            rows["template_type"][4000:].tolist(),
            strict=True,
        )
    )
    assert_proportions([pairs[one, two] for one in range(4) for two in range(4)])


def test_a_late_repetition_has_types_of_its_own(assert_proportions: Callable[..., None]) -> None:
    rows = _select(_ranked(100), [2500] * 4)
    late = rows["template_type"][rows["repetition"] >= 64]
    assert_proportions(np.bincount(late, minlength=4).tolist())


@pytest.mark.parametrize("by_type", [[2020] * 4, [2080, 2000, 2000, 2000]])
def test_one_percent_more_moves_about_one_percent(by_type: list[int]) -> None:
    ranked = _ranked(10_000)
    before = _select(ranked, [2000] * 4)
    after = _select(ranked, by_type)
    records = [set(rows["offset"].tolist()) for rows in (before, after)]
    assert records[0] < records[1]
    assert len(records[1]) - len(records[0]) == 80
    # Of those that stay, few change their template type.
    types = dict(zip(after["offset"].tolist(), after["template_type"].tolist(), strict=True))
    kept = zip(before["offset"].tolist(), before["template_type"].tolist(), strict=True)
    changed = sum(types[offset] != kind for offset, kind in kept)
    assert changed < 0.02 * 8000


def test_one_percent_less_takes_about_one_percent_away() -> None:
    ranked = _ranked(10_000)
    before = _select(ranked, [2000] * 4)
    after = _select(ranked, [1980] * 4)
    assert set(after["offset"].tolist()) < set(before["offset"].tolist())


def test_a_new_record_displaces_at_most_one() -> None:
    all_rows = _ranked(1001)
    fewer = np.delete(all_rows, 400)
    before = set(_select(fewer, [100] * 4)["offset"].tolist())
    after = set(_select(all_rows, [100] * 4)["offset"].tolist())
    assert len(before - after) <= 1


def test_seeds_differ() -> None:
    ranked = _ranked(100)
    one, two = (_select(ranked, [25] * 4, seed=seed)["template_type"] for seed in (0, 1))
    assert one.tolist() != two.tolist()


def test_nothing_asked_is_nothing_selected() -> None:
    rows = _select(_ranked(5), [0] * 4)
    assert rows.dtype == SELECTED_ROW
    assert len(rows) == 0


def test_rows_go_to_the_record_files_that_hold_them(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i, task=f"t{i % 3}", source=f"s{i % 3}") for i in range(50)]
    work, job = make_job(records, records_per_file=6)
    stages = run_stages(work, job, up_to=SELECT)
    total = 0
    for file in job.files:
        rows = read_rows(stages.of(SELECT), file.index, SELECTED_ROW)
        assert set(rows["file"].tolist()) <= {file.index}
        assert len(set(rows["offset"].tolist())) == len(rows) == file.records
        total += len(rows)
    assert total == len(stages.rows(SELECT)) == 50


def test_each_bucket_of_tasks_is_selected_once(
    make_job: MakeJob,
    make_record: MakeRecord,
    run_stages: RunStages,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("transforms.job._RECORDS_PER_BUCKET", 10)
    work, job = make_job([make_record(i, task=f"t{i % 5}") for i in range(25)])
    assert job.num_buckets == 3
    rows = run_stages(work, job, up_to=SELECT).rows(SELECT)
    assert np.bincount(rows["task"]).tolist() == [5] * 5
    assert len(set(rows["offset"].tolist())) == 25


def test_what_is_not_drawn_is_counted(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i, task=task) for task in ("t0", "t1", "t2") for i in range(20)]
    tasks = {"t0": {"cap": 15, "weight": 0.5}, "t1": {"weight": 0.5}, "t2": {"weight": 0}}
    mixture = {"examples": 20, "collections": {"c": {"tasks": tasks}}}
    work, job = make_job(records, mixture=Mixture.model_validate(mixture))
    stages = run_stages(work, job, up_to=SELECT)
    counts = stages.counts(SELECT)
    assert counts.entered == {"t0": 20, "t1": 20, "t2": 20}
    assert +counts.kept == {"t0": 10, "t1": 10}
    assert counts.undrawn == {
        "over_cap": {"t0": 5},
        "not_sampled": {"t0": 5, "t1": 10, "t2": 20},
    }
    assert not counts.rejected
    assert not stages.rejections(SELECT)
    assert len(stages.rows(SELECT)) == 20


def test_a_plan_of_nothing_draws_nothing(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    mixture = Mixture.model_validate({"collections": {"c": {"weight": 0}}})
    work, job = make_job([make_record(i) for i in range(20)], mixture=mixture)
    stages = run_stages(work, job, up_to=SELECT)
    counts = stages.counts(SELECT)
    assert counts.kept == {"t": 0}
    assert counts.undrawn == {"not_sampled": {"t": 20}}
    assert len(stages.rows(SELECT)) == 0


def test_a_record_that_an_inversion_uses_is_kept(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    """Ten of each task's uses: a record is kept where one of both tasks draws it."""
    tasks = [
        Task(name="t", source="s", collection="c", family="closed_book_qa"),
        Task(name="t_ii", source="s", collection="c", family="question_generation", inverts="t"),
    ]
    weights = {"t": {"weight": 0.5}, "t_ii": {"weight": 0.5}}
    mixture = {"examples": 20, "collections": {"c": {"tasks": weights}}}
    work, job = make_job(
        [make_record(i) for i in range(40)],
        tasks=tasks,
        mixture=Mixture.model_validate(mixture),
        validation=Validation(fraction=0.2, maximum=4),
    )
    stages = run_stages(work, job, up_to=SELECT)
    counts, rows = stages.counts(SELECT), stages.rows(SELECT)
    assert counts.entered == {"t": 40}
    assert counts.kept == {"t": 10 + 4}
    assert counts.undrawn == {"not_sampled": {"t": 26}}
    assert np.bincount(rows["task"]).tolist() == [14, 14]
    assert len(set(rows["offset"].tolist())) == 14
