"""The device mesh, and where arrays lie on it.

The mesh has two axes. `data` splits the rows of a batch. `model` splits the hidden dimensions of
every layer (Megatron's way: the first kernel of a pair by its outputs, the second by its inputs).
Fully sharded, kernels and optimizer state are split over `data` as well and gathered layer by layer
as XLA needs them (ZeRO 3).
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

from trainer.errors import TrainerError
from trainer.models.axes import FEATURES, HIDDEN, VOCABULARY

DATA_AXIS, MODEL_AXIS = "data", "model"
_DEVICE_COUNT_FLAG = "--xla_force_host_platform_device_count"


@dataclass(frozen=True)
class Layout:
    """A mesh, and whether parameters are split over its data axis too."""

    mesh: Mesh
    fully_sharded: bool = False


def make_mesh(cpu_devices: int | None, model_devices: int = 1) -> Mesh:
    """All devices that JAX finds, or so many forced CPU devices of each process, as two axes.

    Raises:
        TrainerError: JAX started before with fewer CPU devices, or they do not divide.
    """
    devices = jax.devices() if cpu_devices is None else _cpu_devices(cpu_devices)
    if len(devices) % model_devices:
        raise TrainerError(
            f"model_devices is {model_devices}, and {len(devices)} devices do not divide by it"
        )
    # Auto: under the default, Explicit, the gather of an embedding raises ShardingTypeError.
    return jax.make_mesh(
        (len(devices) // model_devices, model_devices),
        (DATA_AXIS, MODEL_AXIS),
        axis_types=(AxisType.Auto, AxisType.Auto),
        devices=devices,
    )


def replicated(mesh: Mesh) -> NamedSharding:
    """The whole array on every device."""
    return NamedSharding(mesh, PartitionSpec())


def split_rows(mesh: Mesh) -> NamedSharding:
    """The first axis divided over the data axis."""
    return NamedSharding(mesh, PartitionSpec(DATA_AXIS))


def split_micro_batches(
    batch: Mapping[str, jax.Array], parts: int, mesh: Mesh
) -> dict[str, jax.Array]:
    """[rows, length] -> [parts, rows / parts, length]; each device keeps the rows that it has."""
    placed = NamedSharding(mesh, PartitionSpec(None, DATA_AXIS))
    return {
        name: jax.lax.with_sharding_constraint(
            array.reshape(-1, parts, *array.shape[1:]).swapaxes(0, 1), placed
        )
        for name, array in batch.items()
    }


def parameter_shardings(params: nnx.State[Any, Any], layout: Layout) -> Any:
    """A sharding for each parameter, in a tree like theirs (arrays or shapes)."""
    flat = [
        (path, variable.replace(NamedSharding(layout.mesh, _spec(variable, layout))))
        for path, variable in nnx.to_flat_state(params)
    ]
    return nnx.from_flat_state(flat)


def abstract_arrays(shapes: Any, shardings: Any) -> Any:
    """Return shape, type and sharding of each array of a tree, for a checkpoint to restore."""
    return jax.tree.map(
        lambda leaf, placed: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype, sharding=placed),
        shapes,
        shardings,
    )


def moment_shardings(moments: Any, layout: Layout) -> Any:
    """A sharding for each array of optimizer state: fully sharded, split where it divides."""

    def place(leaf: Any) -> NamedSharding:
        size = layout.mesh.shape[DATA_AXIS]
        splits = layout.fully_sharded and leaf.ndim > 0 and leaf.shape[0] % size == 0
        return NamedSharding(layout.mesh, PartitionSpec(DATA_AXIS) if splits else PartitionSpec())

    return jax.tree.map(place, moments)


def local_rows(batch_rows: int, mesh: Mesh) -> range:
    """The rows of a global batch that this process builds."""
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
    # The transfer that the training loop is meant to make; JAX counts it as an implicit one.
    with jax.transfer_guard("allow"):
        return {
            name: jax.make_array_from_process_local_data(
                sharding, np.asarray(array), (batch_rows, *array.shape[1:])
            )
            for name, array in arrays.items()
        }


def check_rows_divide(batch_rows: int, accumulate: int, mesh: Mesh) -> None:
    """Raise TrainerError if rows cannot be divided evenly over devices and micro-batches."""
    parts = mesh.shape[DATA_AXIS] * accumulate
    if batch_rows % parts:
        raise TrainerError(
            f"batch_rows is {batch_rows}, not a multiple of {parts} ({mesh.shape[DATA_AXIS]} "
            f"devices on the data axis x accumulate {accumulate}): set it to "
            f"{-(-batch_rows // parts) * parts}"
        )


def check_attention(attention: str, dtype: str, mesh: Mesh) -> None:
    """Raise TrainerError where cuDNN's attention is asked for and cannot run."""
    platform = mesh.devices.flat[0].platform
    if attention == "cudnn" and (platform not in ("gpu", "cuda") or dtype != "bfloat16"):
        raise TrainerError(
            f"attention: cudnn runs on NVIDIA GPUs in bfloat16, not on {platform} in {dtype}: set "
            "attention to xla"
        )


def _spec(variable: nnx.Variable[Any], layout: Layout) -> PartitionSpec:
    """Split a parameter by the axes that its module declared; keep it whole if there are none.

    An axis whose length the devices do not divide stays whole too.
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
    """`count` forced CPU devices of each process."""
    # JAX refuses its own setting beside XLA's flag; the flag's number is checked below.
    asked = _DEVICE_COUNT_FLAG in os.environ.get("XLA_FLAGS", "")
    if not asked and getattr(jax.config, "jax_num_cpu_devices", -1) < count:
        # It also refuses once it has started, when the devices it has may still be enough.
        with contextlib.suppress(RuntimeError):
            jax.config.update("jax_num_cpu_devices", count)
    devices = jax.devices("cpu")
    if jax.process_count() > 1:
        return devices
    if len(devices) < count:
        raise TrainerError(
            f"the configuration wants {count} CPU devices and JAX started with {len(devices)} in "
            f"this process: start a new one, and leave {_DEVICE_COUNT_FLAG} out of XLA_FLAGS"
        )
    return devices[:count]
