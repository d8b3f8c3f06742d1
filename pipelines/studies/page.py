"""Write what a study found: results.json, results.md, its plots."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict

import orjson

from pipelines.studies.cells import Cell
from pipelines.studies.curves import Race, races_of
from pipelines.studies.curves import to_markdown as races_to_markdown
from pipelines.studies.plots import draw
from pipelines.studies.results import METHOD, Line, lines_of, to_markdown
from pipelines.studies.study import Arm, Study
from tfrecords_schema import __version__, filesystem
from tfrecords_schema.snapshot import open_snapshot

RESULTS, PAGE, PLOT = "results.json", "results.md", "results"


def write_results(study: Study, cells: Sequence[Cell], out: str) -> list[Line]:
    """Write results.json, results.md, results.png and results.svg; return the table."""
    lines, races = lines_of(cells, study.bases()), races_of(cells, study.bases())
    document = {
        "study": study.model_dump(mode="json"),
        "flanbeam": __version__,
        "method": METHOD,
        "lines": [line.document for line in lines],
        "races": [asdict(race) for race in races],
    }
    data = orjson.dumps(
        document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    )
    filesystem.write_bytes(os.path.join(out, RESULTS), data)
    filesystem.write_bytes(os.path.join(out, PAGE), _page(study, cells, lines, races).encode())
    draw(lines, os.path.join(out, PLOT))
    return lines


def _page(study: Study, cells: Sequence[Cell], lines: Sequence[Line], races: Sequence[Race]) -> str:
    hours = sum(_train_seconds(cell) for cell in cells) / 3600
    return "\n".join(
        [
            f"# {study.name}",
            "",
            study.description,
            "",
            f"![means and intervals]({PLOT}.png)",
            "",
            "Lines are 95% intervals of the means, ticks the seeds, the dotted line the base. "
            "A hollow mark is a tie with the base, paired by seed and question.",
            "",
            to_markdown(lines),
            races_to_markdown(races),
            METHOD,
            "",
            "## What was run",
            "",
            f"flanbeam {__version__}; recipe `{study.recipe}`{_changes(study.set)}; "
            f"configuration `{study.config}`{_changes(study.train)}; "
            f"{study.tokens:,} places of packed rows a run; "
            f"seeds {', '.join(map(str, study.seeds))}. "
            f"Training took {hours:.2f} hours of wall time.",
            "",
            "| arm | what it changes | examples | steps |",
            "|---|---|---:|---:|",
            *_arms(study, cells),
            "",
            "| suite | questions from |",
            "|---|---|",
            *(
                f"| {name} | `{spec.recipe or spec.suite}`{_changes(spec.set)} |"
                for name, spec in study.suites.items()
            ),
            "",
            "Every run, by seed:",
            "",
            "| suite | measure | arm | "
            + " | ".join(f"seed {seed}" for seed in sorted(study.seeds))
            + " |",
            "|---|---|---|" + "---:|" * len(study.seeds),
            *(
                f"| {line.suite} | {line.measure} | {line.arm} | "
                + " | ".join(f"{value:.4f}" for value in line.values)
                + " |"
                for line in lines
            ),
            "",
        ]
    )


def _arms(study: Study, cells: Sequence[Cell]) -> list[str]:
    rows = []
    for name, arm in study.arms.items():
        cell = next(cell for cell in cells if cell.arm == name)
        examples = open_snapshot(cell.snapshot).manifest.splits["train"].rows
        steps = cell.config["steps"]
        rows.append(f"| {name} | {arm.about or _stated(arm)} | {examples:,} | {steps:,} |")
    return rows


def _stated(arm: Arm) -> str:
    """Write what an arm changes."""
    parts = [f"recipe `{arm.recipe}`"] if arm.recipe else []
    parts += [f"`{key}={json.dumps(value)}`" for key, value in {**arm.set, **arm.train}.items()]
    parts += [f"starts from {arm.start}"] if arm.start else []
    return ", ".join(parts) or "nothing"


def _changes(changes: dict[str, object]) -> str:
    shown = ", ".join(f"`{key}={json.dumps(value)}`" for key, value in changes.items())
    return f" with {shown}" if shown else ""


def _train_seconds(cell: Cell) -> float:
    """Sum the seconds of the run's steps, those of earlier starts included."""
    with open(os.path.join(cell.run, "metrics.jsonl"), encoding="utf-8") as file:
        return sum(float(json.loads(line)["seconds"]) for line in file)
