"""Finished stages are checked before a build goes on from them: a disk may have damaged them.

A run that is there says that all its stage writes beside it is there as well, so one whose files
are not what it states has to go: its stage writes it, and them, again. On a local disk alone.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipelines.console.report import say
from tfrecords_schema import filesystem
from transforms.mixture.ranking import pool_path
from transforms.runtime.exchange import Run, is_whole


def drop_damaged(work: str, staging: str) -> bool:
    """Delete every run below `work` that is damaged, or whose files are; whether there was one.

    Its files lie in the staged snapshot at `staging`, those of exemplar pools in `work`.
    """
    damaged = [path for path in _runs(work) if not _is_intact(path, work, staging)]
    for path in damaged:
        say(f"{path}: it or what was written beside it is damaged; it is made again")
        filesystem.remove(path)
    return bool(damaged)


def _runs(work: str) -> list[str]:
    return sorted(map(str, Path(work).rglob("*.run"))) if filesystem.is_local(work) else []


def _is_intact(path: str, work: str, staging: str) -> bool:
    if not is_whole(path):
        return False
    stated = _stated(Run(path).summary, work, staging)
    return all(
        filesystem.exists(file) and filesystem.sha256_of(file)[0] == digest
        for file, digest in stated
    )


def _stated(summary: Mapping[str, Any], work: str, staging: str) -> Iterator[tuple[str, str]]:
    """(file, its sha256), of all that a run's summary says was written beside it."""
    for note in (summary, *(summary.get(k) for k in ("parquet", "rejections", "contamination"))):
        if note and "sha256" in note:
            yield filesystem.join(staging, note["path"]), note["sha256"]
    for suffix in ("index", "lengths"):
        if digest := summary.get(f"{suffix}_sha256"):
            yield filesystem.join(staging, f"{summary['path']}.{suffix}"), digest
    for task, digest in summary.get("pools", {}).items():
        yield pool_path(work, int(task)), digest
