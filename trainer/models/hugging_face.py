"""Describe how Hugging Face's files store a model, so that the trainer can convert them."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

ParameterPath = tuple[Hashable, ...]


@dataclass(frozen=True, kw_only=True)
class HuggingFaceFormat:
    """The names of a model's parts in Hugging Face's files.

    Attributes:
        tensors: name of each parameter's tensor, by the parameter's path in the network. Torch
            stores parameters named `kernel` transposed: [outputs, inputs].
        copies: names of tensors that may repeat another tensor, each with that tensor's name.
        unused: names of tensors that files may contain but the network does not use.
        config: fields of config.json that the architecture decides.
        default_config: fields of config.json to write if the imported file had no value.
        vocabulary_file: name of the SentencePiece file beside the weights.
        extra_ids: number of sentinels that the vocabulary has but its file does not.
    """

    tensors: Mapping[ParameterPath, str]
    copies: Mapping[str, str] = field(default_factory=dict)
    unused: frozenset[str] = frozenset()
    config: Mapping[str, Any]
    default_config: Mapping[str, Any]
    vocabulary_file: str
    extra_ids: int
