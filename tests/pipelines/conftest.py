"""The command in process and as a process, one built quickstart snapshot, a tiny corpus on disk."""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions
from pipelines.cli import main
from pipelines.recipe import load_recipe
from tests.pipelines.corpus import Corpus
from tests.pipelines.recorded_builds import World
from tests.pipelines.refreshed_store import RefreshedStore
from tfrecords_schema.manifest import Manifest

settings.register_profile("flanbeam", derandomize=True, deadline=None, database=None)
settings.load_profile("flanbeam")

_ROOT = Path(__file__).parents[2]
_PLANTED = _ROOT / "tests" / "quickstart_planted.json"
_LEFT_OUT = re.compile(r"sources\.\w+: [\d,]+ of [\d,]+ rows are rejected as ")
_PROGRESS = re.compile(
    r"(\d+/\d+ )?[a-z_]+( [\w.-]+)? +[\d,]+ records +[\d,]+/s( +\d+%)?( [\d:]+ left)?"
)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the repository."""
    return _ROOT


@dataclass(frozen=True)
class Outcome:
    """What one command said, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def last_line(self) -> str:
        """The last line of standard output."""
        return self.out.splitlines()[-1]

    @property
    def is_quiet(self) -> bool:
        """Standard error shows progress, rows that are left out, and what to do next."""
        return all(
            _PROGRESS.fullmatch(line) or _LEFT_OUT.match(line) or line.startswith("next: ")
            for line in self.err.splitlines()
        )


Command = Callable[..., Outcome]


@pytest.fixture
def flanbeam(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return `flanbeam("build", "quickstart", "--out", path)`: one command, run in this process."""
    for name in ("TF_CPP_MIN_LOG_LEVEL", "GRPC_VERBOSITY"):
        monkeypatch.setenv(name, os.environ.get(name, "3"))
    # Where it is set, sources without a path are looked for below it.
    monkeypatch.delenv("FLANBEAM_DATA", raising=False)

    def run(*argv: object) -> Outcome:
        capfd.readouterr()
        try:
            status = main([str(word) for word in argv])
        except SystemExit as exited:
            status = int(exited.code or 0)
        finally:
            logging.disable(logging.NOTSET)
        return Outcome(status, *capfd.readouterr())

    return run


def start(argv: tuple[object, ...], script: str | None = None) -> "subprocess.Popen[str]":
    """Start `python -m pipelines.cli ARGV`, or `python -c SCRIPT ARGV`."""
    program = ["-m", "pipelines.cli"] if script is None else ["-c", script]
    return subprocess.Popen(
        [sys.executable, *program, *map(str, argv)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start_flanbeam() -> Iterator[Start]:
    """Start the command (or a script that ends in it) as a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def run(*argv: object, script: str | None = None) -> "subprocess.Popen[str]":
        started.append(start(argv, script))
        return started[-1]

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def flanbeam_process(start_flanbeam: Start) -> Command:
    """Return a function that runs one command as a process of its own and waits for it."""

    def run(*argv: object, script: str | None = None) -> Outcome:
        process = start_flanbeam(*argv, script=script)
        out, err = process.communicate(timeout=120)
        return Outcome(process.returncode, out, err)

    return run


Contents = Callable[[str | Path], dict[str, bytes]]


def _contents(snapshot: str | Path) -> dict[str, bytes]:
    root = Path(snapshot)
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != "run.json"}


@pytest.fixture(scope="session")
def contents() -> Contents:
    """Return every file of a snapshot but run.json, by relative path."""
    return _contents


@pytest.fixture(scope="session")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """Build the quickstart snapshot once a session; STORE/snapshots/NAME."""
    out = tmp_path_factory.mktemp("quickstart")
    return build(load_recipe("quickstart", [], {}, None), str(out), RunnerOptions())


@pytest.fixture
def snapshot(quickstart: BuildResult, tmp_path: Path) -> Path:
    """Copy the quickstart snapshot, to tamper with."""
    copy = tmp_path / "snapshot"
    shutil.copytree(quickstart.path, copy)
    return copy


@pytest.fixture(scope="session")
def planted() -> dict[str, list[dict[str, str]]]:
    """Return the duplicates, overlaps and empty fields planted in the quickstart data."""
    planted: dict[str, list[dict[str, str]]] = json.loads(_PLANTED.read_text())
    return planted


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Write a tiny corpus of 30 records in a directory of its own."""
    return Corpus.write(tmp_path / "corpus")


@pytest.fixture
def store(flanbeam: Command, corpus: Corpus, tmp_path: Path) -> RefreshedStore:
    """Return a store of that corpus, with nothing in it yet."""
    return RefreshedStore(flanbeam, corpus, tmp_path / "store")


@pytest.fixture(scope="session")
def _world(tmp_path_factory: pytest.TempPathFactory) -> World:
    directory = tmp_path_factory.mktemp("world")
    return World(Corpus.write(directory / "corpus"), directory / "store")


@pytest.fixture
def world(_world: World) -> Iterator[World]:
    """Return a corpus whose versions were built once, and are built again without Beam."""
    with _world.recorded():
        yield _world


Rejected = Callable[[Manifest], Counter[tuple[str, str, str]]]


@pytest.fixture(scope="session")
def rejected() -> Rejected:
    """Return (stage, task, reason) → count, as a manifest's ledger has them."""

    def count(manifest: Manifest) -> Counter[tuple[str, str, str]]:
        table: Counter[tuple[str, str, str]] = Counter()
        for entry in manifest.ledger:
            for reason, number in {**entry.rejected, **entry.undrawn}.items():
                table[entry.stage, entry.task, reason] += number
        return table

    return count
