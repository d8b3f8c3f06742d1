"""A page about a training run: its curves, and what its evaluations found, with sample answers."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from trainer.errors import TrainerError
from trainer.plot import draw, read_runs
from transforms.report.charts import svg_of
from transforms.report.markup import block, clipped, details, figure, table, text
from transforms.report.page import html_page

# Right and wrong answers of each suite that are shown, and lines of predictions looked at.
_MOST_ANSWERS, _MOST_LINES = 8, 5_000
_MOST_CHARACTERS = 2_000


def run_page(paths: Sequence[str], by_tokens: bool, smoothing: float) -> bytes:
    """Return the page of some runs, drawn over each other, with the evaluations of each.

    Raises:
      TrainerError: a run has no metrics, or its files are damaged.
    """
    runs = read_runs(paths)
    names = ", ".join(run.name for run in runs)
    picture = svg_of(draw(runs, by_tokens, smoothing), f"Curves of {names}")
    caption = "Loss, accuracy, gradient norm, speed and filling of rows."
    rows = [
        (
            run.name,
            run.corpus or "not stated",
            f"{run.lines[0]['loss']:.3f}",
            f"{run.lines[-1]['loss']:.3f}",
            f"{sum(line['input_wait_seconds'] for line in run.lines):.1f} s",
            _mfu(run.lines),
            sum(line["tokens"] for line in run.lines),
            int(run.lines[-1]["step"]),
        )
        for run in runs
    ]
    headers = (
        *("run", "corpus", "first loss", "last loss", "waited for input", "MFU"),
        *("tokens", "steps"),
    )
    parts = [("Training", figure(picture, caption) + table("Runs", headers, rows, 6))]
    for path, run in zip(paths, runs, strict=True):
        for result in sorted(Path(path).glob("eval/*/results.json")):
            name = f"{result.parent.name} of {run.name}"
            try:
                parts.append((name, _evaluation(json.loads(result.read_bytes()), result.parent)))
            except (ValueError, KeyError, TypeError) as error:
                raise TrainerError(
                    f"{result.parent}: its files are damaged ({type(error).__name__}: {error}): "
                    "evaluate the run again"
                ) from error
    return html_page(names, "A training run and its evaluations.", parts)


def _mfu(lines: Sequence[Mapping[str, Any]]) -> str:
    known = [line["mfu"] for line in lines if line["mfu"] is not None]
    return f"{sum(known) / len(known):.1%}" if known else "not known"


def percent(score: Mapping[str, Any] | None) -> str:
    """Return a score in percent with its interval, if it has one: "50.0 [23.7, 76.3]", "50.0"."""
    if score is None:
        return ""
    # Earlier versions wrote intervals without width.
    if score["low"] is None or score["low"] == score["high"]:
        return f"{100 * score['mean']:.1f}"
    return f"{100 * score['mean']:.1f} [{100 * score['low']:.1f}, {100 * score['high']:.1f}]"


def _evaluation(result: Mapping[str, Any], directory: Path) -> str:
    names = sorted(result["all_questions"]["scores"])
    rows = [
        (
            task["task"],
            task["questions"],
            *(percent(task["scores"].get(name)) for name in names),
            "" if task["chance"] is None else f"{100 * task['chance']:.1f}",
        )
        for task in [*result["tasks"], result["all_questions"]]
    ]
    caption = f"Scores of {directory.name} in percent, with 95% intervals"
    html = f"<p>{text(result['note'])}</p>"
    html += table(caption, ("task", "questions", *names, "chance"), rows, len(names) + 2)
    return html + "".join(_answers(directory / "predictions.jsonl"))


def _answers(path: Path) -> Iterator[str]:
    """Yield answers, the first right ones and the first wrong ones."""
    if not path.exists():
        return
    shown = {True: 0, False: 0}
    with path.open(encoding="utf-8") as stream:
        for line in islice(stream, _MOST_LINES):
            row = json.loads(line)
            scores = row["scores"]
            is_right = bool(scores.get("accuracy", scores.get("exact_match", 0)) == 1)
            if shown[is_right] == _MOST_ANSWERS:
                continue
            shown[is_right] += 1
            body = block(clipped(row["input"], _MOST_CHARACTERS))
            body += f"<p>Answered: {clipped(row['generated'], _MOST_CHARACTERS)}</p>"
            right = " or ".join(row["targets"])
            body += f"<p>Right: {clipped(right, _MOST_CHARACTERS)}</p>"
            word = "right" if is_right else "wrong"
            yield details(f"{word}: {row['task']}", body, ' class="rows"')
