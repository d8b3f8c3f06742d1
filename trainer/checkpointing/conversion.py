"""Convert a Hugging Face model to a checkpoint and back, for `flanbeam weights`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from tfrecords_schema.vocabulary import EOS_ID, PAD_ID
from trainer.checkpointing import checkpoints
from trainer.checkpointing.stored_weights import open_weights
from trainer.checkpointing.vocabulary import StoredVocabulary, keep_vocabulary, write_tokenizer
from trainer.checkpointing.weights import to_hugging_face
from trainer.errors import TrainerError
from trainer.models.hugging_face import HuggingFaceFormat
from trainer.models.model import Params, abstract_params
from trainer.models.safetensors_files import write_tensors
from trainer.sharding import abstract_arrays

_MAX_FILE_BYTES = 5 * 10**9


def import_weights(directory: str, out: str) -> Path:
    """Write the Hugging Face model in `directory` as a checkpoint below `out`; return its path.

    Raises:
        TrainerError: the trainer does not support the model, or `out` has checkpoints or a Hugging
            Face model already.
    """
    if not (Path(directory) / "config.json").is_file():
        raise TrainerError(
            f"{directory}/config.json does not exist: give a directory saved by transformers"
        )
    if (Path(out) / "config.json").exists():
        # The directory would be read as that model, and never as the run.
        raise TrainerError(f"{out} has a Hugging Face model: choose a new directory")
    stored = open_weights(Path(directory))
    params = stored.params(_on_one_device(abstract_params(stored.model())))
    run = Path(out)
    run.mkdir(parents=True, exist_ok=True)
    written = checkpoints.save_weights(run, params, stored.card)
    vocabulary = stored.vocabulary()
    if vocabulary is not None:
        keep_vocabulary(vocabulary, run, stored.tokenizer_files)
    return written


def export_weights(
    weights: str,
    out: str,
    max_file_bytes: int = _MAX_FILE_BYTES,
    say: Callable[[str], None] | None = None,
) -> list[Path]:
    """Write weights as a Hugging Face model; return the paths of its safetensors files.

    Writes config.json and the tokenizer too. Imported tensors keep names and types that they were
    imported with; others are float32.

    Args:
        weights: a run, a checkpoint, or a Hugging Face model.
        out: directory to write to.
        max_file_bytes: size at which to begin another file.
        say: receives a line for each damaged checkpoint that is passed over.

    Raises:
        TrainerError: there are no weights, or `out` has a model or a run already.
    """
    directory = Path(out)
    if (directory / "config.json").exists():
        raise TrainerError(f"{out} already has a model: choose a new directory")
    if (directory / checkpoints.DIRECTORY).exists():
        # The directory would be read as this model from now on, and not as the run.
        raise TrainerError(f"{out} has the checkpoints of a run: choose a new directory")
    stored = open_weights(Path(weights), say)
    model, origin = stored.model(), stored.card.hugging_face or {}
    names, vocabulary = model.hugging_face, stored.vocabulary()
    params = stored.params(_on_one_device(abstract_params(model)))
    tensors = to_hugging_face(params, names, origin.get("copies", []))
    if "dtypes" in origin:
        tensors = {name: _cast(tensors[name], dtype) for name, dtype in origin["dtypes"].items()}
    elif origin:  # imported by version 0.1.0, which kept one type for all
        tensors = {name: _cast(tensor, origin["dtype"]) for name, tensor in tensors.items()}
    directory.mkdir(parents=True, exist_ok=True)
    files = write_tensors(directory, tensors, max_file_bytes)
    config = _config_json(names, vocabulary, origin)
    (directory / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    if vocabulary is not None:
        write_tokenizer(vocabulary, stored.tokenizer_files, names, directory)
    return files


def _cast(tensor: NDArray[Any], dtype: str) -> NDArray[Any]:
    """Cast a tensor, unless that would change its values."""
    with np.errstate(over="ignore"):
        cast = tensor.astype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)
    return cast if np.array_equal(cast.astype(np.float32), tensor, equal_nan=True) else tensor


def _on_one_device(params: Params) -> Params:
    device = jax.sharding.SingleDeviceSharding(jax.devices()[0])
    abstract: Params = abstract_arrays(params, jax.tree.map(lambda _: device, params))
    return abstract


def _config_json(
    names: HuggingFaceFormat, vocabulary: StoredVocabulary | None, origin: dict[str, Any]
) -> dict[str, Any]:
    """Return config.json: the imported fields, under those that the architecture decides."""
    dtype = origin.get("dtype", "float32")
    return {
        **names.default_config,
        "eos_token_id": EOS_ID if vocabulary is None else vocabulary.info.eos_id,
        "pad_token_id": PAD_ID if vocabulary is None else vocabulary.info.pad_id,
        **origin.get("config", {}),
        **names.config,
        "dtype": dtype,
        "torch_dtype": dtype,
    }
