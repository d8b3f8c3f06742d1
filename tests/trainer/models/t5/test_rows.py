"""T5's rows: every example whole in its row, segments and shifts right."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from trainer.batches.packing import plan_rows
from trainer.models.t5.rows import EncoderDecoderRows

ROWS = EncoderDecoderRows(input_length=20, target_length=8)

LENGTHS = st.lists(
    st.tuples(*(st.integers(1, limit) for limit in ROWS.limits.values())), min_size=1, max_size=60
).map(lambda pairs: np.array(pairs, dtype=np.int32))


@settings(deadline=None)  # The first call compiles.
@given(lengths=LENGTHS)
def test_filled_rows_hold_the_examples(lengths: NDArray[np.int32]) -> None:
    examples = [
        (np.full(inputs, 100 + index, np.int32), np.arange(3, 3 + targets, dtype=np.int32))
        for index, (inputs, targets) in enumerate(lengths.tolist())
    ]
    plan = plan_rows(ROWS.needed(lengths), ROWS.limits)
    rows = [plan.row(row).tolist() for row in range(plan.num_rows)]
    batch = ROWS.fill([[examples[i] for i in row] for row in rows], len(rows) + 1)
    for number, row in enumerate(rows):
        for segment, index in enumerate(row, start=1):
            inputs, targets = examples[index]
            encoder = batch["encoder_segment_ids"][number] == segment
            decoder = batch["target_segment_ids"][number] == segment
            assert batch["encoder_input_tokens"][number][encoder].tolist() == inputs.tolist()
            assert batch["target_tokens"][number][decoder].tolist() == targets.tolist()
            shifted = [0, *targets.tolist()[:-1]]
            assert batch["decoder_input_tokens"][number][decoder].tolist() == shifted
            assert (batch["loss_weights"][number][decoder] == 1).all()
    assert batch["loss_weights"].sum() == lengths[:, 1].sum()
    assert all(not array[len(rows)].any() for array in batch.values())


def test_a_row_by_hand() -> None:
    one = (np.array([5, 6, 1], np.int32), np.array([7, 1], np.int32))
    two = (np.array([8, 1], np.int32), np.array([9, 9, 1], np.int32))
    batch = EncoderDecoderRows(6, 6).fill([[one, two]], 1)
    assert {name: array[0].tolist() for name, array in batch.items()} == {
        "encoder_input_tokens": [5, 6, 1, 8, 1, 0],
        "encoder_segment_ids": [1, 1, 1, 2, 2, 0],
        "decoder_input_tokens": [0, 7, 0, 9, 9, 0],
        "target_tokens": [7, 1, 9, 9, 1, 0],
        "target_segment_ids": [1, 1, 2, 2, 2, 0],
        "loss_weights": [1, 1, 1, 1, 1, 0],
    }
