"""Read and write checkpoints with Orbax (its v0 CheckpointManager). Only this file uses Orbax.

A checkpoint is `<run>/checkpoints/<step>/` with the items `params`, `optimizer`, `progress` and
`model`. A checkpoint of weights alone has `params` and `model`. Orbax writes in the background
under a temporary name, then renames: a killed process leaves only complete checkpoints.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import jax
import orbax.checkpoint as ocp
from orbax.checkpoint import checkpoint_managers

from trainer.errors import TrainerError
from trainer.models.model import Params
from trainer.train_step import TrainState

DIRECTORY = "checkpoints"
METRIC = "held_in_loss"

Manager: TypeAlias = ocp.CheckpointManager


@dataclass(frozen=True)
class Progress:
    """The position of a run in its data; checked when the run resumes."""

    position: int  # index of the next global batch
    examples_read: int
    snapshot_fingerprint: str
    plan_hash: str


@dataclass(frozen=True)
class ModelCard:
    """A description of weights: architecture, vocabulary and origin."""

    architecture: dict[str, Any]  # `Model.architecture`
    vocabulary: dict[str, Any] | None = None  # fields of the manifest's VocabularyInfo
    hugging_face: dict[str, Any] | None = None  # imported config, dtype, names of copies


@contextmanager
def open_checkpoints(run: Path, keep: int = 2) -> Iterator[Manager]:
    """Open the checkpoints of a run, and wait for pending writes when the context ends.

    Keeps the newest `keep` checkpoints and the one with the lowest held-in loss.
    """
    kept = checkpoint_managers.AnyPreservationPolicy(
        [
            checkpoint_managers.LatestN(keep),
            checkpoint_managers.BestN(
                get_metric_fn=lambda metrics: float(metrics[METRIC]),
                reverse=True,
                n=1,
                keep_checkpoints_without_metrics=False,
            ),
        ]
    )
    options = ocp.CheckpointManagerOptions(
        create=True, preservation_policy=kept, cleanup_tmp_directories=True
    )
    manager = ocp.CheckpointManager((run / DIRECTORY).absolute(), options=options)
    try:
        yield manager
        manager.wait_until_finished()
    finally:
        manager.close()


def save(
    manager: Manager,
    state: TrainState,
    *,
    progress: Progress,
    card: ModelCard,
    held_in_loss: float | None,
) -> Path:
    """Start to write a checkpoint in the background; return the directory it will have."""
    step = int(jax.device_get(state.step))
    if step not in manager.all_steps():
        optimizer = {"step": state.step, "moments": state.optimizer}
        items = ocp.args.Composite(
            params=ocp.args.StandardSave(state.params),
            optimizer=ocp.args.StandardSave(optimizer),
            progress=ocp.args.JsonSave(asdict(progress)),
            model=ocp.args.JsonSave(asdict(card)),
        )
        metrics = None if held_in_loss is None else {METRIC: held_in_loss}
        # The training loop disallows implicit transfers, but Orbax makes them to copy to the host.
        with jax.transfer_guard("allow"):
            manager.save(step, args=items, metrics=metrics)
    return Path(manager.directory) / str(step)


def save_weights(run: Path, params: Params, card: ModelCard) -> Path:
    """Write a checkpoint of step 0 with weights alone; return its directory.

    Raises:
        TrainerError: the run has checkpoints already.
    """
    with open_checkpoints(run) as manager:
        if manager.all_steps():
            raise TrainerError(f"{run} already has checkpoints: choose a new directory")
        manager.save(
            0,
            args=ocp.args.Composite(
                params=ocp.args.StandardSave(params), model=ocp.args.JsonSave(asdict(card))
            ),
        )
        return Path(manager.directory) / "0"


def newest(manager: Manager) -> tuple[Progress, ModelCard] | None:
    """Return progress and card of the newest checkpoint; None if there is no checkpoint.

    Raises:
        TrainerError: the checkpoint has weights alone, or another version wrote it.
    """
    step = manager.latest_step()
    if step is None:
        return None
    wanted = ocp.args.Composite(progress=ocp.args.JsonRestore(), model=ocp.args.JsonRestore())
    try:
        restored = manager.restore(step, args=wanted)
        return Progress(**restored.progress), ModelCard(**restored.model)
    except (KeyError, TypeError, FileNotFoundError) as error:
        raise TrainerError(
            f"training cannot continue from checkpoint {step} in {manager.directory} ({error}): "
            "train into a new directory; to start from imported weights, set initial_weights to "
            "this one"
        ) from error


def restore_newest(manager: Manager, abstract: TrainState) -> TrainState:
    """Read the state of the newest checkpoint, placed as in `abstract`."""
    optimizer = {"step": abstract.step, "moments": abstract.optimizer}
    restored = manager.restore(
        manager.latest_step(),
        args=ocp.args.Composite(
            params=ocp.args.StandardRestore(abstract.params),
            optimizer=ocp.args.StandardRestore(optimizer),
        ),
    )
    moments = restored.optimizer["moments"]
    return TrainState(restored.optimizer["step"], restored.params, moments)


def find_checkpoint(path: Path, say: Callable[[str], None] | None = None) -> Path:
    """Return the checkpoint that `path` names: itself, or a run's best one, else its newest.

    Raises:
        TrainerError: there is no checkpoint.
    """
    if (path / "params").is_dir():
        return path
    steps = sorted(int(p.name) for p in (path / DIRECTORY).glob("*") if p.name.isdigit())
    if not steps:
        raise TrainerError(
            f"{path} has no checkpoint: give the directory of a run, one of its "
            "checkpoints/<step>, or the directory of a Hugging Face model"
        )
    with ocp.CheckpointManager(
        (path / DIRECTORY).absolute(),
        options=ocp.CheckpointManagerOptions(
            read_only=True, best_fn=lambda metrics: float(metrics[METRIC]), best_mode="min"
        ),
    ) as manager:
        best = manager.best_step()
    return path / DIRECTORY / str(steps[-1] if best is None else best)


def read_card(checkpoint: Path) -> ModelCard:
    """Read the card in a checkpoint's directory."""
    with ocp.Checkpointer(ocp.JsonCheckpointHandler()) as reader:
        return ModelCard(**reader.restore(checkpoint.absolute() / "model"))


def read_params(checkpoint: Path, abstract: Params) -> Params:
    """Read the weights of a checkpoint, placed as in `abstract`."""
    with ocp.StandardCheckpointer() as reader:
        params: Params = reader.restore(checkpoint.absolute() / "params", abstract)
        return params
