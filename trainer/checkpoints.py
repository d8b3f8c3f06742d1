"""Checkpoints of a run with Orbax (its v0 CheckpointManager); no other file knows Orbax.

Orbax writes under a temporary name and renames, so a kill leaves no half checkpoint.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jax
import orbax.checkpoint as ocp

from trainer.errors import TrainerError
from trainer.train_step import TrainState

_KEPT = 2


@dataclass(frozen=True)
class Progress:
    """What a checkpoint says of itself beside the arrays; checked when a run resumes."""

    position: int  # index of the next global batch
    examples_read: int
    snapshot_fingerprint: str
    plan_hash: str
    model: dict[str, Any]


@contextmanager
def open_checkpoints(directory: Path) -> Iterator[ocp.CheckpointManager]:
    """The run's checkpoints, `directory/<step>/`; waits for writes when it closes."""
    options = ocp.CheckpointManagerOptions(max_to_keep=_KEPT, create=True)
    manager = ocp.CheckpointManager(directory.absolute(), options=options)
    try:
        yield manager
        manager.wait_until_finished()
    finally:
        manager.close()


def save(manager: ocp.CheckpointManager, state: TrainState, progress: Progress) -> Path:
    """Write the state after its step, atomically; returns the checkpoint's directory."""
    step = int(jax.device_get(state.step))
    if step not in manager.all_steps():
        manager.save(
            step,
            args=ocp.args.Composite(
                state=ocp.args.StandardSave(state), progress=ocp.args.JsonSave(asdict(progress))
            ),
        )
    return Path(manager.directory) / str(step)


def newest_progress(manager: ocp.CheckpointManager) -> Progress | None:
    """What the newest checkpoint says of itself; None if there is no checkpoint."""
    step = manager.latest_step()
    if step is None:
        return None
    restored = manager.restore(step, args=ocp.args.Composite(progress=ocp.args.JsonRestore()))
    try:
        return Progress(**restored.progress)
    except TypeError as error:
        raise TrainerError(
            f"checkpoint {step} in {manager.directory} was written by another version ({error}): "
            "train into a new directory"
        ) from error


def restore_newest(manager: ocp.CheckpointManager, abstract: TrainState) -> TrainState:
    """The newest checkpoint's state, placed as the shapes in `abstract` say."""
    restored = manager.restore(
        manager.latest_step(),
        args=ocp.args.Composite(state=ocp.args.StandardRestore(abstract)),
    )
    state: TrainState = restored.state
    return state
