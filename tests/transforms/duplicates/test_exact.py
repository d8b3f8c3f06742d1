"""One copy of each record stays: of the first source, with the smallest id, in any order."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages
from transforms.duplicates.exact import DEDUPLICATE, duplicate_key, find_duplicates
from transforms.records.key_rows import KEY_ROW, KeyRows, record_id
from transforms.settings import Deduplicate
from transforms.stages.output import StageCounts
from transforms.texts.comparison import normal_forms
from transforms.types import FieldValue, Record

# (key, id, file): few values, so that many rows agree.
ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 2)), max_size=20, unique=True
)


def _rows(values: list[tuple[int, int, int]]) -> KeyRows:
    rows = np.zeros(len(values), dtype=KEY_ROW)
    for row, (key, number, file) in zip(rows, values, strict=True):
        row["key_high"], row["key_low"] = key // 2, key % 2
        row["id_high"], row["id_low"] = number // 2, number % 2
        row["file"] = file
    return rows


def _values(rows: KeyRows) -> list[tuple[int, ...]]:
    return [
        (2 * r["key_high"] + r["key_low"], 2 * r["id_high"] + r["id_low"], r["file"]) for r in rows
    ]


@given(ROWS, st.permutations([0, 1, 2]), st.randoms(use_true_random=False))
def test_the_best_copy_of_each_key_stays_whatever_the_order(
    values: list[tuple[int, int, int]], ranks: list[int], random: Any
) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)
    source_ranks = np.array(ranks, dtype=np.int64)
    kept, removed, leaders = (_values(r) for r in find_duplicates(_rows(shuffled), source_ranks))
    best = {
        key: min((v for v in values if v[0] == key), key=lambda v: (ranks[v[2]], v[1]))
        for key in {value[0] for value in values}
    }
    assert sorted(kept) == sorted(best.values())
    assert Counter(kept + removed) == Counter(values)
    assert leaders == [best[row[0]] for row in removed]


def test_the_source_named_first_wins_then_the_smallest_id() -> None:
    rows = _rows([(0, 1, 0), (0, 3, 1), (0, 2, 1), (1, 5, 0)])
    kept, removed, leaders = find_duplicates(rows, np.array([1, 0]))
    assert _values(kept) == [(0, 2, 1), (1, 5, 0)]
    assert _values(removed) == [(0, 3, 1), (0, 1, 0)]
    assert _values(leaders) == [(0, 2, 1)] * 2


def test_rows_of_one_id_differ_by_their_content() -> None:
    rows = _rows([(0, 1, 0), (0, 1, 0)])
    rows["content"] = [7, 3]
    for order in ([0, 1], [1, 0]):
        kept, _, _ = find_duplicates(rows[order], np.array([0]))
        assert kept["content"].tolist() == [3]


def _key(
    fields: dict[str, FieldValue],
    settings: Deduplicate | None = None,
    task: str = "t",
    collection: str = "c",
    task_fields: dict[str, FieldValue] | None = None,
) -> tuple[int, int]:
    record = Record(
        id="0" * 32, source="s", collection=collection, task=task, license="MIT", fields=fields
    )
    settings = settings or Deduplicate()
    shared = {
        name: normal_forms(name, value, settings) for name, value in (task_fields or {}).items()
    }
    return duplicate_key(record, shared, settings)


BASE: dict[str, FieldValue] = {"question": "What is 3 + 4?", "options": ["6", "7"], "answer": "7"}


@pytest.mark.parametrize(
    "changed",
    [
        BASE,
        BASE | {"question": "  what IS 3 + 4"},
        BASE | {"question": "“What” is\n3 + 4…"},
        BASE | {"options": ["7", "6"]},
    ],
)
def test_duplicates(changed: dict[str, FieldValue]) -> None:
    assert _key(changed) == _key(BASE)


@pytest.mark.parametrize(
    "changed",
    [
        BASE | {"question": "What is 3 - 4?"},
        BASE | {"question": "What is 3.4?"},
        BASE | {"answer": "6"},
        BASE | {"options": ["6", "7", "8"]},
        BASE | {"context": "Numbers are decimal."},
        {"question": "What is 3 + 4?", "options": ["6", "7"]},
        BASE | {"answer": ["7"], "options": "6\n7"},
        {"query": "What is 3 + 4?", "options": ["6", "7"], "answer": "7"},
    ],
)
def test_no_duplicates(changed: dict[str, FieldValue]) -> None:
    assert _key(changed) != _key(BASE)


def test_the_order_of_turns_counts() -> None:
    assert _key({"turns": ["a", "b"]}) != _key({"turns": ["b", "a"]})


def test_programs_are_compared_as_they_are() -> None:
    assert _key({"code": "x = A"}) != _key({"code": "x = a"})
    assert _key({"code": "if a:\n  b"}) != _key({"code": "if a:\nb"})


def test_fields_of_the_task_count() -> None:
    keys = {_key(BASE, task_fields={"instruction": text}) for text in ("Add.", "Subtract.")}
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("scope", "across_tasks", "across_collections"),
    [("corpus", True, True), ("collection", True, False), ("task", False, False)],
)
def test_scope(scope: str, across_tasks: bool, across_collections: bool) -> None:
    settings = Deduplicate.model_validate({"scope": scope})
    key = _key(BASE, settings)
    assert (_key(BASE, settings, task="u") == key) is across_tasks
    assert (_key(BASE, settings, task="u", collection="d") == key) is across_collections


def test_case_and_punctuation_can_count() -> None:
    upper = BASE | {"question": "WHAT IS 3 + 4?"}
    assert _key(upper, Deduplicate(ignore_case=False)) != _key(BASE, Deduplicate(ignore_case=False))
    bare = BASE | {"question": "What is 3 + 4"}
    settings = Deduplicate(ignore_punctuation=False)
    assert _key(bare, settings) != _key(BASE, settings)


def _three_copies(make_record: MakeRecord) -> list[Record]:
    copies = [{"question": question, "answer": "yes"} for question in ("Is it?", "is it", "IS IT?")]
    return [
        make_record(1, task="late", fields=copies[0], source="second"),
        make_record(2, task="early", fields=copies[1], source="first"),
        make_record(3, task="early", fields=copies[2], source="first"),
        make_record(4, task="early", source="first"),
    ]


def test_a_bucket_keeps_counts_and_explains(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = _three_copies(make_record)
    first = sorted(records[1:3], key=lambda record: record.id)
    work, job = make_job([*records[1:], records[0]])
    stages = run_stages(work, job, up_to=DEDUPLICATE)
    kept = stages.rows(DEDUPLICATE)
    assert {record_id(row) for row in kept} == {first[0].id, records[3].id}
    assert stages.counts(DEDUPLICATE) == StageCounts(
        entered=Counter({"early": 3, "late": 1}),
        kept=Counter({"early": 2}),
        rejected={"exact_duplicate": Counter({"early": 1, "late": 1})},
    )
    assert [note.pairs for note in stages.notes(DEDUPLICATE)] == [
        {"exact_duplicate": {"first": {"first": 1, "second": 1}}}
    ]
    rejections = stages.rejections(DEDUPLICATE)
    assert {rejection["id"] for rejection in rejections} == {first[1].id, records[0].id}
    assert {rejection["detail"] for rejection in rejections} == {f"kept {first[0].id}"}
    assert {rejection["other_id"] for rejection in rejections} == {first[0].id}
    assert {rejection["other_source"] for rejection in rejections} == {"first"}


def test_without_deduplication_only_ids_count(
    make_job: MakeJob, make_record: MakeRecord, run_stages: RunStages
) -> None:
    records = _three_copies(make_record)
    again = records[-1]
    work, job = make_job([*records, again], deduplicate=Deduplicate(enabled=False))
    stages = run_stages(work, job, up_to=DEDUPLICATE)
    assert stages.counts(DEDUPLICATE).rejected == {"duplicate_id": {"early": 1}}
    assert len(stages.rows(DEDUPLICATE)) == 4


def _questions(source: str, path: Path, make_record: MakeRecord) -> list[Record]:
    """Return the rows of one published file, in canonical fields, as its reader gives them."""
    text = path.read_text()
    if path.suffix == ".tsv":
        names = ("question", "answer", "rationale")
        rows = [
            dict(zip(names, line.split("\t"), strict=True))
            for line in text.rstrip("\n").split("\n")
        ]
        for row in rows:
            row["question"] = row["question"].replace("\\n", "\n").strip()
    elif path.suffix == ".jsonl":
        rows = [json.loads(line) for line in text.rstrip("\n").split("\n")]
    else:
        rows = [
            {"question": row["question"].strip(), "answer": "yes" if row["answer"] else "no"}
            for row in json.loads(text)
        ]
    return [
        make_record(number, task=source, source=source, fields=fields)
        for number, fields in enumerate(rows)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("published", "chains", "count"),
    [
        ("gsm8k/train.jsonl", "gsm8k", 7473),
        ("classics/strategyqa/train.json", "strategyqa", 2061),
    ],
)
def test_the_questions_of_chains_of_thought_are_known(
    make_job: MakeJob,
    make_record: MakeRecord,
    run_stages: RunStages,
    flanbeam_data: Path,
    published: str,
    chains: str,
    count: int,
) -> None:
    """Each is in the published set as well: a duplicate where the recipe compares questions."""
    records = _questions("published", flanbeam_data / published, make_record)
    records += _questions("chains", flanbeam_data / "flan_cot" / f"{chains}_train.tsv", make_record)
    removed = {}
    for name, fields in (("question", ["question"]), ("all", [])):
        work, job = make_job(records, deduplicate=Deduplicate(fields=fields))
        (notes,) = run_stages(work, job, up_to=DEDUPLICATE).notes(DEDUPLICATE)
        removed[name] = notes.pairs
    assert removed["question"]["exact_duplicate"]["published"]["chains"] == count
    assert "chains" not in removed["all"]["exact_duplicate"].get("published", {})


def test_the_place_of_the_kept_row_does_not_depend_on_the_order() -> None:
    # One raw line twice in a file: same key, id and content, other offset.
    rows = np.zeros(2, dtype=KEY_ROW)
    rows["offset"] = [0, 100]
    source_ranks = np.array([0])
    kept = [find_duplicates(rows[order], source_ranks)[0].tolist() for order in ([0, 1], [1, 0])]
    assert kept[0] == kept[1]
