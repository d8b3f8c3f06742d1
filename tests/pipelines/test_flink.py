"""Snapshots built on a Flink cluster of this machine have the local runner's bytes.

`make flink-test` fetches a Flink and names it in $FLANBEAM_FLINK.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import apache_beam as beam
import pytest

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions, run_pipeline
from pipelines.building.stages import STAGES
from pipelines.checks.verify import verify
from pipelines.recipe import load_recipe
from tfrecords_schema.channels import resolve
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import open_snapshot
from transforms.stages.wiring import wire

pytestmark = pytest.mark.flink

TASK_MANAGERS = 2
# Runs of the last cached stage that are there when a task manager is killed, of 148.
DECONTAMINATED = 30


@dataclass(frozen=True)
class Cluster:
    """A running cluster; `run` is the directory of its processes."""

    run: Path

    @property
    def options(self) -> list[str]:
        """Beam's options for it."""
        return (self.run / "options").read_text().split()

    @property
    def running_jobs(self) -> list[str]:
        """The jobs that Flink's page shows as not at an end."""
        lines = (self.run / "conf" / "flink-conf.yaml").read_text().splitlines()
        [port] = [line.split()[1] for line in lines if line.startswith("rest.port:")]
        with urllib.request.urlopen(f"http://localhost:{port}/jobs/overview") as page:
            jobs = json.load(page)["jobs"]
        return [job["state"] for job in jobs if job["end-time"] < 0]

    @property
    def pool(self) -> int:
        """The process number of the pool of workers."""
        return int((self.run / "pid" / "worker-pool").read_text())

    @property
    def task_managers(self) -> list[int]:
        """Process numbers."""
        return list(map(int, (self.run / "pid" / "flink--taskexecutor.pid").read_text().split()))


def _free_port() -> int:
    """Return the first of three free ports."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket() as third:
            first.bind(("localhost", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("localhost", port + 1))
                third.bind(("localhost", port + 2))
            except OSError:
                continue
            return port


def _script(repository: Path, name: str, *arguments: Path | str, **variables: str) -> None:
    environment = {
        **os.environ,
        "PYTHON": sys.executable,
        "PYTHONPATH": str(repository),
        "PORT": str(_free_port()),
        "TASK_MANAGERS": str(TASK_MANAGERS),
        **variables,
    }
    script = repository / "deploy" / "flink" / name
    subprocess.run([script, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)


def _is_alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def _task_managers_asked(pool: int) -> set[tuple[str, int]]:
    """Return (host, port) of the task managers that living workers of the pool ask for work."""
    files = Path(f"/proc/{pool}/task").glob("*/children")
    commands = [
        Path(f"/proc/{child}/cmdline").read_text()
        for file in files
        for child in file.read_text().split()
    ]
    found = re.findall("--provision_endpoint=([^:]*):([0-9]*)", " ".join(commands))
    return {(host, int(port)) for host, port in found}


def _answers(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.fixture(scope="module")
def cluster(
    request: pytest.FixtureRequest, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """Yield a cluster for all tests here but those that ask for other variables of start.sh."""
    if "FLANBEAM_FLINK" not in os.environ:
        pytest.skip("needs a Flink: deploy/flink/fetch.sh DIR, and set FLANBEAM_FLINK to DIR")
    run = tmp_path_factory.mktemp("flink")
    variables = getattr(request, "param", {})
    _script(repository, "start.sh", os.environ["FLANBEAM_FLINK"], run, **variables)
    running = Cluster(run)
    processes = running.task_managers
    yield running
    _script(repository, "stop.sh", run)
    assert not any(map(_is_alive, processes))
    assert not list((run / "pid").iterdir())


@pytest.fixture(scope="module")
def superni_cot(flanbeam_data: Path, tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """Build `superni_cot` on all real data by the local runner."""
    recipe = load_recipe("superni_cot", [], {}, None)
    return build(recipe, str(tmp_path_factory.mktemp("local")), RunnerOptions(2))


def _build(
    name: str, out: Path, cluster: Cluster, carrier: Literal["files", "shuffle"] = "files"
) -> BuildResult:
    options = RunnerOptions(beam_options=tuple(cluster.options), carrier=carrier)
    return build(load_recipe(name, [], {}, None), str(out), options)


@pytest.mark.parametrize("carrier", ["files", "shuffle"])
def test_quickstart_has_the_local_bytes(
    cluster: Cluster,
    quickstart: BuildResult,
    contents: Any,
    tmp_path: Path,
    carrier: Literal["files", "shuffle"],
) -> None:
    result = _build("quickstart", tmp_path, cluster, carrier)
    assert contents(result.path) == contents(quickstart.path)
    assert verify(result.path).problems == []


def test_failure_in_a_worker_is_one_line(cluster: Cluster, tmp_path: Path) -> None:
    def construct(pipeline: beam.Pipeline) -> None:
        _ = pipeline | beam.Create([str(tmp_path)]) | "Open" >> beam.Map(open_snapshot)

    with pytest.raises(DataError) as raised:
        run_pipeline(construct, RunnerOptions(beam_options=tuple(cluster.options)))
    assert str(raised.value).startswith(f"{tmp_path}: not a snapshot")
    assert len(str(raised.value).splitlines()) == 1


def test_superni_cot_has_the_local_bytes(
    cluster: Cluster, superni_cot: BuildResult, contents: Any, tmp_path: Path
) -> None:
    result = _build("superni_cot", tmp_path, cluster)
    assert contents(result.path) == contents(superni_cot.path)


def _finished(store: Path) -> dict[str, tuple[int, int]]:
    """Return (file number, time) of each run that is in the store, by stage and name."""
    return {
        f"{file.parent.name}/{file.name}": (file.stat().st_ino, file.stat().st_mtime_ns)
        for file in store.rglob("*.run")
        if file.parent.parent.name == "work"
    }


def test_a_job_that_ended_early_goes_on_from_the_stages_that_are_cached(
    cluster: Cluster, quickstart: BuildResult, contents: Any, start_flanbeam: Any, tmp_path: Path
) -> None:
    words = ["build", "quickstart", "--out", tmp_path, "--carrier", "shuffle"]
    process = start_flanbeam(*words, "--", *cluster.options)
    _wait_for_runs(process, tmp_path, "deduplicate", 1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "interrupted; the same command continues where it stopped" in err
    assert " records " in err, "no progress was told"
    assert "Traceback" not in err
    deadline = time.monotonic() + 30
    while cluster.running_jobs:
        assert time.monotonic() < deadline, cluster.running_jobs
        time.sleep(0.5)
    before = _finished(tmp_path)
    result = _build("quickstart", tmp_path, cluster, "shuffle")
    assert contents(result.path) == contents(quickstart.path)
    # The cache links the runs of the build, so that it shows which were there before. A worker of
    # the job that was cancelled may still write into the directory of the build.
    after = _finished(tmp_path / "cache" / "stages")
    settings = load_recipe("quickstart", [], {}, None).settings()
    kept = {one.stage.name for one in wire(STAGES, settings) if one.stage.is_kept}
    assert {name.partition("/")[0] for name in after} == kept
    reused = {name for name in before if name in after and after[name] == before[name]}
    assert reused == {name for name in before if name.partition("/")[0] in kept}
    scanned = {name for name in after if name.startswith("scan/")}
    assert scanned <= reused, "what was scanned is not scanned again"
    again = {name.partition("/")[0] for name in after.keys() - reused}
    assert again <= {"deduplicate", "decontaminate"}


def _wait_for_runs(process: "subprocess.Popen[str]", out: Path, stage: str, at_least: int) -> None:
    # Directories vanish while the build renames them; `os.walk` passes over those.
    while (
        sum(
            name.endswith(".run")
            for directory, _, names in os.walk(out)
            if directory.endswith(f"/work/{stage}")
            for name in names
        )
        < at_least
    ):
        assert process.poll() is None, process.communicate()
        time.sleep(0.2)


@pytest.mark.parametrize("cluster", [{"ENVIRONMENT": "EXTERNAL"}], indirect=True)
def test_refresh_with_a_pool_of_workers_outlives_a_task_manager(
    cluster: Cluster, superni_cot: BuildResult, contents: Any, start_flanbeam: Any, tmp_path: Path
) -> None:
    words = ["refresh", "superni_cot", "--store", tmp_path, "--json", "--", *cluster.options]
    process = start_flanbeam(*words)
    _wait_for_runs(process, tmp_path, "decontaminate", DECONTAMINATED)
    before = _task_managers_asked(cluster.pool)
    os.kill(cluster.task_managers[0], signal.SIGKILL)
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert not all(map(_answers, before)), "the task manager that was killed had no worker"
    assert all(map(_answers, _task_managers_asked(cluster.pool))), "a worker outlived its manager"
    published = json.loads(out)["snapshot"]
    assert contents(published) == contents(superni_cot.path)
    assert resolve(f"{tmp_path}@latest") == published
    assert start_flanbeam(*words).wait(timeout=600) == 10, "the next one has nothing to do"
