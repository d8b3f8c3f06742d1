"""Fine-tune a model on a snapshot: mesh, model, data, steps, resume, loop.

Resuming is the default: a run whose directory holds a checkpoint continues from it, with the same
batches and the same losses as if it had never stopped.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any

import jax
from flax import nnx
from jax.experimental import multihost_utils
from jax.sharding import Mesh

from tfrecords_schema import filesystem, object_store
from tfrecords_schema.snapshot import open_snapshot
from trainer import metrics
from trainer.batches.inputs import open_inputs
from trainer.batches.snapshot_choice import state_snapshot
from trainer.checkpointing import checkpoints
from trainer.checkpointing.checkpoints import Progress
from trainer.checkpointing.initial_state import (
    resolve_model,
    state_shardings,
    vocabulary_warning,
)
from trainer.checkpointing.resuming import RunSetup, model_card, resume_or_start
from trainer.checkpointing.saving import HeldInLoss, SaveClock, Saver
from trainer.checkpointing.stored_weights import open_weights
from trainer.checkpointing.vocabulary import keep_vocabulary, snapshot_vocabulary
from trainer.compilation import use_compilation_cache
from trainer.config import TrainConfig
from trainer.devices import peak_flops
from trainer.distributed import join_processes
from trainer.errors import TrainerError
from trainer.full_disk import full_disk_named
from trainer.loop import Loop
from trainer.metrics import MetricsLog, RunFacts
from trainer.models.model import abstract_network, abstract_params
from trainer.object_storage import has_own_directory, local_run
from trainer.optimizer import adafactor
from trainer.run_lock import run_lock
from trainer.sharding import Layout, check_attention, check_rows_divide, make_mesh
from trainer.stopping import StopRequest, stop_on_signals
from trainer.store_copies import Say, local_snapshot, local_weights
from trainer.trackers import Outlet, trackers
from trainer.train_step import EvalStep, Objective, TrainStep, make_eval_step, make_train_step


@dataclass(frozen=True, kw_only=True)
class TrainResult:
    """A finished run. Losses are cross-entropy in nats per target token, over its whole history.

    `mean_first_loss` and `mean_last_loss` are means over the first and the last tenth of the lines
    in metrics.jsonl. `seconds` is the wall time of this call, compilation included. `stopped` is
    true if a signal ended the run before its last step; it can be resumed. `interrupted` is true
    if the signal was that of Ctrl-C.
    """

    snapshot: str
    steps: int
    first_loss: float
    last_loss: float
    mean_first_loss: float
    mean_last_loss: float
    held_in_loss: float | None
    examples_read: int
    examples_in_snapshot: int
    epochs: float
    checkpoint: str
    devices: int
    seconds: float
    stopped: bool
    interrupted: bool


def train(
    config: TrainConfig,
    snapshot: str,
    out: str,
    progress: Callable[[dict[str, Any]], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> TrainResult:
    """Fine-tune on the train split of a snapshot until `config.steps` steps are done.

    Args:
        config: the settings.
        snapshot: path or URL of a published snapshot.
        out: directory or URL of the run; gets `metrics.jsonl` and `checkpoints/<step>/`.
        progress: called with every line of metrics.jsonl.
        say: called with every note to the user, in process 0 of the run.

    Raises:
        TrainerError: configuration, snapshot and checkpoint do not match, the loss is not finite,
            or the disk is full.
        LockedError: another trainer writes into `out`.
        OSError: an object store cannot be read or written.
    """
    begin = perf_counter()
    use_compilation_cache()
    join_processes(config)
    # Before anything asks JAX for the process: from then on the number of CPU devices is fixed.
    mesh = make_mesh(config.devices, config.model_devices)
    if say is None or jax.process_index() != 0:
        say = _say_nothing
    with (
        local_run(out, say) as run,
        local_snapshot(snapshot) as copy,
        local_weights(config.initial_weights, say) as weights,
    ):
        is_own = has_own_directory(out)
        places = _Places(corpus=snapshot, snapshot=copy, weights=weights, run=run, is_own=is_own)
        result = _train_here(config, places, mesh, begin, progress, say)
    at = result.checkpoint
    if object_store.serves(out):
        at = filesystem.join(out, Path(at).relative_to(run).as_posix())
    return replace(result, checkpoint=at)


@dataclass(frozen=True, kw_only=True)
class _Places:
    """What a run reads, and where it writes, on this machine."""

    corpus: str  # the snapshot, as it was given
    snapshot: str
    weights: str | None  # of `initial_weights`
    run: Path
    is_own: bool  # whether each process has a directory of its own for the run


def _train_here(
    config: TrainConfig,
    places: _Places,
    mesh: Mesh,
    begin: float,
    progress: Callable[[dict[str, Any]], None] | None,
    say: Say,
) -> TrainResult:
    """Train from local files into a local run."""
    run = places.run
    with full_disk_named(run), run_lock(run), stop_on_signals(say) as stop:
        setup = _set_up(config, places, mesh, say)
        if jax.process_index() == 0 or places.is_own:
            checkpoints.set_aside_damaged(run, say)
        multihost_utils.sync_global_devices("damaged checkpoints are set aside")
        with (
            checkpoints.open_checkpoints(run, config.keep_checkpoints, places.is_own) as manager,
            _outlet(config, run, progress, say) as outlet,
        ):
            reached, checkpoint = _train(setup, manager, stop, outlet, say)
    stopped = reached.position < config.steps
    return TrainResult(
        snapshot=places.corpus,
        steps=reached.position,
        **_losses(run),
        examples_read=reached.examples_read,
        examples_in_snapshot=setup.inputs.examples,
        epochs=setup.inputs.training.epochs_read(reached.position),
        checkpoint=str(checkpoint),
        devices=setup.layout.mesh.size,
        seconds=perf_counter() - begin,
        stopped=stopped,
        interrupted=stopped and stop.interrupted,
    )


def _outlet(
    config: TrainConfig, run: Path, progress: Outlet | None, say: Say
) -> AbstractContextManager[Outlet | None]:
    """Open what takes the lines of metrics.jsonl; one process of the run writes them."""
    if jax.process_index() != 0:
        return nullcontext()
    return trackers(config, run, progress, say)


def _say_nothing(_: str) -> None:
    """Discard a message; used as `say` if its output is not shown."""


def _set_up(config: TrainConfig, places: _Places, mesh: Mesh, say: Say) -> RunSetup:
    # Mesh
    layout = Layout(mesh, config.sharding == "full")
    check_rows_divide(config.batch_rows, config.accumulate, layout.mesh)
    check_attention(config.attention, config.dtype, layout.mesh)

    # Model and data
    opened = open_snapshot(places.snapshot)
    start, given = None, str(config.initial_weights)
    if places.weights is not None:
        here = places.weights
        start = open_weights(Path(here), lambda line: say(line.replace(here, given)))
    model = resolve_model(config, opened.manifest.vocabulary.size, start)
    if start is not None and (
        warning := vocabulary_warning(start, opened.manifest.vocabulary, given)
    ):
        say(warning)
    row_format = model.row_format(config.input_length, config.target_length)
    inputs = open_inputs(config, opened, row_format)
    inputs.check_lengths()
    return RunSetup(
        config=config,
        corpus=places.corpus,
        run=places.run,
        layout=layout,
        model=model,
        inputs=inputs,
        optimizer=adafactor(config.learning_rate),
        start=start,
        is_own=places.is_own,
    )


def _train(
    setup: RunSetup,
    manager: checkpoints.Manager,
    stop: StopRequest,
    progress: Callable[[dict[str, Any]], None] | None,
    say: Callable[[str], None],
) -> tuple[Progress, Path]:
    config, training = setup.config, setup.inputs.training
    card = model_card(setup)
    say(_header(setup))
    train_step, eval_step = _make_steps(setup)

    # Resume
    state, before = resume_or_start(manager, setup)
    if before.position >= config.steps:
        say(
            f"the run has done {before.position:,} steps and `steps` is {config.steps:,}, so "
            "nothing is left to train; raise steps to go on"
        )
    log = _open_log(setup, before.position, progress)
    held_in = _held_in_loss(setup, eval_step)
    if held_in is not None and before.position == 0:
        held_in.measure(state.params, 0, log.writes)

    # Loop
    saver = Saver(
        manager=manager,
        card=card,
        before=before,
        batches=training,
        log=log,
        every=config.checkpoint_every,
        clock=SaveClock(60 * config.checkpoint_minutes, before.position),
        held_in=held_in,
        is_own=setup.is_own,
    )
    loop = Loop(
        train_step=train_step,
        batches=training,
        mesh=setup.layout.mesh,
        log=log,
        input_workers=config.input_workers,
        saver=saver,
        stop=stop,
    )
    state, position = loop.run(state, range(before.position, config.steps))
    return saver.progress(position), saver.save(state, position)


def _header(setup: RunSetup) -> str:
    """Say what is about to run: compiling it may take a minute."""
    config, device = setup.config, setup.layout.mesh.devices.flat[0]
    leaves = jax.tree.leaves(abstract_params(setup.model))
    parameters = sum(leaf.size for leaf in leaves)
    limits = setup.inputs.training.row_format.limits
    row = " + ".join(f"{limit:,}" for limit in limits.values())
    tokens = config.batch_rows * sum(limits.values())
    return (
        f"{setup.layout.mesh.size} devices ({device.device_kind}), {parameters:,} parameters, "
        f"{config.batch_rows:,} rows of {row} tokens = {tokens:,} tokens a step; compiling"
    )


def _make_steps(setup: RunSetup) -> tuple[TrainStep, EvalStep]:
    """Make the jitted functions; they compile at their first call."""
    config, layout = setup.config, setup.layout
    graph = nnx.graphdef(abstract_network(setup.model))
    placed = state_shardings(setup.model, setup.optimizer, layout)
    objective = Objective(
        z_loss=config.z_loss,
        normalizer=config.loss_normalizer,
        num_tasks=max(len(setup.inputs.tasks), 1),
        seed=config.seed,
        accumulate=config.accumulate,
    )
    train_step = make_train_step(
        graph, setup.optimizer, objective=objective, layout=layout, state_shardings=placed
    )
    eval_step = make_eval_step(
        graph, objective.num_tasks, layout.mesh, placed, objective.accumulate
    )
    return train_step, eval_step


def _held_in_loss(setup: RunSetup, eval_step: EvalStep) -> HeldInLoss | None:
    if setup.inputs.held_in is None:
        return None
    return HeldInLoss(
        eval_step=eval_step,
        batches=setup.inputs.held_in,
        mesh=setup.layout.mesh,
        tasks=setup.inputs.tasks,
        run=setup.run,
    )


def _open_log(
    setup: RunSetup,
    position: int,
    progress: Callable[[dict[str, Any]], None] | None,
) -> MetricsLog:
    """Open the run's metrics, cut back to `position`; one process writes into a directory."""
    config, inputs, run = setup.config, setup.inputs, setup.run
    writes = jax.process_index() == 0 or setup.is_own
    if writes:
        state_snapshot(run, setup.corpus)
        metrics.keep_until(run, position)
        files = None if setup.start is None else setup.start.tokenizer_files
        keep_vocabulary(snapshot_vocabulary(inputs.snapshot), run, files)
    limits = inputs.training.row_format.limits
    mesh = setup.layout.mesh
    peak = peak_flops(mesh.devices.flat[0])
    facts = RunFacts(
        tasks=inputs.tasks,
        batch_rows=config.batch_rows,
        row_tokens=sum(limits.values()),
        flops_per_row=setup.model.training_flops_per_row(limits),
        peak_flops=None if peak is None else peak * mesh.size,
    )
    return MetricsLog(
        run=run,
        every=config.log_every,
        last_step=config.steps,
        facts=facts,
        outlet=progress,
        writes=writes,
    )


def _losses(run: Path) -> dict[str, Any]:
    """Read the loss fields of `TrainResult` from the run's files."""
    lines = metrics.read_metrics(run / metrics.FILE)
    if not lines:
        raise TrainerError(
            f"{run / metrics.FILE} is missing or empty, but the run is finished: restore the file, "
            "raise steps, or train into a new directory"
        )
    losses = [line["loss"] for line in lines]
    tenth = max(1, len(losses) // 10)
    held_in = metrics.read_metrics(run / metrics.HELD_IN_FILE)
    return {
        "first_loss": losses[0],
        "last_loss": losses[-1],
        "mean_first_loss": fmean(losses[:tenth]),
        "mean_last_loss": fmean(losses[-tenth:]),
        "held_in_loss": held_in[-1]["loss"] if held_in else None,
    }
