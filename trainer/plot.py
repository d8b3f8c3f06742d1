"""Draw the curves of a run as PNG or SVG, for `flanbeam plot`."""

from pathlib import Path
from typing import Any

from trainer.errors import TrainerError
from trainer.metrics import FILE, HELD_IN_FILE, read_metrics


def plot(run: str, out: str | None = None) -> Path:
    """Draw loss, held-in loss by collection, speed and row filling; return the picture's path.

    Args:
        run: directory of the run.
        out: path of the picture, ending in .png or .svg; None means `<run>/curves.png`.

    Raises:
        TrainerError: the run has no metrics, or the picture has another ending.
    """
    path = Path(out) if out else Path(run) / "curves.png"
    if path.suffix not in (".png", ".svg"):
        raise TrainerError(f"{path} does not end in .png or .svg: change the ending")
    lines, held_in = (read_metrics(Path(run) / name) for name in (FILE, HELD_IN_FILE))
    if not lines:
        raise TrainerError(f"{run} has no {FILE}: give the --out directory of a training run")
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # imports slowly
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 7), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, 2)
    _curves(axes[0][0], "training loss (nats per token)", _by_collection(lines), lines)
    _curves(axes[0][1], "held-in loss (nats per token)", _by_collection(held_in), held_in)
    _curves(axes[1][0], "tokens per second", {"": _series(lines, "tokens_per_second")}, [])
    _curves(axes[1][1], "share of row filled", {"": _series(lines, "share_filled")}, [])
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    return path


Series = tuple[list[int], list[float]]


def _series(lines: list[dict[str, Any]], name: str) -> Series:
    return [line["step"] for line in lines], [line[name] for line in lines]


def _by_collection(lines: list[dict[str, Any]]) -> dict[str, Series]:
    curves: dict[str, Series] = {}
    for line in lines:
        for collection, loss in line["collection_loss"].items():
            steps, losses = curves.setdefault(collection, ([], []))
            steps.append(line["step"])
            losses.append(loss)
    return curves


def _curves(axis: Any, title: str, curves: dict[str, Series], whole: list[dict[str, Any]]) -> None:
    """Draw thin lines for collections and a thick line for the whole."""
    axis.set_title(title)
    axis.set_xlabel("step")
    for name, (steps, values) in curves.items():
        axis.plot(steps, values, linewidth=1, label=name or None)
    if whole:
        axis.plot(*_series(whole, "loss"), color="black", linewidth=2, label="all")
        axis.legend()
    elif not curves:
        axis.text(0.5, 0.5, "none measured", ha="center", transform=axis.transAxes)
    axis.grid(alpha=0.3)
