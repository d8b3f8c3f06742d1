"""Load the tensors of Hugging Face models (safetensors) into a network, and return them.

Torch stores a linear map as [outputs, inputs], Flax as [inputs, outputs]: kernels are transposed,
other parameters are not.
"""

from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
from flax import nnx
from numpy.typing import NDArray

from trainer.errors import TrainerError
from trainer.models.hugging_face import HuggingFaceFormat, ParameterPath
from trainer.models.model import Params
from trainer.models.safetensors_files import read_tensors

Tensors = dict[str, NDArray[Any]]


def load_hugging_face(network: nnx.Module, names: HuggingFaceFormat, directory: Path) -> None:
    """Set every parameter of `network` from the safetensors files in `directory`.

    Raises:
        TrainerError: a tensor is missing, is not used, or has another shape than the network's.
    """
    tensors = read_tensors(directory)
    for copy, original in names.copies.items():
        if copy in tensors:
            tensors.setdefault(original, tensors[copy])
    surplus = set(tensors) - {*names.tensors.values(), *names.copies, *names.unused}
    if surplus:
        raise TrainerError(
            f"{directory} has {len(surplus)} tensors that this model does not use, first "
            f"{min(surplus)}: set the model's dimensions to those in config.json, or give a model "
            "without adapters"
        )
    state = nnx.state(network, nnx.Param)
    for path, variable in nnx.to_flat_state(state):
        name = names.tensors[path]
        if name not in tensors:
            raise TrainerError(f"{directory} has no tensor {name}: fetch the whole model again")
        value = _stored(path, tensors[name].astype(np.float32))
        if value.shape != variable.shape:
            raise TrainerError(
                f"{name} in {directory} has shape {value.shape}, but the model has "
                f"{variable.shape}: set the model's dimensions to those in config.json"
            )
        variable.set_value(jnp.asarray(value))
    nnx.update(network, state)


def to_hugging_face(params: Params, names: HuggingFaceFormat, copies: list[str]) -> Tensors:
    """Return the float32 tensors of a Hugging Face model by name.

    Args:
        params: all parameters of the network.
        names: the model's format.
        copies: the names in `names.copies` that the imported file had.
    """
    tensors: Tensors = {}
    for path, variable in nnx.to_flat_state(params):
        value = np.asarray(variable[...])
        tensors[names.tensors[path]] = np.ascontiguousarray(_stored(path, value))
    return tensors | {copy: tensors[names.copies[copy]] for copy in copies}


def _stored(path: ParameterPath, value: NDArray[Any]) -> NDArray[Any]:
    """Transpose a kernel; return other parameters as they are."""
    return value.T if path[-1] == "kernel" else value
