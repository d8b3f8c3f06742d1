"""Stages up to decontamination are kept by content: another template, weight or seed begins after.

STORE/cache/stages/<fingerprint of decontaminate>-<tasks>/
    work/<stage>/…    the runs of these stages
    snapshot/…        what they wrote beside: rejections, rows on held-out items

Only on a local disk, where a link costs nothing; an object store would copy it all.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from pipelines.building.finished_stages import drop_damaged
from pipelines.building.nodes import DECONTAMINATE, digest
from pipelines.stores.store import Store
from tfrecords_schema import filesystem
from tfrecords_schema.snapshot import CONTAMINATION, REJECTIONS
from transforms.duplicates.candidate_pairs import VERIFY
from transforms.duplicates.exact import DEDUPLICATE
from transforms.duplicates.near_duplicates import APPLY, CHOOSE
from transforms.duplicates.signing import SIGN
from transforms.held_out.indexing import INDEX
from transforms.job import Job
from transforms.scan.screening import SCREEN

_STAGES = (INDEX, SCREEN, DEDUPLICATE, SIGN, VERIFY, CHOOSE, APPLY)


def take_stages(job: Job, work: str, store: Store) -> None:
    """Put what the cache has of `job` into its work directory and its staged snapshot."""
    kept = _place(job, store)
    if kept is None or not kept.exists():
        return
    if drop_damaged(str(kept / "work"), str(kept / "snapshot")):
        # The build keeps them anew.
        filesystem.remove(str(kept))
        return
    # A run that is there says that what its stage writes beside it is there as well.
    _copy(kept / "snapshot", Path(job.staging), _files(kept / "snapshot"))
    _link(kept / "work", Path(work), _files(kept / "work"))


def keep_stages(job: Job, work: str, store: Store) -> None:
    """Keep what the finished build of `job` has in its work directory, whole or not at all."""
    kept = _place(job, store)
    if kept is None or kept.exists():
        return
    temporary = kept.with_name(f"{kept.name}{filesystem.TEMPORARY}{uuid.uuid4().hex}")
    runs = [file for file in _files(Path(work)) if file.parts[0] in _STAGES]
    _link(Path(work), temporary / "work", runs)
    beside = [file for file in _files(Path(job.staging)) if _is_of_these_stages(file)]
    _copy(Path(job.staging), temporary / "snapshot", beside)
    try:
        os.rename(temporary, kept)
    except OSError:
        # A build of another recipe with the same stages was faster.
        filesystem.remove(str(temporary))
        if not kept.exists():
            raise


def _place(job: Job, store: Store) -> Path | None:
    """Where these stages of `job` are kept; None in a store that is not local."""
    if not filesystem.is_local(store.root):
        return None
    # Key rows name tasks by their number.
    tasks = digest([task.name for task in job.tasks])[:16]
    return Path(store.stages) / f"{job.nodes[DECONTAMINATE]['fingerprint']}-{tasks}"


def _is_of_these_stages(file: Path) -> bool:
    """Whether a file of the snapshot was written by one of the stages that are kept."""
    if file.parts[0] == REJECTIONS:
        return file.name.rpartition("-")[0] in _STAGES
    return file.parts[0] == CONTAMINATION


def _files(root: Path) -> Iterator[Path]:
    """Whole files below `root`, relative to it."""
    for file in root.rglob("*"):
        if file.is_file() and filesystem.TEMPORARY not in file.name:
            yield file.relative_to(root)


def _copy(source: Path, target: Path, files: Iterator[Path] | list[Path]) -> None:
    """Copies, since a snapshot's files must not change with anyone else's."""
    for file in files:
        filesystem.write_bytes(str(target / file), (source / file).read_bytes())


def _link(source: Path, target: Path, files: Iterator[Path] | list[Path]) -> None:
    """Links where the disk has them; what is already there stays. Nobody writes into a run."""
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        if (target / file).exists():
            continue
        try:
            os.link(source / file, target / file)
        except OSError:
            filesystem.write_bytes(str(target / file), (source / file).read_bytes())
