"""Snapshots built on Prism, Beam's portable runner, have the local runner's bytes.

`make prism-test` builds Prism and names it in $FLANBEAM_PRISM.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import apache_beam as beam
import pytest

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions, run_pipeline
from pipelines.checks.verify import verify
from pipelines.recipe import load_recipe
from tests.ports import free_port
from tfrecords_schema.errors import DataError
from tfrecords_schema.snapshot import open_snapshot

pytestmark = pytest.mark.prism

_START_SECONDS = 60


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunnerOptions]:
    """Start Prism; yield the options for it."""
    if "FLANBEAM_PRISM" not in os.environ:
        pytest.skip("needs Prism: deploy/prism/fetch.sh DIR, and set FLANBEAM_PRISM to DIR/prism")
    port = free_port()
    log = tmp_path_factory.mktemp("prism") / "log"
    flags = ["-job_port", str(port), "-serve_http=false", "-log_level", "warn"]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [os.environ["FLANBEAM_PRISM"], *flags], stdout=stream, stderr=stream
        )
    try:
        _wait_for(port, process, log)
        yield RunnerOptions(
            beam_options=(
                "--runner=PortableRunner",
                f"--job_endpoint=localhost:{port}",
                "--environment_type=LOOPBACK",
            )
        )
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        with suppress(ConnectionRefusedError):
            socket.create_connection(("localhost", port)).close()
            return
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


@pytest.mark.parametrize("carrier", ["files", "shuffle"])
def test_quickstart_has_the_local_bytes(
    prism: RunnerOptions,
    quickstart: BuildResult,
    contents: Any,
    tmp_path: Path,
    carrier: Literal["files", "shuffle"],
) -> None:
    options = replace(prism, carrier=carrier)
    result = build(load_recipe("quickstart", [], {}, None), str(tmp_path), options)
    built, local = contents(result.path), contents(quickstart.path)
    assert built.keys() == local.keys()
    assert {name for name in built if built[name] != local[name]} == set()
    assert {".index", ".parquet"} <= {Path(name).suffix for name in built}
    assert verify(result.path).problems == []


def test_an_object_store_has_the_local_bytes(
    prism: RunnerOptions,
    quickstart: BuildResult,
    contents: Any,
    object_store: dict[str, bytes],
) -> None:
    """Prism's shuffle carries the rows there."""
    result = build(load_recipe("quickstart", [], {}, None), "fakestore://bucket/store", prism)
    local = contents(quickstart.path)
    built = {name: object_store[f"{result.path}/{name}"] for name in local}
    assert {name for name in local if built[name] != local[name]} == set()


def test_failure_in_a_worker_is_one_line(prism: RunnerOptions, tmp_path: Path) -> None:
    def construct(pipeline: beam.Pipeline) -> None:
        _ = pipeline | beam.Create([str(tmp_path)]) | "Open" >> beam.Map(open_snapshot)

    with pytest.raises(DataError) as raised:
        run_pipeline(construct, prism)
    assert str(raised.value).startswith(f"{tmp_path}: not a snapshot")
    assert len(str(raised.value).splitlines()) == 1
