"""Remove near-duplicates: of each component of verified pairs one record stays.

sign (transforms/signing.py) → verify (transforms/candidate_pairs.py) → choose → apply. The copy of
the source named first in the recipe stays; within a source, the one with the smallest id.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from transforms.candidate_pairs import EDGE_ROW, VerifyPairs
from transforms.deduplication import (
    DEDUPLICATE,
    count_by_task,
    count_pairs,
    leave_held_out,
    removal,
)
from transforms.exchange import (
    Run,
    finished_run,
    group_rows,
    read_buckets,
    read_rows,
    write_run,
)
from transforms.job import Job, load_job
from transforms.key_rows import KEY_ROW, KeyRows, first_of_runs, record_id
from transforms.rejections import rejection_file, write_rejections
from transforms.signing import SignRecords, place_of
from transforms.types import Rejection

CHOOSE, APPLY = "choose_survivors", "near_duplicates"
NEAR_DUPLICATE = "near_duplicate"
# A record to remove, the one that stays in its place, and the neighbour that shows why.
REMOVAL_ROW = np.dtype(
    [("removed", KEY_ROW), ("kept", KEY_ROW), ("neighbour", KEY_ROW), ("score", "<f8")]
)


def choose_survivors(
    records: KeyRows, edges: NDArray[Any], source_ranks: NDArray[np.int64]
) -> NDArray[Any]:
    """REMOVAL_ROWs of all but one record of each component; `records` are in the order of place.

    The neighbour is the survivor, where that pair was verified, else the most similar one.
    """
    from transforms.union_find import components

    places = place_of(records)
    ends = np.searchsorted(places, np.stack([edges["first"], edges["second"]]))
    labels = components(len(records), ends[0], ends[1])
    order = np.lexsort(
        (
            records["content"],
            records["id_low"],
            records["id_high"],
            source_ranks[records["file"]],
            labels,
        )
    )
    first = first_of_runs(labels[order])
    kept = np.empty(len(records), dtype=np.int64)
    kept[order] = order[np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))]
    # Both directions of every edge; the best one of each record first.
    node, other = np.concatenate([ends, ends[::-1]], axis=1)
    scores = np.tile(edges["score"], 2)
    best = np.lexsort(
        (records["id_low"][other], records["id_high"][other], -scores, other != kept[node], node)
    )
    best = best[first_of_runs(node[best])]
    best = best[kept[node[best]] != node[best]]
    removals = np.zeros(len(best), dtype=REMOVAL_ROW)
    removals["removed"], removals["kept"] = records[node[best]], records[kept[node[best]]]
    removals["neighbour"], removals["score"] = records[other[best]], scores[best]
    return removals


def _read_records(job: Job, places: NDArray[np.uint64], unique: Iterable[Run]) -> KeyRows:
    """The key rows at `places`, in their order; one run is read at a time."""
    parts = [np.zeros(0, dtype=KEY_ROW)]
    for run in unique:
        rows = np.frombuffer(b"".join(read_buckets([run], 0, len(job.files))), dtype=KEY_ROW)
        parts.append(rows[np.isin(place_of(rows), places)])
    records = np.concatenate(parts)
    return records[np.argsort(place_of(records))]


def choose_all(_: object, work: str, unique: list[Run], verified: list[Run]) -> Run:
    """Write the removals of the whole corpus, in buckets by record file."""
    path = filesystem.join(work, CHOOSE, "000000.run")

    def make() -> Run:
        job = load_job(work)
        edges = read_rows(verified, 0, EDGE_ROW)
        places = np.unique(np.concatenate([edges["first"], edges["second"]]))
        records = _read_records(job, places, unique)
        ranks = np.array([file.source_rank for file in job.files], dtype=np.int64)
        removals = choose_survivors(records, edges, ranks)
        sections = group_rows(removals, removals["removed"]["file"].astype(np.int64))
        return write_run(path, len(job.files), sections, {"removed": len(removals)})

    return finished_run(path, make)


def apply_removals(index: int, work: str, unique: Iterable[Run], chosen: Run) -> Run:
    """Write the rows of record file `index` that stay, in buckets by task, and the rejections."""
    path = filesystem.join(work, APPLY, f"{index:06d}.run")
    return finished_run(path, lambda: _apply(index, work, unique, chosen, path))


def _apply(index: int, work: str, unique: Iterable[Run], chosen: Run, path: str) -> Run:
    job = load_job(work)
    rows = read_rows(unique, index, KEY_ROW)
    removals = read_rows([chosen], index, REMOVAL_ROW)
    removed = removals["removed"]
    left = rows[~np.isin(rows["offset"], removed["offset"])]
    settled = leave_held_out(work, left)
    rejections = [_rejection(job, row) for row in removals]
    place = rejection_file(job, APPLY, index)
    summary = {
        "rejections": write_rejections(place, [*rejections, *settled.rejections]),
        DEDUPLICATE: {
            "entered": {},
            "left": count_by_task(job, left),
            "rejected": {NEAR_DUPLICATE: count_by_task(job, removed)},
        },
        **settled.counts,
        "duplicates": {NEAR_DUPLICATE: count_pairs(job, removals["kept"], removed)},
    }
    sections = group_rows(settled.rows, settled.rows["task"].astype(np.int64) % job.num_buckets)
    return write_run(path, job.num_buckets, sections, summary)


def _rejection(job: Job, row: Any) -> Rejection:
    measure, score = job.deduplicate.near.measure, float(row["score"])
    detail = f"kept {record_id(row['kept'])}; {measure} {score:.3f}"
    if record_id(row["neighbour"]) != record_id(row["kept"]):
        detail += f" with {record_id(row['neighbour'])}"
    return removal(job, NEAR_DUPLICATE, row["removed"], row["kept"], detail, round(score, 6))


@dataclass
class RemoveNearDuplicates(beam.PTransform):
    """Runs of exact survivors by record file → Runs of the rows that stay, by task."""

    work: str
    files: beam.PCollection
    buckets: beam.PCollection

    def expand(self, unique: beam.PCollection) -> beam.PCollection:
        runs = beam.pvalue.AsList(unique)
        signed = self.files | "SignRecords" >> SignRecords(self.work, unique)
        verified = self.buckets | "VerifyPairs" >> VerifyPairs(self.work, signed)
        chosen = (
            unique.pipeline
            | "Whole corpus" >> beam.Create([None])
            | "Choose" >> beam.Map(choose_all, self.work, runs, beam.pvalue.AsList(verified))
        )
        return self.files | "Apply" >> beam.Map(
            apply_removals, self.work, runs, beam.pvalue.AsSingleton(chosen)
        )
