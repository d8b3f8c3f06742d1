"""Draw the arms of a study: a panel for each suite and measure, as PNG and SVG."""

from collections.abc import Sequence
from typing import Any

from pipelines.studies.results import SCORE, Line
from trainer.evaluation.scores import Estimate

_TITLES = {"bits": "bits per target token", "score": "score, %"}


def draw(lines: Sequence[Line], stem: str) -> list[str]:
    """Draw means with 95% intervals and each seed's value; return the paths of both files.

    Measures are left out where every value is 0.
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # imports slowly
    from matplotlib.figure import Figure

    measures = [
        measure
        for measure in _TITLES
        if any(value for line in lines if line.measure == measure for value in line.values)
    ]
    suites = list(dict.fromkeys(line.suite for line in lines))
    arms = list(dict.fromkeys(line.arm for line in lines))
    labels = max(map(len, arms)) * 0.07
    width, height = labels + 1 + 2.6 * len(suites), 0.8 + len(measures) * (0.7 + 0.3 * len(arms))
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(measures), len(suites), squeeze=False, sharey=True)
    for row, measure in enumerate(measures):
        for column, suite in enumerate(suites):
            chosen = [x for x in lines if x.suite == suite and x.measure == measure]
            _panel(axes[row][column], chosen, arms)
            axes[row][column].set_title(f"{suite}\n{_TITLES[measure]}", fontsize=9)
    paths = [f"{stem}.png", f"{stem}.svg"]
    with matplotlib.rc_context({"svg.hashsalt": "flanbeam"}):
        figure.savefig(paths[0], dpi=150)
        figure.savefig(paths[1], metadata={"Date": None})
    return paths


def _panel(axis: Any, lines: Sequence[Line], arms: Sequence[str]) -> None:
    """Draw one row for each arm; hollow where it is a tie, gray where not compared."""
    factor = 100 if lines[0].measure == SCORE else 1
    for line in lines:
        if line.difference is None and not line.left_out:
            axis.axvline(factor * line.mean.mean, color="black", linestyle=":", linewidth=0.8)
    for line in lines:
        place = len(arms) - 1 - arms.index(line.arm)
        color = "gray" if line.left_out else "tab:blue" if line.difference else "black"
        tie = line.difference is not None and not line.difference.is_distinguishable
        if isinstance(line.mean, Estimate):
            ends = [factor * line.mean.low, factor * line.mean.high]
            axis.plot(ends, [place, place], color=color, linewidth=1)
        axis.plot(
            factor * line.mean.mean,
            place,
            "o",
            color=color,
            markerfacecolor="white" if tie else color,
        )
        seeds = [factor * value for value in line.values]
        axis.plot(seeds, [place - 0.25] * len(seeds), "|", color="gray", markersize=5)
    axis.set_yticks(range(len(arms)), list(reversed(arms)), fontsize=8)
    axis.set_ylim(-0.6, len(arms) - 0.4)
    axis.tick_params(axis="x", labelsize=8)
    axis.grid(alpha=0.3)
