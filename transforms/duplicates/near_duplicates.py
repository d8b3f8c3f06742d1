"""The stages that remove near-duplicates: one record of each component of verified pairs is kept.

sign (signing.py) → verify_pairs (candidate_pairs.py) → choose_survivors (survivors.py, or rounds.py
in a large corpus) → near_duplicates.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from transforms.duplicates.candidate_pairs import EDGES, MEMBER_ROW, VERIFY
from transforms.duplicates.exact import RemovalNotes, count_pairs, removal
from transforms.duplicates.signing import SIGN, file_and_offset, near_is_enabled
from transforms.job import Job
from transforms.records.key_rows import KEY_ROW, in_file_order, plain_rows, record_id
from transforms.stages.filtering import count_by_task
from transforms.stages.output import Output, StageCounts
from transforms.stages.stage import AT_ONCE, RECORD_FILES, ROWS, Stage
from transforms.stages.work import Work
from transforms.types import Rejection

if TYPE_CHECKING:
    from apache_beam import PTransform

REMOVALS = "removals"
NEAR_DUPLICATE = "near_duplicate"
# The place of a record to remove, the kept one, the id of the neighbor that shows
# the similarity, and the similarity.
REMOVAL_ROW = np.dtype(
    [
        ("file", "<u4"),
        ("offset", "<u8"),
        ("kept", MEMBER_ROW),
        ("neighbor", [("id_high", "<u8"), ("id_low", "<u8")]),
        ("score", "<f8"),
    ]
)


def choose_all(work: Work) -> Output:
    """Choose the records to remove from all verified edges."""
    from transforms.duplicates.survivors import choose_survivors, paired_members

    edges = work.read(EDGES)
    places, members = paired_members(edges.rows_by_run)
    kept, neighbors, scores = choose_survivors(
        places, members, source_ranks(work.job), edges.rows_by_run
    )
    removed = np.flatnonzero(kept != np.arange(len(kept)))
    rows = np.zeros(len(removed), dtype=REMOVAL_ROW)
    rows["file"], rows["offset"] = file_and_offset(places[removed])
    rows["kept"], rows["score"] = members[kept[removed]], scores[removed]
    for name in ("id_high", "id_low"):
        rows["neighbor"][name] = members[name][neighbors[removed]]
    return Output(rows=rows, done=len(rows))


def source_ranks(job: Job) -> NDArray[np.int64]:
    """Return the position of each record file's source in the recipe."""
    return np.array([file.source_rank for file in job.files], dtype=np.int64)


def choose_in_rounds(directory: str, job: Job) -> "PTransform | None":
    """Return the rounds of a job that has more records than one process chooses among."""
    if job.num_records <= job.settings.deduplicate.near.at_once:
        return None
    from transforms.duplicates.rounds import ChooseInRounds

    return ChooseInRounds(directory, job.settings.deduplicate.near.rounds)


def apply_removals(work: Work) -> Output:
    """Keep the rows of one record file that were not chosen for removal."""
    job = work.job
    rows = in_file_order(work.read(ROWS).rows())
    removals = work.read(REMOVALS).rows()
    removals = in_file_order(removals)
    leaves = np.isin(rows["offset"], removals["offset"])
    kept, removed = rows[~leaves], rows[leaves]
    return Output(
        rows=kept,
        counts=StageCounts(
            entered=count_by_task(job, rows),
            kept=count_by_task(job, kept),
            rejected={NEAR_DUPLICATE: count_by_task(job, removed)},
        ),
        rejections=[
            _rejection(work, *of_one)
            for of_one in zip(
                plain_rows(removed),
                plain_rows(removals["kept"]),
                plain_rows(removals["neighbor"]),
                removals["score"].tolist(),
                strict=True,
            )
        ],
        notes=RemovalNotes({NEAR_DUPLICATE: count_pairs(job, removals["kept"], removed)}),
        done=len(rows),
    )


def _rejection(work: Work, row: Any, kept: Any, neighbor: Any, score: float) -> Rejection:
    detail = f"kept {record_id(kept)}; {work.job.settings.deduplicate.near.measure} {score:.3f}"
    if record_id(neighbor) != record_id(kept):
        detail += f" with {record_id(neighbor)}"
    return removal(work, row, kept, NEAR_DUPLICATE, detail, round(score, 6))


CHOOSE = Stage(
    name="choose_survivors",
    run=choose_all,
    items=AT_ONCE,
    reads=(EDGES,),
    yields=REMOVALS,
    dtype=REMOVAL_ROW,
    settings=("deduplicate.near.at_once", "deduplicate.near.rounds"),
    is_kept=True,
    is_enabled=near_is_enabled,
    by_shuffle=choose_in_rounds,
)
APPLY = Stage(
    name="near_duplicates",
    run=apply_removals,
    items=RECORD_FILES,
    reads=(ROWS, REMOVALS),
    yields=ROWS,
    dtype=KEY_ROW,
    notes=RemovalNotes,
    is_kept=True,
    is_enabled=near_is_enabled,
)
REMOVE_NEAR_DUPLICATES = (SIGN, VERIFY, CHOOSE, APPLY)
