"""Candidates are the records that share a band, and a huge group passes in fixed memory."""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.transforms.stage_runs import MakeJob, MakeRecord
from transforms.duplicates import candidate_pairs, ngram_sets
from transforms.duplicates.candidate_pairs import (
    candidate_groups,
    repeated_bands,
    verified_edges,
)
from transforms.duplicates.signing import BAND_ROW, file_and_offset, place_of
from transforms.job import Job
from transforms.records.key_rows import KEY_ROW
from transforms.records.record_store import content_digest, read_records
from transforms.settings import Deduplicate, NearDuplicates


def test_groups_are_the_bands_that_several_share() -> None:
    bands = np.array(
        [(5, 3, 30), (7, 1, 10), (5, 1, 10), (9, 2, 20), (9, 3, 30), (9, 1, 10)], dtype=BAND_ROW
    )
    for order in (slice(None), slice(None, None, -1)):
        rows, bounds = candidate_groups(bands[order])
        assert rows.tolist() == [(5, 1, 10), (5, 3, 30), (9, 1, 10), (9, 2, 20), (9, 3, 30)]
        assert bounds.tolist() == [0, 2, 5]
    rows, bounds = candidate_groups(bands[:2])
    assert len(rows) == 0
    assert bounds.tolist() == [0]


def test_bands_are_joined_run_by_run() -> None:
    first = np.array([(5, 3, 30), (7, 1, 10)], dtype=BAND_ROW)
    second = np.array([(5, 1, 10), (2**63 + 9, 2, 20)], dtype=BAND_ROW)
    rows = repeated_bands(iter([first, first[:0], second]))
    # Of 64 slots, those that stay alone here are 7 and 9.
    assert rows.tolist() == [(5, 3, 30), (5, 1, 10)]
    assert len(repeated_bands(iter(()))) == 0


def test_places_hold_large_files() -> None:
    rows = np.zeros(2, dtype=KEY_ROW)
    rows["file"], rows["offset"] = [0, 2**24 - 1], [2**40 - 1, 0]
    files, offsets = file_and_offset(place_of(rows))
    assert files.tolist() == rows["file"].tolist()
    assert offsets.tolist() == rows["offset"].tolist()


# Texts of 22 words, 20 3-grams: texts of one letter whose number differs by 1 have 19 of 21 in
# common, by 2 18 of 22, by 3 17 of 23 (0.74, under the threshold of 0.8). Those of two letters have
# nothing in common.
def _text(name: str) -> str:
    letter, number = name[0], int(name[1:])
    return " ".join(f"{letter}{number + i}" for i in range(22))


Verify = Callable[..., tuple[dict[frozenset[str], float], list[int]]]


@pytest.fixture
def verify(make_job: MakeJob, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Return `verify(bands)`: (scores of the edges, numbers of records loaded at once)."""

    def run(
        bands: Sequence[str], most_loaded: int = 100, **near: Any
    ) -> tuple[dict[frozenset[str], float], list[int]]:
        names = list(dict.fromkeys(name for band in bands for name in band.split()))
        records = [
            make_record(i, fields={"question": _text(name), "answer": "a"})
            for i, name in enumerate(names)
        ]
        name_of = {record.id: name for record, name in zip(records, names, strict=True)}
        settings = Deduplicate(near=NearDuplicates(enabled=True, **near))
        _, job = make_job(records, records_per_file=3, deduplicate=settings)
        places = {
            name_of[record.id]: (i, file.index << 40 | offset)
            for file in job.files
            for i, (record, offset, _) in enumerate(read_records(file))
        }
        # Ids that grow as the names come.
        rows = [
            (number, names.index(name), places[name][1])
            for number, band in enumerate(bands)
            for name in band.split()
        ]
        sizes: list[int] = []
        real = candidate_pairs.load_sets

        def load(job: Job, loaded: NDArray[np.uint64], *rest: Any) -> Any:
            sizes.append(len(loaded))
            return real(job, loaded, *rest)

        monkeypatch.setattr(candidate_pairs, "load_sets", load)
        monkeypatch.setattr(candidate_pairs, "MOST_LOADED", most_loaded)
        monkeypatch.setattr(candidate_pairs, "_RECORDS_AT_ONCE", 2)
        edges = verified_edges(job, np.array(rows, dtype=BAND_ROW))
        at = {place: name for name, (_, place) in places.items()}
        pairs = [frozenset((at[int(e["first"])], at[int(e["second"])])) for e in edges]
        assert len(set(pairs)) == len(pairs)
        return dict(zip(pairs, edges["score"].tolist(), strict=True)), sizes

    return run


def _linked(edges: dict[frozenset[str], float]) -> set[frozenset[str]]:
    """Return the components; n records have n - 1 edges."""
    components: list[set[str]] = []
    for edge in edges:
        met = [one for one in components if one & edge]
        components = [one for one in components if not one & edge] + [set(edge).union(*met)]
    assert sum(len(one) - 1 for one in components) == len(edges)
    return {frozenset(one) for one in components}


def test_only_records_of_one_band_are_compared(verify: Verify) -> None:
    edges, sizes = verify(["a0 b0 a1", "b2 c0", "c1 a2 c3"])
    assert edges == pytest.approx(
        {frozenset(("a0", "a1")): 19 / 21, frozenset(("c1", "c3")): 18 / 22}
    )
    assert sizes == [8]


def test_less_than_the_threshold_is_no_edge(verify: Verify) -> None:
    assert verify(["a0 a3"])[0] == {}
    assert set(verify(["a0 a3"], threshold=0.7)[0]) == {frozenset(("a0", "a3"))}


def test_records_are_loaded_as_many_as_fit(verify: Verify) -> None:
    bands = ["a0 a1", "b0 b1", "c0 c1", "d0 d1 d2", "a1 a0"]
    every = {frozenset(one.split()) for one in bands}
    # The last band holds nothing new, and is passed over if it is linked before it is read.
    for most, loaded in ((3, [2, 2, 2, 3]), (4, [4, 2, 3]), (5, [4, 5]), (10, [9, 2]), (11, [9])):
        edges, sizes = verify(bands, most)
        assert _linked(edges) == every
        assert sizes == loaded


def test_a_group_too_large_is_linked_by_parts_and_their_leaders(verify: Verify) -> None:
    # Parts "a0 a1 b0 b1" and "a2 b2 c0 a3": then their leaders, a0 and b0, a2, b2 (2 of each part).
    edges, sizes = verify(["a0 a1 b0 b1 a2 b2 c0 a3"], 4)
    assert _linked(edges) == {frozenset(("a0", "a1", "a2", "a3")), frozenset(("b0", "b1", "b2"))}
    assert sizes == [4, 4, 4]
    assert frozenset(("a2", "a3")) in edges


@pytest.mark.parametrize(
    ("large", "linked", "loads"),
    [
        # Both parts are linked by now; their leaders are not.
        ("a0 a1 b0 b1", ["a0 a1", "b0 b1"], 4),
        # Nor is there anything left to compare among the leaders.
        ("a0 a1 a2", ["a0 a1", "a1 a2"], 3),
    ],
)
def test_what_is_linked_is_not_loaded_again(
    verify: Verify, large: str, linked: list[str], loads: int
) -> None:
    edges, sizes = verify([*linked, "c0 d0", large], 2)
    assert set(edges) == {frozenset(one.split()) for one in linked}
    assert sizes == [2] * loads
    # What follows is read all the same.
    edges, _ = verify([*linked, "c0 d0", large, linked[0], "e0 e1"], 2)
    assert frozenset(("e0", "e1")) in edges


def test_more_parts_than_fit_give_a_leader_each(verify: Verify) -> None:
    # Each part is compared, then a0 with b0; c0 no longer fits.
    edges, sizes = verify(["a0 a1 b0 b1 c0"], 2)
    assert _linked(edges) == {frozenset(("a0", "a1")), frozenset(("b0", "b1"))}
    assert sizes == [2, 2, 2]


def test_parts_give_as_many_leaders_as_fit(verify: Verify) -> None:
    # Of three parts one each, of which two fit: a0 and a1; c1 no longer.
    assert set(verify(["a0 b0 a1 c0 c1 d0"], 2)[0]) == {frozenset(("a0", "a1"))}
    # Of two parts two each, a0 and b0, c1 and a1: c0 is not among them.
    assert set(verify(["a0 b0 c0 d0 c1 a1 e0 f0"], 4)[0]) == {frozenset(("a0", "a1"))}


def test_edges_state_the_facts_of_both_records(make_job: MakeJob, make_record: MakeRecord) -> None:
    records = [
        make_record(i, task=task, fields={"question": _text(name), "answer": "a"})
        for i, (name, task) in enumerate([("b0", "t"), ("a0", "u"), ("c0", "t"), ("a1", "v")])
    ]
    settings = Deduplicate(near=NearDuplicates(enabled=True))
    _, job = make_job(records, records_per_file=3, deduplicate=settings)
    at = {
        file.index << 40 | offset: (record, file.index)
        for file in job.files
        for record, offset, _ in read_records(file)
    }
    rows = [(7, number, place) for number, place in enumerate(at)]
    [edge] = verified_edges(job, np.array(rows, dtype=BAND_ROW))
    tasks = []
    for end in ("first", "second"):
        member, (record, file) = edge[f"{end}_member"], at[int(edge[end])]
        assert f"{member['id_high']:016x}{member['id_low']:016x}" == record.id
        assert (member["content"], member["file"]) == (content_digest(record), file)
        assert job.tasks[member["task"]].name == record.task
        tasks.append(record.task)
    assert sorted(tasks) == ["u", "v"]


def test_a_group_with_too_many_pairs_is_compared_by_shared_ngrams(verify: Verify) -> None:
    edges, _ = verify(["a0 b0 c0 a1 b1 c1 c2"], max_comparisons=4)
    assert _linked(edges) == {frozenset(one.split()) for one in ("a0 a1", "b0 b1", "c0 c1 c2")}


def test_records_in_memory_are_as_many_as_is_documented() -> None:
    text = (Path(__file__).parents[3] / "docs" / "deduplication.md").read_text()
    numbers = re.findall(
        r"at most ([\d,]+) records, whose texts\s+are read ([\d,]+) at a time", text
    )
    assert numbers == [
        (f"{candidate_pairs.MOST_LOADED:,}", f"{candidate_pairs._RECORDS_AT_ONCE:,}")
    ]


def test_texts_are_read_in_batches_of_one_size(
    make_job: MakeJob, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, job = make_job([make_record(i) for i in range(5)], records_per_file=3)
    places = np.array(
        [file.index << 40 | offset for file in job.files for _, offset, _ in read_records(file)],
        dtype=np.uint64,
    )
    sizes: list[int] = []
    real = ngram_sets.make_sets

    def make(batch: Sequence[Any], *options: Any) -> Any:
        sizes.append(len(batch))
        return real(batch, *options)

    monkeypatch.setattr(ngram_sets, "make_sets", make)
    monkeypatch.setattr(candidate_pairs, "_RECORDS_AT_ONCE", 2)
    assert len(candidate_pairs.load_sets(job, places).ends) == 5
    assert sizes == [2, 2, 1]


_HOT = """
import sys
import numpy as np
from tests.memory import peak_kib
from transforms.duplicates import candidate_pairs, ngram_sets
from transforms.job import load_job
from transforms.duplicates.ngram_sets import NgramSets
from transforms.duplicates.signing import BAND_ROW, place_of
from transforms.records.record_store import content_digest, read_records
job = load_job(sys.argv[1])
rows = []
for file in job.files:
    for record, offset, _ in read_records(file):
        rows.append((7, int(record.id[16:], 16), file.index << 40 | offset))
bands = np.array(rows, dtype=BAND_ROW)
del rows
candidate_pairs.verified_edges(job, bands[:100])
before = peak_kib()
edges = candidate_pairs.verified_edges(job, bands)
print(len(edges), (peak_kib() - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("distinct", [False, True])
def test_a_bucket_of_200_000_members_passes_in_fixed_memory(
    make_job: MakeJob, make_record: MakeRecord, distinct: bool
) -> None:
    template = " ".join(f"t{i}" for i in range(60))
    settings = Deduplicate(near=NearDuplicates(enabled=True))
    records = []
    for i in range(200_000):
        tail = " ".join(f"n{i}x{k}" for k in range(40)) if distinct else f"n{i}"
        records.append(make_record(i, fields={"question": f"{template} {tail}", "answer": "a"}))
    work, _ = make_job(records, records_per_file=10_000, deduplicate=settings)
    del records
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", _HOT, work], check=True, cwd=root, capture_output=True, text=True
    )
    edges, megabytes = map(int, done.stdout.split())
    assert edges == (0 if distinct else 199_999)
    assert megabytes < 256
