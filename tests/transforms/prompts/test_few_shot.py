"""Exemplars: as many as the recipe says, never the query, and set apart from it."""

from collections import Counter
from collections.abc import Callable

import pytest

from transforms.prompts.few_shot import SHOT_FORMATS, ShotFormat, draw_exemplars, draw_num_shots
from transforms.settings import FewShot
from transforms.stable_random import Draws
from transforms.types import Record

MakeRecord = Callable[..., Record]


@pytest.mark.parametrize("shots", [{2: 1.0, 3: 1.0, 5: 1.0}, {5: 1.0, 1: 7.0, 3: 2.0}])
def test_numbers_of_shots_follow_their_weights(
    shots: dict[int, float], assert_proportions: Callable[..., None]
) -> None:
    settings = FewShot(shots=shots)
    counts = Counter(draw_num_shots(settings, Draws("shots", i)) for i in range(10_000))
    assert set(counts) == set(shots)
    assert_proportions([counts[number] for number in shots], list(shots.values()))


def test_a_number_of_weight_zero_is_never_drawn() -> None:
    settings = FewShot(shots={1: 0, 2: 1})
    assert {draw_num_shots(settings, Draws(i)) for i in range(1000)} == {2}


def test_the_query_is_never_an_exemplar(make_record: MakeRecord) -> None:
    pool = [make_record(i) for i in range(6)]
    for number in range(300):
        query = pool[number % 6]
        drawn = draw_exemplars(pool, query, 5, Draws(number))
        assert query not in drawn
        assert len({record.id for record in drawn}) == len(drawn) == 5


@pytest.mark.parametrize(
    ("pool_size", "in_pool", "shots", "drawn"),
    [(0, False, 3, 0), (1, True, 3, 0), (2, True, 3, 1), (2, False, 3, 2), (9, True, 3, 3)],
)
def test_a_small_pool_gives_what_it_has(
    make_record: MakeRecord, pool_size: int, in_pool: bool, shots: int, drawn: int
) -> None:
    pool = [make_record(i) for i in range(pool_size)]
    query = pool[0] if in_pool else make_record(99)
    assert len(draw_exemplars(pool, query, shots, Draws(0))) == drawn


def test_every_exemplar_is_as_likely(
    make_record: MakeRecord, assert_proportions: Callable[..., None]
) -> None:
    pool = [make_record(i) for i in range(10)]
    counts = Counter(
        record.id
        for number in range(3000)
        for record in draw_exemplars(pool, pool[0], 2, Draws("which", number))
    )
    assert_proportions([counts[record.id] for record in pool[1:]])


def test_a_prompt_is_put_together() -> None:
    shots = ShotFormat("Q: ", "A: ", "\n\n")
    exemplars = [shots.exemplar("1 + 1?", "2"), shots.exemplar("1 + 2?", "3")]
    assert shots.join("Add.", exemplars, shots.query("2 + 2?")) == (
        "Add.\n\nQ: 1 + 1?\nA: 2\n\nQ: 1 + 2?\nA: 3\n\nQ: 2 + 2?\nA:"
    )
    assert shots.join("", [], shots.query("2 + 2?")) == "Q: 2 + 2?\nA:"


def test_formats_differ_and_set_exemplars_apart() -> None:
    assert len(set(SHOT_FORMATS)) == len(SHOT_FORMATS) == 30
    for shots in SHOT_FORMATS:
        assert shots.input_prefix.strip(": ").isalpha()
        assert shots.output_prefix.strip(": ").isalpha()
        assert shots.input_prefix != shots.output_prefix
        assert shots.separator.startswith("\n")
        assert shots.separator.endswith("\n")
        assert not shots.query("x").endswith(" ")
