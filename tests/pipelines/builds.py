"""Builds in one line, what can be seen of them, and the law that each one keeps."""

from collections import Counter
from pathlib import Path
from typing import Any

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions
from pipelines.recipe import load_recipe
from tfrecords_schema.snapshot import open_snapshot

# Items of evaluation sets, which have no part in the chain of records.
ITEM_STAGES = {"held_out", "index"}
STAGES = [
    *("ingest", "scan", "other_snapshots", "deduplicate", "near_duplicates"),
    *("decontaminate", "rank", "select"),
    "render",
]


def build_recipe(
    recipe: object, out: Path, *assignments: str, seed: int | None = None, **options: Any
) -> BuildResult:
    """Build a recipe with settings changed; `options` are the runner's."""
    loaded = load_recipe(str(recipe), list(assignments), {}, seed)
    return build(loaded, str(out), RunnerOptions(**options))


def published(out: Path) -> list[Path]:
    """Return directories that a reader could take for a snapshot."""
    return [path.parent for path in out.glob("snapshots/*/manifest.json")]


def check_conservation(snapshot: str) -> None:
    """Check in = out + rejected for every stage and task, and each stage's out = the next's in."""
    opened = open_snapshot(snapshot)
    manifest = opened.manifest
    table = {(entry.stage, entry.task): entry for entry in manifest.ledger}
    assert len(table) == len(manifest.ledger)
    assert {stage for stage, _ in table} <= {*STAGES, *ITEM_STAGES}
    for (stage, task), entry in table.items():
        if stage == "index":
            assert entry.entered == table["held_out", task].kept
    planned: Counter[str] = Counter()
    for row in manifest.mixture:
        planned[row.task] += row.planned
    written = Counter(str(row["_task_name"]) for row in opened.rows("train"))
    for task in {task for stage, task in table if stage not in ITEM_STAGES}:
        before = None
        for stage in STAGES:
            entry = table.get((stage, task))
            if entry is None:
                continue
            left_out = sum(entry.rejected.values()) + sum(entry.undrawn.values())
            assert entry.entered == entry.kept + left_out
            entering = planned[task] if stage == "render" else before
            assert before is None or entry.entered == entering
            before = entry.kept
        rendered = table.get(("render", task))
        assert written[task] == (rendered.kept if rendered else 0)
    assert written.keys() <= {task for _, task in table}
