"""Checkpoints of a run with Orbax (its v0 CheckpointManager); no other file knows Orbax.

A checkpoint is `<run>/checkpoints/<step>/` with the items `params`, `optimizer`, `progress` and
`model`; one that only carries weights has `params` and `model`. Orbax writes in the background
under a temporary name and renames, so a kill leaves the checkpoints before it and no half one.
"""

from collections.abc import Iterator
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
    """How far a run is and what it reads; checked when it resumes."""

    position: int  # index of the next global batch
    examples_read: int
    snapshot_fingerprint: str
    plan_hash: str


@dataclass(frozen=True)
class ModelCard:
    """What the weights need to be used: architecture, vocabulary, and where they came from."""

    architecture: dict[str, Any]  # of trainer.models.model.Model
    vocabulary: dict[str, Any] | None = None  # fields of the manifest's VocabularyInfo
    hugging_face: dict[str, Any] | None = None  # config, dtype, names of copies


@contextmanager
def open_checkpoints(run: Path, keep: int = 2) -> Iterator[Manager]:
    """The run's checkpoints; keeps the newest `keep` and the best, waits for writes at the end."""
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
    """Begin to write the state after its step; returns the checkpoint's directory-to-be."""
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
        # The training loop forbids implicit transfers, and Orbax copies to the host by one.
        with jax.transfer_guard("allow"):
            manager.save(step, args=items, metrics=metrics)
    return Path(manager.directory) / str(step)


def save_weights(run: Path, params: Params, card: ModelCard) -> Path:
    """Write a checkpoint of step 0 that has weights alone; returns its directory."""
    with open_checkpoints(run) as manager:
        if manager.all_steps():
            raise TrainerError(f"{run} holds checkpoints already: give a new directory")
        manager.save(
            0,
            args=ocp.args.Composite(
                params=ocp.args.StandardSave(params), model=ocp.args.JsonSave(asdict(card))
            ),
        )
        return Path(manager.directory) / "0"


def newest(manager: Manager) -> tuple[Progress, ModelCard] | None:
    """What the newest checkpoint says of itself; None if there is no checkpoint.

    Raises:
        TrainerError: it has weights alone, or another version wrote it.
    """
    step = manager.latest_step()
    if step is None:
        return None
    wanted = ocp.args.Composite(progress=ocp.args.JsonRestore(), model=ocp.args.JsonRestore())
    try:
        found = manager.restore(step, args=wanted)
        return Progress(**found.progress), ModelCard(**found.model)
    except (KeyError, TypeError, FileNotFoundError) as error:
        raise TrainerError(
            f"checkpoint {step} in {manager.directory} is not one that training can go on from "
            f"({error}): train into a new directory, with initial_weights set to this one if it "
            "was imported"
        ) from error


def restore_newest(manager: Manager, abstract: TrainState) -> TrainState:
    """The newest checkpoint's state, placed as the shapes in `abstract` say."""
    optimizer = {"step": abstract.step, "moments": abstract.optimizer}
    found = manager.restore(
        manager.latest_step(),
        args=ocp.args.Composite(
            params=ocp.args.StandardRestore(abstract.params),
            optimizer=ocp.args.StandardRestore(optimizer),
        ),
    )
    return TrainState(found.optimizer["step"], found.params, found.optimizer["moments"])


def find_checkpoint(path: Path) -> Path:
    """The checkpoint that `path` names: itself, or the best of a run, or the run's newest.

    Raises:
        TrainerError: there is none.
    """
    if (path / "params").is_dir():
        return path
    steps = sorted(int(p.name) for p in (path / DIRECTORY).glob("*") if p.name.isdigit())
    if not steps:
        raise TrainerError(
            f"{path} holds no checkpoint: name a run's directory, one of its checkpoints/<step>, "
            "or a directory with a Hugging Face T5"
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
    """What a checkpoint's directory says of its model."""
    with ocp.Checkpointer(ocp.JsonCheckpointHandler()) as reader:
        return ModelCard(**reader.restore(checkpoint.absolute() / "model"))


def read_params(checkpoint: Path, abstract: Params) -> Params:
    """A checkpoint's weights, placed as the shapes in `abstract` say."""
    with ocp.StandardCheckpointer() as reader:
        params: Params = reader.restore(checkpoint.absolute() / "params", abstract)
        return params
