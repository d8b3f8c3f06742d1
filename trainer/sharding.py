"""Make the device mesh and place arrays on it.

The mesh has two axes. `data` splits the rows of a batch. `model` splits the hidden dimensions of
every layer, as Megatron does: the first kernel of a pair by its outputs, the second by its inputs.
Full sharding also splits kernels and optimizer state over `data`; XLA gathers them layer by layer
(ZeRO 3).
"""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from flax import nnx
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec
from numpy.typing import NDArray

from trainer.errors import TrainerConfigurationError
from trainer.models.axes import FEATURES, HIDDEN, VOCABULARY

DATA_AXIS, MODEL_AXIS = "data", "model"
_DEVICE_COUNT_FLAG = "--xla_force_host_platform_device_count"


@dataclass(frozen=True)
class Layout:
    """A mesh, and whether parameters are also split over its data axis."""

    mesh: Mesh
    fully_sharded: bool = False


def make_mesh(cpu_devices: int | None, model_devices: int = 1) -> Mesh:
    """Arrange all devices that JAX finds in two axes.

    Args:
        cpu_devices: use this many CPU devices of each process instead.
        model_devices: length of the model axis.

    Raises:
        TrainerConfigurationError: JAX has already started with fewer CPU devices, or
            `model_devices` does not divide the number of devices.
    """
    devices = jax.devices() if cpu_devices is None else _cpu_devices(cpu_devices)
    if len(devices) % model_devices:
        raise TrainerConfigurationError(
            f"model_devices is {model_devices}, which does not divide {len(devices)} devices: set "
            "it to a divisor"
        )
    # Auto: under the default, Explicit, the gather of an embedding raises ShardingTypeError.
    return jax.make_mesh(
        (len(devices) // model_devices, model_devices),
        (DATA_AXIS, MODEL_AXIS),
        axis_types=(AxisType.Auto, AxisType.Auto),
        devices=devices,
    )


def replicated(mesh: Mesh) -> NamedSharding:
    """Return the sharding that keeps the whole array on every device."""
    return NamedSharding(mesh, PartitionSpec())


def split_rows(mesh: Mesh) -> NamedSharding:
    """Return the sharding that splits the first axis over the data axis."""
    return NamedSharding(mesh, PartitionSpec(DATA_AXIS))


def split_micro_batches(
    batch: Mapping[str, jax.Array], parts: int, mesh: Mesh
) -> dict[str, jax.Array]:
    """Split a batch into parts: [rows, length] -> [parts, rows / parts, length].

    Each device keeps its own rows.
    """
    placed = NamedSharding(mesh, PartitionSpec(None, DATA_AXIS))
    return {
        name: jax.lax.with_sharding_constraint(
            array.reshape(-1, parts, *array.shape[1:]).swapaxes(0, 1), placed
        )
        for name, array in batch.items()
    }


def parameter_shardings(params: nnx.State[Any, Any], layout: Layout) -> Any:
    """Return a tree of shardings for a tree of parameters (arrays or shapes)."""
    flat = [
        (path, variable.replace(NamedSharding(layout.mesh, _spec(variable, layout))))
        for path, variable in nnx.to_flat_state(params)
    ]
    return nnx.from_flat_state(flat)


def abstract_arrays(shapes: Any, shardings: Any) -> Any:
    """Return the shape, type and sharding of each array, to restore a checkpoint into."""
    return jax.tree.map(
        lambda leaf, placed: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype, sharding=placed),
        shapes,
        shardings,
    )


def moment_shardings(moments: Any, layout: Layout) -> Any:
    """Return a tree of shardings for optimizer state.

    With full sharding, split the first axis of each array where the devices divide it.
    """

    def place(leaf: Any) -> NamedSharding:
        size = layout.mesh.shape[DATA_AXIS]
        splits = layout.fully_sharded and leaf.ndim > 0 and leaf.shape[0] % size == 0
        return NamedSharding(layout.mesh, PartitionSpec(DATA_AXIS) if splits else PartitionSpec())

    return jax.tree.map(place, moments)


def local_rows(batch_rows: int, mesh: Mesh) -> range:
    """Return the rows of a global batch that this process builds."""
    places = split_rows(mesh).addressable_devices_indices_map((batch_rows,)).values()
    spans = [place[0].indices(batch_rows) for place in places if place is not None]
    return range(min(span[0] for span in spans), max(span[1] for span in spans))


def place_batch(
    arrays: Mapping[str, NDArray[Any]], batch_rows: int, mesh: Mesh
) -> dict[str, jax.Array]:
    """Put rows of a global batch on the devices of this process.

    Args:
        arrays: [rows, length] each: the rows of `local_rows`, or the whole batch.
        batch_rows: rows of the global batch.
        mesh: the devices.
    """
    sharding = split_rows(mesh)
    # The training loop disallows implicit transfers, and JAX counts this intended one as implicit.
    with jax.transfer_guard("allow"):
        return {
            name: jax.make_array_from_process_local_data(
                sharding, np.asarray(array), (batch_rows, *array.shape[1:])
            )
            for name, array in arrays.items()
        }


def check_rows_divide(batch_rows: int, accumulate: int, mesh: Mesh) -> None:
    """Check that rows divide evenly over devices and micro-batches.

    Raises:
        TrainerConfigurationError: they do not.
    """
    parts = mesh.shape[DATA_AXIS] * accumulate
    if batch_rows % parts:
        raise TrainerConfigurationError(
            f"batch_rows is {batch_rows}, not a multiple of {parts} ({mesh.shape[DATA_AXIS]} "
            f"devices on the data axis x accumulate {accumulate}): set it to "
            f"{-(-batch_rows // parts) * parts}"
        )


def check_attention(attention: str, dtype: str, mesh: Mesh) -> None:
    """Check that the devices can run the attention that the configuration asks for.

    Raises:
        TrainerConfigurationError: they cannot.
    """
    platform = mesh.devices.flat[0].platform
    if attention == "cudnn" and (platform not in ("gpu", "cuda") or dtype != "bfloat16"):
        raise TrainerConfigurationError(
            f"attention is cudnn, which runs on NVIDIA GPUs in bfloat16, but this run is on "
            f"{platform} in {dtype}: set attention to xla"
        )


def _spec(variable: nnx.Variable[Any], layout: Layout) -> PartitionSpec:
    """Split a parameter by the axes that its module declares.

    A parameter without a declaration stays whole, and so does an axis whose length the devices do
    not divide.
    """
    declared: tuple[str, ...] | None = variable.get_metadata("axes", None)
    if declared is None:
        return PartitionSpec()
    split_over = {HIDDEN: MODEL_AXIS, VOCABULARY: MODEL_AXIS}
    if layout.fully_sharded:
        split_over[FEATURES] = DATA_AXIS
    axes = [split_over.get(name) for name in declared]
    sizes = layout.mesh.shape
    return PartitionSpec(
        *(
            axis if axis is not None and length % sizes[axis] == 0 else None
            for axis, length in zip(axes, variable.shape, strict=True)
        )
    )


def _cpu_devices(count: int) -> list[jax.Device]:
    """Return `count` CPU devices of each process; make JAX create them if it can."""
    # JAX rejects its own setting together with XLA's flag; the flag's number is checked below.
    flag_is_set = _DEVICE_COUNT_FLAG in os.environ.get("XLA_FLAGS", "")
    if not flag_is_set and getattr(jax.config, "jax_num_cpu_devices", -1) < count:
        # JAX also rejects it after it has started; it may have enough devices already.
        with contextlib.suppress(RuntimeError):
            jax.config.update("jax_num_cpu_devices", count)
    devices = jax.devices("cpu")
    if jax.process_count() > 1:
        return devices
    if len(devices) < count:
        raise TrainerConfigurationError(
            f"devices is {count}, but JAX has already started with {len(devices)} CPU devices in "
            f"this process: start a new process, and remove {_DEVICE_COUNT_FLAG} from XLA_FLAGS"
        )
    return devices[:count]
