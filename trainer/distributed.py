"""Join several processes into one run through JAX's coordinator, before any device is used.

`coordinator: auto` detects all settings on TPU slices, Slurm and Kubernetes. Elsewhere the
coordinator's address, the number of processes and the index of this process come from the
configuration or from FLANBEAM_COORDINATOR, FLANBEAM_PROCESSES and FLANBEAM_PROCESS_ID.
"""

import os

import jax

from trainer.config import TrainConfig
from trainer.errors import TrainerConfigurationError, TrainerError


def join_processes(config: TrainConfig) -> None:
    """Join the other processes of the run; do nothing if no coordinator is set.

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
        raise TrainerError(
            f"cannot join the other processes through coordinator {coordinator}: {error}: check "
            "that process 0 runs and that its address can be reached"
        ) from error


def _number(configured: int | None, key: str, variable: str) -> int:
    value = os.environ.get(variable) if configured is None else configured
    try:
        return int(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise TrainerConfigurationError(
            f"a coordinator is set, but {key} is not: set {key} or {variable} to a number"
        ) from error
