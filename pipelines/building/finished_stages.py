"""Check finished stages before a build continues from them: a disk may have corrupted them.

A run file implies that the other files of its work item are complete. If one of them is not as
stated, the run file is deleted, so that its stage writes all of them again. Only on a local disk.
"""

from collections.abc import Iterator
from pathlib import Path

import orjson

from pipelines.console.report import warn
from pipelines.stores.store import BuildDirectories
from tfrecords_schema import filesystem
from tfrecords_schema.snapshot import open_snapshot
from transforms.runtime.exchange import Run, is_whole
from transforms.snapshots.finishing import WRITE_MANIFEST
from transforms.stages.execution import run_path
from transforms.stages.output import Summary, decode_summary


def drop_corrupt(directories: BuildDirectories) -> bool:
    """Delete every run that is corrupt or has corrupt files; return whether there was one."""
    corrupt = [run for run in runs_of(directories) if not _is_intact(directories, run)]
    for run in corrupt:
        path = str(Path(directories.work) / run)
        warn(f"{path}: corrupt, or a file written with it is; computing it again")
        filesystem.remove(path)
    return bool(corrupt)


def read_digests(path: Path) -> dict[str, str]:
    """Read a file of digests by the number of an item; a damaged one, as a power cut may leave it,
    has none.
    """
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def is_assembled(directories: BuildDirectories) -> bool:
    """Return whether an engine has made the whole staged snapshot in an object store.

    If its shuffle carried the rows, the runs of most stages are not there to say so.
    """
    if filesystem.is_local(directories.work):
        return False
    if not is_whole(run_path(directories.work, WRITE_MANIFEST.name, 0)):
        return False
    staged = filesystem.files_below(directories.staging)
    return {*open_snapshot(directories.staging).manifest.files} <= {*staged}


def runs_of(directories: BuildDirectories, stage: str = "") -> Iterator[Path]:
    """Yield the runs of one stage or of all, relative to the work directory, sorted by name."""
    if filesystem.is_local(directories.work):
        root = Path(directories.work)
        yield from sorted(file.relative_to(root) for file in (root / stage).rglob("*.run"))


def files_of(directories: BuildDirectories, run: Path, place: str) -> Iterator[Path]:
    """Yield the files that a run's stage wrote with it, in the snapshot or the work directory."""
    for placed, path, _ in _stated(_summary(directories, run)):
        if placed == place:
            yield Path(path)


def _summary(directories: BuildDirectories, run: Path) -> Summary:
    return decode_summary(Run(str(Path(directories.work) / run)).summary)


def _is_intact(directories: BuildDirectories, run: Path) -> bool:
    if not is_whole(str(Path(directories.work) / run)):
        return False
    roots = {"snapshot": directories.staging, "work": directories.work}
    files = [
        (filesystem.join(roots[place], path), digest)
        for place, path, digest in _stated(_summary(directories, run))
    ]
    return all(
        filesystem.exists(file) and filesystem.sha256_of(file)[0] == digest
        for file, digest in files
    )


def _stated(summary: Summary) -> Iterator[tuple[str, str, str]]:
    """Yield (place, path, sha256) of every file that the run states was written with it."""
    for rows in [*([summary.rejections] if summary.rejections else []), *summary.reports]:
        yield "snapshot", rows.path, rows.sha256
    for file in summary.files:
        yield file.place, file.path, file.sha256
