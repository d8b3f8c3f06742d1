"""Verify candidates: compare records that share a band by their sets of n-grams.

A work item is a range of band hashes. It holds the references of its bands and the n-gram sets of
at most `MOST_LOADED` records at a time. A larger group is divided by id into parts, and the leaders
of the parts are compared again. The output is the n - 1 verified edges that connect each component
of n records.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from transforms.duplicates.signing import BAND_ROW, BANDS, file_and_offset, near_is_enabled
from transforms.job import Job
from transforms.records.key_rows import first_of_runs
from transforms.records.record_store import content_digest, decode_record
from transforms.stages.output import Output
from transforms.stages.stage import HASH_BUCKETS, Stage
from transforms.stages.work import Work
from transforms.texts.comparison import folded_fields, task_salt

if TYPE_CHECKING:
    from transforms.duplicates.ngram_sets import NgramSets

EDGES = "edges"
# Facts about a record that is in a verified pair.
MEMBER_ROW = np.dtype(
    [("id_high", "<u8"), ("id_low", "<u8"), ("content", "<u8"), ("file", "<u4"), ("task", "<u4")]
)
# The places of two records, their similarity, and all that choosing between them needs.
EDGE_ROW = np.dtype(
    [
        ("first", "<u8"),
        ("second", "<u8"),
        ("score", "<f8"),
        ("first_member", MEMBER_ROW),
        ("second_member", MEMBER_ROW),
    ]
)
MOST_LOADED = 16_384
_RECORDS_AT_ONCE = 1_000


@dataclass
class _Components:
    """The records of a work item as nodes, their components, and the edges that made them."""

    places: NDArray[np.uint64]
    parents: NDArray[np.int64]
    edges: list[NDArray[Any]] = field(default_factory=list)

    def are_one(self, nodes: NDArray[np.int64]) -> bool:
        from transforms.duplicates.union_find import next_divided

        bounds = np.array([0, len(nodes)])
        return next_divided(self.parents, nodes, bounds, 0) == 1


def repeated_bands(runs: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """Join BAND_ROWs run by run, without most of those whose hash no other row has.

    Most bands belong to one record, so that few rows are left to be copied and sorted.
    """
    from transforms.duplicates.minhash import may_repeat

    parts = [np.zeros(0, dtype=BAND_ROW), *runs]
    repeated = may_repeat(np.concatenate([part["hash"] for part in parts]))
    ends = np.cumsum([len(part) for part in parts])
    marks = np.split(repeated, ends[:-1])
    return np.concatenate([part[mark] for part, mark in zip(parts, marks, strict=True)])


def candidate_groups(bands: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return (rows of bands that several records share, starts of the groups and end of the last).

    The rows are sorted by hash and id, independent of the order of arrival.
    """
    bands = bands[np.lexsort((bands["place"], bands["id_low"], bands["hash"]))]
    first = first_of_runs(bands["hash"])
    alone = first & np.append(first[1:], True)
    bands, first = bands[~alone], first[~alone]
    return bands, np.append(np.flatnonzero(first), len(bands))


def load_sets(
    job: Job, places: NDArray[np.uint64], members: NDArray[Any] | None = None
) -> "NgramSets":
    """Compute the n-gram sets of the records at `places` (sorted), read from the record files.

    `members`, [places] MEMBER_ROW, are filled with facts about them.
    """
    from transforms.duplicates.ngram_sets import join_sets, make_sets

    settings = job.settings.deduplicate
    numbers, salts = job.task_numbers, dict[str, int]()
    files, _ = file_and_offset(places)
    parts, tasks, batch = [], [], []
    for number, record in enumerate(_read_places(job, places), start=1):
        if record.task not in salts:
            salts[record.task] = task_salt(job.tasks[numbers[record.task]], settings)
        tasks.append(salts[record.task])
        if members is not None:
            members[number - 1] = (
                int(record.id[:16], 16),
                int(record.id[16:], 16),
                content_digest(record),
                files[number - 1],
                numbers[record.task],
            )
        batch.append(folded_fields(record.fields, settings))
        if len(batch) == _RECORDS_AT_ONCE or number == len(places):
            parts.append(make_sets(batch, settings.near.ngram, settings.ignore_punctuation))
            batch = []
    return join_sets(parts, tasks)


def _read_places(job: Job, places: NDArray[np.uint64]) -> Iterator[Any]:
    files, offsets = file_and_offset(places)
    for number in np.unique(files).tolist():
        with filesystem.open_read(job.files[number].path) as stream:
            for offset in offsets[files == number].tolist():
                stream.seek(offset)
                yield decode_record(stream.readline(), job.files[number])


def _link(job: Job, graph: _Components, groups: list[NDArray[np.int64]]) -> None:
    """Compare the members of each group of nodes; all members are loaded at once."""
    from transforms.duplicates.ngram_sets import link_groups

    near = job.settings.deduplicate.near
    members = np.concatenate(groups)
    nodes = np.unique(members)
    facts = np.zeros(len(nodes), dtype=MEMBER_ROW)
    sets = load_sets(job, graph.places[nodes], facts)
    index = np.zeros(len(graph.places), dtype=np.int64)
    index[nodes] = np.arange(len(nodes))
    rule = (near.measure == "containment", near.threshold)
    edges = np.empty((len(nodes), 2), dtype=np.int64)
    scores = np.empty(len(nodes), dtype=np.float64)
    ends = np.cumsum([len(group) for group in groups])
    count = link_groups(
        sets.arrays, nodes, graph.parents, rule, index[members], ends, near.max_comparisons,
        edges, scores,
    )  # fmt: skip
    rows = np.zeros(count, dtype=EDGE_ROW)
    rows["first"], rows["second"] = graph.places[edges[:count]].T
    rows["score"] = scores[:count]
    for column, name in enumerate(("first_member", "second_member")):
        rows[name] = facts[np.searchsorted(nodes, edges[:count, column])]
    graph.edges.append(rows)


def _link_large(job: Job, graph: _Components, group: NDArray[np.int64]) -> None:
    """Link a group that does not fit into memory: part by part, then the leaders of all parts."""
    from transforms.duplicates.union_find import find

    parts = [group[start : start + MOST_LOADED] for start in range(0, len(group), MOST_LOADED)]
    leaders = []
    for part in parts:
        if not graph.are_one(part):
            _link(job, graph, [part])
        roots = np.array([find(graph.parents, node) for node in part])
        _, first = np.unique(roots, return_index=True)
        leaders.append(part[np.sort(first)][: max(1, MOST_LOADED // len(parts))])
    chosen = np.concatenate(leaders)[:MOST_LOADED]
    if not graph.are_one(chosen):
        _link(job, graph, [chosen])


def verified_edges(job: Job, bands: NDArray[Any]) -> NDArray[Any]:
    """Return EDGE_ROWs that connect all near-duplicates among records that share one of `bands`."""
    from transforms.duplicates.union_find import next_divided

    rows, bounds = candidate_groups(bands)
    places, nodes = np.unique(rows["place"], return_inverse=True)
    graph = _Components(places, np.arange(len(places)), [np.zeros(0, dtype=EDGE_ROW)])
    batch: list[NDArray[np.int64]] = []
    loaded: set[int] = set()
    number, groups = -1, len(bounds) - 1
    while (number := next_divided(graph.parents, nodes, bounds, number + 1)) < groups:
        group = nodes[bounds[number] : bounds[number + 1]]
        if len(group) > MOST_LOADED:
            _link_large(job, graph, group)
            continue
        if len(loaded) + len(group) > MOST_LOADED:
            _link(job, graph, batch)
            batch, loaded = [], set()
        batch.append(group)
        loaded.update(group.tolist())
    if batch:
        _link(job, graph, batch)
    return np.concatenate(graph.edges)


def verify_bucket(work: Work) -> Output:
    """Find the verified edges among the records that share a band of a bucket of hashes."""
    bands = repeated_bands(work.read(BANDS).rows_by_run())
    edges = verified_edges(work.job, bands)
    return Output(rows=edges, done=len(edges))


VERIFY = Stage(
    name="verify_pairs",
    run=verify_bucket,
    items=HASH_BUCKETS,
    reads=(BANDS,),
    yields=EDGES,
    dtype=EDGE_ROW,
    settings=(
        *("deduplicate.near.measure", "deduplicate.near.threshold"),
        *("deduplicate.near.max_comparisons",),
    ),
    is_kept=True,
    is_enabled=near_is_enabled,
)
