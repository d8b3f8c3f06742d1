"""The DAGs as Airflow itself reads and runs them, with a `flanbeam` that notes how it was called.

Runs in an environment of its own: `make airflow-test`.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.airflow

DAGS = Path(__file__).parents[2] / "deploy" / "airflow"
STORE = "/data/a store"
# Notes its arguments, ends as the file `status-<command>` beside it says.
_FAKE = """\
#!/usr/bin/env bash
here=$(dirname "$0")
(IFS='|'; echo "$*") >> "$here/calls"
[[ $1 == build ]] && echo "reading 10 records" && echo "$FLANBEAM_STORE/snapshots/20260101-abc"
exit "$(cat "$here/status-$1" 2>/dev/null || echo 0)"
"""


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield the directory of a fake `flanbeam`, first on PATH, beside an Airflow of its own."""
    directory = tmp_path_factory.mktemp("bin")
    fake = directory / "flanbeam"
    fake.write_text(_FAKE)
    fake.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{directory}:{os.environ['PATH']}")
        patch.setenv("FLANBEAM_STORE", STORE)
        # As Airflow does for the folder of DAGs.
        patch.syspath_prepend(str(DAGS))
        patch.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        patch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
        patch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(DAGS))
        migrate = [sys.executable, "-m", "airflow", "db", "migrate"]
        subprocess.run(migrate, check=True, capture_output=True)
        yield directory


@pytest.fixture(scope="module")
def dags(command: Path) -> dict[str, Any]:
    """Return both DAGs by id, read without an error."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(DAGS))
    assert bag.import_errors == {}
    return dict(bag.dags)


def test_tasks_and_edges(dags: dict[str, Any]) -> None:
    assert set(dags) == {"flanbeam_refresh", "flanbeam_train"}
    refresh = dags["flanbeam_refresh"]
    edges = {task.task_id: sorted(task.downstream_task_ids) for task in refresh.tasks}
    assert edges == {"plan": ["build"], "build": ["verify"], "verify": ["publish"], "publish": []}
    assert [task.task_id for task in dags["flanbeam_train"].tasks] == ["train"]


def test_when_they_run(dags: dict[str, Any]) -> None:
    refresh, train = dags["flanbeam_refresh"], dags["flanbeam_train"]
    assert refresh.schedule == "0 3 * * *"
    assert (refresh.catchup, refresh.max_active_runs) == (False, 1)
    assert [asset.name for asset in refresh.get_task("publish").outlets] == ["flanbeam_corpus"]
    assert [asset.name for asset in train.schedule] == ["flanbeam_corpus"]


def test_what_is_tried_again(dags: dict[str, Any]) -> None:
    tasks = [*dags["flanbeam_refresh"].tasks, *dags["flanbeam_train"].tasks]
    retries = {task.task_id: task.retries for task in tasks}
    assert retries == {"plan": 2, "build": 2, "verify": 0, "publish": 2, "train": 2}
    assert {task.retry_delay for task in tasks} == {timedelta(minutes=10)}


Run = Callable[..., tuple[dict[str, str], list[list[str]]]]


@pytest.fixture
def run(dags: dict[str, Any], command: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return `run("flanbeam_refresh", plan=10)`: (task states, calls) if `plan` exits with 10."""

    def run_dag(name: str, **statuses: int) -> tuple[dict[str, str], list[list[str]]]:
        for file in command.glob("status-*"):
            file.unlink()
        for called, status in statuses.items():
            (command / f"status-{called}").write_text(str(status))
        (command / "calls").write_text("")
        for task in dags[name].tasks:
            monkeypatch.setattr(task, "retry_delay", timedelta(0))
        done = dags[name].test()
        states = {ti.task_id: str(ti.state) for ti in done.get_task_instances()}
        calls = [line.split("|") for line in (command / "calls").read_text().splitlines()]
        return states, calls

    return run_dag


def _published() -> int:
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    with create_session() as session:
        return int(session.query(AssetEvent).count())


SNAPSHOT = f"{STORE}/snapshots/20260101-abc"
PLAN = ["plan", "--refresh", STORE, "quickstart"]
BUILD = ["build", "quickstart", "--store", STORE]
VERIFY = ["verify", SNAPSHOT]
PUBLISH = ["publish", SNAPSHOT, "--channel", "latest"]


def test_a_refresh_with_work_publishes_and_tells_so(run: Run) -> None:
    before = _published()
    states, calls = run("flanbeam_refresh")
    assert calls == [PLAN, BUILD, VERIFY, PUBLISH]
    assert set(states.values()) == {"success"}
    assert _published() == before + 1


def test_a_refresh_with_nothing_to_do_ends_after_the_plan(run: Run) -> None:
    before = _published()
    states, calls = run("flanbeam_refresh", plan=10)
    assert calls == [PLAN]
    assert set(states.values()) == {"skipped"}
    assert _published() == before


def test_a_snapshot_that_fails_its_check_is_not_published(run: Run) -> None:
    before = _published()
    states, calls = run("flanbeam_refresh", verify=3)
    assert calls == [PLAN, BUILD, VERIFY]
    assert states["verify"] == "failed"
    assert states["publish"] == "upstream_failed"
    assert _published() == before


def _called(calls: list[list[str]], name: str) -> int:
    return sum(call[0] == name for call in calls)


@pytest.mark.parametrize(
    ("status", "state", "tries"),
    [(1, "failed", 3), (137, "failed", 3), (2, "failed", 1), (3, "failed", 1), (4, "skipped", 1)],
)
def test_a_build_ends_as_its_status_says(run: Run, status: int, state: str, tries: int) -> None:
    states, calls = run("flanbeam_refresh", build=status)
    assert (states["build"], _called(calls, "build")) == (state, tries)
    assert _called(calls, "publish") == 0


@pytest.mark.parametrize(("status", "tries"), [(1, 3), (4, 3), (3, 1)])
def test_a_refused_publication_is_not_tried_again(run: Run, status: int, tries: int) -> None:
    before = _published()
    states, calls = run("flanbeam_refresh", publish=status)
    assert (states["publish"], _called(calls, "publish")) == ("failed", tries)
    assert _published() == before


@pytest.mark.parametrize(("status", "tries"), [(1, 3), (4, 3), (2, 1), (3, 1)])
def test_a_training_ends_as_its_status_says(run: Run, status: int, tries: int) -> None:
    states, calls = run("flanbeam_train", train=status)
    assert (states["train"], _called(calls, "train")) == ("failed", tries)


def test_training_reads_the_channel(run: Run) -> None:
    states, calls = run("flanbeam_train")
    (call,) = calls
    assert call[:5] == ["train", "quickstart", "--snapshot", f"{STORE}@latest", "--out"]
    assert call[5].startswith("/srv/flanbeam/runs/")
    assert ":" not in call[5]
    assert states == {"train": "success"}
