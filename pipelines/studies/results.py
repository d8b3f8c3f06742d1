"""What the cells of a study say: one line for each suite, measure and arm."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.studies.cells import Cell
from trainer.evaluation.paired import (
    BITS,
    Difference,
    Measured,
    check_same_questions,
    difference,
    mean,
    read_measure,
    value_of,
)
from trainer.evaluation.scores import Estimate, Mean

SCORE = "score"
HEADERS = ("arm", "bits per target token", "difference", "", "score, %", "difference", "")
_NOTHING = ("left_out", "")
MEASURES = (BITS, SCORE)
METHOD = (
    "Bits are per target token of the right answer, teacher-forced; lower is better. The score is "
    "accuracy where options are ranked, else exact match. Means have 95% intervals of Student's t "
    "over seeds, or, with one seed, of a bootstrap over tasks. Differences from the base arm are "
    "paired by seed and question. A difference is called distinguishable if neither of two 95% "
    "intervals contains 0: Student's t over the seeds' differences, and a bootstrap that draws the "
    "same tasks for both arms and all seeds (questions, where there are fewer than ten tasks). "
    "With one seed and fewer than ten tasks, scores of right and wrong answers have Wilson's "
    "interval, and their differences Tango's. There is no interval where the values do not support "
    "one, and fewer than six questions decide nothing. Nothing is corrected for the number of "
    "comparisons."
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One arm on one suite, by one measure; `values` are by seed. The base has no difference.

    An arm that was asked other questions than its base has none either; `left_out` says so.
    """

    suite: str
    measure: str
    arm: str
    questions: int
    values: list[float]
    mean: Estimate | Mean
    difference: Difference | None
    left_out: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """Return the line as JSON; without `left_out` where nothing is."""
        return {key: value for key, value in asdict(self).items() if (key, value) != _NOTHING}


def lines_of(cells: Sequence[Cell], bases: Mapping[str, str]) -> list[Line]:
    """Return the lines of a finished study, arms in the order of the cells.

    An arm that was asked other questions than its base is not compared with it.

    Raises:
      TrainerError: results are missing, or seeds of an arm were asked different questions.
    """
    arms = list(dict.fromkeys(cell.arm for cell in cells))
    runs = {
        arm: sorted((cell for cell in cells if cell.arm == arm), key=lambda cell: cell.seed)
        for arm in arms
    }
    lines = []
    for suite in cells[0].suites:
        places = {arm: [_results(cell, suite) for cell in of_arm] for arm, of_arm in runs.items()}
        lines += _lines(suite, places, bases, is_study=True)
    return lines


def compare(
    suite: str, places: Mapping[str, Sequence[Path]], bases: Mapping[str, str]
) -> list[Line]:
    """Compare arms on a suite by each measure.

    Args:
      places: arm → the directories with its predictions, one for each seed in the same order.
      bases: arm → the arm that it is compared with.

    Raises:
      TrainerError: results are missing, or arms were asked different questions.
    """
    return _lines(suite, places, bases, is_study=False)


def _lines(
    suite: str,
    places: Mapping[str, Sequence[Path]],
    bases: Mapping[str, str],
    *,
    is_study: bool,
) -> list[Line]:
    """Compare arms on a suite; those of a study may have been asked different questions."""
    lines = []
    for measure in MEASURES:
        measured = {arm: [read_measure(p, measure) for p in of] for arm, of in places.items()}
        for arms in [[arm] for arm in places] if is_study else [list(places)]:
            named = [
                (str(place), run)
                for arm in arms
                for place, run in zip(places[arm], measured[arm], strict=True)
            ]
            check_same_questions(dict(named))
        lines += [_line(suite, measure, arm, measured, bases[arm]) for arm in places]
    return lines


def _line(
    suite: str, measure: str, arm: str, measured: Mapping[str, Sequence[Measured]], base: str
) -> Line:
    of_arm, of_base = measured[arm], measured[base]
    is_left_out = of_arm[0].questions != of_base[0].questions
    return Line(
        suite=suite,
        measure=measure,
        arm=arm,
        questions=len(of_arm[0].questions),
        values=[value_of(run) for run in of_arm],
        mean=mean(of_arm),
        difference=None if arm == base or is_left_out else difference(of_arm, of_base),
        left_out=_why(of_arm[0], of_base[0], base) if is_left_out else "",
    )


def _why(run: Measured, of_base: Measured, base: str) -> str:
    shared = len(set(run.questions) & set(of_base.questions))
    return (
        f"not compared with {base}: they were asked different questions "
        f"({len(run.questions):,} and {len(of_base.questions):,}, {shared:,} shared)"
    )


def _results(cell: Cell, suite: str) -> Path:
    return Path(os.path.join(cell.evaluation(suite)))


def to_markdown(lines: Sequence[Line]) -> str:
    """Write the lines as a table for each suite."""
    parts = []
    for suite in dict.fromkeys(line.suite for line in lines):
        of_suite = [line for line in lines if line.suite == suite]
        parts += [
            f"### {title_of(of_suite)}",
            "",
            f"| {' | '.join(HEADERS)} |".replace("  ", " "),
            "|---|---:|---:|---|---:|---:|---|",
            *(f"| {' | '.join(row)} |" for row in rows_of(of_suite)),
            "",
        ]
        notes = [f"- {note}" for note in notes_of(of_suite)]
        parts += [*notes, ""] if notes else []
    return "\n".join(parts)


def title_of(lines: Sequence[Line]) -> str:
    """Return the heading of a suite's table: "mmlu, 64 questions"."""
    return f"{lines[0].suite}, {_questions(lines)}"


def rows_of(lines: Sequence[Line]) -> list[list[str]]:
    """Return the rows of a suite's table, one for each arm, as `HEADERS` names their cells."""
    bits = {line.arm: line for line in lines if line.measure == BITS}
    scores = {line.arm: line for line in lines if line.measure == SCORE}
    return [[arm, *_cells(bits[arm], 1, 3), *_cells(scores[arm], 100, 1)] for arm in bits]


def notes_of(lines: Sequence[Line]) -> list[str]:
    """Return what stands below a suite's table: arms left out, and why there is no interval."""
    left_out = {line.arm: line.left_out for line in lines if line.left_out}
    notes = [f"{arm}: {why}." for arm, why in left_out.items()]
    return [*notes, *(f"No interval: {why}." for why in _reasons(lines))]


def _reasons(lines: Sequence[Line]) -> list[str]:
    """Return why means and differences have no interval; empty if all have one."""
    found: list[Estimate | Mean | None] = [line.mean for line in lines]
    for line in lines:
        found += [line.difference.seeds, line.difference.tasks] if line.difference else []
    return sorted({each.why for each in found if isinstance(each, Mean)})


def _questions(lines: Sequence[Line]) -> str:
    """Return how many questions the arms were asked: "64 questions", or "64 to 512 questions"."""
    counts = sorted({line.questions for line in lines})
    shown = " to ".join(f"{count:,}" for count in dict.fromkeys((counts[0], counts[-1])))
    return f"{shown} {'question' if shown == '1' else 'questions'}"


def _cells(line: Line, factor: float, digits: int) -> tuple[str, str, str]:
    """Write mean, difference and verdict: "2.7 [2.6, 2.8]", "+0.12 [0.05, 0.19]", "tie"."""
    shown = _interval(line.mean, factor, digits)
    if line.left_out:
        return shown, "other questions", ""
    if (paired := line.difference) is None:
        return shown, "base", ""
    change = _interval(paired.seeds or paired.tasks, factor, digits, "+")
    verdict = "distinguishable" if paired.is_distinguishable else "tie"
    return shown, change, verdict if paired.is_decided else "undecided"


def _interval(estimate: Estimate | Mean, factor: float, digits: int, sign: str = "") -> str:
    mean = f"{factor * estimate.mean:{sign}.{digits}f}"
    if isinstance(estimate, Mean):
        return f"{mean} (no interval)"
    low, high = (f"{factor * value:.{digits}f}" for value in (estimate.low, estimate.high))
    return f"{mean} [{low}, {high}]"
