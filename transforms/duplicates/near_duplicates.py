"""Remove near-duplicates: of each component of verified pairs one record stays.

sign (transforms/duplicates/signing.py) → verify (transforms/duplicates/candidate_pairs.py) → choose
(transforms/duplicates/survivors.py) → apply.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import apache_beam as beam
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema import filesystem
from transforms.duplicates.candidate_pairs import VerifyPairs
from transforms.duplicates.exact import (
    DEDUPLICATE,
    count_by_task,
    count_pairs,
    leave_held_out,
    removal,
)
from transforms.duplicates.signing import SignRecords, file_and_offset, place_of
from transforms.job import Job, load_job
from transforms.records.key_rows import KEY_ROW, record_id
from transforms.records.rejections import rejection_file, write_rejections
from transforms.runtime.exchange import (
    Run,
    finished_run,
    group_rows,
    read_buckets,
    read_rows,
    write_run,
)
from transforms.types import Rejection

CHOOSE, APPLY = "choose_survivors", "near_duplicates"
NEAR_DUPLICATE = "near_duplicate"
# What is said of a record that is in a verified pair.
MEMBER_ROW = np.dtype(
    [("id_high", "<u8"), ("id_low", "<u8"), ("content", "<u8"), ("file", "<u4"), ("task", "<u4")]
)
# Where a record to remove begins, the one that stays in its place, the id of the neighbour that
# shows why, and how similar that one is.
REMOVAL_ROW = np.dtype(
    [
        ("offset", "<u8"),
        ("kept", MEMBER_ROW),
        ("neighbour", [("id_high", "<u8"), ("id_low", "<u8")]),
        ("score", "<f8"),
    ]
)


def _read_members(places: NDArray[np.uint64], files: int, unique: Iterable[Run]) -> NDArray[Any]:
    """The MEMBER_ROWs of the records at `places`; one run is read at a time."""
    members = np.zeros(len(places), dtype=MEMBER_ROW)
    for run in unique:
        rows = np.frombuffer(b"".join(read_buckets([run], 0, files)), dtype=KEY_ROW)
        index = np.searchsorted(places, place_of(rows))
        paired = index < np.searchsorted(places, place_of(rows), side="right")
        for name in MEMBER_ROW.names or ():
            members[name][index[paired]] = rows[name][paired]
    return members


def choose_all(_: object, work: str, unique: list[Run], verified: list[Run]) -> Run:
    """Write the removals of the whole corpus, in buckets by record file."""
    path = filesystem.join(work, CHOOSE, "000000.run")
    return finished_run(path, lambda: _choose(load_job(work), unique, verified, path))


def _choose(job: Job, unique: Iterable[Run], verified: Iterable[Run], path: str) -> Run:
    from transforms.duplicates.survivors import choose_survivors, paired_places

    places = paired_places(verified)
    members = _read_members(places, len(job.files), unique)
    ranks = np.array([file.source_rank for file in job.files], dtype=np.int64)
    kept, neighbours, scores = choose_survivors(places, members, ranks, verified)
    removed = np.flatnonzero(kept != np.arange(len(kept)))
    bounds = np.searchsorted(members["file"][removed], np.arange(len(job.files) + 1))
    sections = {}
    for file, (start, end) in enumerate(pairwise(bounds.tolist())):
        nodes = removed[start:end]
        rows = np.zeros(len(nodes), dtype=REMOVAL_ROW)
        rows["offset"] = file_and_offset(places[nodes])[1]
        rows["kept"], rows["score"] = members[kept[nodes]], scores[nodes]
        for name in ("id_high", "id_low"):
            rows["neighbour"][name] = members[name][neighbours[nodes]]
        sections[file] = rows.tobytes()
    return write_run(path, len(job.files), sections, {"removed": len(removed)})


def apply_removals(index: int, work: str, unique: Iterable[Run], chosen: Run) -> Run:
    """Write the rows of record file `index` that stay, in buckets by task, and the rejections."""
    path = filesystem.join(work, APPLY, f"{index:06d}.run")
    return finished_run(path, lambda: _apply(index, work, unique, chosen, path))


def _apply(index: int, work: str, unique: Iterable[Run], chosen: Run, path: str) -> Run:
    job = load_job(work)
    rows = read_rows(unique, index, KEY_ROW)
    rows = rows[np.argsort(rows["offset"])]
    removals = read_rows([chosen], index, REMOVAL_ROW)
    leaves = np.isin(rows["offset"], removals["offset"])
    left, removed = rows[~leaves], rows[leaves]
    settled = leave_held_out(work, left)
    rejections = [_rejection(job, row, why) for row, why in zip(removed, removals, strict=True)]
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


def _rejection(job: Job, row: Any, why: Any) -> Rejection:
    measure, score = job.deduplicate.near.measure, float(why["score"])
    detail = f"kept {record_id(why['kept'])}; {measure} {score:.3f}"
    if record_id(why["neighbour"]) != record_id(why["kept"]):
        detail += f" with {record_id(why['neighbour'])}"
    return removal(job, NEAR_DUPLICATE, row, why["kept"], detail, round(score, 6))


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
