"""Make layouts.tar.xz: tiny models as transformers saves them, with the logits that torch gives.

Not part of the tests. Needs torch and transformers 5.24, in an environment of its own:

    python tests/trainer/checkpointing/make_layouts.py OUT && tar -C OUT -cJf layouts.tar.xz .
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    MT5Config,
    MT5ForConditionalGeneration,
    T5Config,
    T5ForConditionalGeneration,
    UMT5Config,
    UMT5ForConditionalGeneration,
)

SIZES = {
    "vocab_size": 40,
    "d_model": 16,
    "d_kv": 4,
    "d_ff": 24,
    "num_heads": 2,
    "num_layers": 2,
    "num_decoder_layers": 1,
    "feed_forward_proj": "gated-gelu",
    "dropout_rate": 0.0,
}
INPUTS = [[5, 9, 31, 7, 12, 3, 1], [28, 1]]
TARGETS = [[0, 4, 17, 6], [0, 21, 22, 8]]


def model(tied: bool, kind: type = T5ForConditionalGeneration) -> torch.nn.Module:
    """Return a model with random parameters everywhere, norms and biases included."""
    torch.manual_seed(7)
    configs = {MT5ForConditionalGeneration: MT5Config, UMT5ForConditionalGeneration: UMT5Config}
    config = configs.get(kind, T5Config)(**SIZES, tie_word_embeddings=tied)
    made = kind(config)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.normal_(0.0, 0.3)
        if not tied:
            made.lm_head.weight = torch.nn.Parameter(torch.randn(40, 16) * 0.2)
    return made.eval()


def save(made: torch.nn.Module, directory: Path, **options: object) -> None:
    """Save a model, and the logits of both rows: the second has five places of padding."""
    made.save_pretrained(directory, **options)
    inputs = torch.tensor([row + [0] * (7 - len(row)) for row in INPUTS])
    with torch.no_grad():
        logits = made.float()(
            input_ids=inputs,
            attention_mask=(inputs > 0).long(),
            decoder_input_ids=torch.tensor(TARGETS),
        ).logits
    np.save(directory / "logits.npy", logits.numpy())


def main(out: Path) -> None:
    """Write all layouts below `out`."""
    save(model(tied=True), out / "tied")
    save(model(tied=False), out / "untied")
    save(model(tied=False).to(torch.bfloat16), out / "bfloat16")
    save(model(tied=False), out / "sharded", max_shard_size="6KB")
    save(model(tied=False, kind=MT5ForConditionalGeneration), out / "mt5")
    save(model(tied=False, kind=UMT5ForConditionalGeneration), out / "umt5")
    save(model(tied=True, kind=UMT5ForConditionalGeneration), out / "umt5_tied")
    for size in (37, 43):  # as after `resize_token_embeddings(len(tokenizer))`
        resized = model(tied=False)
        resized.resize_token_embeddings(size, mean_resizing=False)
        save(resized, out / f"resized_{size}")
    # T5 loaded in float16 keeps `wo` in float32; its values pass 65504 in Flan-T5.
    large = model(tied=False)
    with torch.no_grad():
        large.encoder.block[0].layer[1].DenseReluDense.wo.weight[0, 0] = 70000.0
    large.save_pretrained(out / "float32")
    half = T5ForConditionalGeneration.from_pretrained(out / "float32", dtype=torch.float16)
    half.save_pretrained(out / "float16")
    for file in (out / "float32").iterdir():
        file.unlink()
    (out / "float32").rmdir()
    # MADLAD-400 is published with these names for embedding and head.
    save(model(tied=False), out / "madlad")
    tensors = load_file(out / "madlad" / "model.safetensors")
    tensors["decoder.embed_tokens.weight"] = tensors.pop("shared.weight")
    save_file(tensors, out / "madlad" / "model.safetensors", {"format": "pt"})
    for directory in out.iterdir():
        config = json.loads((directory / "config.json").read_text())
        assert config["feed_forward_proj"] == "gated-gelu", directory


if __name__ == "__main__":
    main(Path(sys.argv[1]))
