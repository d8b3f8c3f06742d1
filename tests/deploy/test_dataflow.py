"""The flex template's parameters, its image, and the package that --setup_file makes."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import DebugOptions, PipelineOptions
from apache_beam.runners.portability.stager import Stager

from pipelines.building import launching

ROOT = Path(__file__).parents[2]
DATAFLOW = ROOT / "deploy" / "dataflow"


@pytest.fixture(scope="module")
def parameters() -> dict[str, dict[str, Any]]:
    """Return the parameters that the template states, by name."""
    metadata = json.loads((DATAFLOW / "metadata.json").read_text())
    assert set(metadata) == {"name", "description", "parameters"}
    return {parameter["name"]: parameter for parameter in metadata["parameters"]}


def test_the_parameters_are_the_options_of_a_launch(parameters: dict[str, dict[str, Any]]) -> None:
    actions = {a.dest: a for a in launching._parser()._actions if a.dest != "help"}
    assert set(parameters) == {*actions, "sdk_container_image"}
    for name, action in actions.items():
        assert parameters[name].get("isOptional", False) is not action.required, name
        assert re.fullmatch("[a-z_]+", name), "Dataflow makes --name=value of it"


def test_the_parameters_refuse_what_a_launch_would(parameters: dict[str, dict[str, Any]]) -> None:
    (steps,) = parameters["step"]["regexes"]
    assert all(re.fullmatch(steps, step) for step in launching.STEPS)
    assert not re.fullmatch(steps, "publish")
    (store,) = parameters["store"]["regexes"]
    assert re.fullmatch(store, "gs://bucket/corpora")
    assert not re.fullmatch(store, "/srv/corpora")


def _instructions() -> list[tuple[str, str]]:
    """Return (instruction, the rest) of each line of the Dockerfile, continued lines joined."""
    text = (DATAFLOW / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def test_what_the_image_copies_is_there() -> None:
    copied = [shlex.split(rest) for name, rest in _instructions() if name == "COPY"]
    ours = [words for words in copied if not words[0].startswith("--from")]
    for words in ours:
        assert all((ROOT / source).exists() for source in words[:-1]), words
    assert {"pipelines", "transforms", "tfrecords_schema"} <= {words[0] for words in ours}


def test_the_image_is_of_the_locked_beam() -> None:
    arguments = dict(rest.split("=", 1) for name, rest in _instructions() if name == "ARG")
    assert arguments["BEAM"].endswith(f":{_pins(ROOT / 'requirements.lock')['apache-beam']}")
    assert "3.11" in arguments["BEAM"]
    assert "311" in arguments["LAUNCHER"]


def _pins(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    pins = (line.split("==") for line in lines)
    return {re.sub("[-_.]+", "-", name).lower(): version for name, version in pins}


def test_the_workers_requirements_agree_with_the_lock() -> None:
    workers, lock = _pins(DATAFLOW / "requirements.txt"), _pins(ROOT / "requirements.lock")
    differ = {name for name in workers.keys() & lock.keys() if workers[name] != lock[name]}
    assert differ == set()
    assert not workers.keys() & {"tensorflow", "jax", "jaxlib", "flax", "seqio", "orbax-checkpoint"}
    assert {"google-cloud-storage", "tensorflow-datasets", "numba"} <= workers.keys()


def test_a_launch_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    class Running:
        def wait_until_finish(self) -> None:
            raise AssertionError("waited")

    monkeypatch.setattr(beam.Pipeline, "run", lambda _: Running())
    constructed: list[beam.Pipeline] = []
    assert isinstance(launching.launch(constructed.append, []), Running)
    (pipeline,) = constructed
    # A work item holds a record file in memory.
    assert pipeline.options.view_as(DebugOptions).number_of_worker_harness_threads == 1


def test_the_readme_shows_what_the_estimate_says() -> None:
    command = [sys.executable, str(DATAFLOW / "estimate.py")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said in (DATAFLOW / "README.md").read_text()
    more = subprocess.run([*command, "--workers=80"], capture_output=True, text=True, check=True)
    assert more.stdout != said


@pytest.mark.slow
def test_setup_file_stages_a_package_that_works(tmp_path: Path) -> None:
    options = PipelineOptions([f"--setup_file={ROOT / 'setup.py'}", "--sdk_location=container"])
    resources = Stager.create_job_resources(options, str(tmp_path))
    (package,) = tmp_path.glob("*.tar.gz")
    assert any(str(package) in str(resource) for resource in resources)
    target = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(target), str(package)], check=True)
    script = (
        "import pipelines.building.launching as launching; print(launching.__file__);"
        "launching.load_recipe('quickstart', [], {}, None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(target))
