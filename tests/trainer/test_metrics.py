"""Metrics lines, work of a row, curves."""

import json
from pathlib import Path

import jax
import numpy as np
import pytest

from trainer.devices import peak_flops
from trainer.errors import TrainerConfigurationError, TrainerError
from trainer.metrics import MetricsLog, RunFacts, StepReport, read_metrics
from trainer.models.t5.flops import training_flops_per_row
from trainer.models.t5.sizes import SIZES
from trainer.plot import plot, read_run, read_runs, smoothed
from trainer.trackers import scalars


def _report(step: int) -> StepReport:
    return StepReport(
        step=step,
        cross_entropy_sum=20.0 * step,
        z_loss_sum=0.1,
        correct_tokens=5.0,
        target_tokens=10.0,
        gradient_norm=1.0,
        tokens=60,
        examples=6,
        input_wait_seconds=0.0,
        task_loss_sum=np.array([20.0 * step, 0.0, 0.0]),
        task_tokens=np.array([10.0, 0.0, 0.0]),
    )


def _log(run: Path) -> MetricsLog:
    facts = RunFacts(
        tasks={"a": "flan", "b": "flan", "c": "cot"},
        batch_rows=4,
        row_tokens=40,
        flops_per_row=1e9,
        peak_flops=1e12,
    )
    log = MetricsLog(run=run, every=2, last_step=5, facts=facts, outlet=None)
    for step in range(1, 6):
        log.add(_report(step))
    return log


def test_lines_are_means_over_their_steps(tmp_path: Path) -> None:
    assert _log(tmp_path).examples == 30
    lines = read_metrics(tmp_path / "metrics.jsonl")
    assert [line["step"] for line in lines] == [1, 2, 4, 5]
    third = lines[2]  # steps 3 and 4
    assert (third["loss"], third["accuracy"], third["tokens"]) == (7.0, 0.5, 120)
    assert third["share_filled"] == 120 / (2 * 4 * 40)
    assert third["examples_per_row"] == 12 / 8
    assert third["collection_loss"] == {"flan": 7.0}
    assert third["mfu"] == pytest.approx(third["tflops_per_second"], rel=1e-2)
    assert lines[0]["eta_seconds"] is None  # it includes compiling
    assert lines[-1]["eta_seconds"] == 0
    tasks = read_metrics(tmp_path / "task_metrics.jsonl")
    assert tasks[2] == {"step": 4, "task_loss": {"a": 7.0}}
    assert ("collection_loss/flan", 7.0) in scalars(third)


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text('{"step": 1}\n{"step"\n{"step": 3}\n{"st')
    with pytest.raises(TrainerError, match=r"metrics\.jsonl:2: not JSON"):
        read_metrics(tmp_path / "metrics.jsonl")
    (tmp_path / "metrics.jsonl").write_text('{"step": 1}\n{"st')
    assert read_metrics(tmp_path / "metrics.jsonl") == [{"step": 1}]


def test_work_of_a_row_is_the_published_one() -> None:
    giga = {
        (size, *lengths): round(training_flops_per_row(SIZES[size], *lengths) / 1e9)
        for size in ("base", "large", "xl")
        for lengths in ((512, 128), (2048, 512))
    }
    assert giga == {
        ("base", 512, 128): 438,
        ("large", 512, 128): 1504,
        ("xl", 512, 128): 5472,
        ("base", 2048, 512): 2207,
        ("large", 2048, 512): 7233,
        ("xl", 2048, 512): 24323,
    }
    assert peak_flops(jax.devices("cpu")[0]) is None


@pytest.mark.parametrize("name", ["curves.png", "curves.svg"])
def test_curves_are_drawn(tmp_path: Path, name: str) -> None:
    _log(tmp_path)
    held_in = {"step": 5, "loss": 1.0, "collection_loss": {"cot": 1.0}}
    (tmp_path / "held_in.jsonl").write_text(json.dumps(held_in) + "\n")
    assert plot(str(tmp_path), str(tmp_path / name)).stat().st_size > 5000


def test_no_curves_without_metrics(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match=r"has no metrics.jsonl"):
        plot(str(tmp_path))
    with pytest.raises(TrainerConfigurationError, match=r"end in .png or .svg"):
        plot(str(tmp_path), "curves.gif")


def test_runs_of_one_name_are_called_by_their_paths(tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in ("a/run", "b/run", "b/other")]
    for path in paths:
        Path(path).mkdir(parents=True)
        _log(Path(path))
    assert [run.name for run in read_runs(paths)] == [*paths[:2], "other"]
    assert [run.name for run in read_runs(paths[1:])] == ["run", "other"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("metrics.jsonl", b"\xff\n", "metrics.jsonl: not UTF-8"),
        ("metrics.jsonl", b"[]\n", "metrics.jsonl:1: step, loss, .*: missing or of another type"),
        ("metrics.jsonl", b'{"step": 1, "loss": "x"}\n', "metrics.jsonl:1: loss, tokens, "),
        ("held_in.jsonl", b'{"step": 1, "loss": 2}\n', "held_in.jsonl:1: collection_loss: missing"),
        ("snapshot.json", b"x", "snapshot.json: names no snapshot"),
        ("snapshot.json", b"{}", "snapshot.json: names no snapshot"),
    ],
)
def test_damaged_files_of_a_run_are_named(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    _log(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TrainerError, match=message):
        plot(str(tmp_path))


def test_smoothing_is_a_moving_average_that_is_right_from_the_start() -> None:
    assert smoothed([3.0, 5.0], 0.0) == [3.0, 5.0]
    # (0.5 * 0.5 * 3 + 0.5 * 5) / 0.75
    assert smoothed([3.0, 5.0], 0.5) == pytest.approx([3.0, 13 / 3])
    assert smoothed([2.0] * 4, 0.9) == pytest.approx([2.0] * 4)


def test_runs_are_overlaid_by_tokens(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        _log(tmp_path / name)
    (tmp_path / "one" / "snapshot.json").write_text('{"snapshot": "/store/snapshots/corpus-1"}')
    run = read_run(str(tmp_path / "one"))
    tokens = [line["tokens"] for line in run.lines]
    assert run.axis(run.lines, by_tokens=True) == [sum(tokens[: n + 1]) for n in range(len(tokens))]
    picture = tmp_path / "both.svg"
    runs = [str(tmp_path / "one"), str(tmp_path / "two")]
    plot(runs, str(picture), by_tokens=True, smoothing=0.5)
    assert "one, two" in picture.read_text() or "<!-- one, two" in picture.read_text()
    with pytest.raises(TrainerConfigurationError, match="smoothing"):
        plot(runs, str(picture), smoothing=1.0)
