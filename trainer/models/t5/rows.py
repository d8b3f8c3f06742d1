"""Build T5's packed rows: inputs for the encoder, targets for the decoder."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tfrecords_schema.vocabulary import PAD_ID
from trainer.models.model import TokenQuestion
from trainer.models.row_kernels import shift_right
from trainer.models.rows import Example, RowArrays, TokenArray, lay_out, power_of_two

_SHORTEST = 32


@dataclass(frozen=True)
class EncoderDecoderRows:
    """Rows of `input_length` input tokens and `target_length` target tokens."""

    input_length: int
    target_length: int

    @property
    def limits(self) -> dict[str, int]:
        """Return both lengths by name."""
        return {"input_length": self.input_length, "target_length": self.target_length}

    def needed(self, lengths: TokenArray) -> TokenArray:
        """Return the lengths unchanged: inputs and targets have separate room."""
        return lengths

    def fill(self, rows: Sequence[Sequence[Example]], num_rows: int) -> RowArrays:
        """Build a packed batch: the given rows, then empty rows up to `num_rows`.

        Returns:
            int32 `encoder_input_tokens`, `encoder_segment_ids` [num_rows, input_length]; int32
            `decoder_input_tokens`, `target_tokens`, `target_segment_ids` and float32
            `loss_weights` [num_rows, target_length]. Decoder inputs are the targets shifted right
            within each segment, starting with the pad id, T5's start token.
        """
        inputs = [[example[0] for example in row] for row in rows]
        targets = [[example[1] for example in row] for row in rows]
        encoder_tokens, encoder_segments, _ = lay_out(inputs, num_rows, self.input_length)
        target_tokens, target_segments, _ = lay_out(targets, num_rows, self.target_length)
        return {
            "encoder_input_tokens": encoder_tokens,
            "encoder_segment_ids": encoder_segments,
            "decoder_input_tokens": shift_right(target_tokens, target_segments, PAD_ID),
            "target_tokens": target_tokens,
            "target_segment_ids": target_segments,
            "loss_weights": (target_segments > 0).astype(np.float32),
        }


def question_arrays(questions: Sequence[TokenQuestion], num_rows: int) -> RowArrays:
    """Put one question in each row: the input with the first target, then the other targets.

    Lengths are powers of two, so that few programs are compiled.
    """
    rows = [
        [(inputs if place == 0 else inputs[:0], target) for place, target in enumerate(targets)]
        for inputs, targets in questions
    ]
    input_length = max(len(inputs) for inputs, _ in questions)
    target_length = max(sum(map(len, targets)) for _, targets in questions)
    lengths = (power_of_two(length, _SHORTEST) for length in (input_length, target_length))
    return EncoderDecoderRows(*lengths).fill(rows, num_rows)
