"""Send the metrics of a run to TensorBoard, MLflow or Weights & Biases, beside metrics.jsonl.

Each is an optional package. Where MLflow and W&B write is theirs to configure: by
`MLFLOW_TRACKING_URI`, `WANDB_MODE` and the like. `trackers.json` in the run holds the ids that they
gave it, so that a resumed run goes on in the same place.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from trainer.config import TrainConfig
from trainer.errors import TrainerError
from trainer.metrics import FILE

Outlet = Callable[[dict[str, Any]], None]
Close = Callable[[bool], None]  # takes whether the run ended without an error

IDS_FILE = "trackers.json"
_PROJECT = "flanbeam"  # the experiment or project, if the environment names none
_MLFLOW_VALUE_LENGTH = 500  # MLflow refuses longer values of parameters


@contextmanager
def trackers(
    config: TrainConfig, run: Path, progress: Outlet | None, say: Callable[[str], None]
) -> Iterator[Outlet | None]:
    """Open the trackers that `config` asks for, and close them at the end.

    Yields a function that takes a line of metrics.jsonl, sends it to each tracker and then calls
    `progress`; `progress` itself if no tracker is wanted. A tracker that fails later is named by
    `say`, and training goes on: metrics.jsonl has every line.

    Raises:
        TrainerError: the package of a tracker is not installed, or the tracker cannot be opened.
    """
    wanted = {
        "tensorboard": (config.tensorboard, _tensorboard),
        "mlflow": (config.mlflow, _mlflow),
        "wandb": (config.wandb, _wandb),
    }
    with ExitStack() as stack:
        outlets: list[Outlet] = []
        for name, (is_wanted, open_tracker) in wanted.items():
            if is_wanted:
                outlet, close = open_tracker(config, run)
                attempt = partial(_attempt, name, say)
                stack.push(partial(_close, attempt, close))
                outlets.append(partial(attempt, outlet))
        if not outlets:
            yield progress
            return
        if progress is not None:
            outlets.append(progress)

        def send(line: dict[str, Any]) -> None:
            for outlet in outlets:
                outlet(line)

        yield send


def scalars(line: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the numbers of a line by name: `loss`, `collection_loss/flan`, …"""
    numbers: list[tuple[str, float]] = []
    for name, value in line.items():
        if isinstance(value, dict):
            numbers += [(f"{name}/{key}", float(inner)) for key, inner in value.items()]
        elif value is not None and name != "step":
            numbers.append((name, float(value)))
    return numbers


def _attempt(name: str, say: Callable[[str], None], act: Callable[..., None], *given: Any) -> None:
    try:
        act(*given)
    except Exception as error:
        say(f"{name} failed: {error}; training goes on, and {FILE} has every line")


def _close(attempt: Callable[..., None], close: Close, failure: type | None, *_: object) -> None:
    attempt(close, failure is None)


def _tensorboard(config: TrainConfig, run: Path) -> tuple[Outlet, Close]:
    """Write event files to `run/tensorboard`, without TensorFlow."""
    event_class = _import("tensorboard", "tensorboard.compat.proto.event_pb2").Event
    summary_class = _import("tensorboard", "tensorboard.compat.proto.summary_pb2").Summary
    writers = _import("tensorboard", "tensorboard.summary.writer.event_file_writer")
    directory = run / "tensorboard"
    directory.mkdir(exist_ok=True)
    writer = writers.EventFileWriter(str(directory))

    def write(line: dict[str, Any]) -> None:
        values = [summary_class.Value(tag=name, simple_value=v) for name, v in _named(line)]
        writer.add_event(event_class(step=line["step"], summary=summary_class(value=values)))
        writer.flush()

    return write, lambda _: writer.close()


def _mlflow(config: TrainConfig, run: Path) -> tuple[Outlet, Close]:
    """Log to MLflow: metrics by step, settings as parameters."""
    mlflow, entities = _import("mlflow", "mlflow"), _import("mlflow", "mlflow.entities")
    with _opening("mlflow"):
        client = mlflow.MlflowClient()
        run_id = _known_ids(run).get("mlflow")
        if run_id is None:
            experiment = mlflow.set_experiment(os.environ.get("MLFLOW_EXPERIMENT_NAME", _PROJECT))
            created = client.create_run(experiment.experiment_id, run_name=run.resolve().name)
            run_id = created.info.run_id
            settings = [
                entities.Param(name, json.dumps(value)[:_MLFLOW_VALUE_LENGTH])
                for name, value in config.model_dump(mode="json").items()
            ]
            client.log_batch(run_id, params=settings)
        else:
            client.update_run(run_id, status="RUNNING")
    _keep_id(run, "mlflow", run_id)

    def write(line: dict[str, Any]) -> None:
        now = int(1000 * time.time())
        values = [entities.Metric(name, v, now, line["step"]) for name, v in _named(line)]
        client.log_batch(run_id, metrics=values)

    def close(ended_well: bool) -> None:
        client.set_terminated(run_id, status="FINISHED" if ended_well else "FAILED")

    return write, close


def _wandb(config: TrainConfig, run: Path) -> tuple[Outlet, Close]:
    """Log to Weights & Biases: metrics by step, settings as its configuration."""
    wandb = _import("wandb", "wandb")
    with _opening("wandb"):
        opened = wandb.init(
            project=os.environ.get("WANDB_PROJECT", _PROJECT),
            name=run.resolve().name,
            dir=str(run),
            id=_known_ids(run).get("wandb"),
            resume="allow",
            config=config.model_dump(mode="json"),
        )
    _keep_id(run, "wandb", opened.id)

    def write(line: dict[str, Any]) -> None:
        opened.log(dict(_named(line)), step=line["step"])

    return write, lambda ended_well: opened.finish(exit_code=0 if ended_well else 1)


def _named(line: dict[str, Any]) -> list[tuple[str, float]]:
    return [(f"train/{name}", value) for name, value in scalars(line)]


def _import(extra: str, module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise TrainerError(
            f"{extra} is true, but its package is missing: pip install 'flanbeam[{extra}]'"
        ) from error


@contextmanager
def _opening(name: str) -> Iterator[None]:
    """Name the tracker that cannot be opened: a server that does not answer, no credentials."""
    try:
        yield
    except Exception as error:
        raise TrainerError(
            f"{name} cannot be opened: {error}; check its environment variables, or set {name}: "
            "false"
        ) from error


def _known_ids(run: Path) -> dict[str, str]:
    path = run / IDS_FILE
    return json.loads(path.read_text()) if path.exists() else {}


def _keep_id(run: Path, name: str, value: str) -> None:
    (run / IDS_FILE).write_text(json.dumps({**_known_ids(run), name: value}) + "\n")
