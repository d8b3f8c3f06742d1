"""Compare models on the same questions: means, paired differences, 95% intervals.

The unit is the task, since questions of one task are alike, and, where there are several, the
seed. Bits per target token and scores are ratios of sums over the questions.

- Interval of a mean, and of a difference, over seeds: Student's t of the seeds' values. Differences
  are taken within a seed, so what a seed does to both models cancels.
- Interval over tasks (over questions, where there are fewer than ten tasks): bootstrap percentiles.
  Each resample draws tasks with replacement, the same for both models and for all seeds, as Koehn
  (2004) draws sentences. Over questions that are right or wrong, with one seed: Wilson's interval
  of a mean, and Tango's of a difference.
- No interval is given where the values do not support one: of fewer than six questions, or where
  all are the same.
- A difference is called distinguishable if neither interval contains 0; with one seed, the interval
  over tasks decides alone, and says nothing about another seed. Fewer than six questions decide
  nothing.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.errors import TrainerError
from trainer.evaluation.scores import (
    ALL_ALIKE,
    FEWEST_VALUES,
    TOO_FEW,
    Estimate,
    Mean,
    paired_proportions,
    wilson,
)

PREDICTIONS = "predictions.jsonl"
BITS = "bits"
_RESAMPLES = 2000
_FEWEST_TASKS = 10
_LEVELS = [0.025, 0.975]
_ROUNDING = 1e-9
Values = NDArray[np.float64]
Key = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Measured:
    """A measure of one model: sums over the questions of each unit [units], and what to divide by.

    A unit is a task, or a question where there are few tasks.

    Attributes:
        is_right_or_wrong: whether each unit is a question, and its measure 1 or 0.
    """

    units: tuple[str, ...]
    questions: tuple[Key, ...]
    sums: Values
    weights: Values
    is_right_or_wrong: bool = False


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A mean difference between two models.

    `seeds` is the interval over seeds, None if there is one seed; `tasks` that over tasks.
    `is_decided` is false if there are too few questions to tell a difference from a tie.
    """

    mean: float
    seeds: Estimate | Mean | None
    tasks: Estimate | Mean
    is_distinguishable: bool
    is_decided: bool = True


def read_measure(directory: Path, measure: str) -> Measured:
    """Read a measure from a suite's predictions: `bits` per target token, or a score.

    `score` is accuracy where options were ranked, else exact match.

    Raises:
        TrainerError: the file is missing, or an evaluation of an earlier version wrote it.
    """
    path = directory / PREDICTIONS
    if not path.is_file():
        raise TrainerError(f"{path} does not exist: give a directory that `flanbeam eval` wrote")
    rows: list[tuple[Key, float, float]] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
                key = (str(row["task"]), str(row["input"]), tuple(row["targets"]))
                value, weight = _value(row, measure)
                if not (math.isfinite(value) and weight >= 0):
                    raise ValueError(f"the {measure} of it are {value} of {weight}")
                rows.append((key, value, weight))
            except KeyError as error:
                raise TrainerError(
                    f"{path}:{number}: has no {error.args[0]}: evaluate the run again"
                ) from error
            except (ValueError, TypeError, AttributeError) as error:
                raise TrainerError(
                    f"{path}:{number}: not an answer of `flanbeam eval` ({error}): evaluate the "
                    "run again"
                ) from error
    if not rows:
        raise TrainerError(f"{path} has no question: evaluate the run again")
    rows.sort()
    names = [key[0] for key, _, _ in rows]
    has_few_tasks = len(set(names)) < _FEWEST_TASKS
    if has_few_tasks:
        names = [f"{number:09d}" for number in range(len(rows))]
    units, members = np.unique(names, return_inverse=True)
    return Measured(
        tuple(units.tolist()),
        tuple(key for key, _, _ in rows),
        np.bincount(members, [value for _, value, _ in rows]).astype(np.float64),
        np.bincount(members, [weight for _, _, weight in rows]).astype(np.float64),
        measure != BITS and has_few_tasks and {value for _, value, _ in rows} <= {0.0, 1.0},
    )


def _value(row: Mapping[str, object], measure: str) -> tuple[float, float]:
    if measure == BITS:
        tokens = float(row["target_tokens"])  # type: ignore[arg-type]
        return -float(row["log_likelihood"]) / math.log(2), tokens  # type: ignore[arg-type]
    scores: Mapping[str, float] = row["scores"]  # type: ignore[assignment]
    return float(scores.get("accuracy", scores.get("exact_match", 0.0))), 1.0


def check_same_questions(measured: Mapping[str, Measured]) -> None:
    """Check that models were asked the same questions.

    Raises:
        TrainerError: they were not.
    """
    (first, expected), *others = measured.items()
    for name, other in others:
        if other.questions != expected.questions:
            shared = len(set(other.questions) & set(expected.questions))
            raise TrainerError(
                f"{first} and {name} were asked different questions "
                f"({len(expected.questions):,} and {len(other.questions):,}, {shared:,} shared): "
                "evaluate both on the same suite, with the same --limit"
            )


def mean(runs: Sequence[Measured]) -> Estimate | Mean:
    """Estimate a measure over the seeds' runs: over seeds, or over tasks if there is one seed."""
    if len(runs) > 1:
        return _with_width(seed_interval([value_of(run) for run in runs]))
    (run,) = runs
    if run.is_right_or_wrong:
        return wilson(round(run.sums.sum()), len(run.units))
    return _supported(_over_tasks(runs, None), run)


def difference(runs: Sequence[Measured], base: Sequence[Measured]) -> Difference:
    """Estimate how much larger the measure is than the base's; run i of both has seed i."""
    by_seed = [value_of(run) - value_of(other) for run, other in zip(runs, base, strict=True)]
    over_seeds = seed_interval(by_seed) if len(runs) > 1 else None
    pair = runs[0], base[0]
    if over_seeds is None and all(run.is_right_or_wrong for run in pair):
        over_tasks = _over_questions(*pair)
    else:
        over_tasks = _over_tasks(runs, base)
    intervals = [each for each in (over_seeds, over_tasks) if each is not None]
    is_decided = len(runs[0].units) >= FEWEST_VALUES
    return Difference(
        mean=float(np.mean(by_seed)),
        seeds=None if over_seeds is None else _with_width(over_seeds),
        tasks=_supported(over_tasks, runs[0]),
        is_distinguishable=is_decided and all(each.low > 0 or each.high < 0 for each in intervals),
        is_decided=is_decided,
    )


def _with_width(interval: Estimate) -> Estimate | Mean:
    """Return an interval as it is, or the mean alone if all values that it is of are the same."""
    has_width = interval.high - interval.low > _ROUNDING * max(1.0, abs(interval.mean))
    return interval if has_width else Mean(interval.mean, why=ALL_ALIKE)


def _supported(over_tasks: Estimate, run: Measured) -> Estimate | Mean:
    """Return an interval over tasks as it is, or the mean alone if the run does not support one."""
    is_too_few = len(run.units) < FEWEST_VALUES
    return Mean(over_tasks.mean, why=TOO_FEW) if is_too_few else _with_width(over_tasks)


def seed_interval(values: Sequence[float]) -> Estimate:
    """Return the mean of two values or more with Student's t interval.

    1, 2, 3 → 2 ± 4.303 · 1 / √3 = [-0.484, 4.484].
    """
    from scipy.stats import t  # imports slowly

    middle = float(np.mean(values))
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    half = float(t.ppf(_LEVELS[1], len(values) - 1)) * error
    return Estimate(middle, middle - half, middle + half)


def value_of(run: Measured) -> float:
    """Return the measure over all questions: bits per target token, or the mean score."""
    return float(run.sums.sum() / max(run.weights.sum(), 1e-12))


def _over_questions(run: Measured, base: Measured) -> Estimate:
    """Estimate the difference of two shares of right answers to the same questions."""
    change = run.sums - base.sums
    return paired_proportions(int((change > 0).sum()), int((change < 0).sum()), len(change))


def _over_tasks(runs: Sequence[Measured], base: Sequence[Measured] | None) -> Estimate:
    """Estimate the mean over seeds by resampling tasks; the draws depend on their names alone."""
    units = runs[0].units
    digest = hashlib.blake2b("\0".join(units).encode(), digest_size=8).digest()
    random = np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))
    drawn = random.integers(0, len(units), (_RESAMPLES, len(units)))  # [resamples, units]
    resampled, actual = _resampled(runs, drawn)
    if base is not None:
        of_base, of_base_actual = _resampled(base, drawn)
        resampled, actual = resampled - of_base, actual - of_base_actual
    low, high = np.quantile(resampled, _LEVELS)
    return Estimate(actual, float(low), float(high))


def _resampled(runs: Sequence[Measured], drawn: NDArray[np.int64]) -> tuple[Values, float]:
    ratios = [run.sums[drawn].sum(1) / np.maximum(run.weights[drawn].sum(1), 1e-12) for run in runs]
    return np.mean(ratios, axis=0), float(np.mean([value_of(run) for run in runs]))
