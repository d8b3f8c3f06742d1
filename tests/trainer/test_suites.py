"""Suites: how the benchmarks' own files become questions."""

import json
from pathlib import Path
from statistics import fmean

import pytest

from trainer.errors import TrainerError
from trainer.evaluation.suites.bbh import bbh
from trainer.evaluation.suites.jsonl import jsonl
from trainer.evaluation.suites.mmlu import mmlu
from trainer.evaluation.suites.question import Question, fit, limited
from trainer.evaluation.suites.superni import superni


def test_exemplars_go_before_the_question_is_cut() -> None:
    question = Question(task="t", prompt="Q4", targets=("a",), preamble="P", shots=("S1", "S2"))

    def encode(text: str) -> list[int]:
        return [ord(letter) for letter in text]

    assert fit(question, encode, 7) == (encode("PS1S2Q4"), 2)
    assert fit(question, encode, 6) == (encode("PS1Q4"), 1)
    assert fit(question, encode, 4) == (encode("PQ4"), 0)
    assert fit(question, encode, 2) == (encode("Q4"), 0)


def test_limit_is_for_each_task() -> None:
    questions = [Question(task=task, prompt="", targets=("",)) for task in "aabab"]
    assert [question.task for question in limited(questions, 2)] == ["a", "a", "b", "b"]
    assert len(list(limited(questions, None))) == 5


def test_mmlu_reads_letters_and_positions(tmp_path: Path) -> None:
    for split, rows in {
        "test": 'question,choice0,choice1,choice2,choice3,answer\n"One, two?",a,b,c,d,2\n',
        "dev": "Which?,w,x,y,z,B\n",
    }.items():
        (tmp_path / split).mkdir()
        (tmp_path / split / f"high_school_{split}.csv").write_text(rows)
    (question,) = mmlu(tmp_path, 5)
    assert question.text(1) == (
        "The following are multiple choice questions (with answers) about high school.\n\n"
        "Which?\nA. w\nB. x\nC. y\nD. z\nAnswer: B\n\n"
        "One, two?\nA. a\nB. b\nC. c\nD. d\nAnswer:"
    )
    assert (question.targets, question.options) == (("C",), ("A", "B", "C", "D"))
    (tmp_path / "test" / "high_school_test.csv").write_text("Which?,w,x,y,B\n")
    with pytest.raises(TrainerError, match="question 1: the columns must be question"):
        mmlu(tmp_path, 0)
    with pytest.raises(TrainerError, match=r"has no \*_test.csv"):
        mmlu(tmp_path / "nowhere", 0)


def test_bbh_direct_exemplars_are_the_published_ones_without_rationales(tmp_path: Path) -> None:
    for folder in ("bbh", "cot-prompts"):
        (tmp_path / folder).mkdir()
    examples = {"examples": [{"input": "1 + 1 is", "target": "2"}]}
    (tmp_path / "bbh" / "sums.json").write_text(json.dumps(examples))
    (tmp_path / "cot-prompts" / "sums.txt").write_text(
        "canary\n-----\nAdd numbers.\n\nQ: 2 + 3 is\nA: Let's think step by step.\n"
        "Two, then three more. So the answer is 5."
    )
    (direct,) = bbh(tmp_path, chain_of_thought=False)
    assert direct.text(1) == "Add numbers.\n\nQ: 2 + 3 is\nA: 5\n\nQ: 1 + 1 is\nA:"
    assert not direct.parses_answer
    (reasoned,) = bbh(tmp_path, chain_of_thought=True)
    assert reasoned.text(1).endswith("answer is 5.\n\nQ: 1 + 1 is\nA: Let's think step by step.")
    assert reasoned.parses_answer
    assert direct.choices == 0


def test_bbh_knows_among_how_many_answers_one_guesses(tmp_path: Path) -> None:
    for folder in ("bbh", "cot-prompts"):
        (tmp_path / folder).mkdir()
    listed = "Which?\nOptions:\n(A) one (B)\n(B) two\n(C) three"
    asked = {"listed": [(listed, "(B)")], "two": [("Yes or no?", "yes"), ("Sure?", "no")]}
    for task, pairs in asked.items():
        examples = [{"input": question, "target": target} for question, target in pairs]
        (tmp_path / "bbh" / f"{task}.json").write_text(json.dumps({"examples": examples}))
        (tmp_path / "cot-prompts" / f"{task}.txt").write_text("canary\n-----\nAnswer.")
    assert [question.choices for question in bbh(tmp_path, True)] == [3, 2, 2]


@pytest.mark.parametrize("second", [b'{"input": 1}', b"{", b"[1]", b"7", b'{"input": "\xff"}'])
def test_jsonl_names_the_line_that_is_wrong(tmp_path: Path, second: bytes) -> None:
    path = tmp_path / "mine.jsonl"
    first = b'{"input": "2 + 2", "target": "4", "options": ["3", "4"]}'
    path.write_bytes(first + b"\n" + second + b"\n")
    with pytest.raises(TrainerError, match=r"mine.jsonl:2: not an object"):
        jsonl(path)
    path.write_text('{"input": "2 + 2", "target": "5", "options": ["3", "4"]}\n')
    with pytest.raises(TrainerError, match="no target is among the options"):
        jsonl(path)
    path.write_text('{"input": "2 + 2", "target": ["4", "four"], "task": "sums"}\n\n')
    assert jsonl(path) == [Question(task="sums", prompt="2 + 2", targets=("4", "four"))]


def test_the_real_benchmarks_are_whole(flanbeam_data: Path) -> None:
    zero, five = (mmlu(flanbeam_data / "mmlu", shots) for shots in (0, 5))
    assert len({question.task for question in zero}) == 57
    assert len(zero) == len(five) == 14042
    assert {len(question.shots) for question in five} == {5}
    for chain_of_thought in (False, True):
        questions = bbh(flanbeam_data / "bbh", chain_of_thought)
        assert len({question.task for question in questions}) == 27
        assert len(questions) == 6511
        assert {len(question.shots) for question in questions} == {3}
        guesses: dict[str, list[float]] = {}
        for question in questions:
            guess = 1 / question.choices if question.choices else 0.0
            guesses.setdefault(question.task, []).append(guess)
        # Suzgun et al. 2022, table 2: random guessing gives 25.7 on average.
        assert 100 * fmean(map(fmean, guesses.values())) == pytest.approx(25.7, abs=1.0)
        assert sum(not any(found) for found in guesses.values()) == 4
    asked = superni(flanbeam_data / "superni")
    assert all(question.targets and len(question.shots) <= 2 for question in asked)
    assert max(sum(q.task == t for q in asked) for t in {q.task for q in asked}) <= 100
