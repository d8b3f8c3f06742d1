"""Map T5 1.1 to Hugging Face's files: tensor names, and config.json in both directions."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trainer.errors import TrainerError
from trainer.models.hugging_face import HuggingFaceFormat, ParameterPath
from trainer.models.safetensors_files import read_json, read_tensors
from trainer.models.t5.sizes import T5Config

_EMBEDDING, _HEAD = "shared.weight", "lm_head.weight"
# Names under which a file may repeat the embedding.
_TABLES = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")
_COPIES = (*_TABLES, _HEAD)
# A table in old T5 files that no model uses.
_UNUSED = "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"

_ATTENTION = {"query": "q", "key": "k", "value": "v", "out": "o"}
_MLP = {"gate": "wi_0", "up": "wi_1", "down": "wo"}


class _ConfigJson(BaseModel):
    """The fields of config.json that decide the architecture, with transformers' defaults.

    The trainer pads with 0, starts targets with 0 and ends them with 1, as all published T5s do.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    model_type: Literal["t5", "mt5", "umt5"] = "t5"
    feed_forward_proj: Literal["gated-gelu"]
    vocab_size: int = Field(gt=0)
    d_model: int = Field(gt=0)
    d_kv: int = Field(gt=0)
    d_ff: int = Field(gt=0)
    num_heads: int = Field(gt=0)
    num_layers: int = Field(gt=0)
    num_decoder_layers: int | None = Field(default=None, gt=0)
    relative_attention_num_buckets: int = Field(gt=3)
    relative_attention_max_distance: int = Field(default=128, gt=1)
    layer_norm_epsilon: float = Field(default=1e-6, ge=0)
    tie_word_embeddings: bool = True
    scale_decoder_outputs: bool | None = None
    pad_token_id: Literal[0] | None = 0
    eos_token_id: Literal[1] | None = 1
    decoder_start_token_id: Literal[0] | None = 0


def read_config(directory: Path) -> T5Config:
    """Read the `T5Config` of a Hugging Face model.

    The head is untied if the file has an `lm_head.weight` that differs from the embedding,
    regardless of config.json: transformers 4 and 5 write different values there.

    Raises:
        TrainerError: there is no config.json, or it or the tensors do not describe a T5 1.1.
    """
    path = directory / "config.json"
    if not path.is_file():
        raise TrainerError(f"{path} does not exist: give a directory saved by transformers")
    try:
        raw = _ConfigJson.model_validate(read_json(path))
    except ValidationError as error:
        raise TrainerError(
            f"{path}: {_mistakes(error)}: give a T5 1.1, LM-adapted T5 1.1, Flan-T5, mT5 or umT5"
        ) from error
    scaled = raw.scale_decoder_outputs
    if scaled is None:  # mT5 never scales, and transformers 5 saves it as tied
        scaled = raw.tie_word_embeddings and raw.model_type != "mt5"
    return T5Config(
        vocab_size=raw.vocab_size,
        model_dim=raw.d_model,
        head_dim=raw.d_kv,
        num_heads=raw.num_heads,
        mlp_dim=raw.d_ff,
        encoder_layers=raw.num_layers,
        decoder_layers=raw.num_decoder_layers or raw.num_layers,
        tied_head=_is_tied(directory, raw),
        scale_decoder_outputs=scaled,
        relative_buckets=raw.relative_attention_num_buckets,
        relative_max_distance=raw.relative_attention_max_distance,
        norm_epsilon=raw.layer_norm_epsilon,
        bias_in_each_layer=raw.model_type == "umt5",
    )


def _mistakes(error: ValidationError) -> str:
    """Return every mistake as text: `d_kv is missing; vocab_size is '7': …`."""
    mistakes = []
    for mistake in error.errors():
        key = ".".join(map(str, mistake["loc"][:1]))
        if mistake["type"] == "missing":
            mistakes.append(f"{key} is missing")
        else:
            mistakes.append(f"{key} is {mistake['input']!r} ({mistake['msg']})")
    return "; ".join(dict.fromkeys(mistakes))


def hugging_face_format(config: T5Config) -> HuggingFaceFormat:
    """Return the names in the files of a T5 with these dimensions."""
    copies = [name for name in _COPIES if config.tied_head or name != _HEAD]
    family = "umt5" if config.bias_in_each_layer else "t5"
    return HuggingFaceFormat(
        tensors=_tensor_names(config),
        copies=dict.fromkeys(copies, _EMBEDDING),
        unused=frozenset({_UNUSED}),
        config=_config_fields(config),
        default_config={
            "architectures": [f"{family.upper()}ForConditionalGeneration"],
            "decoder_start_token_id": 0,
            "dropout_rate": config.dropout_rate,
            "model_type": family,
            "is_encoder_decoder": True,
            "is_gated_act": True,
            "dense_act_fn": "gelu_new",
            "use_cache": True,
        },
        vocabulary_file="spiece.model",
        extra_ids=100,
    )


def _config_fields(config: T5Config) -> dict[str, Any]:
    """Return config.json's fields for transformers 4 and 5.

    Version 4 scales outputs if the head is tied, version 5 if `scale_decoder_outputs` is true.
    """
    return {
        "feed_forward_proj": "gated-gelu",
        "vocab_size": config.vocab_size,
        "d_model": config.model_dim,
        "d_kv": config.head_dim,
        "d_ff": config.mlp_dim,
        "num_heads": config.num_heads,
        "num_layers": config.encoder_layers,
        "num_decoder_layers": config.decoder_layers,
        "relative_attention_num_buckets": config.relative_buckets,
        "relative_attention_max_distance": config.relative_max_distance,
        "layer_norm_epsilon": config.norm_epsilon,
        "tie_word_embeddings": config.tied_head,
        "scale_decoder_outputs": config.scale_decoder_outputs,
    }


def _tensor_names(config: T5Config) -> dict[ParameterPath, str]:
    names: dict[ParameterPath, str] = {("embedding",): _EMBEDDING}
    for stack, layers in (("encoder", config.encoder_layers), ("decoder", config.decoder_layers)):
        names |= _stack_names(stack, layers)
        names |= _bias_names(stack, layers if config.bias_in_each_layer else None)
    if not config.tied_head:
        names["head", "kernel"] = _HEAD
    return names


def _stack_names(stack: str, layers: int) -> dict[ParameterPath, str]:
    attention = "SelfAttention"
    names: dict[ParameterPath, str] = {
        (stack, "norm", "scale"): f"{stack}.final_layer_norm.weight",
    }
    sublayers = [("attention_norm", "attention", attention, _ATTENTION)]
    if stack == "decoder":
        sublayers.append(("cross_norm", "cross_attention", "EncDecAttention", _ATTENTION))
    sublayers.append(("mlp_norm", "mlp", "DenseReluDense", _MLP))
    for block in range(layers):
        for place, (norm, module, theirs, maps) in enumerate(sublayers):
            prefix = f"{stack}.block.{block}.layer.{place}"
            names[stack, "blocks", block, norm, "scale"] = f"{prefix}.layer_norm.weight"
            for ours, letter in maps.items():
                path = (stack, "blocks", block, module, ours, "kernel")
                names[path] = f"{prefix}.{theirs}.{letter}.weight"
    return names


def _bias_names(stack: str, layers: int | None) -> dict[ParameterPath, str]:
    """Return the names of relative biases: one for each of `layers`, or, if None, one for all."""
    theirs = f"{stack}.block.{{}}.layer.0.SelfAttention.relative_attention_bias.weight"
    if layers is None:
        return {(stack, "bias", "table"): theirs.format(0)}
    return {(stack, "bias", layer, "table"): theirs.format(layer) for layer in range(layers)}


def _is_tied(directory: Path, config: _ConfigJson) -> bool:
    """Return whether the head is the embedding.

    Raises:
        TrainerError: encoder and decoder have embeddings that differ, or an untied head is missing.
    """
    tensors = read_tensors(directory, only={_EMBEDDING, *_COPIES})
    names = [name for name in (_EMBEDDING, *_TABLES) if name in tensors]
    for name in names[1:]:
        if not np.array_equal(tensors[name], tensors[names[0]]):
            raise TrainerError(
                f"{directory}: {name} differs from {names[0]}, but this model has one embedding "
                "for inputs and targets: give a model with shared embeddings"
            )
    if _HEAD not in tensors:
        if not config.tie_word_embeddings and config.scale_decoder_outputs is None:
            raise TrainerError(
                f"{directory / 'config.json'} has tie_word_embeddings false, but there is no "
                f"tensor {_HEAD}: fetch the whole model again, or set tie_word_embeddings to true"
            )
        return True
    if not names and not config.tie_word_embeddings:
        raise TrainerError(f"{directory} has no tensor {_EMBEDDING}: fetch the whole model again")
    return not names or np.array_equal(tensors[_HEAD], tensors[names[0]])
