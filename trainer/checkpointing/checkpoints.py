"""Read and write checkpoints with Orbax (its v0 CheckpointManager). Only this file uses Orbax.

A checkpoint is `<run>/checkpoints/<step>/` with the items `params`, `optimizer`, `progress` and
`model`. A checkpoint of weights alone has `params` and `model`. Orbax writes in the background
under a temporary name, then renames: a killed process leaves only complete checkpoints. Digests
are written before the rename (digests.py).
"""

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import jax
import numpy as np
import orbax.checkpoint as ocp
from jax.experimental import multihost_utils
from orbax.checkpoint import checkpoint_managers

from trainer.checkpointing.digests import damage, write_digests
from trainer.errors import TrainerError
from trainer.metrics import HELD_IN_FILE, read_metrics
from trainer.models.model import Params
from trainer.train_step import TrainState

DIRECTORY = "checkpoints"
DAMAGED = "damaged"
METRIC = "held_in_loss"

Manager: TypeAlias = ocp.CheckpointManager


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The position of a run in its data; checked when the run resumes."""

    position: int  # index of the next global batch
    examples_read: int
    snapshot_fingerprint: str
    plan_hash: str
    plan_version: int = 1  # of trainer/batches/packing.py; version 0.1.0 did not write it


@dataclass(frozen=True)
class ModelCard:
    """A description of weights: architecture, vocabulary and origin."""

    architecture: dict[str, Any]  # `Model.architecture`
    vocabulary: dict[str, Any] | None = None  # fields of the manifest's VocabularyInfo
    hugging_face: dict[str, Any] | None = None  # imported config, dtype, names of copies


@contextmanager
def open_checkpoints(run: Path, keep: int = 2, is_own: bool = False) -> Iterator[Manager]:
    """Open the checkpoints of a run, and wait for pending writes when the context ends.

    Keeps the newest `keep` checkpoints and the one with the lowest held-in loss.

    Args:
        run: directory of the run.
        keep: how many of the newest checkpoints to keep.
        is_own: whether this process has the directory for itself: then it does not wait for others.
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
    directory = (run / DIRECTORY).absolute()

    def digest_written() -> None:
        """Run in the process that renames, when a checkpoint is written; one at a time is."""
        for written in directory.glob("*.orbax-checkpoint-tmp*"):
            write_digests(written)

    directory.mkdir(parents=True, exist_ok=True)
    process = jax.process_index()
    alone = ocp.options.MultiprocessingOptions(
        primary_host=process, active_processes={process}, barrier_sync_key_prefix=str(process)
    )
    options = ocp.CheckpointManagerOptions(
        create=False,
        preservation_policy=kept,
        # Without it, Orbax writes no losses, and a resumed run would not know its best checkpoint.
        best_fn=lambda metrics: float(metrics[METRIC]),
        best_mode="min",
        cleanup_tmp_directories=True,
        async_options=ocp.AsyncOptions(post_finalization_callback=digest_written),
        multiprocessing_options=alone if is_own else ocp.options.MultiprocessingOptions(),
    )
    manager = ocp.CheckpointManager(directory, options=options)
    try:
        yield manager
        manager.wait_until_finished()
    finally:
        manager.close()


def set_aside_damaged(run: Path, say: Callable[[str], None]) -> None:
    """Move checkpoints newer than the newest undamaged one to RUN/damaged, and report it.

    Raises:
        TrainerError: all checkpoints are damaged.
    """
    newest_first = _steps(run)[::-1]
    found: dict[int, str] = {}
    for step in newest_first:
        problem = damage(run / DIRECTORY / str(step))
        if problem is None:
            break
        found[step] = problem
    if found and len(found) == len(newest_first):
        step, problem = next(iter(found.items()))
        raise TrainerError(
            f"all checkpoints in {run / DIRECTORY} are damaged, first {step}: {problem}: restore "
            "them from a copy, or train into a new directory"
        )
    for step, problem in found.items():
        place = run / DAMAGED / str(step)
        if place.exists():
            shutil.rmtree(place)
        place.parent.mkdir(exist_ok=True)
        (run / DIRECTORY / str(step)).rename(place)
        say(f"checkpoint {step} is damaged ({problem}): moved to {place}; using the one before it")


def _steps(run: Path) -> list[int]:
    """Return the steps of a run's checkpoints in order."""
    return sorted(int(p.name) for p in (run / DIRECTORY).glob("*") if p.name.isdigit())


def save(
    manager: Manager,
    state: TrainState,
    *,
    progress: Progress,
    card: ModelCard,
    held_in_loss: float | None,
    is_own: bool = False,
) -> Path:
    """Start to write a checkpoint in the background; return the directory it will have.

    Args:
        manager: the run's checkpoints.
        state: what to write.
        progress: the position in the data.
        card: the description of the model.
        held_in_loss: the loss at this step, if it was measured.
        is_own: whether each process has a directory of its own: then process 0 writes all arrays.

    Raises:
        TrainerError: the disk has no room for it.
    """
    step = int(jax.device_get(state.step))
    if not is_saved(manager, step):
        if is_own:
            with jax.transfer_guard("allow"):
                state = multihost_utils.process_allgather(state, tiled=True)
            if jax.process_index() != 0:
                return Path(manager.directory) / str(step)
        _check_room(Path(manager.directory), state)
        optimizer = {"step": state.step, "moments": state.optimizer}
        items = ocp.args.Composite(
            params=ocp.args.StandardSave(state.params),
            optimizer=ocp.args.StandardSave(optimizer),
            progress=ocp.args.JsonSave(asdict(progress)),
            model=ocp.args.JsonSave(asdict(card)),
        )
        metrics = None if held_in_loss is None else {METRIC: held_in_loss}

        def start() -> None:
            # The training loop disallows implicit transfers, but Orbax makes them to copy to the
            # host.
            with jax.transfer_guard("allow"):
                manager.save(step, args=items, metrics=metrics)

        if jax.process_count() == 1 or is_own:
            _in_daemon(start)
        else:
            start()
    return Path(manager.directory) / str(step)


def is_saved(manager: Manager, step: int) -> bool:
    """Return whether process 0 has a checkpoint of this step; called in all processes."""
    with jax.transfer_guard("allow"):
        return bool(multihost_utils.broadcast_one_to_all(np.array(step in manager.all_steps())))


def _in_daemon(start: Callable[[], None]) -> None:
    """Run `start` to its end in a thread whose own threads do not keep the process alive.

    Orbax's threads wait for each other; where one fails, others wait for it for five minutes, and
    the process with them.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            start()
        except BaseException as error:
            raised.append(error)

    # Threads are daemons if the one that starts them is.
    thread = threading.Thread(target=run, name="save", daemon=True)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def _check_room(directory: Path, state: TrainState) -> None:
    needed = sum(leaf.nbytes for leaf in jax.tree.leaves(state))
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise TrainerError(
            f"{directory}: a checkpoint needs {needed / 1e6:,.1f} MB, but the disk has "
            f"{free / 1e6:,.1f} MB free: free space, then run the same command; the checkpoints "
            "before are unchanged"
        )


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
    except Exception as error:  # Orbax raises many kinds
        raise TrainerError(
            f"training cannot continue from checkpoint {step} in {manager.directory} ({error}): "
            "train into a new directory; to start from imported weights, set initial_weights to "
            "this one"
        ) from error


def restore_newest(manager: Manager, abstract: TrainState) -> TrainState:
    """Read the state of the newest checkpoint, placed as in `abstract`."""
    optimizer = {"step": abstract.step, "moments": abstract.optimizer}
    step = manager.latest_step()
    with _unreadable(Path(manager.directory) / str(step)):
        restored = manager.restore(
            step,
            args=ocp.args.Composite(
                params=ocp.args.StandardRestore(abstract.params),
                optimizer=ocp.args.StandardRestore(optimizer),
            ),
        )
    moments = restored.optimizer["moments"]
    return TrainState(restored.optimizer["step"], restored.params, moments)


def find_checkpoint(path: Path, say: Callable[[str], None] | None = None) -> Path:
    """Return the checkpoint that `path` names: itself, or a run's best one, else its newest.

    Of a run, a damaged checkpoint is passed over for the newest undamaged one, and `say` receives
    a line about it.

    Raises:
        TrainerError: there is no checkpoint, or all are damaged.
    """
    if (path / "params").is_dir():
        problem = damage(path)
        if problem is not None:
            raise TrainerError(f"{path} is damaged ({problem}): use another checkpoint")
        return path
    steps = preferred_steps(path, _steps(path))
    if not steps:
        raise TrainerError(
            f"{path} has no checkpoint: give the directory of a run, one of its "
            "checkpoints/<step>, or the directory of a Hugging Face model"
        )
    for step in steps:
        found = path / DIRECTORY / str(step)
        problem = damage(found)
        if problem is None:
            return found
        if say is not None:
            say(f"{found} is damaged ({problem}): using the one before it")
    raise TrainerError(f"all checkpoints in {path / DIRECTORY} are damaged: restore a copy")


def preferred_steps(run: Path, steps: Iterable[int]) -> list[int]:
    """Return steps of checkpoints: the one of the lowest held-in loss, then the newest first."""
    newest_first = sorted(steps, reverse=True)
    measured = {line["step"]: line["loss"] for line in read_metrics(run / HELD_IN_FILE)}
    best = sorted((step for step in newest_first if step in measured), key=lambda s: measured[s])
    return list(dict.fromkeys([*best[:1], *newest_first]))


def read_card(checkpoint: Path) -> ModelCard:
    """Read the card in a checkpoint's directory.

    Raises:
        TrainerError: it cannot be read.
    """
    with _unreadable(checkpoint), ocp.Checkpointer(ocp.JsonCheckpointHandler()) as reader:
        return ModelCard(**reader.restore(checkpoint.absolute() / "model"))


def read_progress(checkpoint: Path) -> Progress | None:
    """Read the progress in a checkpoint's directory; None if it has weights alone.

    Raises:
        TrainerError: it cannot be read.
    """
    if not (checkpoint / "progress").is_dir():
        return None
    with _unreadable(checkpoint), ocp.Checkpointer(ocp.JsonCheckpointHandler()) as reader:
        return Progress(**reader.restore(checkpoint.absolute() / "progress"))


def read_params(checkpoint: Path, abstract: Params) -> Params:
    """Read the weights of a checkpoint, placed as in `abstract`.

    Raises:
        TrainerError: they cannot be read.
    """
    with _unreadable(checkpoint), ocp.StandardCheckpointer() as reader:
        params: Params = reader.restore(checkpoint.absolute() / "params", abstract)
        return params


@contextmanager
def _unreadable(checkpoint: Path) -> Iterator[None]:
    """Name the checkpoint in any error of Orbax, which raises many kinds."""
    try:
        yield
    except Exception as error:
        what = " ".join(str(error).split())[:200]
        raise TrainerError(
            f"{checkpoint} cannot be read ({type(error).__name__}: {what}): use another checkpoint"
        ) from error
