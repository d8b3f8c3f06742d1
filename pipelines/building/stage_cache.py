"""Cache finished stages by content, so that a build with another seed or weight begins after them.

STORE/cache/stages/<fingerprint of the stage>-<digest>/
    work/<stage>/…    the runs of the stage
    snapshot/…        its other files: rejections, rows on held-out items
    items.json        what each run depends on, if that is one record file

The digest covers inputs of a stage's runs that its node does not include: the numbers of tasks, and
how the rows are divided for the next stage that reads them. If some record files have changed, the
runs of the others are taken from the directory of an earlier build. Only on a local disk, where a
link costs nothing; an object store would copy all files.
"""

import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from pipelines.building.finished_stages import (
    drop_corrupt,
    files_of,
    read_digests,
    runs_of,
)
from pipelines.building.nodes import digest
from pipelines.building.stages import STAGES
from pipelines.stores.store import BuildDirectories, Store
from tfrecords_schema import filesystem
from transforms.job import Job
from transforms.stages.execution import run_path
from transforms.stages.stage import ONCE, RECORD_FILES
from transforms.stages.wiring import Wired, wire

_ITEMS = "items.json"


@dataclass(frozen=True)
class StageCache:
    """The cached stages of one job in a store."""

    store: Store
    job: Job
    directories: BuildDirectories

    def take(self) -> None:
        """Put the job's cached files into its work directory and its staged snapshot."""
        for wired in self._kept_stages():
            kept = self._place(wired)
            if not kept.exists():
                self._take_items(wired)
                continue
            if drop_corrupt(BuildDirectories(str(kept))):
                # The build caches it again.
                filesystem.remove(str(kept))
                continue
            # A run file implies that the other files of its work item exist: link it last.
            staging, work = Path(self.directories.staging), Path(self.directories.work)
            _copy(kept / "snapshot", staging, _files(kept / "snapshot"))
            _link(kept / "work", work, _files(kept / "work"))

    def _take_items(self, wired: Wired) -> None:
        """Take the runs that depend on nothing that has changed, each from one earlier build."""
        wanted = self._items(wired)
        if not wanted:
            return
        stages = Path(self.store.stages)
        for kept in sorted(stages.glob(f"*/{_ITEMS}"), key=lambda file: -file.stat().st_mtime):
            there = read_digests(kept)
            found = [item for item, key in wanted.items() if there.get(item) == key]
            if not found or drop_corrupt(BuildDirectories(str(kept.parent))):
                continue
            source = BuildDirectories(str(kept.parent))
            for item in found:
                self._take_item(wired, source, int(item))
                del wanted[item]

    def _take_item(self, wired: Wired, source: BuildDirectories, item: int) -> None:
        run = Path(run_path(source.work, wired.stage.name, item)).relative_to(source.work)
        staged, beside = (list(files_of(source, run, place)) for place in ("snapshot", "work"))
        _copy(Path(source.staging), Path(self.directories.staging), staged)
        _link(Path(source.work), Path(self.directories.work), [*beside, run])

    def keep(self) -> None:
        """Cache the files of each stage of the finished build, completely or not at all."""
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
        if items := self._items(wired):
            filesystem.write_bytes(str(temporary / _ITEMS), orjson.dumps(items))
        try:
            os.rename(temporary, kept)
        except OSError:
            # A build of another recipe has cached the same stage first.
            filesystem.remove(str(temporary))
            if not kept.exists():
                raise

    def _kept_stages(self) -> list[Wired]:
        """Return the stages to cache; none in a store that is not local."""
        if not filesystem.is_local(self.store.root):
            return []
        wired = wire(STAGES, self.job.settings)
        return [one for one in wired if one.stage.is_kept and one.stage.name in self.job.nodes]

    def _items(self, wired: Wired) -> dict[str, str]:
        """Return a digest of all that each work item depends on, if that is one record file."""
        stage, job = wired.stage, self.job
        sources = wired.sources.values()
        if stage.items is not RECORD_FILES or any(source.items is not ONCE for source in sources):
            return {}
        node = job.nodes[stage.name]
        # The names of all sources matter to the order of records, not to one file.
        parts = {name: part for name, part in node["parts"].items() if name != "sources"}
        read = {source.name: job.nodes[source.name]["fingerprint"] for source in sources}
        tasks: dict[str, list[Any]] = {}
        for number, task in enumerate(job.tasks):
            tasks.setdefault(task.source, []).append([number, asdict(task)])
        common = digest([stage.name, parts, read, job.num_buckets, _readers(wired)])
        of_source = {source: digest([common, those]) for source, those in tasks.items()}
        return {
            str(file.index): digest(
                [of_source.get(file.source), file.index, file.source, file.collection, file.content]
            )
            for file in job.files
            if file.content
        }

    def _place(self, wired: Wired) -> Path:
        """Return the cache directory of a stage of this job."""
        tasks = [task.name for task in self.job.tasks]
        fingerprint = self.job.nodes[wired.stage.name]["fingerprint"]
        return Path(self.store.stages) / f"{fingerprint}-{digest([tasks, _readers(wired)])[:16]}"


def _readers(wired: Wired) -> str:
    return wired.readers.name if wired.readers else ""


def _files(root: Path) -> Iterator[Path]:
    """Yield the complete files below `root`, relative to it."""
    for file in root.rglob("*"):
        if file.is_file() and filesystem.TEMPORARY not in file.name:
            yield file.relative_to(root)


def _copy(source: Path, target: Path, files: Iterable[Path]) -> None:
    """Copy files: a snapshot's files must not share their bytes with others."""
    for file in files:
        filesystem.write_bytes(str(target / file), (source / file).read_bytes())


def _link(source: Path, target: Path, files: Iterable[Path]) -> None:
    """Link files, or copy them if the disk has no links; keep existing ones. Runs never change."""
    target.mkdir(parents=True, exist_ok=True)
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        if (target / file).exists():
            continue
        try:
            os.link(source / file, target / file)
        except OSError:
            filesystem.write_bytes(str(target / file), (source / file).read_bytes())
