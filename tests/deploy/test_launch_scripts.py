"""The trainer's launch scripts, run on this machine with schedulers that only pass things on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.building.build import BuildResult, build
from pipelines.building.running import RunnerOptions
from pipelines.recipe import load_recipe
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SECONDS = 200  # then all are killed: a collective that waits for a dead peer waits for ever
_MODEL = {
    "model_dim": 32, "head_dim": 16, "num_heads": 2, "mlp_dim": 64,
    "encoder_layers": 1, "decoder_layers": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the quickstart snapshot."""
    out = str(tmp_path_factory.mktemp("corpora"))
    built: BuildResult = build(load_recipe("quickstart", [], {}, None), out, RunnerOptions())
    return built.path


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Make a directory of commands, first on PATH; `flanbeam` is this checkout's."""
    directory = tmp_path / "bin"
    directory.mkdir()
    _command(directory, "flanbeam", f'exec {sys.executable} -m pipelines.cli "$@"')
    return directory


def _command(directory: Path, name: str, body: str) -> None:
    path = directory / name
    path.write_text(f"#!/usr/bin/env bash\n{body}\n")
    path.chmod(0o755)


def _environment(tools: Path, **variables: str) -> dict[str, str]:
    path = f"{tools}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **variables}


def _config(directory: Path, steps: int) -> str:
    settings: dict[str, Any] = {
        "model": _MODEL, "steps": steps, "batch_rows": 4, "input_length": 1024,
        "target_length": 384, "learning_rate": 0.01, "devices": 1, "log_every": 1,
    }  # fmt: skip
    path = directory / "config.yaml"
    path.write_text(yaml.safe_dump(settings))
    return str(path)


def _steps(run: Path) -> list[int]:
    metrics = run / "metrics.jsonl"
    lines = metrics.read_text().splitlines() if metrics.exists() else []
    return [yaml.safe_load(line)["step"] for line in lines]


@pytest.fixture
def started() -> Iterator[list["subprocess.Popen[str]"]]:
    """Yield a list of processes that are killed at the end, with what they started."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _start(command: list[str], environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.mark.slow
def test_two_machines_without_a_scheduler_train_one_run(
    snapshot: str, tools: Path, tmp_path: Path, started: list["subprocess.Popen[str]"]
) -> None:
    run, head = tmp_path / "run", f"localhost:{free_port()}"
    script = [str(DEPLOY / "gpu" / "two_nodes.sh"), _config(tmp_path, 3)]
    common = {"SNAPSHOT": snapshot, "RUN": str(run), "NODES": "2", "HEAD": head}
    for node in ("0", "1"):
        arguments = ["--set", "learning_rate=0.02", "--json"]
        environment = _environment(tools, **common, NODE=node)
        started.append(_start([*script, *arguments], environment))
    said = [process.communicate(timeout=SECONDS)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert all('"devices":2' in words for words in said)
    assert _steps(run) == [1, 2, 3]
    assert (run / "checkpoints" / "3").is_dir()


# Two tasks on one node, as srun starts them; signals go to all of them.
_SRUN = """
[[ $1 == --* ]] && shift
trap 'kill -TERM $(jobs -p)' TERM
export SLURM_STEP_NODELIST=localhost SLURM_NTASKS=2 SLURM_STEP_NUM_NODES=1
pids=()
for number in 0 1; do
    SLURM_PROCID=$number SLURM_LOCALID=$number "$@" &
    pids+=($!)
done
status=0
for pid in "${pids[@]}"; do
    while kill -0 $pid 2>/dev/null; do wait $pid && break; done
    wait $pid || status=$?
done
exit $status
"""


@pytest.mark.slow
def test_slurm_saves_before_the_time_limit_and_queues_the_job_again(
    snapshot: str, tools: Path, tmp_path: Path, started: list["subprocess.Popen[str]"]
) -> None:
    run, log = tmp_path / "run", tmp_path / "scontrol.log"
    log.write_text("")
    _command(tools, "srun", _SRUN)
    _command(tools, "scontrol", f'echo "$@" >> {log}')
    # The port is made of the job's number.
    job = str(free_port())
    variables = {"SNAPSHOT": snapshot, "RUN": str(run), "SLURM_JOB_ID": job}
    environment = _environment(tools, **variables)
    script = [str(DEPLOY / "gpu" / "train.sbatch"), _config(tmp_path, 40)]

    started.append(_start(script, environment))
    deadline = time.monotonic() + SECONDS
    while len(_steps(run)) < 2 and started[0].poll() is None and time.monotonic() < deadline:
        time.sleep(0.2)
    os.kill(started[0].pid, signal.SIGTERM)
    said, _ = started[0].communicate(timeout=SECONDS)
    assert started[0].returncode == 0, said
    assert "stopped at step" in said
    assert log.read_text() == f"requeue {job}\n"
    reached = _steps(run)[-1]
    assert 2 <= reached < 40
    assert (run / "checkpoints" / str(reached)).is_dir()

    started.append(_start([*script, "--set", f"steps={reached + 2}"], environment))
    said, _ = started[1].communicate(timeout=SECONDS)
    assert started[1].returncode == 0, said
    assert log.read_text() == f"requeue {job}\n", "a run that is done is not queued again"
    assert _steps(run) == list(range(1, reached + 3))


def test_every_process_of_a_node_sees_all_of_its_gpus() -> None:
    lines = (DEPLOY / "gpu" / "train.sbatch").read_text().splitlines()
    options = [line.removeprefix("#SBATCH --") for line in lines if line.startswith("#SBATCH --")]
    stated = dict(option.split("=", 1) for option in options if "=" in option)
    assert stated["gpus-per-node"] == stated["ntasks-per-node"]
    assert "gpus-per-task" not in stated


def test_tpu_hosts_get_the_arguments_as_they_were_given(tools: Path, tmp_path: Path) -> None:
    calls, home = tmp_path / "calls", tmp_path / "home"
    (home / "flanbeam" / "bin").mkdir(parents=True)
    _command(home / "flanbeam" / "bin", "flanbeam", 'printf "%s\\n" "$@"; exit 5')
    # The first command installs, the second trains: it is run here as a host would run it.
    note = f'printf "%s\\0" "${{@:1:$#-1}}" >> {calls}'
    _command(tools, "gcloud", note + '; [[ ${@: -1} == *pip* ]] || bash -c "${@: -1}"')
    variables = {
        "ZONE": "z", "TPU": "flan", "FLANBEAM": "a wheel", "HOME": str(home),
        "SNAPSHOT": "/gcs/my snapshot", "RUN": "/gcs/it's a run",
    }  # fmt: skip
    script = [str(DEPLOY / "tpu" / "launch.sh"), "flan_t5_xl", "--set", "initial_weights='a b'"]
    environment = _environment(tools, **variables)
    done = subprocess.run(script, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "train", "flan_t5_xl", "--snapshot", "/gcs/my snapshot", "--out", "/gcs/it's a run",
        "--set", "coordinator=auto", "--set", "initial_weights='a b'",
    ]  # fmt: skip
    assert done.returncode == 5, "the status of the training is the status of the launch"
    ssh = ["compute", "tpus", "tpu-vm", "ssh", "flan", "--zone", "z", "--worker", "all"]
    assert calls.read_text().split("\0")[:-1] == 2 * [*ssh, "--command"]


@pytest.mark.parametrize("script", ["gpu/two_nodes.sh", "gpu/train.sbatch", "tpu/launch.sh"])
def test_missing_settings_are_named(script: str, tools: Path) -> None:
    environment = {key: value for key, value in _environment(tools).items() if key != "SNAPSHOT"}
    environment |= {"ZONE": "z", "TPU": "t", "FLANBEAM": "f"}
    command = [str(DEPLOY / script), "flan_t5_xl"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "SNAPSHOT" in done.stderr
