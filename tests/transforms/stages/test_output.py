"""What a run says of its work item comes back as it was, and counts add up."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tfrecords_schema.manifest import ParquetFile, RowFile, ShardInfo
from transforms.duplicates.exact import RemovalNotes
from transforms.held_out.decontamination import ContaminationNotes
from transforms.held_out.indexing import IndexNotes
from transforms.mixture.mixing import Plan, PlanTable, Quota
from transforms.mixture.ranking import RankNotes
from transforms.prompts.render_notes import RenderNotes
from transforms.snapshots.writing import ShardPlan, ShardRange, WriteNotes
from transforms.stages.output import (
    FileNote,
    NoNotes,
    StageCounts,
    Summary,
    decode_notes,
    decode_summary,
    sum_counts,
)
from transforms.types import TEMPLATE_TYPES

NONE = dict.fromkeys(TEMPLATE_TYPES, 0)
QUOTA = Quota(
    task="t",
    collection="c",
    inverts="",
    available=9,
    cap=None,
    weight=0.1,
    requested=1 / 3,
    examples=1,
    by_type={**NONE, "zs_opt": 1},
    requested_by_type={**NONE, "zs_opt": 1 / 3},
    validation=NONE,
)
SHARD = ShardInfo(
    path="a/b",
    rows=1,
    bytes=2,
    sha256="0" * 64,
    index_sha256="1" * 64,
    lengths_sha256="2" * 64,
    input_tokens=3,
    target_tokens=4,
    parquet=ParquetFile(path="c", bytes=5, sha256="3" * 64),
)
NAMES = st.sampled_from(["a", "b", "ä"])
TASKS = st.dictionaries(NAMES, st.integers(1, 5)).map(Counter)
COUNTS = st.builds(
    StageCounts,
    entered=TASKS,
    kept=TASKS,
    rejected=st.dictionaries(NAMES, TASKS),
    undrawn=st.dictionaries(NAMES, TASKS),
)


def test_a_summary_is_json() -> None:
    summary = Summary(
        counts=StageCounts(entered=Counter(t=2), kept=Counter(t=1), rejected={"x": Counter(t=1)}),
        rejections=RowFile(path="rejections/x.jsonl", rows=1, sha256="0" * 64),
        files=[FileNote("a", "1" * 64, "work")],
        notes=RankNotes({"train": {"t": 1}}),
        done=2,
    )
    assert orjson.loads(summary.encode()) == {
        "counts": {
            "entered": {"t": 2},
            "kept": {"t": 1},
            "rejected": {"x": {"t": 1}},
            "undrawn": {},
        },
        "done": 2,
        "files": [{"path": "a", "place": "work", "sha256": "1" * 64}],
        "notes": {"records": {"train": {"t": 1}}},
        "rejections": {"path": "rejections/x.jsonl", "rows": 1, "sha256": "0" * 64},
        "reports": [],
    }


def test_bytes_do_not_depend_on_the_order_of_counting() -> None:
    one, two = StageCounts(), StageCounts()
    events = [("a", None), ("b", "x"), ("a", "y"), ("c", None)]
    for task, reason in events:
        one.enter(task, reason)
    for task, reason in reversed(events):
        two.enter(task, reason)
    assert Summary(counts=one).encode() == Summary(counts=two).encode()


@given(COUNTS, st.booleans())
def test_a_summary_comes_back(counts: StageCounts, has_counts: bool) -> None:
    summary = Summary(
        counts=counts if has_counts else None,
        rejections=RowFile(path="r", rows=1, sha256="0" * 64),
        reports=[RowFile(path="p", rows=2, sha256="1" * 64)],
        files=[FileNote("f", "2" * 64)],
    )
    assert decode_summary(summary.encode()) == summary


@pytest.mark.parametrize(
    "notes",
    [
        NoNotes(),
        IndexNotes([5], 3, 2),
        RemovalNotes({"exact_duplicate": {"s": {"r": 2}}}),
        ContaminationNotes({"eval": Counter(t=2)}),
        RankNotes({"train": {"t": 4}, "validation": {}}),
        PlanTable.of(Plan({"t": QUOTA})),
        PlanTable.of(Plan({})),
        RenderNotes(fitting=Counter(exemplars_dropped=1), bytes=Counter(train=7)),
        ShardPlan([ShardRange(split="train", shard=0, num_shards=4, first=0, last=16)]),
        WriteNotes("train", SHARD),
    ],
    ids=lambda notes: type(notes).__name__,
)
def test_notes_come_back_in_their_dataclass(notes: Any) -> None:
    stored = decode_summary(Summary(notes=notes).encode()).notes
    assert decode_notes(type(notes), stored) == notes


def test_notes_of_another_kind_are_refused() -> None:
    with pytest.raises(ValidationError, match="records"):
        decode_notes(RankNotes, {"pairs": {}})


def test_what_has_no_form_in_json_is_refused() -> None:
    @dataclass
    class Notes:
        kinds: set[str]

    with pytest.raises(TypeError):
        Summary(notes=Notes({"a"})).encode()


def test_records_are_counted_as_they_enter() -> None:
    counts = StageCounts()
    for task, reason in (("a", None), ("a", "x"), ("b", "x"), ("b", "y")):
        counts.enter(task, reason)
    assert counts == StageCounts(
        entered=Counter(a=2, b=2),
        kept=Counter(a=1),
        rejected={"x": Counter(a=1, b=1), "y": Counter(b=1)},
    )


@given(st.lists(COUNTS | st.none(), max_size=5), st.randoms(use_true_random=False))
def test_counts_add_up_in_any_order(counts: list[StageCounts | None], random: Any) -> None:
    before = [one and decode_summary(Summary(counts=one).encode()).counts for one in counts]
    total = sum_counts(counts)
    shuffled = list(counts)
    random.shuffle(shuffled)
    assert sum_counts(shuffled) == total
    there = [one for one in counts if one]
    for name in ("entered", "kept"):
        assert getattr(total, name).total() == sum(getattr(one, name).total() for one in there)
    for name in ("rejected", "undrawn"):
        for reason in ("a", "b", "ä"):
            assert getattr(total, name).get(reason, Counter()) == sum(
                (getattr(one, name).get(reason, Counter()) for one in there), Counter()
            )
    assert counts == before, "what was added up did not change"
