"""Planted near-duplicates leave, all else stays, in any order and by any division of work."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.transforms.stage_runs import MakeJob, MakeRecord, RunStages, StageRuns
from transforms.duplicates import candidate_pairs
from transforms.duplicates.exact import DEDUPLICATE
from transforms.duplicates.near_duplicates import APPLY
from transforms.duplicates.signing import read_signatures, signature_path
from transforms.records.key_rows import record_id
from transforms.settings import Deduplicate, NearDuplicates
from transforms.stable_random import Draws
from transforms.types import FieldValue, Record, Task

Planted = tuple[list[Record], list[tuple[str, str, float]]]
Remove = Callable[..., tuple[set[str], list[dict[str, Any]], StageRuns]]


def _near(**changes: Any) -> Deduplicate:
    outer = {name: changes.pop(name) for name in ("fields", "scope") if name in changes}
    return Deduplicate(near=NearDuplicates(enabled=True, **changes), **outer)


@pytest.fixture(scope="module")
def remove(make_job: MakeJob, run_stages: RunStages) -> Remove:
    """Return `remove(records, deduplicate=…)`: (ids that stay, rejections, runs of the stages)."""

    def run(records: Sequence[Record], **settings: Any) -> Any:
        work, job = make_job(records, **settings)
        stages = run_stages(work, job, up_to=APPLY)
        kept = {record_id(row) for row in stages.rows(APPLY)}
        return kept, stages.rejections(DEDUPLICATE) + stages.rejections(APPLY), stages

    return run


def _words(draws: Draws, count: int) -> list[str]:
    return [f"w{draws.below(10**6)}" for _ in range(count)]


def _edited(words: list[str], changes: int, draws: Draws) -> list[str]:
    """Replace the last `changes` of `words`: each takes one n-gram of the set, then n - 1."""
    return words[: len(words) - changes] + _words(draws, changes)


def _jaccard(first: Sequence[str], second: Sequence[str], n: int) -> float:
    a, b = ({tuple(w[i : i + n]) for i in range(len(w) - n + 1)} for w in (first, second))
    return len(a & b) / len(a | b)


@pytest.mark.parametrize("template_words", [0, 20, 30, 40, 60, 100])
@pytest.mark.parametrize("ngram", [3, 5])
@pytest.mark.parametrize("count", [500, pytest.param(5000, marks=pytest.mark.slow)])
def test_distinct_texts_in_one_template_stay(
    remove: Remove, make_record: MakeRecord, template_words: int, ngram: int, count: int
) -> None:
    """Bands alone, without a comparison, would remove up to 94.9% of these."""
    draws = Draws("template", template_words)
    template = " ".join(f"t{i}" for i in range(template_words))
    records = [
        make_record(
            i, fields={"question": f"{template} {' '.join(_words(draws, 20))}", "answer": "a"}
        )
        for i in range(count)
    ]
    kept, rejections, _ = remove(records, deduplicate=_near(ngram=ngram))
    assert len(kept) == count
    assert not rejections


@pytest.fixture(scope="module")
def planted(make_record: MakeRecord) -> Planted:
    """Return 800 texts with an edited copy each, and (id, id of the copy, Jaccard of 3-grams)."""
    draws = Draws("planted")
    records, pairs = [], []
    for number in range(800):
        words = _words(draws, 60 + draws.below(100))
        copy = _edited(words, draws.below(len(words) // 3), draws)
        both = [
            make_record(
                2 * number + side, task=f"t{side}", fields={"question": " ".join(w), "answer": "a"}
            )
            for side, w in enumerate((words, copy))
        ]
        records += both
        pairs.append((both[0].id, both[1].id, _jaccard(words, copy, 3)))
    return records, pairs


def test_recall_and_precision_on_planted_pairs(remove: Remove, planted: Planted) -> None:
    records, pairs = planted
    kept, rejections, stages = remove(records, records_per_file=300, deduplicate=_near())
    found = {first: (first not in kept) or (second not in kept) for first, second, _ in pairs}
    high = [found[first] for first, _, score in pairs if score >= 0.85]
    assert len(high) > 200
    assert sum(high) / len(high) >= 0.99
    assert not any(found[first] for first, _, score in pairs if score < 0.8)
    true = {frozenset(pair[:2]): pair[2] for pair in pairs}
    for row in rejections:
        if row["reason"] == "near_duplicate":
            assert row["score"] == pytest.approx(
                true[frozenset((row["id"], row["other_id"]))], abs=1e-6
            )
            assert row["other_id"] in kept
    assert len(kept) + len(rejections) == len(records)
    counts = stages.counts(APPLY)
    assert counts.kept.total() == len(kept)
    assert counts.entered == stages.counts(DEDUPLICATE).kept
    assert counts.entered == counts.kept + counts.rejected["near_duplicate"]


def test_short_texts(remove: Remove, make_record: MakeRecord) -> None:
    texts = [
        "Paris",
        "London",
        "New York",
        "York New",
        "in the rain",
        "in the sun",
        "a b c d",
        "a b c e",
    ]
    records = [make_record(i, fields={"output": text}) for i, text in enumerate(texts)]
    copies = [
        make_record(100 + i, fields={"output": f" {text.upper()}. "})
        for i, text in enumerate(texts)
    ]
    tasks = [Task(name="t", source="s", collection="c", family="instruction_input")]
    kept, rejections, _ = remove(
        [*records, *copies], tasks=tasks, deduplicate=_near(threshold=0.5, ngram=1)
    )
    assert len(kept) == len(texts)
    assert {row["reason"] for row in rejections} == {"exact_duplicate"}
    by_id = {
        record.id: str(record.fields["output"]).lower().strip(" .")
        for record in [*records, *copies]
    }
    assert sorted(by_id[identity] for identity in kept) == sorted(text.lower() for text in texts)


def test_survivors_do_not_depend_on_order_division_or_loading(
    remove: Remove, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = planted[0][:600]
    results = []
    for rows, size, loaded in (
        (records, 1000, 16_384),
        (records[::-1], 70, 16_384),
        (records, 33, 64),
    ):
        monkeypatch.setattr(candidate_pairs, "MOST_LOADED", loaded)
        kept, rejections, _ = remove(rows, records_per_file=size, deduplicate=_near())
        results.append((kept, sorted(json.dumps(row, sort_keys=True) for row in rejections)))
    assert results[0] == results[1] == results[2]


def test_the_source_named_first_stays_then_the_smallest_id(
    remove: Remove, make_record: MakeRecord
) -> None:
    words = _words(Draws("sources"), 100)
    texts = [" ".join([*words[:97], *_words(Draws("tail", i), 3)]) for i in range(6)]
    records = [
        make_record(
            i, task=f"t{i % 2}", source=f"s{i % 2}", fields={"question": text, "answer": "a"}
        )
        for i, text in enumerate(texts)
    ]
    kept, rejections, stages = remove(records, deduplicate=_near())
    assert kept == {min(record.id for record in records if record.source == "s0")}
    assert {row["other_source"] for row in rejections} == {"s0"}
    tables = [notes.pairs["near_duplicate"] for notes in stages.notes(APPLY)]
    assert tables == [{"s0": {"s0": 2}}, {"s0": {"s1": 3}}]


def test_a_chain_is_one_component_and_says_which_neighbor_shows_it(
    remove: Remove, make_record: MakeRecord
) -> None:
    words = _words(Draws("chain"), 140)
    texts = [" ".join(words[start : start + 100]) for start in range(0, 40, 8)]
    records = [make_record(i, fields={"question": t, "answer": "a"}) for i, t in enumerate(texts)]
    kept, rejections, _ = remove(records, deduplicate=_near(bands=60, rows=4))
    assert kept == {min(record.id for record in records)}
    assert all(row["score"] >= 0.8 for row in rejections)
    assert any(" with " in row["detail"] for row in rejections)


def test_what_may_not_be_a_duplicate_is_none(remove: Remove, make_record: MakeRecord) -> None:
    question = " ".join(_words(Draws("q"), 50))
    rationale = " ".join(_words(Draws("r"), 50))
    records = [
        make_record(0, fields={"question": question, "answer": "4"}),
        make_record(1, fields={"question": f"{question} x", "answer": "5"}),
        make_record(2, fields={"question": f"{question} y", "rationale": rationale, "answer": "4"}),
        make_record(3, task="u", fields={"question": f"{question} z", "answer": "4"}),
    ]
    assert remove(records, deduplicate=_near())[0] == {
        min(records[0].id, records[3].id),
        records[1].id,
        records[2].id,
    }
    assert len(remove(records, deduplicate=_near(scope="task"))[0]) == 4
    kept, *_ = remove(records, deduplicate=_near(fields=["question"]))
    assert kept == {min(record.id for record in records)}


def test_definitions_separate_equal_pairs(remove: Remove, make_record: MakeRecord) -> None:
    text = " ".join(_words(Draws("i"), 50))
    records = [
        make_record(i, task=f"t{i}", fields={"input": f"{text} {i}", "output": "yes"})
        for i in range(2)
    ]
    tasks = [
        Task(
            name=f"t{i}",
            source="s",
            collection="c",
            family="instruction_input",
            fields={"instruction": f"Do {i} of these things."},
        )
        for i in range(2)
    ]
    assert len(remove(records, tasks=tasks, deduplicate=_near())[0]) == 2
    same = [replace(task, fields={"instruction": "Do it."}) for task in tasks]
    assert len(remove(records, tasks=same, deduplicate=_near())[0]) == 1


def test_containment(remove: Remove, make_record: MakeRecord) -> None:
    words = _words(Draws("contained"), 120)
    fields: list[dict[str, FieldValue]] = [
        {"question": " ".join(part), "answer": "a"} for part in (words, words[:80])
    ]
    records = [make_record(i, fields=f) for i, f in enumerate(fields)]
    for measure, stay in (("jaccard", 2), ("containment", 1)):
        settings = _near(measure=measure, bands=40, rows=3)
        assert len(remove(records, deduplicate=settings)[0]) == stay


def test_signatures_are_made_once(make_job: MakeJob, make_record: MakeRecord) -> None:
    _, job = make_job([make_record(i) for i in range(30)], deduplicate=_near())
    file = job.files[0]
    path = Path(signature_path(file, job.settings.deduplicate))
    assert not path.exists()
    offsets, hashes = read_signatures(file, job.settings.deduplicate)
    stamp = path.stat().st_mtime_ns
    again = read_signatures(file, job.settings.deduplicate)
    assert (again[0].tolist(), again[1].tolist()) == (offsets.tolist(), hashes.tolist())
    assert path.stat().st_mtime_ns == stamp
    other = job.settings.deduplicate.model_copy(update={"scope": "task"})
    assert signature_path(file, other) == str(path)
    for change in ({"ngram": 4}, {"rows": 5}):
        assert signature_path(file, _near(**change)) != str(path)


def test_an_empty_file_and_no_candidates(remove: Remove, make_record: MakeRecord) -> None:
    assert remove([make_record(0)], deduplicate=_near())[0] == {make_record(0).id}


def test_near_duplicates_need_exact_deduplication() -> None:
    with pytest.raises(ValueError, match="enabled: true"):
        Deduplicate(enabled=False, near=NearDuplicates(enabled=True))


def test_numba_stays_away_where_nothing_needs_it() -> None:
    program = (
        "import sys, pipelines.building.assemble\n"
        "assert not {m for m in sys.modules if m.split('.')[0] == 'numba'}"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)
