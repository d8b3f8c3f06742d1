"""Draw the curves of runs as PNG or SVG, for `flanbeam plot`."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trainer.batches.snapshot_choice import CHOSEN
from trainer.errors import TrainerConfigurationError, TrainerError
from trainer.metrics import FILE, HELD_IN_FILE, read_metrics

# Collections of a run that are drawn beside the whole.
_MOST_COLLECTIONS = 8
# Panels: name in metrics.jsonl, title; None where the file has it under another name.
_PANELS = (
    ("accuracy", "share of target tokens predicted right"),
    ("gradient_norm", "gradient norm"),
    ("tokens_per_second", "tokens per second"),
    ("share_filled", "share of row places filled"),
)
# What is drawn, or summed, of the lines of both files.
_BY_COLLECTION = "collection_loss"
_HELD_IN_NUMBERS = ("step", "loss")
_NUMBERS = (*_HELD_IN_NUMBERS, "tokens", "input_wait_seconds", *(name for name, _ in _PANELS))


@dataclass(frozen=True)
class Run:
    """The curves of one run.

    Attributes:
      corpus: the snapshot that it reads, if it is recorded.
    """

    name: str
    corpus: str
    lines: list[dict[str, Any]]
    held_in: list[dict[str, Any]]

    def axis(self, lines: Sequence[dict[str, Any]], by_tokens: bool) -> list[float]:
        """Return where on the axis each line is: its step, or the tokens read until then."""
        if not by_tokens:
            return [line["step"] for line in lines]
        read, tokens = {0: 0}, 0
        for line in self.lines:
            tokens += line["tokens"]
            read[line["step"]] = tokens
        # A held-in measurement is plotted at the last line of metrics before it.
        steps = sorted(read)
        return [read[max(s for s in steps if s <= line["step"])] for line in lines]


def read_run(path: str) -> Run:
    """Read the metrics of a run.

    Raises:
        TrainerError: the run has no metrics, or they are damaged.
    """
    directory = Path(path)
    lines = _read_lines(directory / FILE, _NUMBERS)
    held_in = _read_lines(directory / HELD_IN_FILE, _HELD_IN_NUMBERS)
    if not lines:
        raise TrainerError(f"{path} has no {FILE}: give the --out directory of a training run")
    return Run(directory.absolute().name, _corpus(directory / CHOSEN), lines, held_in)


def read_runs(paths: Sequence[str]) -> list[Run]:
    """Read the metrics of several runs; those of one name are called by their paths.

    Raises:
        TrainerError: a run has no metrics, or they are damaged.
    """
    runs = [read_run(path) for path in paths]
    counts = Counter(run.name for run in runs)
    return [
        replace(run, name=path) if counts[run.name] > 1 else run
        for run, path in zip(runs, paths, strict=True)
    ]


def _read_lines(path: Path, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Read the lines of a file, and check that they have what is drawn."""
    lines = read_metrics(path)
    for number, line in enumerate(lines, start=1):
        known: Mapping[str, Any] = line if isinstance(line, dict) else {}
        wrong = [name for name in numbers if not isinstance(known.get(name), int | float)]
        wrong += [] if isinstance(known.get(_BY_COLLECTION), dict) else [_BY_COLLECTION]
        if wrong:
            raise TrainerError(
                f"{path}:{number}: {', '.join(wrong)}: missing or of another type: restore the "
                "file from a copy"
            )
    return lines


def _corpus(chosen: Path) -> str:
    """Return the name of the snapshot that a run recorded; empty if it recorded none."""
    if not chosen.exists():
        return ""
    try:
        return Path(json.loads(chosen.read_bytes())["snapshot"]).name
    except (ValueError, KeyError, TypeError) as error:
        raise TrainerError(f"{chosen}: names no snapshot: restore the file from a copy") from error


def plot(
    runs: str | Sequence[str],
    out: str | None = None,
    *,
    by_tokens: bool = False,
    smoothing: float = 0.0,
) -> Path:
    """Draw losses, accuracy, gradient norm and speed of runs; return the picture's path.

    Args:
        runs: directories of runs, drawn over each other.
        out: path of the picture, ending in .png or .svg; None means `<first run>/curves.png`.
        by_tokens: whether the axis counts tokens and not steps.
        smoothing: from 0, none, to below 1: the weight of what came before, in a moving average.

    Raises:
        TrainerError: a run has no metrics, or the picture has another ending.
    """
    paths = [runs] if isinstance(runs, str) else list(runs)
    path = Path(out) if out else Path(paths[0]) / "curves.png"
    if path.suffix not in (".png", ".svg"):
        raise TrainerConfigurationError(f"{path} does not end in .png or .svg: change the ending")
    figure = draw(read_runs(paths), by_tokens, smoothing)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    return path


def draw(runs: Sequence[Run], by_tokens: bool = False, smoothing: float = 0.0) -> Any:
    """Return a figure of the curves of some runs.

    Raises:
        TrainerError: `smoothing` is not between 0 and 1.
    """
    if not 0 <= smoothing < 1:
        raise TrainerConfigurationError(
            f"a smoothing of {smoothing} is not from 0 to below 1: change it"
        )
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # imports slowly
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 9.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(3, 2)
    figure.suptitle(_title(runs, smoothing))
    _losses(axes[0][0], "training loss (nats per token)", runs, "lines", by_tokens, smoothing)
    _losses(axes[0][1], "held-in loss (nats per token)", runs, "held_in", by_tokens, 0.0)
    for axis, (name, title) in zip(axes.flat[2:], _PANELS, strict=True):
        _dress(axis, title, by_tokens)
        for run in runs:
            values = [line[name] for line in run.lines]
            places = run.axis(run.lines, by_tokens)
            _curve(axis, places, values, smoothing if name != "share_filled" else 0.0, run.name)
    if len(runs) > 1:
        axes[1][0].legend()
    return figure


def _title(runs: Sequence[Run], smoothing: float) -> str:
    names = ", ".join(run.name for run in runs)
    corpora = ", ".join(dict.fromkeys(run.corpus for run in runs if run.corpus))
    parts = (names, corpora, f"smoothed by {smoothing:g}" if smoothing else "")
    # A dollar sign would begin a formula.
    return " · ".join(part for part in parts if part).replace("$", r"\$")


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """Return the exponential moving average, corrected for its beginning: [1, 1] stays [1, 1].

    Args:
        weight: of what came before, from 0 to below 1.
    """
    average, correction, curve = 0.0, 0.0, []
    for value in values:
        average = weight * average + (1 - weight) * value
        correction = weight * correction + (1 - weight)
        curve.append(average / correction)
    return curve


def _curve(
    axis: Any, places: Sequence[float], values: Sequence[float], smoothing: float, label: str
) -> None:
    """Draw a curve; where it is smoothed, what was measured shows through."""
    (line,) = axis.plot(places, smoothed(values, smoothing), linewidth=1.5, label=label)
    if smoothing:
        axis.plot(places, values, linewidth=0.8, alpha=0.25, color=line.get_color())


def _losses(
    axis: Any, title: str, runs: Sequence[Run], kind: str, by_tokens: bool, smoothing: float
) -> None:
    """Draw the loss of each run; of a single run also that of its largest collections."""
    _dress(axis, title, by_tokens)
    for run in runs:
        lines = getattr(run, kind)
        if not lines:
            continue
        if len(runs) == 1:
            _collections(axis, run, lines, by_tokens, smoothing)
        losses = [line["loss"] for line in lines]
        _curve(axis, run.axis(lines, by_tokens), losses, smoothing, run.name)
    if not axis.lines:
        axis.text(0.5, 0.5, "none measured", ha="center", transform=axis.transAxes)
        axis.set_axis_off()
        axis.set_title(title)
    else:
        axis.legend(fontsize=8)


def _collections(
    axis: Any, run: Run, lines: Sequence[dict[str, Any]], by_tokens: bool, smoothing: float
) -> None:
    names = sorted({name for line in lines for name in line["collection_loss"]})
    if len(names) < 2:
        # One collection is the whole.
        return
    for name in names[:_MOST_COLLECTIONS]:
        of = [line for line in lines if name in line["collection_loss"]]
        values = [line["collection_loss"][name] for line in of]
        curve = smoothed(values, smoothing)
        axis.plot(run.axis(of, by_tokens), curve, linewidth=0.8, alpha=0.7, label=name)


def _dress(axis: Any, title: str, by_tokens: bool) -> None:
    axis.set_title(title, fontsize=10)
    axis.set_xlabel("tokens read" if by_tokens else "step")
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.grid(alpha=0.3)
