"""Arms that a suite asks about their own snapshots: compared only where the questions are equal."""

import json
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.studies.cells import Cell, SuiteOfCell
from pipelines.studies.results import lines_of, to_markdown
from trainer.errors import TrainerError

TEXT = """\
name: two_corpora
recipe: made_up_tasks
config: made_up
tokens: 3840
seeds: [0]
base: all
arms:
  all: {}
  slow: {train: {learning_rate: 0.001}}
  zero_shot: {set: {mixture.few_shot_share: 0}}
  more: {train: {held_in_examples: 7}}
  tuned: {set: {mixture.few_shot_share: 0}, start: all, against: zero_shot}
suites:
  own: {suite: held_in}
  file: {suite: jsonl=mine.jsonl}
"""
BASES = {"base": "base", "same": "base", "other": "base"}


def _cell(root: Path, arm: str, seed: int, nats: float, questions: list[str]) -> Cell:
    cell = Cell(
        arm=arm,
        seed=seed,
        directory=str(root / arm / str(seed)),
        snapshot=arm,
        config={},
        places=1,
        suites={"own": SuiteOfCell(suite="held_in")},
    )
    place = Path(cell.evaluation("own"))
    place.mkdir(parents=True)
    rows = [
        {
            "task": "t",
            "input": question,
            "targets": ["a"],
            "log_likelihood": -nats,
            "target_tokens": 1,
            "scores": {"exact_match": 0.0},
        }
        for question in questions
    ]
    (place / "predictions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return cell


def test_only_arms_with_the_same_questions_are_compared(tmp_path: Path) -> None:
    # One bit is 0.6931 nats: 1, 2 and 3 bits a question.
    cells = [
        cell
        for seed in (0, 1)
        for cell in (
            _cell(tmp_path, "base", seed, 0.693147181, ["q", "r"]),
            _cell(tmp_path, "same", seed, 1.386294361, ["q", "r"]),
            _cell(tmp_path, "other", seed, 2.079441542, ["r", "s", "t"]),
        )
    ]
    lines = lines_of(cells, BASES)
    base, same, other = lines[:3]
    assert (base.difference, base.left_out, "left_out" in base.document) == (None, "", False)
    assert same.difference is not None
    assert same.difference.mean == pytest.approx(1)
    why = "not compared with base: they were asked different questions (3 and 2, 1 shared)"
    assert (other.difference, other.left_out) == (None, why)
    assert other.document["left_out"] == why
    assert other.values == pytest.approx([3, 3])
    table = to_markdown(lines)
    assert "### own, 2 to 3 questions" in table
    assert "| other | 3.000 (no interval) | other questions |  |" in table
    assert table.count(f"- other: {why}.") == 1


def test_seeds_of_one_arm_have_the_same_questions(tmp_path: Path) -> None:
    cells = [_cell(tmp_path, "base", 0, 1, ["q"]), _cell(tmp_path, "base", 1, 1, ["r"])]
    with pytest.raises(TrainerError, match="asked different questions"):
        lines_of(cells, BASES)


def test_the_plan_says_what_is_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(TEXT)
    assert main(["study", str(study), "--plan", "--json"]) == 0
    (sentence,) = json.loads(capsys.readouterr().out)["left_out"]
    assert sentence.startswith("own: ")
    assert "does not compare zero_shot with all, more with all: " in sentence
    assert main(["study", str(study), "--plan"]) == 0
    assert capsys.readouterr().out.endswith(f"\nnote: {sentence}\n")
