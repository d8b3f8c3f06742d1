"""The training loop: load, place, step, report; one step always under way while one is read."""

import json
import math
from contextlib import closing
from pathlib import Path
from time import perf_counter

import jax
from jax.sharding import Mesh

from trainer.data import Batch, PackedBatches
from trainer.errors import TrainerError
from trainer.metrics import MetricsLog, StepReport
from trainer.prefetch import prefetched
from trainer.sharding import place_batch
from trainer.train_step import StepMetrics, TrainState, TrainStep

NON_FINITE_FILE = "non_finite_batch.json"
_IDS_IN_MESSAGE = 5


def run_steps(
    train_step: TrainStep,
    state: TrainState,
    batches: PackedBatches,
    positions: range,
    mesh: Mesh,
    log: MetricsLog,
) -> TrainState:
    """Do one step for each position and log it.

    Raises:
        TrainerError: a loss or its gradient is not finite.
    """
    running: tuple[Batch, StepMetrics, float] | None = None
    with closing(prefetched(batches, positions)) as loaded:
        while True:
            asked = perf_counter()
            batch = next(loaded, None)
            waited = perf_counter() - asked
            if batch is None:
                break
            state, result = train_step(state, place_batch(batch.arrays, mesh))
            # Reading a result waits for it: read the last step's, so the devices never idle.
            if running is not None:
                _report(log, *running)
            running = batch, result, waited
    if running is not None:
        _report(log, *running)
    return state


def _report(log: MetricsLog, batch: Batch, result: StepMetrics, waited: float) -> None:
    sums, gradient_norm = jax.device_get(result)
    report = StepReport(
        step=batch.position + 1,
        cross_entropy_sum=float(sums.cross_entropy),
        z_loss_sum=float(sums.z_loss),
        target_tokens=float(sums.weight),
        gradient_norm=float(gradient_norm),
        tokens=batch.tokens,
        examples=len(batch.example_ids),
        input_wait_seconds=waited,
    )
    _check_finite(batch, report, log.path.parent)
    log.add(report)


def _check_finite(batch: Batch, step: StepReport, run: Path) -> None:
    """Raise if the loss or its gradient is not finite: a step later all parameters would be NaN."""
    loss = step.cross_entropy_sum + step.z_loss_sum
    if math.isfinite(loss) and math.isfinite(step.gradient_norm):
        return
    where = run / NON_FINITE_FILE
    content = {"step": step.step, "position": batch.position, "example_ids": batch.example_ids}
    where.write_text(json.dumps(content, indent=2) + "\n")
    what = "gradient" if math.isfinite(loss) else "loss"
    ids = ", ".join(batch.example_ids[:_IDS_IN_MESSAGE])
    raise TrainerError(
        f"the {what} is not finite at step {step.step} (batch {batch.position}); its "
        f"{step.examples} examples begin with {ids}, all are in {where}: lower learning_rate, or "
        "look at these examples; the last checkpoint is untouched"
    )
