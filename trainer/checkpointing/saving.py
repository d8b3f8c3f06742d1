"""Decide when a run saves, and measure the loss on held-in examples at that time."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jax
import numpy as np
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


@dataclass(frozen=True, kw_only=True)
class Saver:
    """Saves checkpoints: every `every` steps on schedule, or when called."""

    manager: checkpoints.Manager
    card: ModelCard
    before: Progress  # where this process started
    batches: PackedBatches
    log: MetricsLog
    every: int | None
    held_in: HeldInLoss | None

    def is_due(self, position: int) -> bool:
        """Return whether the schedule has a checkpoint at `position`."""
        return self.every is not None and position % self.every == 0

    def progress(self, position: int) -> Progress:
        """Return the progress of the run at `position`."""
        return Progress(
            position=position,
            examples_read=self.before.examples_read + self.log.examples,
            snapshot_fingerprint=self.before.snapshot_fingerprint,
            plan_hash=self.batches.plan_hash(position),
        )

    def save(self, state: TrainState, position: int) -> Path:
        """Measure the held-in loss and start to write a checkpoint; return its directory."""
        self.log.flush()  # a line across a checkpoint would be cut when resuming
        resume_clock = self.log.pause()
        step = int(jax.device_get(state.step))
        held_in_loss = None
        if self.held_in is not None and step not in self.manager.all_steps():
            held_in_loss = self.held_in.measure(state.params, step, self.log.writes)
        path = checkpoints.save(
            self.manager,
            state,
            progress=self.progress(position),
            card=self.card,
            held_in_loss=held_in_loss,
        )
        resume_clock()
        return path
