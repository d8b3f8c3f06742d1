"""Draws are the same everywhere, and they are uniform."""

from collections import Counter
from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfrecords_schema.splitmix64 import mix_int
from transforms import stable_random
from transforms.stable_random import Draws, stable_digest, stable_hash, stable_id

AssertProportions = Callable[..., None]
PART = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), st.integers())
PARTS = st.lists(PART, max_size=4)


def test_hashes_stay_as_they_are() -> None:
    assert stable_id() == "cae66941d9efbd404e4d88758ea67670"
    assert stable_id("a", 1) == "5ff18109aef1718dab587f3db2a49ae0"
    assert stable_id("é漢🙂") == "21846ba091f31f34c1933a7321aa0520"
    assert stable_hash(0, "rank") == 1_840_173_620_264_261_425


def test_draws_stay_as_they_are() -> None:
    def draws() -> Draws:
        return Draws(1, "render", "ä")

    one = draws()
    assert [one.bits() for _ in range(3)] == [
        5465889176649918267,
        13229605173500241415,
        16608546039916180745,
    ]
    two = draws()
    assert [two.below(1000) for _ in range(5)] == [296, 717, 900, 18, 314]
    assert draws().uniform() == 0.2963064459944422
    assert draws().sample(range(10), 4) == [2, 7, 9, 3]
    assert draws().choice("abcdef") == "b"
    assert draws().weighted([1, 2, 3]) == 1


@given(PARTS, PARTS)
def test_different_parts_give_different_hashes(one: list[str | int], two: list[str | int]) -> None:
    same = [str(part) for part in one] == [str(part) for part in two]
    assert (stable_digest(*one) == stable_digest(*two)) is same


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("ab", "c"), ("a", "bc")),
        (("a", ""), ("a",)),
        (("",), ()),
        (("1:a",), ("a",)),
        (("a1:b",), ("a", "b")),
        ((1, 23), (12, 3)),
    ],
)
def test_parts_are_unambiguous(one: tuple[str | int, ...], two: tuple[str | int, ...]) -> None:
    assert stable_id(*one) != stable_id(*two)


def test_digest_id_and_hash_are_one_hash() -> None:
    digest = stable_digest("a", 1)
    assert stable_id("a", 1) == digest.hex()
    assert stable_hash("a", 1) == int.from_bytes(digest[:8], "little")
    assert len(digest) == 16


@pytest.mark.parametrize("limit", [2, 3, 7, 10, 64, 1000])
def test_below_is_uniform(limit: int, assert_proportions: AssertProportions) -> None:
    draws = Draws("below", limit)
    counts = Counter(draws.below(limit) for _ in range(20 * limit + 10_000))
    assert set(counts) == set(range(limit))
    assert_proportions([counts[value] for value in range(limit)])


def test_successive_draws_are_independent(assert_proportions: AssertProportions) -> None:
    draws = Draws("pairs")
    counts = Counter((draws.below(8), draws.below(8)) for _ in range(20_000))
    assert_proportions([counts[i, j] for i in range(8) for j in range(8)])


def test_first_draws_of_neighboring_seeds_are_uniform(
    assert_proportions: AssertProportions,
) -> None:
    counts = Counter(Draws(0, "stage", f"{i:032x}", 0).below(16) for i in range(20_000))
    assert_proportions([counts[value] for value in range(16)])


def test_uniform_is_uniform_and_below_one(assert_proportions: AssertProportions) -> None:
    draws = Draws("uniform")
    values = [draws.uniform() for _ in range(20_000)]
    assert 0 <= min(values) < max(values) < 1
    counts = Counter(int(value * 20) for value in values)
    assert_proportions([counts[i] for i in range(20)])


def test_weighted_follows_the_weights(assert_proportions: AssertProportions) -> None:
    weights = [1, 0, 5, 0.5, 2]
    draws = Draws("weighted")
    counts = Counter(draws.weighted(weights) for _ in range(20_000))
    assert counts[1] == 0
    assert_proportions([counts[i] for i in (0, 2, 3, 4)], [1, 5, 0.5, 2])


@given(st.integers(), st.lists(st.sampled_from([0, 1e-300, 0.1, 1, 3]), min_size=1).filter(sum))
def test_weighted_never_draws_a_weight_of_zero(seed: int, weights: list[float]) -> None:
    draws = Draws(seed)
    assert all(weights[draws.weighted(weights)] > 0 for _ in range(20))


def test_every_order_is_as_likely(assert_proportions: AssertProportions) -> None:
    draws = Draws("orders")
    counts = Counter(tuple(draws.sample(range(4), 4)) for _ in range(10_000))
    assert_proportions([counts[order] for order in permutations(range(4))])


def test_every_member_of_a_sample_is_as_likely(assert_proportions: AssertProportions) -> None:
    draws = Draws("members")
    counts = Counter(item for _ in range(5_000) for item in draws.sample(range(50), 5))
    assert_proportions([counts[item] for item in range(50)])


@given(st.integers(), st.lists(st.integers(), unique=True), st.integers(0, 20))
def test_a_sample_holds_no_item_twice(seed: int, items: list[int], count: int) -> None:
    before = list(items)
    sample = Draws(seed).sample(items, count)
    assert len(sample) == len(set(sample)) == min(count, len(items))
    assert set(sample) <= set(items)
    assert items == before


@given(PARTS)
def test_draws_are_a_function_of_the_parts(parts: list[str | int]) -> None:
    one, two, other = Draws(*parts), Draws(*parts), Draws(*parts, "other")
    drawn = [one.bits() for _ in range(3)]
    assert [two.bits() for _ in range(3)] == drawn
    assert [other.bits() for _ in range(3)] != drawn


def test_the_order_of_keys_begins_with_the_one_that_is_drawn() -> None:
    keys = np.array([mix_int(number) for number in range(40)], np.uint64)
    for number in range(200):
        order = Draws("order", number).rendezvous_order(keys, 40)
        assert sorted(order) == list(range(40))
        assert order[0] == Draws("order", number).rendezvous(keys)
        assert Draws("order", number).rendezvous_order(keys, 5) == order[:5]
    assert Draws("order").rendezvous_order(keys[:0], 5) == []


def test_kernels_draw_what_numpy_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = np.array([mix_int(number) for number in range(64)], np.uint64)
    draw_kernels = pytest.importorskip("transforms.draw_kernels")
    drawn = []
    for loaded in ([None], [draw_kernels]):
        monkeypatch.setattr(stable_random, "_loaded", loaded)
        drawn.append(
            [(Draws(n).rendezvous(keys), Draws(n).rendezvous_order(keys, 64)) for n in range(100)]
        )
    assert drawn[0] == drawn[1]
