"""Worker processes: apart from the user's directory, and noticed when they die."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pipelines.building import build as building
from pipelines.stores.store import Store
from tests.pipelines.builds import published

_ROOT = Path(__file__).parents[2]
_COMMAND = [sys.executable, "-m", "pipelines.cli"]
Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Started]:
    """Start the command in a directory of its own, in a session of its own."""
    processes: list[subprocess.Popen[str]] = []

    def run(*argv: object, cwd: Path = tmp_path, script: str = "") -> "subprocess.Popen[str]":
        command = ["sh", "-c", script] if script else _COMMAND
        # As an installed command has it: the modules are on the path, the directory is not first.
        environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONSAFEPATH": "1"}
        processes.append(
            subprocess.Popen(
                [*command, *map(str, argv)],
                cwd=cwd,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )
        return processes[-1]

    yield run
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _workers(process: "subprocess.Popen[str]") -> list[int]:
    """Return the processes that work on items, without the one that started them."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,ppid=,args=", "-s", str(process.pid)],
        capture_output=True,
        text=True,
    )
    lines = [line for line in listed.stdout.splitlines() if "transforms.item_worker" in line]
    parents = {int(line.split()[0]): int(line.split()[1]) for line in lines}
    return [worker for worker, parent in parents.items() if parent in parents]


def _until(holds: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def _listening(process: int) -> list[str]:
    """Return the addresses at which a process listens, in the hexadecimal of /proc/net."""
    links = [link for link in Path(f"/proc/{process}/fd").iterdir() if link.is_symlink()]
    sockets = set()
    for link in links:
        with suppress(OSError):
            sockets |= set(re.findall(r"socket:\[(\d+)\]", os.readlink(link)))
    addresses = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in sockets:
                addresses.append(fields[1].partition(":")[0])
    return addresses


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs /proc/net")
def test_a_killed_worker_ends_the_build_in_one_sentence(start: Started, tmp_path: Path) -> None:
    argv = ("build", "quickstart", "--out", tmp_path / "out", "--workers", "2")
    process = start(*argv)
    # From here on, they are those of the assembly.
    _until(lambda: [*tmp_path.glob("out/**/job.json")])
    workers = _until(lambda: len(_workers(process)) == 2 and _workers(process))
    assert _listening(process.pid) == []
    os.kill(workers[0], signal.SIGKILL)
    began = time.monotonic()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert time.monotonic() - began < 20
    assert errors.splitlines()[-1] == (
        "a worker process was killed, perhaps because memory ran out; fewer --workers "
        "need less; nothing was published; the same command continues where it stopped"
    )
    assert "Traceback" not in errors
    assert published(tmp_path / "out") == []
    _until(lambda: not _workers(process))


@pytest.mark.slow
def test_modules_of_the_users_directory_hide_nothing(start: Started, tmp_path: Path) -> None:
    directory = tmp_path / "project"
    for module in ("transforms/__init__.py", "pipelines/__init__.py", "random.py", "types.py"):
        (directory / module).parent.mkdir(parents=True, exist_ok=True)
        (directory / module).write_text("seed = 1\n")
    argv = ("build", "quickstart", "--out", tmp_path / "out", "--workers", "2")
    process = start(*argv, cwd=directory)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert [str(path) for path in published(tmp_path / "out")] == [out.splitlines()[-1]]


@pytest.mark.parametrize(
    "closing",
    [
        ">&-",
        pytest.param(">&- 2>&-", marks=pytest.mark.slow),
        pytest.param("<&- >&- 2>&-", marks=pytest.mark.slow),
    ],
)
def test_closed_streams_do_not_turn_a_refresh_into_a_failure(
    start: Started, corpus: Any, tmp_path: Path, closing: str
) -> None:
    store = tmp_path / "store"
    command = f"exec {sys.executable} -m pipelines.cli refresh {corpus.recipe} --store {store}"
    process = start(script=f"{command} {closing}")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert len(published(store)) == 1
    assert Store.at(str(store)).current("latest")


def test_a_reader_that_goes_away_does_not_either(
    start: Started, corpus: Any, tmp_path: Path
) -> None:
    process = start("refresh", corpus.recipe, "--store", tmp_path / "store")
    assert process.stdout
    process.stdout.close()
    process.wait(timeout=120)
    assert process.returncode == 0


def test_a_build_that_was_taken_over_says_so(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run_assembly = building.run_assembly

    def taken_over(*arguments: Any) -> None:
        run_assembly(*arguments)
        [record] = (out / "locks").glob("build-*.json")
        other = record.read_text().replace('"token":"', '"token":"f').replace("process", "rival")
        record.write_text(other)

    monkeypatch.setattr(building, "run_assembly", taken_over)
    outcome = flanbeam("build", corpus.recipe, "--out", out)
    assert outcome.status == 4
    assert "was taken over by rival" in outcome.err
    assert "nothing was published" in outcome.err
    assert published(out) == []


def test_what_fails_after_a_takeover_is_the_takeover(
    flanbeam: Any, corpus: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rival that finished has removed the directory in which this build works."""
    out = tmp_path / "out"

    def taken_over(*_: Any) -> None:
        [record] = (out / "locks").glob("build-*.json")
        record.unlink()
        raise RuntimeError("FileNotFoundError: 000000.run")

    monkeypatch.setattr(building, "run_assembly", taken_over)
    outcome = flanbeam("build", corpus.recipe, "--out", out)
    assert outcome.status == 4
    assert "was taken over; nothing was published" in outcome.err
