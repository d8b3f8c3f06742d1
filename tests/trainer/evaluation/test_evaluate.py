"""`flanbeam eval` end to end with a tiny model, and its tables."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tfrecords_schema.errors import UserError
from trainer.config import TrainConfig
from trainer.evaluation.evaluate import EvalRequest, evaluate
from trainer.evaluation.results import Answer, summarize, to_markdown
from trainer.evaluation.suites.question import Question
from trainer.train import train


def _answer(task: str, prediction: str, **changes: Any) -> Answer:
    question = Question(task=task, prompt="?", targets=("yes",), **changes)
    return Answer(
        question=question,
        shots=2,
        generated=prediction,
        prediction=prediction,
        log_likelihood=-3.0,
        target_tokens=2,
    )


def test_tables_have_intervals_chance_and_means() -> None:
    ranked = {"options": ("yes", "no")}
    answers = [_answer("b", "yes", **ranked), _answer("b", "no", **ranked)]
    answers += [_answer("a", "yes sir"), _answer("a", "yes")]
    result = summarize("mine", "a note", "run", answers)
    assert [task.task for task in result.tasks] == ["a", "b"]
    first, second = result.tasks
    assert (second.chance, second.scores["accuracy"].mean, second.loss) == (0.5, 0.5, 1.5)
    assert (first.chance, first.scores["exact_match"].mean) == (None, 0.5)
    assert result.mean_over_tasks["accuracy"].mean == 0.5
    table = to_markdown(result)
    assert "| b | 2 | 2.0 | 50.0 [9.5, 90.5] |  |  |  | 50.0 | 2.164 |" in table  # 1.5 nats
    assert json.loads(json.dumps(result.document))["suite"] == "mine"


def test_cut_inputs_are_counted() -> None:
    answers = [replace(_answer("a", "yes"), is_cut=True), _answer("a", "yes"), _answer("b", "yes")]
    result = summarize("mine", "a note", "run", answers)
    assert result.document["cut_inputs"] == 1
    sentence = "1 of 3 inputs are longer than input_length and lost their beginning"
    assert f"; a note; {sentence}; " in to_markdown(result)
    assert "inputs" not in summarize("mine", "a note", "run", answers[1:]).note


def test_scores_without_spread_have_no_interval() -> None:
    """A bootstrap of one question, or of equal scores, has no width; Wilson's interval has one."""
    answers = [_answer(task, "yes" if task < "d" else "no") for task in "abcdef"]
    result = summarize("mine", "a note", "run", answers)
    assert result.document["mean_over_tasks"]["f1"] == {
        "mean": 0.5,
        "low": None,
        "high": None,
        "why": "a task has one question",
    }
    table = to_markdown(result)
    assert "| a | 1 | 2.0 | 100.0 [20.7, 100.0] | 100.0 | 100.0 |  | 2.164 |" in table
    # Wilson's of one right answer is 0.7935 wide; of three in six tasks: √3 · 0.7935 / 6.
    assert "| mean over tasks | 6 | | 50.0 [27.1, 72.9] | 50.0 | 50.0 | | |" in table
    reasons = "a task has one question or there are fewer than 6 questions"
    assert result.note == f"a note; no interval where {reasons}"
    more = summarize("mine", "a note", "run", [_answer("a", "yes"), _answer("a", "no")] * 6)
    assert more.mean_over_tasks["f1"].low is not None
    assert more.note == "a note"


def test_chance_is_that_of_the_questions_which_accuracy_is_over() -> None:
    """One question with two options, three to write: half are guessed, not an eighth."""
    answers = [_answer("a", "yes", options=("yes", "no")), *[_answer("a", "yes")] * 3]
    result = summarize("mine", "a note", "run", answers)
    assert result.tasks[0].chance == result.all_questions.chance == 0.5
    # Without ranked questions, exact match is over all questions, and so is its chance.
    answers = [_answer("a", "yes", choices=4), _answer("a", "yes")]
    assert summarize("mine", "a note", "run", answers).tasks[0].chance == 0.125


def test_a_trained_run_answers_files_and_its_own_snapshot(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    config = config.model_copy(update={"devices": 1, "steps": 1, "held_in_examples": 6})
    snapshot, run = make_snapshot(), tmp_path / "run"
    train(config, snapshot, str(run))
    mine = tmp_path / "mine.jsonl"
    lines = [
        {"input": f"{n} + 1", "target": str(n + 1), "options": [str(n), str(n + 1), "none"]}
        for n in range(5)
    ]
    lines.append({"input": "?", "target": "7", "task": "open", "chain_of_thought": True})
    mine.write_text("".join(json.dumps(line) + "\n" for line in lines))
    request = EvalRequest(
        checkpoint=str(run),
        suites=(f"jsonl={mine}", "held_in"),
        out=str(tmp_path / "out"),
        snapshot=snapshot,
    )
    own, held_in = evaluate(config, request)
    assert [(task.task, task.questions) for task in own.tasks] == [("mine", 5), ("open", 1)]
    assert own.tasks[0].chance == pytest.approx(1 / 3)
    assert "kept out of training" in held_in.note
    assert held_in.all_questions.questions == 6
    apart = EvalRequest(
        checkpoint=str(run), suites=("held_in",), out=str(tmp_path / "apart"), snapshot=snapshot
    )
    for changes in ({"held_in_examples": 0}, {"held_in_examples": 5}, {"input_length": 8}):
        stated = config.model_copy(update=changes)
        (result,) = evaluate(stated, apart)
        assert "kept out of training" not in result.note
        assert "so it may have trained on them" in result.note
    for suite in ("jsonl", "held_in"):
        for name in ("results.json", "results.md", "predictions.jsonl"):
            assert (tmp_path / "out" / suite / name).stat().st_size > 100
    other = tmp_path / "other" / "mine.jsonl"
    other.parent.mkdir()
    long = json.dumps({"input": config.input_length * "2 + ", "target": "4"})
    other.write_text('{"input": "2 + 2", "target": "4"}\n' + long + "\n")
    said: list[str] = []
    evaluate(config, replace(request, suites=(f"jsonl={other}",)), said.append)
    first, second = sorted((tmp_path / "out").glob("jsonl*"))
    assert first.name == "jsonl"
    assert second.name.startswith("jsonl-mine-")
    assert json.loads((first / "results.json").read_text())["suite"] == f"jsonl={mine}"
    assert not any("replaces" in line for line in said)
    assert json.loads((second / "results.json").read_text())["cut_inputs"] == 1
    rows = (second / "predictions.jsonl").read_text().splitlines()
    assert [json.loads(row)["is_cut"] for row in rows] == [False, True]
    evaluate(config, replace(request, suites=(f"jsonl={mine}",), limit=1), said.append)
    assert f"replaces the results of other questions in {first}" in said[-1]
    for wrong, message in {
        "mmlu": "needs --data",
        "squad": "is unknown",
        "jsonl": "is unknown",
    }.items():
        with pytest.raises(UserError, match=message):
            evaluate(
                config,
                EvalRequest(checkpoint=str(run), suites=(wrong,), out=str(tmp_path / "o")),
            )


def test_held_in_examples_of_a_run_that_kept_none(
    config: TrainConfig, make_snapshot: Any, tmp_path: Path
) -> None:
    config = config.model_copy(update={"devices": 1, "steps": 1, "held_in_examples": 0})
    snapshot, run = make_snapshot(), tmp_path / "run"
    train(config, snapshot, str(run))
    request = EvalRequest(
        checkpoint=str(run), suites=("held_in",), out=str(tmp_path / "out"), snapshot=snapshot
    )
    for count in (0, 6):
        stated = config.model_copy(update={"held_in_examples": count})
        (result,) = evaluate(stated, request)
        assert "the run had held_in_examples 0, so it trained on them" in result.note
