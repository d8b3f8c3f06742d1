"""Decide when a run saves, and measure the loss on held-in examples at that time."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import jax
import numpy as np
from jax.experimental import multihost_utils
from jax.sharding import Mesh

from trainer.batches.data import PackedBatches
from trainer.checkpointing import checkpoints
from trainer.checkpointing.checkpoints import ModelCard, Progress
from trainer.metrics import (
    HELD_IN_FILE,
    MetricsLog,
    append_line,
    collection_losses,
    task_losses,
)
from trainer.models.model import Params
from trainer.sharding import local_rows, place_batch
from trainer.train_step import EvalStep, TrainState

_MOST_STEPS = 1_000_000  # fits int32


@dataclass(frozen=True, kw_only=True)
class HeldInLoss:
    """The teacher-forced loss on the held-in examples, over one packed epoch."""

    eval_step: EvalStep
    batches: PackedBatches
    mesh: Mesh
    tasks: Mapping[str, str]
    run: Path

    def measure(self, params: Params, step: int, writes: bool) -> float:
        """Return the mean cross-entropy in nats per target token; add a line to held_in.jsonl."""
        losses, tokens = np.zeros(len(self.tasks)), np.zeros(len(self.tasks))
        rows = local_rows(self.batches.batch_rows, self.mesh)
        for position in range(self.batches.batches_in_epoch(0)):
            arrays = self.batches.load(position, rows).arrays
            placed = place_batch(arrays, self.batches.batch_rows, self.mesh)
            sums = jax.device_get(self.eval_step(params, placed))
            losses += sums.task_cross_entropy
            tokens += sums.task_weight
        loss = float(losses.sum() / max(tokens.sum(), 1.0))
        line = {
            "step": step,
            "loss": loss,
            "collection_loss": collection_losses(self.tasks, losses, tokens),
            "task_loss": task_losses(list(self.tasks), losses, tokens),
        }
        if writes:
            append_line(self.run / HELD_IN_FILE, line)
        return loss


class SaveClock:
    """Finds the steps at which `seconds` have passed since the last one, alike in all processes.

    Process 0 decides. It also says at which step to ask it again, judging by the speed so far, so
    that several processes do not have to agree at every step.
    """

    def __init__(self, seconds: float, position: int) -> None:
        self._seconds = seconds
        self._start, self._since = position, perf_counter()
        self._next_look = position + 1

    def is_due(self, position: int) -> bool:
        """Return whether a checkpoint is due at `position`; called once for each position."""
        if position < self._next_look:
            return False
        elapsed = perf_counter() - self._since
        speed = (position - self._start) / max(elapsed, 1e-9)
        wait = min(max(1, int((self._seconds - elapsed) * speed)), _MOST_STEPS)
        with jax.transfer_guard("allow"):
            decided = np.array([elapsed >= self._seconds, wait], np.int32)
            due, wait = multihost_utils.broadcast_one_to_all(decided).tolist()
        if due:
            self._start, self._since, wait = position, perf_counter(), 1
        self._next_look = position + wait
        return bool(due)


@dataclass(frozen=True, kw_only=True)
class Saver:
    """Saves checkpoints: every `every` steps, or, if that is None, by the clock."""

    manager: checkpoints.Manager
    card: ModelCard
    before: Progress  # where this process started
    batches: PackedBatches
    log: MetricsLog
    every: int | None
    clock: SaveClock
    held_in: HeldInLoss | None
    is_own: bool  # whether each process has a directory of its own for the run

    def is_due(self, position: int) -> bool:
        """Return whether the schedule has a checkpoint at `position`."""
        if self.every is None:
            return self.clock.is_due(position)
        return position % self.every == 0

    def progress(self, position: int) -> Progress:
        """Return the progress of the run at `position`."""
        return Progress(
            position=position,
            examples_read=self.before.examples_read + self.log.examples,
            snapshot_fingerprint=self.before.snapshot_fingerprint,
            plan_hash=self.batches.plan_hash(position),
            plan_version=self.batches.plan_version,
        )

    def save(self, state: TrainState, position: int) -> Path:
        """Measure the held-in loss and start to write a checkpoint; return its directory."""
        self.log.flush()  # a line across a checkpoint would be cut when resuming
        resume_clock = self.log.pause()
        step = int(jax.device_get(state.step))
        held_in_loss = None
        if self.held_in is not None and not checkpoints.is_saved(self.manager, step):
            held_in_loss = self.held_in.measure(state.params, step, self.log.writes)
        path = checkpoints.save(
            self.manager,
            state,
            progress=self.progress(position),
            card=self.card,
            held_in_loss=held_in_loss,
            is_own=self.is_own,
        )
        resume_clock()
        return path
