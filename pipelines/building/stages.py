"""The stages of the assembly, in order: the table of contents of a build.

To add a stage, add a line here and a module that declares it; to remove it, delete both. The order
decides which stage reads from which (transforms/stages/wiring.py).
"""

from transforms.duplicates.exact import DEDUPLICATE
from transforms.duplicates.known import REMOVE_KNOWN
from transforms.duplicates.near_duplicates import REMOVE_NEAR_DUPLICATES
from transforms.held_out.decontamination import DECONTAMINATE
from transforms.held_out.indexing import INDEX
from transforms.held_out.task_texts import SEARCH_TASK_TEXTS
from transforms.mixture.mixing import PLAN
from transforms.mixture.ranking import RANK
from transforms.mixture.selection import SELECT
from transforms.prompts.rendering import RENDER
from transforms.scan.scanning import SCAN_RECORDS
from transforms.snapshots.finishing import WRITE_MANIFEST
from transforms.snapshots.kept_records import KEEP_RECORDS
from transforms.snapshots.writing import PLAN_SHARDS, WRITE_SHARDS
from transforms.stages.stage import Stage

STAGES: tuple[Stage, ...] = (
    INDEX,
    SCAN_RECORDS,
    *REMOVE_KNOWN,
    DEDUPLICATE,
    *REMOVE_NEAR_DUPLICATES,
    DECONTAMINATE,
    SEARCH_TASK_TEXTS,
    RANK,
    PLAN,
    SELECT,
    *KEEP_RECORDS,
    RENDER,
    PLAN_SHARDS,
    WRITE_SHARDS,
    WRITE_MANIFEST,
)
