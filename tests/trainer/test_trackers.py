"""Trackers beside metrics.jsonl. TensorBoard's own reader checks its files in the command's test.

The MLflow here records the calls that `mlflow.MlflowClient` documents; the page on training says
how the real packages were tried.
"""

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.trackers import trackers

_LINE = {"step": 7, "loss": 2.5, "collection_loss": {"cot": 1.5}, "mfu": None}


def _config(**wanted: bool) -> TrainConfig:
    return TrainConfig(
        model="small", steps=1, batch_rows=1, input_length=8, target_length=8,
        learning_rate=0.1, **wanted,
    )  # fmt: skip


class _Client:
    """An MlflowClient whose server stops answering after `calls` lines."""

    calls: int
    seen: list[tuple[Any, ...]]

    def create_run(self, experiment: str, run_name: str) -> SimpleNamespace:
        self.seen.append(("create_run", experiment, run_name))
        return SimpleNamespace(info=SimpleNamespace(run_id="r1"))

    def update_run(self, run_id: str, status: str) -> None:
        self.seen.append(("update_run", run_id, status))

    def log_batch(self, run_id: str, metrics: Any = (), params: Any = ()) -> None:
        if metrics and len(self.seen) > self.calls:
            raise ConnectionError("no answer from the server")
        self.seen.append(("metrics" if metrics else "params", run_id, *(metrics or params)))

    def set_terminated(self, run_id: str, status: str) -> None:
        self.seen.append(("set_terminated", run_id, status))


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> type[_Client]:
    _Client.calls, _Client.seen = 100, []
    mlflow, entities = ModuleType("mlflow"), ModuleType("mlflow.entities")
    mlflow.MlflowClient = _Client  # type: ignore[attr-defined]
    mlflow.set_experiment = lambda name: SimpleNamespace(experiment_id=name)  # type: ignore[attr-defined]
    entities.Metric = lambda name, value, _, step: (name, value, step)  # type: ignore[attr-defined]
    entities.Param = lambda name, value: (name, value)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    monkeypatch.setitem(sys.modules, "mlflow.entities", entities)
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)
    return _Client


@pytest.mark.parametrize("name", ["tensorboard", "mlflow", "wandb"])
def test_a_missing_package_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed
    with (
        pytest.raises(TrainerError, match=rf"{name} is true.* pip install 'flanbeam\[{name}\]'"),
        trackers(_config(**{name: True}), tmp_path, None, print),
    ):
        pass


def test_a_resumed_run_goes_on_in_the_same_place(client: type[_Client], tmp_path: Path) -> None:
    shown: list[dict[str, Any]] = []
    for _ in range(2):
        with trackers(_config(mlflow=True), tmp_path / ".", shown.append, print) as outlet:
            assert outlet is not None
            outlet(_LINE)
    assert shown == [_LINE, _LINE]
    logged = ("metrics", "r1", ("train/loss", 2.5, 7), ("train/collection_loss/cot", 1.5, 7))
    ended = ("set_terminated", "r1", "FINISHED")
    created, settings, *rest = client.seen
    assert created == ("create_run", "flanbeam", tmp_path.name)
    assert ("steps", "1") in settings
    assert rest == [logged, ended, ("update_run", "r1", "RUNNING"), logged, ended]
    assert json.loads((tmp_path / "trackers.json").read_text()) == {"mlflow": "r1"}


def test_a_tracker_that_fails_does_not_end_the_run(client: type[_Client], tmp_path: Path) -> None:
    client.calls = 0
    said: list[str] = []
    with trackers(_config(mlflow=True), tmp_path, None, said.append) as outlet:
        assert outlet is not None
        outlet(_LINE)
    (message,) = said
    assert message.startswith("mlflow failed: no answer from the server; training goes on")


def test_a_run_that_fails_is_marked(client: type[_Client], tmp_path: Path) -> None:
    with (
        pytest.raises(TrainerError, match="not finite"),
        trackers(_config(mlflow=True), tmp_path, None, print),
    ):
        raise TrainerError("the loss is not finite")
    assert client.seen[-1] == ("set_terminated", "r1", "FAILED")


def test_a_server_that_is_not_there_is_named(
    client: type[_Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr(client, "create_run", refuse)
    with (
        pytest.raises(TrainerError, match="mlflow cannot be opened: refused; check"),
        trackers(_config(mlflow=True), tmp_path, None, print),
    ):
        pass
