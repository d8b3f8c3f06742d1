"""Write TensorBoard event files with the `tensorboard` package, without TensorFlow."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from trainer.errors import TrainerError

Outlet = Callable[[dict[str, Any]], None]


def with_tensorboard(run: Path, progress: Outlet | None) -> Outlet:
    """Return a function that writes a metrics line to `run/tensorboard`, then calls `progress`.

    Raises:
        TrainerError: the `tensorboard` package is not installed.
    """
    try:
        event_class = import_module("tensorboard.compat.proto.event_pb2").Event
        summary_class = import_module("tensorboard.compat.proto.summary_pb2").Summary
        writers = import_module("tensorboard.summary.writer.event_file_writer")
    except ImportError as error:
        raise TrainerError(
            "tensorboard is true, but its package is missing: pip install 'flanbeam[tensorboard]'"
        ) from error
    directory = run / "tensorboard"
    directory.mkdir(exist_ok=True)
    writer = writers.EventFileWriter(str(directory))

    def write(line: dict[str, Any]) -> None:
        values = [summary_class.Value(tag=f"train/{k}", simple_value=v) for k, v in scalars(line)]
        writer.add_event(event_class(step=line["step"], summary=summary_class(value=values)))
        writer.flush()
        if progress is not None:
            progress(line)

    return write


def scalars(line: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the numbers of a line by name: `loss`, `collection_loss/flan`, …"""
    numbers: list[tuple[str, float]] = []
    for name, value in line.items():
        if isinstance(value, dict):
            numbers += [(f"{name}/{key}", float(inner)) for key, inner in value.items()]
        elif value is not None and name != "step":
            numbers.append((name, float(value)))
    return numbers
