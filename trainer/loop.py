"""Run the training loop: load, place, step, report.

The result of a step is read while the next step runs, so the devices never wait for the host.
"""

import json
import math
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from time import perf_counter

import jax
import numpy as np
from jax.sharding import Mesh

from trainer.batches.data import Batch, PackedBatches
from trainer.batches.prefetch import prefetched
from trainer.checkpointing.saving import Saver
from trainer.errors import TrainerError
from trainer.metrics import MetricsLog, StepReport
from trainer.sharding import local_rows, place_batch
from trainer.stopping import StopRequest
from trainer.train_step import StepMetrics, TrainState, TrainStep

NON_FINITE_FILE = "non_finite_batch.json"
_IDS_IN_MESSAGE = 5

Running = tuple[Batch, StepMetrics, float]


@dataclass(frozen=True, kw_only=True)
class Loop:
    """The training loop and all that it uses."""

    train_step: TrainStep
    batches: PackedBatches
    mesh: Mesh
    log: MetricsLog
    input_workers: int
    saver: Saver
    stop: StopRequest

    def run(self, state: TrainState, positions: range) -> tuple[TrainState, int]:
        """Do one step for each position and log it; return the state and the position reached.

        Raises:
            TrainerError: a loss or its gradient is not finite.
        """
        rows = local_rows(self.batches.batch_rows, self.mesh)
        load = partial(self.batches.load, rows=rows)
        running: Running | None = None
        reached = positions.start
        loading = prefetched(load, positions, self.input_workers)
        with closing(loading) as loaded, jax.transfer_guard("disallow"):
            while True:
                start = perf_counter()
                batch = next(loaded, None)
                waited = perf_counter() - start
                if batch is None:
                    break
                arrays = place_batch(batch.arrays, self.batches.batch_rows, self.mesh)
                state, result = self.train_step(state, arrays)
                reached = batch.position + 1
                # Reading a result waits for it, so read the result of the step before this one.
                if running is not None:
                    self._report(*running)
                running = batch, result, waited
                stopping = self.stop.reached(reached)  # once per step: all processes synchronize
                if stopping or self.saver.is_due(reached):
                    self._report(*running)  # checks that the loss is finite before it is saved
                    running = None
                    self.saver.save(state, reached)
                if stopping:
                    break
        if running is not None:
            self._report(*running)
        self.log.flush()
        return state, reached

    def _report(self, batch: Batch, result: StepMetrics, waited: float) -> None:
        sums, gradient_norm = jax.device_get(result)
        report = StepReport(
            step=batch.position + 1,
            cross_entropy_sum=float(sums.cross_entropy),
            z_loss_sum=float(sums.z_loss),
            correct_tokens=float(sums.correct),
            target_tokens=float(sums.weight),
            gradient_norm=float(gradient_norm),
            tokens=batch.tokens,
            examples=batch.examples,
            input_wait_seconds=waited,
            task_loss_sum=np.asarray(sums.task_cross_entropy, np.float64),
            task_tokens=np.asarray(sums.task_weight, np.float64),
        )
        self._check_finite(report, batch.position)
        self.log.add(report)

    def _check_finite(self, step: StepReport, position: int) -> None:
        """Raise if loss or gradient is not finite: one step later all parameters would be NaN."""
        loss = step.cross_entropy_sum + step.z_loss_sum
        if math.isfinite(loss) and math.isfinite(step.gradient_norm):
            return
        example_ids = self.batches.example_ids(position)
        where = self.log.run / NON_FINITE_FILE
        content = {"step": step.step, "position": position, "example_ids": example_ids}
        if self.log.writes:
            where.write_text(json.dumps(content, indent=2) + "\n")
        what = "gradient" if math.isfinite(loss) else "loss"
        ids = ", ".join(example_ids[:_IDS_IN_MESSAGE])
        raise TrainerError(
            f"the {what} is not finite at step {step.step} (batch {position}, {step.examples} "
            f"examples, first {ids}; all are listed in {where}): lower learning_rate, or check "
            "these examples; the last checkpoint is unchanged"
        )
