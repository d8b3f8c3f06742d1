"""Convert a Hugging Face model to a checkpoint and back, for `flanbeam weights`."""

import json
import shutil
from pathlib import Path
from typing import Any

import jax
import ml_dtypes
import numpy as np
from flax import nnx

from tfrecords_schema.snapshot import VOCABULARY_MODEL
from tfrecords_schema.vocabulary import EOS_ID, PAD_ID
from trainer.checkpointing import checkpoints
from trainer.checkpointing.checkpoints import ModelCard
from trainer.checkpointing.vocabulary import describe_sentencepiece
from trainer.checkpointing.weights import load_hugging_face, stored_copies, to_hugging_face
from trainer.errors import TrainerError
from trainer.models import choice
from trainer.models.hugging_face import HuggingFaceFormat
from trainer.models.model import Model, Params, abstract_network, abstract_params
from trainer.models.safetensors_files import read_json, stored_dtype, write_tensors
from trainer.sharding import abstract_arrays

_MAX_FILE_BYTES = 5 * 10**9


def read_hugging_face(directory: Path) -> tuple[Params, Model, ModelCard]:
    """Read a Hugging Face model: its weights, its architecture and its card.

    Raises:
        TrainerError: the directory has no model that the trainer supports.
    """
    model = choice.hugging_face_model(directory)
    network = abstract_network(model)
    load_hugging_face(network, model.hugging_face, directory)
    origin = {
        "config": read_json(directory / "config.json"),
        "dtype": stored_dtype(directory),
        "copies": stored_copies(directory, model.hugging_face),
    }
    card = ModelCard(model.architecture, hugging_face_vocabulary(directory, model), origin)
    return nnx.state(network, nnx.Param), model, card


def hugging_face_vocabulary(directory: Path, model: Model) -> dict[str, Any] | None:
    """Describe the vocabulary beside a Hugging Face model; return None if there is none."""
    names = model.hugging_face
    file = directory / names.vocabulary_file
    return describe_sentencepiece(file, names.extra_ids) if file.is_file() else None


def import_weights(directory: str, out: str) -> Path:
    """Write the Hugging Face model in `directory` as a checkpoint below `out`; return its path.

    Raises:
        TrainerError: the trainer does not support the model, or `out` has checkpoints already.
    """
    params, model, card = read_hugging_face(Path(directory))
    run = Path(out)
    run.mkdir(parents=True, exist_ok=True)
    written = checkpoints.save_weights(run, params, card)
    if card.vocabulary is not None:
        source = Path(directory) / model.hugging_face.vocabulary_file
        shutil.copyfile(source, run / VOCABULARY_MODEL)
    return written


def export_weights(checkpoint: str, out: str, max_file_bytes: int = _MAX_FILE_BYTES) -> list[Path]:
    """Write a checkpoint as a Hugging Face model; return the paths of its safetensors files.

    Writes config.json and the vocabulary's file too. Imported weights keep the type that they
    were imported with; others are float32.

    Raises:
        TrainerError: there is no checkpoint, or `out` has a model already.
    """
    directory = Path(out)
    if (directory / "config.json").exists():
        raise TrainerError(f"{out} already has a model: choose a new directory")
    source = checkpoints.find_checkpoint(Path(checkpoint))
    card = checkpoints.read_card(source)
    model = choice.described_model(card.architecture)
    names = model.hugging_face
    params = checkpoints.read_params(source, _on_one_device(abstract_params(model)))
    origin = card.hugging_face or {"config": {}, "dtype": "float32", "copies": []}
    dtype = np.dtype(ml_dtypes.bfloat16 if origin["dtype"] == "bfloat16" else origin["dtype"])
    tensors = to_hugging_face(params, names, origin["copies"])
    directory.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.astype(dtype, copy=False) for name, tensor in tensors.items()}
    files = write_tensors(directory, tensors, max_file_bytes)
    config = _config_json(names, card.vocabulary, origin)
    (directory / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    vocabulary = source.parent.parent / VOCABULARY_MODEL
    if vocabulary.is_file():
        shutil.copyfile(vocabulary, directory / names.vocabulary_file)
    return files


def _on_one_device(params: Params) -> Params:
    device = jax.sharding.SingleDeviceSharding(jax.devices()[0])
    abstract: Params = abstract_arrays(params, jax.tree.map(lambda _: device, params))
    return abstract


def _config_json(
    names: HuggingFaceFormat, vocabulary: dict[str, Any] | None, origin: dict[str, Any]
) -> dict[str, Any]:
    """Return config.json: the imported fields, under those that the architecture decides."""
    ids = vocabulary or {}
    return {
        **names.default_config,
        "eos_token_id": ids.get("eos_id", EOS_ID),
        "pad_token_id": ids.get("pad_id", PAD_ID),
        **origin["config"],
        **names.config,
        "dtype": origin["dtype"],
        "torch_dtype": origin["dtype"],
    }
