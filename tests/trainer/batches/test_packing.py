"""Packing: each example once, limits kept, segments and shifts right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from trainer.batches import packing
from trainer.batches.packing import PackingPlan, fill_rows, plan_rows
from trainer.errors import TrainerError

INPUT_LENGTH, TARGET_LENGTH = 20, 8

LENGTHS = st.lists(
    st.tuples(st.integers(1, INPUT_LENGTH), st.integers(1, TARGET_LENGTH)), min_size=1, max_size=60
).map(lambda pairs: np.array(pairs, dtype=np.int32))


def _rows(plan: PackingPlan) -> list[list[int]]:
    return [plan.row(row).tolist() for row in range(plan.num_rows)]


@given(lengths=LENGTHS, window=st.integers(1, 70))
def test_every_example_once_within_limits(lengths: NDArray[np.int32], window: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "WINDOW", window)
        plan = plan_rows(lengths, INPUT_LENGTH, TARGET_LENGTH)
    rows = _rows(plan)
    assert sorted(index for row in rows for index in row) == list(range(len(lengths)))
    for row in rows:
        assert row
        assert lengths[row].sum(axis=0)[0] <= INPUT_LENGTH
        assert lengths[row].sum(axis=0)[1] <= TARGET_LENGTH


@given(lengths=LENGTHS)
def test_filled_rows_hold_the_examples(lengths: NDArray[np.int32]) -> None:
    examples = [
        (np.full(inputs, 100 + index, np.int32), np.arange(3, 3 + targets, dtype=np.int32))
        for index, (inputs, targets) in enumerate(lengths.tolist())
    ]
    plan = plan_rows(lengths, INPUT_LENGTH, TARGET_LENGTH)
    rows = _rows(plan)
    batch = fill_rows(
        [[examples[i] for i in row] for row in rows], len(rows) + 1, INPUT_LENGTH, TARGET_LENGTH
    )
    for number, row in enumerate(rows):
        for segment, index in enumerate(row, start=1):
            inputs, targets = examples[index]
            encoder = batch["encoder_segment_ids"][number] == segment
            decoder = batch["decoder_segment_ids"][number] == segment
            assert batch["encoder_input_tokens"][number][encoder].tolist() == inputs.tolist()
            assert batch["decoder_target_tokens"][number][decoder].tolist() == targets.tolist()
            shifted = [0, *targets.tolist()[:-1]]
            assert batch["decoder_input_tokens"][number][decoder].tolist() == shifted
            assert (batch["decoder_loss_weights"][number][decoder] == 1).all()
    assert batch["decoder_loss_weights"].sum() == lengths[:, 1].sum()
    assert all(not array[len(rows)].any() for array in batch.values())


@given(lengths=LENGTHS, seed=st.integers(0, 5))
def test_reordering_moves_whole_rows(lengths: NDArray[np.int32], seed: int) -> None:
    plan = plan_rows(lengths, INPUT_LENGTH, TARGET_LENGTH)
    order = np.random.default_rng(seed).permutation(plan.num_rows)
    rows = _rows(plan)
    assert _rows(plan.reordered(order)) == [rows[row] for row in order]


def test_fill_rows_by_hand() -> None:
    one = (np.array([5, 6, 1], np.int32), np.array([7, 1], np.int32))
    two = (np.array([8, 1], np.int32), np.array([9, 9, 1], np.int32))
    batch = fill_rows([[one, two]], 1, 6, 6)
    assert {name: array[0].tolist() for name, array in batch.items()} == {
        "encoder_input_tokens": [5, 6, 1, 8, 1, 0],
        "encoder_segment_ids": [1, 1, 1, 2, 2, 0],
        "decoder_input_tokens": [0, 7, 0, 9, 9, 0],
        "decoder_target_tokens": [7, 1, 9, 9, 1, 0],
        "decoder_segment_ids": [1, 1, 2, 2, 2, 0],
        "decoder_loss_weights": [1, 1, 1, 1, 1, 0],
    }


def test_packs_tightly() -> None:
    # 6+4, 5+5 and 3+3+4 fill three rows of 10; shortest first would take four.
    lengths = np.array([[n, 1] for n in (3, 4, 5, 3, 6, 5, 4)], np.int32)
    assert plan_rows(lengths, 10, 10).num_rows == 3


def test_too_long_examples_are_counted() -> None:
    lengths = np.array([[21, 1], [1, 9], [20, 8]], np.int32)
    with pytest.raises(
        TrainerError, match=r"2 of 3 .*raise input_length to 21 and target_length to 9"
    ):
        plan_rows(lengths, INPUT_LENGTH, TARGET_LENGTH)
    with pytest.raises(TrainerError, match=r"1 of 2 .*raise target_length to 9 in"):
        plan_rows(lengths[1:], INPUT_LENGTH, TARGET_LENGTH)


def test_empty_sides_are_refused() -> None:
    with pytest.raises(TrainerError, match="1 of 2 examples have no inputs or no targets"):
        plan_rows(np.array([[0, 3], [2, 2]], np.int32), INPUT_LENGTH, TARGET_LENGTH)
