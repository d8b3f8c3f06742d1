"""Whole numbers follow exact shares; what is full passes its part on; weights are completed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.mixture.shares import complete_weights, fill, round_cumulatively

WEIGHT = st.one_of(st.just(0.0), st.floats(0.01, 100))


@given(st.lists(st.floats(0, 1000), max_size=30))
def test_partial_sums_are_rounded(exact: list[float]) -> None:
    counts = round_cumulatively(exact)
    assert len(counts) == len(exact)
    total = Fraction(0)
    for value, count, so_far in zip(
        exact, counts, [sum(counts[: i + 1]) for i in range(len(counts))], strict=True
    ):
        total += Fraction(value)
        assert abs(so_far - total) <= Fraction(1, 2) + Fraction(1, 10**6)
        assert count >= 0
        assert abs(count - value) < 1 + 1e-5


@pytest.mark.parametrize(
    ("exact", "counts"),
    [
        ([], []),
        ([1.6, 1.6, 1.8], [2, 1, 2]),
        ([10 / 3] * 3, [3, 4, 3]),
        ([0.0, 0.0], [0, 0]),
        ([0.5, 0.0, 0.5], [1, 0, 0]),
        ([0.1] * 10, [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]),
        ([7.0, 3.0], [7, 3]),
    ],
)
def test_rounding(exact: list[float], counts: list[int]) -> None:
    assert round_cumulatively(exact) == counts


@given(
    st.floats(0, 10_000),
    st.lists(st.tuples(WEIGHT, st.integers(0, 1000)), min_size=1, max_size=12),
)
def test_fill_respects_capacities_and_proportions(
    total: float, rows: list[tuple[float, int]]
) -> None:
    weights, capacities = [row[0] for row in rows], [float(row[1]) for row in rows]
    shares = fill(total, weights, capacities)
    room = sum(c for w, c in zip(weights, capacities, strict=True) if w)
    assert sum(shares) == pytest.approx(min(total, room), abs=1e-6)
    open_ratios = []
    for share, weight, capacity in zip(shares, weights, capacities, strict=True):
        assert 0 <= share <= capacity + 1e-9
        assert share == 0 or weight > 0
        if weight and share < capacity - 1e-6:
            open_ratios.append(share / weight)
    # Those with room left share in proportion, and no full one has more for its weight.
    if open_ratios:
        level = max(open_ratios)
        assert min(open_ratios) == pytest.approx(level, rel=1e-6, abs=1e-6)
        for share, weight in zip(shares, weights, strict=True):
            if weight:
                assert share / weight <= level * (1 + 1e-6) + 1e-6


@pytest.mark.parametrize(
    ("total", "weights", "capacities", "shares"),
    [
        (10, [1, 1], [2, 100], [2, 8]),
        (10, [1, 1], [2, 3], [2, 3]),
        (10, [1, 3], [100, 100], [2.5, 7.5]),
        (10, [0, 1], [100, 4], [0, 4]),
        (0, [1, 1], [2, 2], [0, 0]),
        (12, [1, 1, 1], [1, 4, 100], [1, 4, 7]),
        (10, [], [], []),
    ],
)
def test_fill(
    total: float, weights: list[float], capacities: list[float], shares: list[float]
) -> None:
    assert fill(total, weights, capacities) == pytest.approx(shares)


@pytest.mark.parametrize(
    ("stated", "weights"),
    [
        ({"a": None, "b": None, "c": None}, {"a": 1, "b": 1, "c": 2}),
        ({"a": 0.4, "b": None, "c": None}, {"a": 0.4, "b": 0.2, "c": 0.4}),
        ({"a": 3, "b": 0, "c": 1}, {"a": 3, "b": 0, "c": 1}),
        ({"a": 2, "b": None, "c": None}, {"a": 2, "b": 0, "c": 0}),
    ],
)
def test_weights_are_completed_by_size(
    stated: dict[str, float | None], weights: dict[str, float]
) -> None:
    assert complete_weights(stated, {"a": 1, "b": 1, "c": 2}) == pytest.approx(weights)
