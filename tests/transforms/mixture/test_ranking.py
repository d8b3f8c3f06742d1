"""Ranks and pools depend on ids alone, and an id stands for one record of a task."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from tfrecords_schema import filesystem
from transforms.held_out.decontamination import DECONTAMINATE
from transforms.job import Job
from transforms.mixture.ranking import (
    RANK,
    RankNotes,
    choose_pool,
    pool_lines,
    rank_rows,
    split_rows,
)
from transforms.prompts.renderer import read_pool
from transforms.records.key_rows import KEY_ROW, KeyRows, record_id
from transforms.runtime.exchange import read_rows
from transforms.settings import CorpusSettings, Deduplicate, FewShot, Validation
from transforms.stable_random import stable_hash
from transforms.stages.output import FileNote

ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(0, 3)), max_size=20, unique=True
)


def _rows(values: list[tuple[int, int, int]]) -> KeyRows:
    """Return rows of (task, id, content)."""
    rows = np.zeros(len(values), dtype=KEY_ROW)
    for row, (task, number, content) in zip(rows, values, strict=True):
        row["task"], row["content"] = task, content
        row["id_high"], row["id_low"] = number % 2, stable_hash(number // 2)
    return rows


@given(ROWS, st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order(values: list[tuple[int, int, int]], random: Any) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)
    ranked, repeated = rank_rows(_rows(values), seed=0)
    again, repeated_again = rank_rows(_rows(shuffled), seed=0)
    assert again.tobytes() == ranked.tobytes()
    assert repeated_again.tobytes() == repeated.tobytes()
    ids = [(row["task"], row["id_high"], row["id_low"]) for row in ranked]
    assert len(set(ids)) == len(ids) == len({value[:2] for value in values})
    assert len(ranked) + len(repeated) == len(values)
    assert sorted(ranked["task"].tolist()) == ranked["task"].tolist()


def test_of_one_id_the_smallest_content_stays() -> None:
    ranked, repeated = rank_rows(_rows([(0, 1, 3), (0, 1, 1), (0, 1, 2), (1, 1, 5)]), seed=0)
    assert ranked["content"].tolist() == [1, 5]
    assert repeated["content"].tolist() == [2, 3]


def test_a_rank_is_the_same_with_fewer_rows_and_another_with_another_seed() -> None:
    rows = _rows([(0, i, 0) for i in range(200)])
    ids = [record_id(row) for row in rank_rows(rows, seed=0)[0]]
    some = {record_id(row) for row in rows[::3]}
    fewer = [record_id(row) for row in rank_rows(rows[::3], seed=0)[0]]
    assert fewer == [name for name in ids if name in some]
    assert [record_id(row) for row in rank_rows(rows, seed=1)[0]] != ids


def _split_job(fraction: float, maximum: int | None = None, **settings: Any) -> Job:
    """Return a job with the settings that divide rows into splits, and nothing else."""
    validation = Validation(fraction=fraction, maximum=maximum)
    deduplicate = Deduplicate.model_validate(settings)
    return Job.model_construct(
        settings=CorpusSettings(seed=7, validation=validation, deduplicate=deduplicate)
    )


def _keyed(count: int) -> KeyRows:
    rows = np.zeros(count, dtype=KEY_ROW)
    rows["key_low"] = [stable_hash(i) for i in range(count)]
    rows["id_low"] = np.arange(count)
    return rows


@given(st.floats(0, 1), st.none() | st.integers(1, 60), st.booleans())
def test_each_row_is_in_one_split(fraction: float, maximum: int | None, across: bool) -> None:
    rows = _keyed(200)
    job = _split_job(fraction, maximum, scope="corpus" if across else "task")
    train, validation, surplus = split_rows(rows, job)
    ids = [part["id_low"].tolist() for part in (train, validation, surplus)]
    assert sorted(number for part in ids for number in part) == list(range(200))
    assert len(validation) <= (200 if maximum is None else maximum)
    assert not (across and len(surplus))
    # A larger fraction only adds to what is held out.
    more = split_rows(rows, _split_job(min(1.0, fraction * 1.5)))[1]
    assert set(ids[1]) <= set(more["id_low"].tolist())


def test_a_fraction_is_met_and_the_ends_are_exact() -> None:
    rows = _keyed(20_000)
    assert len(split_rows(rows, _split_job(0.0))[1]) == 0
    assert len(split_rows(rows, _split_job(1.0))[1]) == 20_000
    assert 800 < len(split_rows(rows, _split_job(0.05))[1]) < 1200


def test_equal_texts_are_in_one_split_of_all_tasks() -> None:
    big, small = _keyed(5000), _keyed(300)
    job = _split_job(0.1, maximum=20, scope="task")
    parts = [split_rows(rows, job) for rows in (big, small)]
    held = set(np.concatenate([part[1]["key_low"] for part in parts]).tolist())
    trained = set(np.concatenate([part[0]["key_low"] for part in parts]).tolist())
    assert len(parts[0][1]) == len(parts[1][1]) == 20
    assert not held & trained
    assert len(parts[0][2]) > 100


@pytest.mark.parametrize("size", [1, 10, 500])
def test_a_pool_is_a_sample_that_does_not_depend_on_the_order(size: int) -> None:
    rows = _rows([(0, 2 * i, 0) for i in range(100)])
    pool = choose_pool(rows, 0, size)
    assert len(pool) == min(size, 100)
    assert choose_pool(rows[::-1], 0, size).tobytes() == pool.tobytes()
    assert set(pool["id_low"].tolist()) <= set(rows["id_low"].tolist())


def test_tasks_are_split_and_sampled_together_as_each_alone() -> None:
    rows = _keyed(600)
    rows["task"] = np.repeat([3, 5, 9], [100, 480, 20])
    job = _split_job(0.2, maximum=7, scope="task")
    parts = [rows[rows["task"] == task] for task in (3, 5, 9)]
    alone = [split_rows(part, job) for part in parts]
    for number, split in enumerate(split_rows(rows, job)):
        assert split.tobytes() == b"".join(of[number].tobytes() for of in alone)
    assert [len(of[1]) for of in alone[:2]] == [7, 7]
    pools = [choose_pool(part, 0, 30) for part in parts]
    assert [len(pool) for pool in pools] == [30, 30, 20]
    assert choose_pool(rows, 0, 30).tobytes() == b"".join(pool.tobytes() for pool in pools)


def test_a_pool_is_not_the_head_of_the_rank() -> None:
    rows, _ = rank_rows(_rows([(0, 2 * i, 0) for i in range(1000)]), seed=0)
    pool = set(choose_pool(rows, 0, 100)["id_low"].tolist())
    head = set(rows["id_low"][:100].tolist())
    assert len(pool & head) < 30


def test_a_bucket_is_ranked_with_its_pools_on_disk(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i, task=f"t{i % 2}", source=f"s{i % 2}") for i in range(30)]
    again = make_record(0, task="t0", fields={"question": "other", "answer": "b"}, source="s0")
    settings = {"few_shot": FewShot(pool=5), "deduplicate": Deduplicate(scope="task")}
    work, job = make_job([*records, again], records_per_file=4, **settings)
    stages = run_stages(work, job, up_to=RANK)
    (run,), (summary,) = stages.of(RANK), stages.summaries(RANK)
    assert stages.notes(RANK) == [
        RankNotes({"train": {"t0": 15, "t1": 15}, "validation": {"t0": 0, "t1": 0}})
    ]
    counts = stages.counts(RANK)
    assert counts.entered == {"t0": 16, "t1": 15}
    assert counts.kept == {"t0": 15, "t1": 15}
    assert counts.rejected == {"duplicate_id": {"t0": 1}}
    assert not counts.undrawn
    assert [rejection["id"] for rejection in stages.rejections(RANK)] == [again.id]
    (detail,) = [rejection["detail"] for rejection in stages.rejections(RANK)]
    assert detail == "a row of s0: has the id of a row of s0, which is kept"
    ranked = read_rows([run], 0, KEY_ROW)
    data = Path(work, "pools/000000.jsonl").read_bytes()
    assert summary.files == [
        FileNote("pools/000000.jsonl", hashlib.sha256(data).hexdigest(), "work")
    ]
    for number, task in enumerate(job.tasks):
        rows = ranked[ranked["task"] == number]
        assert {record_id(row) for row in rows} == {r.id for r in records if r.task == task.name}
        pool = read_pool(job, work, number)
        assert [record.id for record in pool] == sorted(
            record_id(row) for row in choose_pool(rows, job.settings.seed, 5)
        )
        assert all(record.task == task.name for record in pool)
        assert all(line in data for line in pool_lines(job, work, number))


def test_small_tasks_share_the_reading_of_a_record_file(
    make_job: MakeJob,
    make_record: MakeRecord,
    run_stages: RunStages,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = [make_record(i, task=f"t{i % 50}") for i in range(200)]
    work, job = make_job(records, records_per_file=100)
    run_stages(work, job, up_to=DECONTAMINATE)
    opened: Counter[str] = Counter()
    open_read = filesystem.open_read

    def count(path: str) -> Any:
        opened[path] += 1
        return open_read(path)

    monkeypatch.setattr(filesystem, "open_read", count)
    run_stages(work, job, up_to=RANK)
    assert [opened[file.path] for file in job.files] == [1, 1]
    pools = [[record.id for record in read_pool(job, work, number)] for number in range(50)]
    expected = [sorted(r.id for r in records if r.task == task.name) for task in job.tasks]
    assert pools == expected


def test_a_task_without_records_to_train_on_has_an_empty_pool(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    work, job = make_job([make_record(i) for i in range(3)], validation=Validation(fraction=1.0))
    run_stages(work, job, up_to=RANK)
    assert list(read_pool(job, work, 0)) == []


def test_what_validation_leaves_over_is_undrawn(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = [make_record(i, task=f"t{i % 2}") for i in range(200)]
    validation = Validation(fraction=0.3, maximum=5)
    work, job = make_job(records, validation=validation, deduplicate=Deduplicate(scope="task"))
    stages = run_stages(work, job, up_to=RANK)
    (notes,), counts = stages.notes(RANK), stages.counts(RANK)
    surplus = counts.undrawn["validation_surplus"]
    assert set(counts.undrawn) == {"validation_surplus"}
    assert notes.records["validation"] == {"t0": 5, "t1": 5}
    assert min(surplus.values()) > 10
    assert counts.kept == Counter(notes.records["train"]) + Counter(notes.records["validation"])
    assert counts.kept + surplus == counts.entered == {"t0": 100, "t1": 100}
    assert not stages.rejections(RANK)
