"""Present T5 1.1 to the trainer: implement `Model` of trainer/models/model.py."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import jax
from flax import nnx

from trainer.models.hugging_face import HuggingFaceFormat
from trainer.models.model import Arrays, TokenQuestion
from trainer.models.rows import RowArrays
from trainer.models.t5.flops import training_flops_per_row
from trainer.models.t5.generate import generate_greedily
from trainer.models.t5.hugging_face import hugging_face_format
from trainer.models.t5.model import T5
from trainer.models.t5.rows import EncoderDecoderRows, question_arrays
from trainer.models.t5.sizes import T5Config


@dataclass(frozen=True)
class T5Model:
    """A T5 1.1 with the dimensions in `config`."""

    config: T5Config

    @property
    def architecture(self) -> dict[str, Any]:
        """Return the fields of `T5Config`."""
        fields = asdict(self.config)
        if not self.config.bias_in_each_layer:  # unknown to checkpoints of earlier versions
            del fields["bias_in_each_layer"]
        return fields

    @property
    def checkpoint_fields(self) -> frozenset[str]:
        """Return the fields in which published T5s of one size differ."""
        fields = {"vocab_size", "tied_head", "scale_decoder_outputs", "norm_epsilon"}
        return frozenset(fields | {"bias_in_each_layer"})

    @property
    def vocabulary_size(self) -> int:
        """Return the rows of the embedding."""
        return self.config.vocab_size

    @property
    def hugging_face(self) -> HuggingFaceFormat:
        """Return the names in files of `T5ForConditionalGeneration`."""
        return hugging_face_format(self.config)

    def build(self, rngs: nnx.Rngs) -> T5:
        """Make the network with random parameters."""
        return T5(self.config, rngs=rngs)

    def row_format(self, input_length: int, target_length: int) -> EncoderDecoderRows:
        """Return the format of rows for an encoder and a decoder."""
        return EncoderDecoderRows(input_length, target_length)

    def training_flops_per_row(self, limits: Mapping[str, int]) -> float:
        """Return the floating-point operations of one row, forward and backward."""
        return training_flops_per_row(self.config, **limits)

    def question_arrays(self, questions: Sequence[TokenQuestion], num_rows: int) -> RowArrays:
        """Put one question in each row: its input once, its targets as segments."""
        return question_arrays(questions, num_rows)

    def question_logits(self, network: T5, batch: Arrays) -> jax.Array:
        """Return the logits of all targets; the input of a row is encoded once."""
        return network.question_logits(batch)

    def generate(self, network: T5, batch: Arrays, max_target_tokens: int) -> jax.Array:
        """Return the greedy answer to the input in each row: int32 [batch, max_target_tokens]."""
        tokens, segments = batch["encoder_input_tokens"], batch["encoder_segment_ids"]
        return generate_greedily(network, tokens, segments, max_target_tokens)
