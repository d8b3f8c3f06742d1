"""Several processes as one run: joined through JAX's coordinator before anything touches a device.

On TPU slices, Slurm and Kubernetes `coordinator: auto` finds everything by itself; elsewhere the
coordinator's address, the number of processes and this one's id come from the configuration or
from FLANBEAM_COORDINATOR, FLANBEAM_PROCESSES and FLANBEAM_PROCESS_ID.
"""

import os

import jax

from trainer.config import TrainConfig
from trainer.errors import TrainerError


def join_processes(config: TrainConfig) -> None:
    """Join the other processes of the run; nothing to do where no coordinator is named.

    Raises:
        TrainerError: the settings are incomplete, or the coordinator cannot be reached.
    """
    coordinator = config.coordinator or os.environ.get("FLANBEAM_COORDINATOR")
    if coordinator is None or jax.distributed.is_initialized():
        return
    if config.devices is not None:
        jax.config.update("jax_num_cpu_devices", config.devices)
    try:
        if coordinator == "auto":
            jax.distributed.initialize()
            return
        processes = _number(config.processes, "processes", "FLANBEAM_PROCESSES")
        process_id = _number(config.process_id, "process_id", "FLANBEAM_PROCESS_ID")
        jax.distributed.initialize(coordinator, processes, process_id)
    except (RuntimeError, ValueError) as error:
        raise TrainerError(f"cannot join the run's processes at {coordinator}: {error}") from error


def _number(configured: int | None, key: str, variable: str) -> int:
    value = os.environ.get(variable) if configured is None else configured
    try:
        return int(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise TrainerError(
            f"a coordinator is named and {key} is not: set {key} or {variable} to a number"
        ) from error
