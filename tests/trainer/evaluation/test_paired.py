"""Paired comparison against values worked out by hand, and scipy's bootstrap."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import bootstrap

from trainer.errors import TrainerError
from trainer.evaluation.paired import (
    BITS,
    Measured,
    check_same_questions,
    difference,
    mean,
    read_measure,
    seed_interval,
    value_of,
)
from trainer.evaluation.scores import Estimate, Mean


def _row(task: str, number: int, nats: float, tokens: int, score: float) -> dict[str, object]:
    return {
        "task": task,
        "input": f"{task} {number}",
        "targets": ["x"],
        "log_likelihood": -nats,
        "target_tokens": tokens,
        "scores": {"exact_match": score, "f1": 0.7},
    }


def _write(directory: Path, rows: list[dict[str, object]]) -> Path:
    directory.mkdir(parents=True)
    (directory / "predictions.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    return directory


def _measured(values: list[float], weights: list[float] | None = None) -> Measured:
    units = tuple(f"t{number:02d}" for number in range(len(values)))
    keys = tuple((unit, "", ()) for unit in units)
    return Measured(units, keys, np.array(values), np.array(weights or [1.0] * len(values)))


def test_bits_are_nats_over_ln_2_for_each_token(tmp_path: Path) -> None:
    # 3 ln 2 nats in 2 tokens, 5 ln 2 nats in 2 tokens: 8 bits in 4 tokens.
    ln2 = math.log(2)
    place = _write(tmp_path / "a", [_row("t", 1, 3 * ln2, 2, 1), _row("t", 2, 5 * ln2, 2, 0)])
    assert value_of(read_measure(place, BITS)) == pytest.approx(2.0)
    assert value_of(read_measure(place, "score")) == pytest.approx(0.5)


def test_questions_are_the_units_where_there_are_few_tasks(tmp_path: Path) -> None:
    few = _write(tmp_path / "few", [_row("t", n, 1, 1, 0) for n in range(12)])
    many = [_row(f"t{n % 10}", n, 1, 1, 0) for n in range(20)]
    assert len(read_measure(few, BITS).units) == 12
    assert len(read_measure(_write(tmp_path / "many", many), BITS).units) == 10


def test_interval_over_seeds() -> None:
    # Mean 2, standard deviation 1, t(0.975, 2) = 4.30265 (any table): 2 ± 4.30265 / √3.
    interval = seed_interval([1, 2, 3])
    assert (interval.mean, interval.low, interval.high) == pytest.approx(
        (2, -0.48414, 4.48414), abs=1e-5
    )


def test_difference_is_paired_by_seed() -> None:
    # The seeds differ by 10, the arms by 1.0, 1.1 and 0.9 within a seed: 1 ± 4.30265 · 0.1 / √3.
    base = [_measured([value] * 12) for value in (0.0, 10.0, 20.0)]
    arm = [_measured([value] * 12) for value in (1.0, 11.1, 20.9)]
    found = difference(arm, base)
    assert found.mean == pytest.approx(1.0)
    assert found.seeds is not None
    assert (found.seeds.low, found.seeds.high) == pytest.approx((0.75159, 1.24841), abs=1e-4)
    assert found.is_distinguishable
    # The mean of the seeds' differences is 1 in every task.
    assert found.tasks == Mean(pytest.approx(1.0), why="all values are the same")


def test_difference_of_one_task_is_a_tie() -> None:
    # Every seed agrees, but one task of twelve makes the whole difference: resamples without it are
    # (11/12)^12 = 35% of all.
    base = [_measured([0.0] * 12) for _ in range(3)]
    arm = [_measured([6.0, *[0.0] * 11]) for _ in range(3)]
    found = difference(arm, base)
    assert found.seeds == Mean(0.5, why="all values are the same")
    assert found.tasks.low == 0
    assert not found.is_distinguishable


def test_difference_of_one_seed_is_a_tie() -> None:
    base = [_measured([0.0] * 12) for _ in range(3)]
    arm = [_measured([value] * 12) for value in (3.0, 0.0, 0.0)]
    found = difference(arm, base)
    # Mean 1, standard deviation √3: 1 ± 4.30265.
    assert found.seeds is not None
    assert (found.seeds.low, found.seeds.high) == pytest.approx((-3.30265, 5.30265), abs=1e-4)
    assert not found.is_distinguishable


def _scored(directory: Path, scores: list[float]) -> Measured:
    rows = [_row("t", number, 1, 1, score) for number, score in enumerate(scores)]
    return read_measure(_write(directory, rows), "score")


def test_right_answers_alone_have_an_interval_with_a_width(tmp_path: Path) -> None:
    # Newcombe 1998, table I: 0 of 20 has [0, 0.1611], so 20 of 20 has [0.8389, 1]. Tango's interval
    # of no gain and no loss ends at z²/(n + z²) = 3.8415 / 23.8415 = 0.1611.
    one, other = (_scored(tmp_path / name, [1.0] * 20) for name in ("a", "b"))
    found = mean([one])
    assert (found.mean, found.low, found.high) == pytest.approx((1, 0.8389, 1), abs=1e-4)
    change = difference([one], [other])
    assert (change.tasks.low, change.tasks.high) == pytest.approx((-0.1611, 0.1611), abs=1e-4)
    assert change.is_decided
    assert not change.is_distinguishable


def test_all_wrong_against_all_right_is_distinguishable(tmp_path: Path) -> None:
    wrong, right = _scored(tmp_path / "a", [0.0] * 20), _scored(tmp_path / "b", [1.0] * 20)
    change = difference([right], [wrong])
    # Of 20 gains and no loss, Tango's interval begins at (20 - z²)/(20 + z²) = 16.1585/23.8415.
    assert (change.tasks.low, change.tasks.high) == pytest.approx((0.6777, 1.0), abs=1e-4)
    assert change.is_distinguishable


@pytest.mark.parametrize("count", [1, 5])
def test_few_questions_decide_nothing(count: int, tmp_path: Path) -> None:
    one, other = _scored(tmp_path / "a", [0.0] * count), _scored(tmp_path / "b", [1.0] * count)
    change = difference([other], [one])
    assert change.tasks == Mean(1.0, why="there are fewer than 6 questions")
    assert not change.is_decided
    assert not change.is_distinguishable


def test_values_without_spread_have_no_interval() -> None:
    runs, base = [_measured([0.4] * 12)], [_measured([0.3] * 12)]
    assert mean(runs) == Mean(pytest.approx(0.4), why="all values are the same")
    change = difference(runs, base)
    assert change.tasks == Mean(pytest.approx(0.1), why="all values are the same")
    assert change.is_distinguishable
    assert mean([_measured([0.0] * 12)] * 3) == Mean(0.0, why="all values are the same")


def test_bootstrap_agrees_with_scipy() -> None:
    random = np.random.default_rng(7)
    sums, weights = random.uniform(1, 9, 40), random.integers(1, 5, 40).astype(float)
    ours = mean([_measured(sums.tolist(), weights.tolist())])
    assert isinstance(ours, Estimate)
    theirs = bootstrap(
        (sums, weights),
        lambda s, w, axis=-1: s.sum(axis) / w.sum(axis),
        paired=True,
        method="percentile",
        n_resamples=9999,
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert ours.mean == pytest.approx(sums.sum() / weights.sum())
    assert ours.low == pytest.approx(theirs.low, abs=0.06)
    assert ours.high == pytest.approx(theirs.high, abs=0.06)


def test_other_questions_are_refused(tmp_path: Path) -> None:
    one = read_measure(_write(tmp_path / "one", [_row("t", 1, 1, 1, 0)]), BITS)
    other = read_measure(_write(tmp_path / "two", [_row("t", 2, 1, 1, 0)]), BITS)
    with pytest.raises(TrainerError, match="a and b were asked different questions"):
        check_same_questions({"a": one, "b": other})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"\xff", "not an answer"),
        (b"[1]", "not an answer"),
        (b"{}", "has no task"),
        (b'{"task": "t", "input": "i", "targets": ["x"], "scores": [1]}', "not an answer"),
        (b'{"task": "t", "input": "i", "targets": ["x"], "scores": {"accuracy": NaN}}', "are nan"),
    ],
)
def test_damaged_predictions_are_named(tmp_path: Path, line: bytes, message: str) -> None:
    place = _write(tmp_path / "damaged", [_row("t", 1, 1, 1, 0)])
    (place / "predictions.jsonl").write_bytes(line + b"\n")
    with pytest.raises(TrainerError, match=rf"predictions.jsonl:1: .*{message}"):
        read_measure(place, "score")


def test_earlier_predictions_are_refused(tmp_path: Path) -> None:
    row = _row("t", 1, 1, 1, 0)
    del row["target_tokens"]
    place = _write(tmp_path / "old", [row])
    with pytest.raises(TrainerError, match=r"predictions.jsonl:1: .*evaluate the run again"):
        read_measure(place, BITS)
    with pytest.raises(TrainerError, match="does not exist"):
        read_measure(tmp_path / "none", BITS)
