"""Fine-tune T5 on a snapshot: mesh, data, model, optimizer, resume, loop.

Resuming is the default: a run whose directory holds a checkpoint goes on from it, with the same
batches and the same losses as if it had never stopped.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any

from flax import nnx

from tfrecords_schema.snapshot import Snapshot, open_snapshot
from trainer import checkpoints, metrics
from trainer.checkpoints import Progress
from trainer.config import TrainConfig
from trainer.data import PackedBatches
from trainer.errors import TrainerError
from trainer.initial_state import (
    abstract_model,
    abstract_state,
    differing_fields,
    fresh_state,
    resolve_model,
)
from trainer.loop import run_steps
from trainer.metrics import MetricsLog
from trainer.model_sizes import T5Config
from trainer.optimizer import adafactor
from trainer.sharding import check_rows_divide, data_mesh
from trainer.train_step import make_train_step

SPLIT = "train"
# May change when a run resumes: they are no part of what the parameters mean.
_FREE_ON_RESUME = {"dropout_rate", "compute_dtype"}


@dataclass(frozen=True)
class TrainResult:
    """A finished run; losses are cross-entropy in nats a target token, over its whole history.

    `mean_first_loss` and `mean_last_loss` are means over the first and last tenth of the lines
    of metrics.jsonl; `seconds` is the wall time of this call, compilation included.
    """

    steps: int
    first_loss: float
    last_loss: float
    mean_first_loss: float
    mean_last_loss: float
    examples_read: int
    examples_in_snapshot: int
    epochs: float
    checkpoint: str
    devices: int
    seconds: float


def train(
    config: TrainConfig,
    snapshot: str,
    out: str,
    progress: Callable[[dict[str, Any]], None] | None = None,
) -> TrainResult:
    """Train until `config.steps` steps are done, then write a checkpoint.

    Args:
        config: the settings.
        snapshot: path of a published snapshot.
        out: directory of the run; gets `metrics.jsonl` and `checkpoints/<step>/`.
        progress: called with every line of metrics.jsonl.

    Raises:
        TrainerError: configuration, snapshot and checkpoint do not fit, or the loss is not finite.
    """
    begin = perf_counter()
    run = Path(out)
    run.mkdir(parents=True, exist_ok=True)

    # Mesh
    mesh = data_mesh(config.devices)
    check_rows_divide(config.batch_rows, mesh)

    # Data
    opened = open_snapshot(snapshot)
    reader = opened.reader(SPLIT)
    batches = PackedBatches(
        reader,
        opened.lengths(SPLIT),
        seed=config.seed,
        batch_rows=config.batch_rows,
        input_length=config.input_length,
        target_length=config.target_length,
    )

    # Model and optimizer
    model = resolve_model(config, opened.manifest.vocabulary.size)
    optimizer = adafactor(config.learning_rate)
    train_step = make_train_step(
        nnx.graphdef(abstract_model(model)),
        optimizer,
        mesh=mesh,
        z_loss=config.z_loss,
        seed=config.seed,
    )

    with checkpoints.open_checkpoints(run / "checkpoints") as manager:
        # Resume
        held = checkpoints.newest_progress(manager)
        if held is None:
            state = fresh_state(config, model, optimizer, mesh)
        else:
            _check_same_run(held, opened, model, batches, run)
            shapes = abstract_state(model, optimizer, mesh)
            state = checkpoints.restore_newest(manager, shapes)
        start, examples_read = (held.position, held.examples_read) if held else (0, 0)
        metrics.keep_until(run / metrics.FILE, start)

        # Loop
        log = MetricsLog(run / metrics.FILE, config.log_every, config.steps, progress)
        state = run_steps(train_step, state, batches, range(start, config.steps), mesh, log)
        position = max(start, config.steps)
        examples_read += log.examples

        # Checkpoint
        saved = Progress(
            position=position,
            examples_read=examples_read,
            snapshot_fingerprint=opened.manifest.fingerprint,
            plan_hash=batches.plan_hash(position),
            model=asdict(model),
        )
        path = checkpoints.save(manager, state, saved)

    lines = metrics.read_metrics(run / metrics.FILE)
    return TrainResult(
        steps=position,
        **_losses(lines),
        examples_read=examples_read,
        examples_in_snapshot=len(reader),
        epochs=batches.epochs_read(position),
        checkpoint=str(path),
        devices=mesh.size,
        seconds=perf_counter() - begin,
    )


def _check_same_run(
    held: Progress, snapshot: Snapshot, model: T5Config, batches: PackedBatches, run: Path
) -> None:
    """Refuse to go on from a checkpoint of other data, another model or another order."""
    if held.snapshot_fingerprint != snapshot.manifest.fingerprint:
        raise TrainerError(
            f"{run} holds a checkpoint of snapshot {held.snapshot_fingerprint}, and "
            f"{snapshot.path} is {snapshot.manifest.fingerprint}: train into a new directory, or "
            "give the snapshot that the run began with"
        )
    differences = differing_fields(asdict(model), held.model, ignored=_FREE_ON_RESUME)
    if differences:
        raise TrainerError(
            f"{run} holds a checkpoint of another model ({differences}: asked for, found): train "
            "into a new directory, or restore the configuration"
        )
    if held.plan_hash != batches.plan_hash(held.position):
        raise TrainerError(
            f"{run} holds a checkpoint whose batches come in another order: restore seed, "
            "batch_rows, input_length and target_length, or train into a new directory"
        )


def _losses(lines: list[dict[str, Any]]) -> dict[str, float]:
    """The loss fields of `TrainResult` from the lines of metrics.jsonl."""
    if not lines:
        raise TrainerError(
            f"all {metrics.FILE} lines of this finished run are gone: restore the file, raise "
            "steps, or train into a new directory"
        )
    losses = [line["loss"] for line in lines]
    tenth = max(1, len(losses) // 10)
    return {
        "first_loss": losses[0],
        "last_loss": losses[-1],
        "mean_first_loss": fmean(losses[:tenth]),
        "mean_last_loss": fmean(losses[-tenth:]),
    }
