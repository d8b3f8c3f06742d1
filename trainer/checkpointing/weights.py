"""Weights of Hugging Face T5 checkpoints (safetensors), into the model and out of it.

Torch keeps a linear map as [outputs, inputs], Flax as [inputs, outputs]: kernels are transposed,
while the embedding, norms and bias tables are not.
"""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
from flax import nnx
from numpy.typing import NDArray

from trainer.checkpointing.safetensors_files import read_json, read_tensors, tensor_names
from trainer.errors import TrainerError
from trainer.models.t5.model import T5
from trainer.models.t5.sizes import T5Config

# Under these names a file may hold the embedding once more.
_COPIES = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight")
# A table that old T5 files carry and no model ever read.
_UNUSED = "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"

Params = nnx.State[Any, Any]
ParameterPath = tuple[Hashable, ...]

_ATTENTION = {"query": "q", "key": "k", "value": "v", "out": "o"}
_MLP = {"gate": "wi_0", "up": "wi_1", "down": "wo"}


def load_hugging_face(model: T5, directory: str | Path) -> None:
    """Set every parameter of `model` from the safetensors files in `directory`.

    Raises:
        TrainerError: a tensor is missing, left over, or of another shape than the model's.
    """
    tensors = read_tensors(Path(directory))
    if "shared.weight" not in tensors:
        tensors["shared.weight"] = _embedding_copy(tensors, directory)
    names = hugging_face_names(model.config)
    surplus = sorted(set(tensors) - set(names.values()) - {*_COPIES, _UNUSED})
    if surplus:
        raise TrainerError(
            f"{directory} holds {len(surplus)} tensors that this model has no place for, first "
            f"{surplus[0]}: take the model's dimensions from the checkpoint's own config.json"
        )
    state = nnx.state(model, nnx.Param)
    for path, variable in nnx.to_flat_state(state):
        value = _tensor(tensors, names[path], transpose=path[-1] == "kernel")
        if value.shape != variable.shape:
            raise TrainerError(
                f"{names[path]} in {directory} has shape {value.shape} where the model has "
                f"{variable.shape}: take the model's dimensions from the checkpoint's config.json"
            )
        variable.set_value(jnp.asarray(value))
    nnx.update(model, state)


def to_hugging_face(params: Params, model: T5Config, copies: list[str]) -> dict[str, NDArray[Any]]:
    """The tensors of a Hugging Face checkpoint: float32, by their names there.

    Args:
        params: all parameters of the model.
        model: its architecture.
        copies: further names of the embedding to write, as the imported file had them.
    """
    names = hugging_face_names(model)
    tensors: dict[str, NDArray[Any]] = {}
    for path, variable in nnx.to_flat_state(params):
        value = np.asarray(variable[...])
        tensors[names[path]] = np.ascontiguousarray(value.T if path[-1] == "kernel" else value)
    return tensors | dict.fromkeys(copies, tensors["shared.weight"])


def embedding_copies(directory: str | Path, model: T5Config) -> list[str]:
    """The names under which the files hold the embedding beside `shared.weight`."""
    names = tensor_names(Path(directory))
    own_head = set() if model.tied_head else {"lm_head.weight"}
    return [name for name in _COPIES if name in names and name not in own_head]


def hugging_face_config(directory: str | Path, **changes: Any) -> T5Config:
    """The `T5Config` of a Hugging Face checkpoint; `changes` set fields such as dropout_rate.

    The head is untied if the file has an `lm_head.weight` that differs from `shared.weight`,
    whatever the configuration says: transformers 4 and 5 disagree on what they write there.
    """
    path = Path(directory) / "config.json"
    if not path.is_file():
        raise TrainerError(f"{path} does not exist: name a directory saved by Hugging Face")
    raw = read_json(path)
    if raw.get("feed_forward_proj") != "gated-gelu":
        raise TrainerError(
            f"{path} has feed_forward_proj {raw.get('feed_forward_proj')!r}: only T5 1.1, its "
            "LM-adapted and Flan-T5 checkpoints (gated-gelu) can be loaded"
        )
    fields: dict[str, Any] = {
        "vocab_size": raw["vocab_size"],
        "model_dim": raw["d_model"],
        "head_dim": raw["d_kv"],
        "num_heads": raw["num_heads"],
        "mlp_dim": raw["d_ff"],
        "encoder_layers": raw["num_layers"],
        "decoder_layers": raw.get("num_decoder_layers", raw["num_layers"]),
        "tied_head": _is_tied(Path(directory)),
        "scale_decoder_outputs": raw.get(
            "scale_decoder_outputs", raw.get("tie_word_embeddings", True)
        ),
        "relative_buckets": raw["relative_attention_num_buckets"],
        "relative_max_distance": raw.get("relative_attention_max_distance", 128),
        "norm_epsilon": raw.get("layer_norm_epsilon", 1e-6),
    }
    return T5Config(**(fields | changes))


def hugging_face_names(config: T5Config) -> dict[ParameterPath, str]:
    """Hugging Face's name for each parameter, by its path in the model."""
    names: dict[ParameterPath, str] = {("embedding",): "shared.weight"}
    names |= _stack_names("encoder", config.encoder_layers)
    names |= _stack_names("decoder", config.decoder_layers)
    if not config.tied_head:
        names["head", "kernel"] = "lm_head.weight"
    return names


def _stack_names(stack: str, layers: int) -> dict[ParameterPath, str]:
    attention = "SelfAttention"
    names: dict[ParameterPath, str] = {
        (stack, "norm", "scale"): f"{stack}.final_layer_norm.weight",
        (stack, "bias", "table"): (
            f"{stack}.block.0.layer.0.{attention}.relative_attention_bias.weight"
        ),
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


def _is_tied(directory: Path) -> bool:
    tensors = read_tensors(directory, only={"shared.weight", "lm_head.weight"})
    if "lm_head.weight" not in tensors or "shared.weight" not in tensors:
        return True
    return np.array_equal(tensors["lm_head.weight"], tensors["shared.weight"])


def _embedding_copy(tensors: dict[str, NDArray[Any]], directory: str | Path) -> NDArray[Any]:
    for name in _COPIES:
        if name in tensors:
            return tensors[name]
    raise TrainerError(f"{directory} holds no shared.weight (the embedding) nor any copy of it")


def _tensor(tensors: dict[str, NDArray[Any]], name: str, *, transpose: bool) -> NDArray[Any]:
    if name not in tensors:
        raise TrainerError(f"the checkpoint has no tensor {name}: is it a whole T5 1.1 model?")
    tensor = tensors[name].astype(np.float32)
    return tensor.T if transpose else tensor
