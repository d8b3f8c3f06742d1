"""Define the protocol between the trainer and its models.

Training, sharding, checkpoints and evaluation reach a model only through `Model`.
trainer/models/choice.py chooses one. To add a model, write a folder like trainer/models/t5.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import jax
from flax import nnx

from trainer.models.hugging_face import HuggingFaceFormat
from trainer.models.rows import RowArrays, RowFormat, TokenArray

Params = nnx.State[Any, Any]
Arrays = dict[str, jax.Array]

# Token ids of an input and of the targets to score for it, all with EOS.
TokenQuestion = tuple[TokenArray, Sequence[TokenArray]]


class Model(Protocol):
    """An architecture without weights.

    Instances are immutable and hashable, because compiled functions are cached by them. `build`
    returns the network.
    """

    @property
    def architecture(self) -> dict[str, Any]:
        """Return the fields that checkpoints store as JSON, including those of `Computation`."""

    @property
    def checkpoint_fields(self) -> frozenset[str]:
        """Return the fields to take from a checkpoint even if the named size has other values."""

    @property
    def vocabulary_size(self) -> int:
        """Return the number of token ids that have an embedding."""

    @property
    def hugging_face(self) -> HuggingFaceFormat:
        """Return the names of this model's parts in Hugging Face's files."""

    def build(self, rngs: nnx.Rngs) -> nnx.Module:
        """Make the network with random float32 parameters that declare their axes (axes.py).

        `network(batch, rngs=...)` returns the logits of each target token, float32
        [batch, targets, vocabulary]. `rngs` is the source of dropout; None means no dropout.
        """

    def row_format(self, input_length: int, target_length: int) -> RowFormat:
        """Return the format of packed rows with room for these input and target tokens."""

    def training_flops_per_row(self, limits: Mapping[str, int]) -> float:
        """Return the floating-point operations of one row, forward and backward."""

    def question_arrays(self, questions: Sequence[TokenQuestion], num_rows: int) -> RowArrays:
        """Put one question in each row, its targets as segments 1, 2, … in order."""

    def question_logits(self, network: Any, batch: Arrays) -> jax.Array:
        """Return the logits of question arrays: float32 [batch, targets, vocabulary].

        Each target sees the input of its row and no other target.
        """

    def generate(self, network: Any, batch: Arrays, max_target_tokens: int) -> jax.Array:
        """Return the greedy answer to the input in each row: int32 [batch, max_target_tokens].

        Padding follows the EOS of a row.
        """


def abstract_network(model: Model) -> nnx.Module:
    """Build the network with shapes in place of arrays; allocates nothing."""
    network: nnx.Module = nnx.eval_shape(lambda: model.build(nnx.Rngs(params=0)))
    return network


def abstract_params(model: Model) -> Params:
    """Return the shapes and types of a model's parameters; allocates nothing."""
    return nnx.state(abstract_network(model), nnx.Param)
