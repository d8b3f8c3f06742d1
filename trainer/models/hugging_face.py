"""What the trainer asks of a model about Hugging Face's files, to read and write them."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

ParameterPath = tuple[Hashable, ...]


@dataclass(frozen=True, kw_only=True)
class HuggingFaceFormat:
    """The names under which Hugging Face's files hold a model.

    Attributes:
        tensors: the tensor of each parameter, by the parameter's path in the network. Tensors of
            parameters named `kernel` are stored transposed: torch keeps [outputs, inputs].
        copies: tensors that may repeat another one, and which one.
        unused: tensors that files may hold and no network reads.
        config: the fields of config.json that the architecture decides.
        default_config: fields to write where an imported config.json had no value.
        vocabulary_file: the SentencePiece model beside the weights.
        extra_ids: sentinels that the vocabulary has and its file does not hold.
    """

    tensors: Mapping[ParameterPath, str]
    copies: Mapping[str, str] = field(default_factory=dict)
    unused: frozenset[str] = frozenset()
    config: Mapping[str, Any]
    default_config: Mapping[str, Any]
    vocabulary_file: str
    extra_ids: int
