"""Finished stages are kept by content, so that another template, weight or seed begins after them.

STORE/cache/stages/<fingerprint of the stage>-<digest>/
    work/<stage>/…    the runs of the stage
    snapshot/…        what it wrote beside them: rejections, rows on held-out items

The digest covers what a stage's runs depend on and its node does not know: the numbers of
tasks, and how the rows are divided for the stage that reads them next. Only on a local disk, where
a link costs nothing; an object store would copy it all.
"""

import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.building.finished_stages import drop_corrupt, files_of, runs_of
from pipelines.building.nodes import digest
from pipelines.building.stages import STAGES
from pipelines.stores.store import BuildDirectories, Store
from tfrecords_schema import filesystem
from transforms.job import Job
from transforms.stages.wiring import Wired, wire


@dataclass(frozen=True)
class StageCache:
    """What a store keeps of the stages of one job."""

    store: Store
    job: Job
    directories: BuildDirectories

    def take(self) -> None:
        """Put what the cache has of the job into its work directory and its staged snapshot."""
        for wired in self._kept_stages():
            kept = self._place(wired)
            if not kept.exists():
                continue
            if drop_corrupt(BuildDirectories(str(kept))):
                # The build keeps it again.
                filesystem.remove(str(kept))
                continue
            # A run that is there says that what its stage writes beside it is there as well.
            staging, work = Path(self.directories.staging), Path(self.directories.work)
            _copy(kept / "snapshot", staging, _files(kept / "snapshot"))
            _link(kept / "work", work, _files(kept / "work"))

    def keep(self) -> None:
        """Keep what the finished build has made of each stage, whole or not at all."""
        for wired in self._kept_stages():
            kept = self._place(wired)
            if not kept.exists():
                self._keep(wired, kept)

    def _keep(self, wired: Wired, kept: Path) -> None:
        temporary = kept.with_name(f"{kept.name}{filesystem.TEMPORARY}{uuid.uuid4().hex}")
        target = BuildDirectories(str(temporary))
        runs = list(runs_of(self.directories, wired.stage.name))
        staged, beside = (
            [file for run in runs for file in files_of(self.directories, run, place)]
            for place in ("snapshot", "work")
        )
        _link(Path(self.directories.work), Path(target.work), [*runs, *beside])
        _copy(Path(self.directories.staging), Path(target.staging), staged)
        try:
            os.rename(temporary, kept)
        except OSError:
            # A build of another recipe with the same stage was faster.
            filesystem.remove(str(temporary))
            if not kept.exists():
                raise

    def _kept_stages(self) -> list[Wired]:
        """Return the stages that are kept; none in a store that is not local."""
        if not filesystem.is_local(self.store.root):
            return []
        wired = wire(STAGES, self.job.settings)
        return [one for one in wired if one.stage.is_kept and one.stage.name in self.job.nodes]

    def _place(self, wired: Wired) -> Path:
        """Return where the runs of a stage of this job are kept."""
        tasks = [task.name for task in self.job.tasks]
        readers = wired.readers.name if wired.readers else ""
        fingerprint = self.job.nodes[wired.stage.name]["fingerprint"]
        return Path(self.store.stages) / f"{fingerprint}-{digest([tasks, readers])[:16]}"


def _files(root: Path) -> Iterator[Path]:
    """Yield whole files below `root`, relative to it."""
    for file in root.rglob("*"):
        if file.is_file() and filesystem.TEMPORARY not in file.name:
            yield file.relative_to(root)


def _copy(source: Path, target: Path, files: Iterable[Path]) -> None:
    """Copy files, since those of a snapshot must not change with anyone else's."""
    for file in files:
        filesystem.write_bytes(str(target / file), (source / file).read_bytes())


def _link(source: Path, target: Path, files: Iterable[Path]) -> None:
    """Link files where the disk has links; what is there already stays. Runs never change."""
    target.mkdir(parents=True, exist_ok=True)
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        if (target / file).exists():
            continue
        try:
            os.link(source / file, target / file)
        except OSError:
            filesystem.write_bytes(str(target / file), (source / file).read_bytes())
