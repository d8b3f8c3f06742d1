"""Compare how fast two starts learn: the held-in loss by step, and the steps to 95% of the way."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from pipelines.studies.cells import Cell

_FILE = "held_in.jsonl"
_SHARE = 0.95
Curve = dict[int, float]


@dataclass(frozen=True, kw_only=True)
class Race:
    """Two arms on the same held-in examples.

    `curves` are bits per target token by step, means over seeds. `steps` is the first measured step
    that has come 95% of the way from the worse arm's first value to the better arm's best; None if
    none has.
    """

    arms: tuple[str, str]
    curves: tuple[Curve, Curve]
    steps: tuple[int | None, int | None]


def races_of(cells: Sequence[Cell], bases: Mapping[str, str]) -> list[Race]:
    """Return a race for each arm that has its base's snapshot and was measured by step."""
    of_arm: dict[str, list[Cell]] = {}
    for cell in cells:
        of_arm.setdefault(cell.arm, []).append(cell)
    races = []
    for arm, base in bases.items():
        if arm == base or of_arm[arm][0].snapshot != of_arm[base][0].snapshot:
            continue
        curves = (_curve(of_arm[base]), _curve(of_arm[arm]))
        if all(len(curve) > 1 for curve in curves):
            races.append(Race(arms=(base, arm), curves=curves, steps=steps_to_share(*curves)))
    return races


def steps_to_share(one: Curve, other: Curve) -> tuple[int | None, int | None]:
    """Return when each curve has come 95% of the way from the worse start to the better end.

    {0: 4, 100: 2, 200: 1} and {0: 2, 100: 1, 200: 1}: 95% of the way from 4 to 1 is 1.15, which
    they reach after 200 and 100 steps.
    """
    start = max(curve[min(curve)] for curve in (one, other))
    best = min(min(curve.values()) for curve in (one, other))
    goal = start - _SHARE * (start - best)

    def reached(curve: Curve) -> int | None:
        return next((step for step in sorted(curve) if curve[step] <= goal), None)

    return reached(one), reached(other)


def to_markdown(races: Sequence[Race]) -> str:
    """Write the races as a table; empty if there are none."""
    if not races:
        return ""
    lines = [
        "### Held-in loss by step",
        "",
        "Steps until 95% of the way from the worse arm's first to the better arm's best value, in "
        "bits per target token, means over seeds.",
        "",
        "| arms | first | best | steps |",
        "|---|---|---|---|",
    ]
    for race in races:
        first = [f"{curve[min(curve)]:.3f}" for curve in race.curves]
        best = [f"{min(curve.values()):.3f}" for curve in race.curves]
        steps = ["never" if step is None else f"{step:,}" for step in race.steps]
        cells = [" / ".join(pair) for pair in (race.arms, first, best, steps)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _curve(cells: Sequence[Cell]) -> Curve:
    """Return the mean over seeds, at the steps that all of them measured."""
    curves = [_read(cell) for cell in cells]
    shared = set(curves[0]).intersection(*curves)
    return {step: sum(curve[step] for curve in curves) / len(curves) for step in sorted(shared)}


def _read(cell: Cell) -> Curve:
    path = os.path.join(cell.run, _FILE)
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.endswith("\n")]
    return {int(line["step"]): float(line["loss"]) / log(2) for line in lines}
