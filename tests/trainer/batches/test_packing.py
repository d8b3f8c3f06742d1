"""Packing plans: each example once, limits kept."""

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from trainer.batches import packing
from trainer.batches.packing import FIRST_FIT, PackingPlan, least_rows, plan_rows
from trainer.errors import TrainerError

LIMITS = {"input_length": 20, "target_length": 8}

LENGTHS = st.lists(
    st.tuples(*(st.integers(1, limit) for limit in LIMITS.values())), min_size=1, max_size=60
).map(lambda pairs: np.array(pairs, dtype=np.int32))


def _rows(plan: PackingPlan) -> list[list[int]]:
    return [plan.row(row).tolist() for row in range(plan.num_rows)]


def _check(lengths: NDArray[np.int32], rows: list[list[int]]) -> None:
    assert sorted(index for row in rows for index in row) == list(range(len(lengths)))
    for row in rows:
        assert row
        assert (lengths[row].sum(axis=0) <= list(LIMITS.values())).all()


@settings(deadline=None)  # The first call compiles.
@given(lengths=LENGTHS, cells=st.integers(1, 400))
# A unit of more tokens than a row has for targets.
@example(lengths=np.array([[1, 1], [1, 8]], np.int32), cells=1)
def test_every_example_once_within_limits(lengths: NDArray[np.int32], cells: int) -> None:
    plan = plan_rows(lengths, LIMITS)
    _check(lengths, _rows(plan))
    assert plan.num_rows >= least_rows(lengths, LIMITS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_MOST_CELLS", cells)
        _check(lengths, _rows(plan_rows(lengths, LIMITS)))


@given(lengths=LENGTHS, window=st.integers(1, 70))
def test_the_plan_of_earlier_runs_keeps_the_limits(lengths: NDArray[np.int32], window: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "WINDOW", window)
        _check(lengths, _rows(plan_rows(lengths, LIMITS, FIRST_FIT)))


def test_first_fit_takes_the_first_row_and_best_fit_the_fullest() -> None:
    # 8 leaves 4; 6 and 5 leave 1. The 1 fits into both.
    lengths = np.array([[n] for n in (8, 6, 5, 1)], np.int32)
    assert _rows(plan_rows(lengths, {"row_length": 12}, FIRST_FIT)) == [[0, 3], [1, 2]]
    assert _rows(plan_rows(lengths, {"row_length": 12})) == [[0], [1, 2, 3]]


def test_of_rows_with_equal_room_for_inputs_the_one_with_less_for_targets_is_taken() -> None:
    lengths = np.array([[6, 2], [6, 5], [4, 2]], np.int32)
    plan = plan_rows(lengths, {"input_length": 10, "target_length": 8})
    assert sorted(_rows(plan)) == [[0], [1, 2]]


def test_equal_examples_follow_the_order_given() -> None:
    lengths = np.array([[4, 1]] * 6, np.int32)
    plan = plan_rows(lengths, {"input_length": 9, "target_length": 4})
    assert _rows(plan) == [[0, 1], [2, 3], [4, 5]]


@given(lengths=st.lists(st.integers(1, 10), min_size=1, max_size=5))
def test_one_row_less_than_the_least_rows_is_too_few(lengths: list[int]) -> None:
    least = least_rows(np.array(lengths)[:, None], {"row_length": 10})
    assert least >= -(-sum(lengths) // 10)
    for row_of in product(range(least - 1), repeat=len(lengths)):
        assert np.bincount(row_of, weights=lengths).max() > 10


def test_the_least_rows_by_hand() -> None:
    # No two of them fit into a row, though by their sum 3 rows would do.
    assert least_rows(np.array([[n] for n in (6, 6, 6, 7, 5)]), {"row_length": 10}) == 5
    # Targets decide: no two of 3 fit into 4.
    assert least_rows(np.array([[1, 3], [1, 3], [1, 3]]), {"input": 9, "target": 4}) == 3


def test_a_part_of_a_plan_is_its_rows() -> None:
    plan = PackingPlan(np.array([4, 2, 0, 1, 3]), np.array([0, 2, 3, 5]))
    assert _rows(plan.part(range(1, 3))) == [[0], [1, 3]]
    assert _rows(plan.part(range(2, 9))) == [[1, 3]]
    assert _rows(plan.part(range(3, 3))) == _rows(plan.part(range(5, 8))) == []


@settings(deadline=None)
@given(lengths=LENGTHS, seed=st.integers(0, 5))
def test_reordering_moves_whole_rows(lengths: NDArray[np.int32], seed: int) -> None:
    plan = plan_rows(lengths, LIMITS)
    order = np.random.default_rng(seed).permutation(plan.num_rows)
    rows = _rows(plan)
    assert _rows(plan.reordered(order)) == [rows[row] for row in order]


def test_packs_tightly() -> None:
    # 6+4, 5+5 and 3+3+4 fill three rows of 10; shortest first would take four.
    lengths = np.array([[n, 1] for n in (3, 4, 5, 3, 6, 5, 4)], np.int32)
    assert plan_rows(lengths, {"input_length": 10, "target_length": 10}).num_rows == 3


@pytest.mark.parametrize("lengths", [[[6, 1], [5, 3]], [[3, 3], [8, 1]]])
def test_what_fills_most_of_either_side_comes_first(lengths: list[list[int]]) -> None:
    # 3 of 4 are more than 6 of 10, and less than 8 of 10; each of them needs a row of its own.
    plan = plan_rows(np.array(lengths, np.int32), {"input_length": 10, "target_length": 4})
    assert _rows(plan) == [[1], [0]]


def test_a_window_holds_4000_examples() -> None:
    # Of the two short examples, the first shares a row; the other is in the next window.
    lengths = np.array([[n] for n in [6] * 3999 + [4, 4]], np.int32)
    rows = _rows(plan_rows(lengths, {"row_length": 10}, FIRST_FIT))
    assert rows == [[0, 3999], *([n] for n in range(1, 3999)), [4000]]


def test_one_limit_is_packed_too() -> None:
    # A decoder-only model has one: 9 and 1, 8 and 2, 7 and 3 share rows of 10.
    lengths = np.array([[n] for n in (9, 8, 7, 3, 2, 1)], np.int32)
    plan = plan_rows(lengths, {"row_length": 10})
    assert _rows(plan) == [[0, 5], [1, 4], [2, 3]]
    with pytest.raises(TrainerError, match=r"1 of 6 .*row_length 8, EOS.*raise row_length to 9 in"):
        plan_rows(lengths, {"row_length": 8})


def test_too_long_examples_are_counted() -> None:
    lengths = np.array([[21, 1], [1, 9], [20, 8]], np.int32)
    with pytest.raises(
        TrainerError, match=r"2 of 3 .*raise input_length to 21 and target_length to 9"
    ):
        plan_rows(lengths, LIMITS)
    with pytest.raises(TrainerError, match=r"1 of 2 .*raise target_length to 9 in"):
        plan_rows(lengths[1:], LIMITS)


def test_empty_sides_are_refused() -> None:
    with pytest.raises(TrainerError, match="1 of 2 examples have no inputs or no targets"):
        plan_rows(np.array([[0, 3], [2, 2]], np.int32), LIMITS)
