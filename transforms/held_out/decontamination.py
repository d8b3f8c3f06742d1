"""The stage that removes records which contain an item of a held-out evaluation set.

The scan has searched the records already; here the ones that it marked are left out, or only
reported. It comes after deduplication, so that the ledger counts each of them once.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from transforms.held_out.indexing import HELD_OUT_INDEX, item_name
from transforms.records.key_rows import KEY_ROW, in_file_order
from transforms.stages.filtering import Verdict, filter_rows
from transforms.stages.output import Output
from transforms.stages.stage import RECORD_FILES, ROWS, Stage
from transforms.stages.work import Work

HELD_OUT_OVERLAP = "held_out_overlap"
# The same of a record of another snapshot.
SNAPSHOT_OVERLAP = "snapshot_overlap"


@dataclass(frozen=True)
class ContaminationNotes:
    """Records in which a held-out item was found, as {evaluation set: {task: records}}."""

    found: dict[str, Counter[str]]


def decontaminate_file(work: Work) -> Output:
    """Keep the rows of one record file that contain no held-out item; all in mode `report`."""
    job = work.job
    rows = in_file_order(work.read(ROWS).rows())
    found: dict[str, Counter[str]] = {}
    verdicts: dict[int, Verdict] = {}
    for position in np.flatnonzero(rows["held_out"]).tolist():
        row = rows[position]
        item = item_name(work, int(row["held_out"]) - 1)
        found.setdefault(item.set, Counter())[job.tasks[int(row["task"])].name] += 1
        if item.set in job.searched_snapshots:
            reason, detail = SNAPSHOT_OVERLAP, f"contains {item.id} of task {item.task}"
        else:
            reason, detail = HELD_OUT_OVERLAP, f"contains {item.task}/{item.id}"
        verdicts[position] = Verdict(
            reason=reason, detail=detail, other_id=item.id, other_source=item.set
        )
    is_dropped = job.settings.decontaminate.mode == "drop"
    output = filter_rows(work, rows, verdicts if is_dropped else {})
    output.notes = ContaminationNotes(found)
    return output


DECONTAMINATE = Stage(
    name="decontaminate",
    run=decontaminate_file,
    items=RECORD_FILES,
    reads=(ROWS, HELD_OUT_INDEX),
    yields=ROWS,
    dtype=KEY_ROW,
    settings=("decontaminate.mode",),
    notes=ContaminationNotes,
    is_kept=True,
)
