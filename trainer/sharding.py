"""The device mesh, and where arrays lie on it: parameters everywhere, rows split by device."""

import contextlib
import os
from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec
from numpy.typing import NDArray

from trainer.errors import TrainerError

DATA_AXIS = "data"
_DEVICE_COUNT_FLAG = "--xla_force_host_platform_device_count"


def data_mesh(cpu_devices: int | None) -> Mesh:
    """A mesh of one axis, `data`: all devices that JAX finds, or so many forced CPU devices.

    Raises:
        TrainerError: JAX started before with fewer CPU devices.
    """
    devices = jax.devices() if cpu_devices is None else _forced_cpu_devices(cpu_devices)
    # Auto: under the default, Explicit, the gather of T5's embedding raises ShardingTypeError.
    return jax.make_mesh(
        (len(devices),), (DATA_AXIS,), axis_types=(AxisType.Auto,), devices=devices
    )


def replicated(mesh: Mesh) -> NamedSharding:
    """The whole array on every device."""
    return NamedSharding(mesh, PartitionSpec())


def split_rows(mesh: Mesh) -> NamedSharding:
    """The first axis divided over the devices."""
    return NamedSharding(mesh, PartitionSpec(DATA_AXIS))


def place_batch(arrays: Mapping[str, NDArray[Any]], mesh: Mesh) -> dict[str, jax.Array]:
    """Put a global batch [rows, length] on the devices, each its rows.

    The global shape is given, so on several hosts each takes its part of the same batch.
    """
    sharding = split_rows(mesh)
    return {
        name: jax.make_array_from_process_local_data(sharding, np.asarray(array), array.shape)
        for name, array in arrays.items()
    }


def check_rows_divide(batch_rows: int, mesh: Mesh) -> None:
    """Raise TrainerError if rows cannot be divided evenly over the devices."""
    if batch_rows % mesh.size:
        raise TrainerError(
            f"batch_rows is {batch_rows}, not a multiple of the {mesh.size} devices: "
            f"set it to {-(-batch_rows // mesh.size) * mesh.size}"
        )


def _forced_cpu_devices(count: int) -> list[jax.Device]:
    # JAX refuses its own setting beside XLA's flag; the flag's number is checked below.
    if _DEVICE_COUNT_FLAG not in os.environ.get("XLA_FLAGS", ""):
        # It also refuses once it has started, when the devices it has may still be enough.
        with contextlib.suppress(RuntimeError):
            jax.config.update("jax_num_cpu_devices", count)
    devices = jax.devices("cpu")
    if len(devices) < count:
        raise TrainerError(
            f"the configuration wants {count} CPU devices and JAX started with {len(devices)} in "
            f"this process: start a new one, and leave {_DEVICE_COUNT_FLAG} out of XLA_FLAGS"
        )
    return devices[:count]
