"""`flanbeam weights`: a Hugging Face T5 into a checkpoint, and a checkpoint back."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jax
import ml_dtypes
import numpy as np
from flax import nnx

from tfrecords_schema.snapshot import VOCABULARY_MODEL
from trainer.checkpointing import checkpoints
from trainer.checkpointing.checkpoints import ModelCard
from trainer.checkpointing.safetensors_files import read_json, stored_dtype, write_tensors
from trainer.checkpointing.vocabulary import describe_sentencepiece
from trainer.checkpointing.weights import (
    embedding_copies,
    hugging_face_config,
    load_hugging_face,
    to_hugging_face,
)
from trainer.errors import TrainerError
from trainer.models.t5.model import T5
from trainer.models.t5.sizes import T5Config
from trainer.train_step import Params

_SENTENCEPIECE_FILE = "spiece.model"
_MAX_FILE_BYTES = 5 * 10**9


def read_hugging_face(directory: str | Path, **changes: Any) -> tuple[Params, ModelCard]:
    """Weights and card of a Hugging Face checkpoint; `changes` set fields of the architecture."""
    directory = Path(directory)
    model = hugging_face_config(directory, **changes)
    loaded: T5 = nnx.eval_shape(lambda: T5(model, rngs=nnx.Rngs(params=0)))
    load_hugging_face(loaded, directory)
    origin = {
        "config": read_json(directory / "config.json"),
        "dtype": stored_dtype(directory),
        "copies": embedding_copies(directory, model),
    }
    card = ModelCard(asdict(model), hugging_face_vocabulary(directory), origin)
    return nnx.state(loaded, nnx.Param), card


def hugging_face_vocabulary(directory: Path) -> dict[str, Any] | None:
    """The description of the vocabulary that lies with a Hugging Face checkpoint, if any does."""
    spiece = directory / _SENTENCEPIECE_FILE
    return describe_sentencepiece(spiece) if spiece.is_file() else None


def import_weights(directory: str, out: str) -> Path:
    """Write the Hugging Face checkpoint in `directory` as a checkpoint of ours below `out`.

    Raises:
        TrainerError: it is no T5 1.1, or `out` holds checkpoints.
    """
    params, card = read_hugging_face(directory)
    run = Path(out)
    run.mkdir(parents=True, exist_ok=True)
    written = checkpoints.save_weights(run, params, card)
    if card.vocabulary is not None:
        shutil.copyfile(Path(directory) / _SENTENCEPIECE_FILE, run / VOCABULARY_MODEL)
    return written


def export_weights(checkpoint: str, out: str, max_file_bytes: int = _MAX_FILE_BYTES) -> list[Path]:
    """Write a checkpoint as Hugging Face's T5: config.json, safetensors, spiece.model.

    Weights keep the type of the file that they were imported from, else float32.

    Raises:
        TrainerError: there is no checkpoint, or `out` holds a model.
    """
    directory = Path(out)
    if (directory / "config.json").exists():
        raise TrainerError(f"{out} holds a model already: give a new directory")
    found = checkpoints.find_checkpoint(Path(checkpoint))
    card = checkpoints.read_card(found)
    model = T5Config(**card.architecture)
    shapes: T5 = nnx.eval_shape(lambda: T5(model, rngs=nnx.Rngs(params=0)))
    params = checkpoints.read_params(found, _on_one_device(nnx.state(shapes, nnx.Param)))
    origin = card.hugging_face or {"config": {}, "dtype": "float32", "copies": []}
    dtype = np.dtype(ml_dtypes.bfloat16 if origin["dtype"] == "bfloat16" else origin["dtype"])
    tensors = to_hugging_face(params, model, origin["copies"])
    directory.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.astype(dtype, copy=False) for name, tensor in tensors.items()}
    files = write_tensors(directory, tensors, max_file_bytes)
    config = _config_json(model, card.vocabulary, origin)
    (directory / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    vocabulary = found.parent.parent / VOCABULARY_MODEL
    if vocabulary.is_file():
        shutil.copyfile(vocabulary, directory / _SENTENCEPIECE_FILE)
    return files


def _on_one_device(params: Params) -> Params:
    placed = jax.sharding.SingleDeviceSharding(jax.devices()[0])
    abstract: Params = jax.tree.map(
        lambda leaf: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype, sharding=placed), params
    )
    return abstract


def _config_json(
    model: T5Config, vocabulary: dict[str, Any] | None, origin: dict[str, Any]
) -> dict[str, Any]:
    """config.json for transformers 4 and 5: the first scales outputs where the head is tied, the
    second where `scale_decoder_outputs` says so."""
    held: dict[str, Any] = {
        "architectures": ["T5ForConditionalGeneration"],
        "decoder_start_token_id": 0,
        "eos_token_id": (vocabulary or {}).get("eos_id", 1),
        "pad_token_id": (vocabulary or {}).get("pad_id", 0),
        "dropout_rate": model.dropout_rate,
        "model_type": "t5",
        "is_encoder_decoder": True,
        "is_gated_act": True,
        "dense_act_fn": "gelu_new",
        "use_cache": True,
    } | origin["config"]
    return held | {
        "feed_forward_proj": "gated-gelu",
        "vocab_size": model.vocab_size,
        "d_model": model.model_dim,
        "d_kv": model.head_dim,
        "d_ff": model.mlp_dim,
        "num_heads": model.num_heads,
        "num_layers": model.encoder_layers,
        "num_decoder_layers": model.decoder_layers,
        "relative_attention_num_buckets": model.relative_buckets,
        "relative_attention_max_distance": model.relative_max_distance,
        "layer_norm_epsilon": model.norm_epsilon,
        "dtype": origin["dtype"],
        "torch_dtype": origin["dtype"],
        "tie_word_embeddings": model.tied_head,
        "scale_decoder_outputs": model.scale_decoder_outputs,
    }
