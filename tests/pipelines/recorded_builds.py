"""Builds without their stages: what the pipelines of a build wrote once is written again.

Everything around the pipelines is real: plans, caches, locks, moves, publications. A refresh of the
tiny corpus then takes 30 ms in place of 700, so that tests can run thousands.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipelines.building import build, ingest
from pipelines.building.running import RunnerOptions
from pipelines.cli import main
from tests.pipelines.corpus import Corpus
from tfrecords_schema import filesystem
from tfrecords_schema.snapshot import open_snapshot
from transforms.job import Job

# Word of the sources that is edited, and seed of the recipe.
VERSIONS = (("red", 1), ("crimson", 1), ("red", 2))


class RecordedBuilds:
    """Files that pipelines wrote, by the directories that they write into."""

    def __init__(self) -> None:
        self._files: dict[str, dict[str, bytes]] = {}

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Record each pipeline that is run for the first time, and play it from then on."""
        run_assembly, read_sources = build.run_assembly, ingest.read_sources

        def run(work: str, job: Job, options: RunnerOptions) -> None:
            self._run(partial(run_assembly, work, job, options), [work, job.staging])

        def read(sources: Any, options: RunnerOptions) -> None:
            roots = [source.directory for source in sources]
            self._run(partial(read_sources, sources, options), roots)

        patch.setattr(build, "run_assembly", run)
        patch.setattr(ingest, "read_sources", read)

    def _run(self, write: Callable[[], None], roots: list[str]) -> None:
        if not all(root in self._files for root in roots):
            write()
            self._files |= {root: _read(root) for root in roots}
        for root in roots:
            self._play(root)

    def _play(self, root: str) -> None:
        # A run says that the other files of its work item are there.
        for file, data in sorted(self._files[root].items(), key=lambda f: f[0].endswith(".run")):
            path = Path(root) / file
            if not path.exists() or path.read_bytes() != data:
                filesystem.write_bytes(str(path), data)


def _read(root: str) -> dict[str, bytes]:
    return {file: (Path(root) / file).read_bytes() for file in filesystem.files_below(root)}


class World:
    """The corpus, and of each version the fingerprint and the bytes of a build from nothing."""

    def __init__(self, corpus: Corpus, root: Path) -> None:
        self.builds = RecordedBuilds()
        self.corpus, self.root = corpus, root
        self._text = corpus.jsonl.read_text()
        self.fingerprints: list[str] = []
        self.contents: dict[str, dict[str, bytes]] = {}
        with self.recorded():
            for version in range(len(VERSIONS)):
                self._build(version)

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Build without Beam in the block, once each version has been built."""
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("FLANBEAM_DATA", raising=False)
            self.builds.install(patch)
            yield

    def _build(self, version: int) -> None:
        self.use(version)
        assert main(self.refresh(version)) == 0
        logging.disable(logging.NOTSET)
        [snapshot] = (self.root / "snapshots").iterdir()
        self.fingerprints.append(open_snapshot(str(snapshot)).manifest.fingerprint)
        self.contents[self.fingerprints[-1]] = read(snapshot)
        shutil.rmtree(self.root)

    def use(self, version: int) -> None:
        """Edit the sources."""
        self.corpus.jsonl.write_text(self._text.replace("red", VERSIONS[version][0]))

    def refresh(self, version: int) -> list[str]:
        """Return the command."""
        setting = ["--set", f"seed={VERSIONS[version][1]}"]
        return ["refresh", str(self.corpus.recipe), "--store", str(self.root), *setting]


def read(snapshot: Path) -> dict[str, bytes]:
    """Return path → bytes, run.json left out."""
    files = (path for path in snapshot.rglob("*") if path.is_file())
    found = {path.relative_to(snapshot).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in found.items() if name != "run.json"}
