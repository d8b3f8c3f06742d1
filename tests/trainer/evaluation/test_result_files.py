"""Where the results of a suite are written, and what they replace."""

import hashlib
import json
from pathlib import Path

from trainer.evaluation.result_files import directory_of, has_other_questions, write
from trainer.evaluation.results import Answer, summarize
from trainer.evaluation.suites.question import Question

A, B = "jsonl=/a/t.jsonl", "jsonl=/b/t.jsonl"
OWN_A = f"jsonl-t-{hashlib.sha256(b'/a/t.jsonl').hexdigest()[:8]}"
OWN_B = f"jsonl-t-{hashlib.sha256(b'/b/t.jsonl').hexdigest()[:8]}"


def _answers(prompt: str) -> list[Answer]:
    question = Question(task="t", prompt=prompt, targets=("yes",))
    return [
        Answer(
            question=question,
            shots=0,
            generated="no",
            prediction="no",
            log_likelihood=-1.0,
            target_tokens=1,
        )
    ]


def _write(out: Path, directory: str, suite: str, prompt: str = "?") -> None:
    answers = _answers(prompt)
    write(out / directory, summarize(suite, "a note", "run", answers), answers)


def test_a_suite_without_a_path_has_its_name(tmp_path: Path) -> None:
    assert directory_of("mmlu", ["mmlu", A, B], str(tmp_path)) == "mmlu"


def test_the_only_file_has_the_plain_name(tmp_path: Path) -> None:
    assert directory_of(A, [A, "snapshot=/s"], str(tmp_path)) == "jsonl"
    _write(tmp_path, "jsonl", A)
    assert directory_of(A, [A], str(tmp_path)) == "jsonl"
    assert directory_of(A, [A, B], str(tmp_path)) == "jsonl"


def test_two_files_of_one_name_have_two_directories(tmp_path: Path) -> None:
    assert [directory_of(name, [A, B], str(tmp_path)) for name in (A, B)] == [OWN_A, OWN_B]
    _write(tmp_path, OWN_B, B)
    assert directory_of(B, [B], str(tmp_path)) == OWN_B


def test_a_second_evaluation_does_not_replace_another_file(tmp_path: Path) -> None:
    _write(tmp_path, "jsonl", A)
    assert directory_of(B, [B], str(tmp_path)) == OWN_B


def test_two_snapshots_have_two_directories(tmp_path: Path) -> None:
    asked = ["snapshot=/s/one", "snapshot=/s/two"]
    names = [directory_of(name, asked, str(tmp_path)) for name in asked]
    assert [name.rpartition("-")[0] for name in names] == ["snapshot-one", "snapshot-two"]


def test_other_questions_are_noticed(tmp_path: Path) -> None:
    assert not has_other_questions(str(tmp_path / "jsonl"), _answers("?"))
    _write(tmp_path, "jsonl", A, "1 + 1\u2028?")
    assert json.loads((tmp_path / "jsonl" / "results.json").read_text())["suite"] == A
    assert not has_other_questions(str(tmp_path / "jsonl"), _answers("1 + 1\u2028?"))
    assert has_other_questions(str(tmp_path / "jsonl"), _answers("1 + 2"))
