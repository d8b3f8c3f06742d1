"""Move a finished snapshot to its final name in one step."""

import os
import platform
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import orjson

from pipelines.console.hiding import as_written
from pipelines.recipe import Recipe
from pipelines.stores.locking import StoreLock
from pipelines.stores.store import Store
from tfrecords_schema import filesystem, snapshot
from tfrecords_schema.errors import DataError
from transforms.job import Job


def check_not_empty(job: Job) -> None:
    """Refuse an empty snapshot and report the reasons of the rejections."""
    staged = snapshot.open_snapshot(job.staging).manifest
    if not any(split.rows for split in staged.splits.values()):
        reasons: Counter[str] = Counter()
        for entry in staged.ledger:
            if not entry.counts_items:
                reasons.update(entry.left_out)
        counts = ", ".join(f"{reason} {count:,}" for reason, count in reasons.most_common())
        raise DataError(f"{job.name}: no example is left ({counts}); nothing was published")


def check_prompts(job: Job) -> None:
    """Check that every prompt shows its essential fields; otherwise it must not be learned.

    Raises:
      DataError: a prompt lacks an essential field of its record.
    """
    staged = snapshot.open_snapshot(job.staging).manifest
    faults = [
        f"{audit.family}: {audit.examples - audit.shows_all:,} of {audit.examples:,} examples do "
        f"not show {', '.join(audit.missing)}"
        for audit in staged.prompts
        if audit.shows_all < audit.examples
    ]
    if faults:
        raise DataError(
            f"{job.name}: some prompts do not contain their question or passage; nothing "
            "was published. Please report this with the recipe\n" + "\n".join(faults)
        )


def place_snapshot(
    job: Job,
    store: Store,
    recipe: Recipe,
    lock: StoreLock,
    began: datetime,
    sources_read: list[str],
) -> str:
    """Move the staged snapshot of a finished build to its name in the store; return its path.

    Raises:
      LockedError: another process has taken over the build.
    """
    lock.check()
    directories = store.build_directories(job.fingerprint)
    run = {
        "began": began.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.platform(),
        "sources_read": sources_read,
        "gates": recipe.gates.model_dump(mode="json"),
        "paths": {
            group: {
                name: source.path and as_written(source.path)
                for name, source in getattr(recipe, group).items()
            }
            for group in ("sources", "held_out")
        },
    }
    _write_json(filesystem.join(job.staging, snapshot.RUN), run)
    # The runs state that the shards are in this directory: they must not outlive the move.
    filesystem.remove(directories.work)
    path = store.snapshot(snapshot_name(datetime.now(UTC), job.fingerprint))
    _clean_and_sync(job.staging)
    lock.while_held(lambda _: _move(job.staging, path))
    filesystem.remove(directories.root)
    return path


def snapshot_name(time: datetime, fingerprint: str) -> str:
    """Return a name that sorts by the time of the build, to the microsecond."""
    return f"{time:%Y%m%dT%H%M%S.%fZ}-{fingerprint[:12]}"


def _write_json(path: str, document: dict[str, Any]) -> None:
    filesystem.write_bytes(path, orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _clean_and_sync(staging: str) -> None:
    """Delete leftovers and sync the files: a power cut may undo the rename, but must not leave a
    named snapshot with empty files.
    """
    if filesystem.is_local(staging):
        for file in filesystem.files_below(staging):
            if filesystem.TEMPORARY in file:
                # Left by a build that was killed while it wrote this file.
                os.unlink(filesystem.join(staging, file))
        filesystem.sync_tree(staging)


def _move(staging: str, path: str) -> None:
    """Rename the directory on a local disk; elsewhere move file by file, the manifest last."""
    if filesystem.is_local(path):
        filesystem.make_directory(os.path.dirname(path))
        os.rename(staging, path)
        filesystem.sync(os.path.dirname(path))
        return
    # Not from a listing: an object store may not list its newest files yet.
    manifest = snapshot.open_snapshot(staging).manifest
    for file in [*manifest.files, snapshot.RUN, snapshot.MANIFEST_DIGEST, snapshot.MANIFEST]:
        filesystem.copy(filesystem.join(staging, file), filesystem.join(path, file))
