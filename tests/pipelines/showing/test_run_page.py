"""The page of a run: what a damaged evaluation says."""

import json
from pathlib import Path

import pytest

from pipelines.showing.run_page import percent, run_page
from trainer.errors import TrainerError

_LINE = {
    "step": 1,
    "loss": 6.5,
    "accuracy": 0.0,
    "gradient_norm": 4.8,
    "collection_loss": {"flan": 6.5},
    "tokens": 2325,
    "input_wait_seconds": 0.01,
    "tokens_per_second": 641.2,
    "share_filled": 0.75,
    "mfu": None,
}
_TASK = {"task": "all questions", "questions": 1, "scores": {}, "chance": None}
_RESULT = {"note": "n", "tasks": [], "all_questions": _TASK}


def _run(root: Path, result: object, prediction: object) -> str:
    place = root / "run" / "eval" / "mine"
    place.mkdir(parents=True)
    (root / "run" / "metrics.jsonl").write_text(json.dumps(_LINE) + "\n")
    (place / "results.json").write_text(json.dumps(result))
    (place / "predictions.jsonl").write_text(json.dumps(prediction) + "\n")
    return str(root / "run")


def test_a_whole_run_has_a_page(tmp_path: Path) -> None:
    prediction = {"task": "t", "input": "q?", "targets": ["a"], "generated": "a", "scores": {}}
    page = run_page([_run(tmp_path, _RESULT, prediction)], False, 0.0)
    assert b"mine of run" in page


@pytest.mark.parametrize(
    ("result", "prediction"),
    [({}, {}), ([], {}), (_RESULT, {}), (_RESULT, []), (_RESULT, {"scores": {}})],
)
def test_a_damaged_evaluation_is_named(tmp_path: Path, result: object, prediction: object) -> None:
    run = _run(tmp_path, result, prediction)
    with pytest.raises(TrainerError, match=r"eval/mine: its files are damaged .* evaluate the run"):
        run_page([run], False, 0.0)


def test_an_interval_without_a_width_is_not_shown() -> None:
    assert percent({"mean": 0.5, "low": 0.25, "high": 0.75}) == "50.0 [25.0, 75.0]"
    assert percent({"mean": 1.0, "low": 1.0, "high": 1.0}) == "100.0"
    assert percent({"mean": 0.5, "low": None, "high": None}) == "50.0"
