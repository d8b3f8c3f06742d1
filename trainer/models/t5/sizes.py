"""Define the dimensions of T5 1.1. Does not import JAX, so configurations validate without it."""

from dataclasses import asdict, dataclass, replace
from typing import Literal

from pydantic import Field

from trainer.models.computation import Computation
from trainer.settings import Settings

SizeName = Literal["tiny", "small", "base", "large", "xl", "xxl"]


class ModelDims(Settings):
    """The dimensions of a T5, instead of a named size."""

    model_dim: int = Field(gt=0)
    head_dim: int = Field(gt=0)
    num_heads: int = Field(gt=0)
    mlp_dim: int = Field(gt=0)
    encoder_layers: int = Field(gt=0)
    decoder_layers: int = Field(gt=0)
    tied_head: bool = False


@dataclass(frozen=True, kw_only=True)
class T5Config:
    """The architecture of a T5 1.1 encoder-decoder.

    `scale_decoder_outputs` multiplies the decoder's output by `model_dim ** -0.5` before the
    head. T5 1.0 does so because its head is the embedding; T5 1.1 and Flan-T5 do neither.
    `bias_in_each_layer` gives each layer a relative position bias of its own, as umT5 has it; in
    T5 and mT5, the layers of a stack share one. The last four fields are those of `Computation`.
    """

    vocab_size: int
    model_dim: int
    head_dim: int
    num_heads: int
    mlp_dim: int
    encoder_layers: int
    decoder_layers: int
    tied_head: bool = False
    scale_decoder_outputs: bool = False
    relative_buckets: int = 32
    relative_max_distance: int = 128
    norm_epsilon: float = 1e-6
    bias_in_each_layer: bool = False
    dropout_rate: float = 0.0
    compute_dtype: str = "float32"
    attention: str = "xla"
    remat: bool = False


def _size(model_dim: int, head_dim: int, num_heads: int, mlp_dim: int, layers: int) -> T5Config:
    return T5Config(
        vocab_size=32128,
        model_dim=model_dim,
        head_dim=head_dim,
        num_heads=num_heads,
        mlp_dim=mlp_dim,
        encoder_layers=layers,
        decoder_layers=layers,
    )


# `tiny` is for tests and the quickstart. The others are T5 1.1's published sizes, equal to
# `google/t5-v1_1-*` and `google/flan-t5-*` on Hugging Face.
SIZES: dict[SizeName, T5Config] = {
    "tiny": _size(model_dim=64, head_dim=32, num_heads=2, mlp_dim=128, layers=2),
    "small": _size(model_dim=512, head_dim=64, num_heads=6, mlp_dim=1024, layers=8),
    "base": _size(model_dim=768, head_dim=64, num_heads=12, mlp_dim=2048, layers=12),
    "large": _size(model_dim=1024, head_dim=64, num_heads=16, mlp_dim=2816, layers=24),
    "xl": _size(model_dim=2048, head_dim=64, num_heads=32, mlp_dim=5120, layers=24),
    "xxl": _size(model_dim=4096, head_dim=64, num_heads=64, mlp_dim=10240, layers=24),
}


def round_up_vocab(size: int) -> int:
    """Return the rows of the embedding for `size` ids: the next multiple of 128.

    Matrix units are efficient at multiples of 128. T5's 32,100 ids give its 32,128 rows.
    """
    return -(-size // 128) * 128


def sized(size: SizeName, **changes: object) -> T5Config:
    """Return a named size with some fields changed: `sized("tiny", vocab_size=384)`."""
    return replace(SIZES[size], **changes)  # type: ignore[arg-type]


def configured(
    size: SizeName | ModelDims, vocabulary_size: int, computation: Computation
) -> T5Config:
    """Return the architecture that a configuration asks for; round up the vocabulary to 128s."""
    changes = {"vocab_size": round_up_vocab(vocabulary_size), **asdict(computation)}
    if isinstance(size, ModelDims):
        return sized("tiny", **changes, **size.model_dump())
    return sized(size, **changes)
