"""Suites: how the benchmarks' own files become questions."""

import json
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import fmean

import pytest

from trainer.errors import TrainerError
from trainer.evaluation.suites.bbh import bbh
from trainer.evaluation.suites.held_in import answers
from trainer.evaluation.suites.jsonl import jsonl
from trainer.evaluation.suites.mmlu import mmlu
from trainer.evaluation.suites.question import Question, fit, limited
from trainer.evaluation.suites.superni import superni


def test_exemplars_go_before_the_question_is_cut() -> None:
    question = Question(task="t", prompt="Q4", targets=("a",), preamble="P", shots=("S1", "S2"))

    def encode(text: str) -> list[int]:
        return [ord(letter) for letter in text]

    assert fit(question, encode, 7) == (encode("PS1S2Q4"), 2, False)
    assert fit(question, encode, 6) == (encode("PS1Q4"), 1, False)
    assert fit(question, encode, 4) == (encode("PQ4"), 0, False)
    assert fit(question, encode, 2) == (encode("Q4"), 0, True)


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
    with pytest.raises(
        TrainerError, match=r"high_school_test\.csv:1: 5 columns: the columns must be"
    ):
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


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (b'{"input": "1"}', r"target: this key is missing \(there are: input\)"),
        (b"{}", r"input: this key is missing \(there are: none\)"),
        (b'{"input": "1", "answr": "2"}', r"target: this key is missing \(.*: input, answr\)"),
        (b'{"input": "1", "target": "2", "option": []}', "option: unknown .* 'options'"),
        (b'{"input": "1", "target": "2", "Task": "t"}', "Task: unknown key; did you mean 'task'"),
        (b'{"input": "1", "target": "2", "chain_of_thougt": true}', "chain_of_thougt: unknown"),
        (b'{"input": 1, "target": "2"}', "input: Input should be a valid string"),
        (b'{"input": "1", "target": []}', r"target"),
        (b'{"input": "1", "target": "2", "options": [3]}', r"options\[0\]: Input should be"),
        (b'{"input": "1", "target": "2", "options": ["2"]}', "options: give two or more"),
        (b'{"input": "1", "target": "2", "options": ["2", "3", "2"]}', "options: .* which differ"),
        (b'{"input": "1", "target": "2", "task": 3}', "task: Input should be"),
        (b'{"input": "1", "target": "2", "chain_of_thought": "no"}', "chain_of_thought: Input"),
        (b"{", "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
        (b"[1]", "not a JSON object"),
        (b"7", "not a JSON object"),
        (b'{"input": "\xff"}', "Invalid JSON"),
        (b'{"input": "\\ud800", "target": "2"}', "Invalid JSON"),
    ],
)
def test_jsonl_names_the_line_that_is_wrong(tmp_path: Path, second: bytes, message: str) -> None:
    path = tmp_path / "mine.jsonl"
    first = b'{"input": "2 + 2", "target": "4", "options": ["3", "4"]}'
    path.write_bytes(first + b"\n" + second + b"\n")
    with pytest.raises(TrainerError, match=rf"mine\.jsonl:2: {message}"):
        jsonl(path)
    path.write_text('{"input": "2 + 2", "target": "5", "options": ["3", "4"]}\n')
    with pytest.raises(TrainerError, match="no target is among the options"):
        jsonl(path)
    path.write_text('{"input": "2 + 2", "target": ["4", "four"], "task": "sums"}\n\n')
    questions = [Question(task="sums", prompt="2 + 2", targets=("4", "four"))]
    assert jsonl(path) == (questions, "")


def test_keys_of_a_file_that_are_not_read_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    # `inputs` is like `input`, which is there; `task_id` is not like `task`.
    lines = ['{"input": "a", "target": "b", "inputs": "c"}', '{"input": "a", "target": "b"}']
    more = [f'{{"input": "a", "target": "b", "task_id": 1, "k{n}": 0}}' for n in range(5)]
    path.write_text("\n".join(lines))
    assert jsonl(path)[1] == "keys that are not read: inputs"
    path.write_text("\n".join(lines + more))
    assert jsonl(path)[1] == "keys that are not read: inputs, k0, k1, k2, k3, 2 more"


def test_a_directory_is_no_file_of_questions(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="is a directory: give a file"):
        jsonl(tmp_path)


def _benchmarks(root: Path) -> dict[str, Callable[[], list[Question]]]:
    """Small whole files of every suite, and what loads them."""
    files = {
        "mmlu/test/law_test.csv": 'question,a,b,c,d,answer\n"One, two?",a,b,c,d,2\nWho?,w,x,y,z,B',
        "mmlu/dev/law_dev.csv": "Which?,w,x,y,z,B\n",
        "bbh/bbh/sums.json": json.dumps({"examples": [{"input": "1 + 1 is", "target": "2"}]}),
        "bbh/cot-prompts/sums.txt": "canary\n-----\nAdd.\n\nQ: 2 + 3 is\nA: Let's think step by "
        "step.\nTwo, then three. So the answer is 5.",
        "superni/splits/test_tasks.txt": "task1_sums\n",
        "superni/tasks/task1_sums.json": json.dumps(
            {
                "Definition": ["Add."],
                "Positive Examples": [{"input": "1", "output": "2"}],
                "Instances": [{"input": "3", "output": ["4"]}, {"input": "5", "output": "six"}],
            }
        ),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return {
        "mmlu": lambda: mmlu(root / "mmlu", 5),
        "bbh": lambda: [*bbh(root / "bbh", True), *bbh(root / "bbh", False)],
        "superni": lambda: superni(root / "superni"),
    }


@pytest.mark.parametrize(
    ("target", "options", "index", "expected"),
    [
        ("cold", ["warm", "cold"], 1, ("warm", "cold")),
        ("B", ["warm", "cold", "hot"], 1, ("A", "B", "C")),
        ("(iii)", ["x", "y", "z"], 2, ("(i)", "(ii)", "(iii)")),
        ("[2]", ["x", "y"], 1, ("[1]", "[2]")),
        ("IV", ["p", "q", "r", "s"], 3, ("I", "II", "III", "IV")),
        # Options that look like names: the prompt enumerates them, so "a" is the first, not 'a'.
        ("a", ["b", "a"], 0, ("a", "b")),
        ("aa", [str(n) for n in range(27)], 26, (*"abcdefghijklmnopqrstuvwxyz", "aa")),
        ("a colder one", ["warm", "cold"], 1, ()),
        ("cold", [], -1, ()),
        ("cold", ["warm", "cold"], -1, ("warm", "cold")),
    ],
)
def test_held_in_options_are_ranked_as_the_target_names_them(
    target: str, options: list[str], index: int, expected: tuple[str, ...]
) -> None:
    assert answers(target, options, index) == expected


def test_a_text_as_output_is_one_target(tmp_path: Path) -> None:
    questions = _benchmarks(tmp_path)["superni"]()
    assert [question.targets for question in questions] == [("4",), ("six",)]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bbh/bbh/sums.json", b"{", r"sums\.json: Invalid JSON.*line 1 column 1"),
        ("bbh/bbh/sums.json", b"[]", r"sums\.json: not a JSON object"),
        ("bbh/bbh/sums.json", b"\xff", r"sums\.json: Invalid JSON"),
        ("bbh/bbh/sums.json", b"{}", r"sums\.json: examples: this key is missing"),
        (
            "bbh/bbh/sums.json",
            b'{"examples": [{"input": "1", "target": "1"}, {"input": "1"}]}',
            r"sums\.json: examples\[1\]\.target",
        ),
        ("bbh/bbh/sums.json", b'{"examples": ["a"]}', r"examples\[0\]: not a JSON object"),
        ("bbh/cot-prompts/sums.txt", b"a\nb\xff", r"sums\.txt:2: not UTF-8"),
        ("bbh/cot-prompts/sums.txt", b"A.\n\nQ: 1\nA: 2", r"cot-prompts/sums\.txt: the exemplar"),
        ("mmlu/test/law_test.csv", b"", r"law_test\.csv has no question"),
        ("mmlu/test/law_test.csv", b"\n\n", r"law_test\.csv has no question"),
        ("mmlu/test/law_test.csv", b"Q,a,b,c,d,A\nQ,a,b,c,d,E\n", r":2: answer is 'E'"),
        ("mmlu/test/law_test.csv", b"Q,a,b,c,d,A\nQ\xff,a,b,c,d,A\n", r":2: not UTF-8"),
        ("mmlu/dev/law_dev.csv", b"Q,a\n", r"law_dev\.csv:1: 2 columns"),
        (
            "mmlu/dev/law_dev.csv",
            b"a" * 200_000,
            r"law_dev\.csv:1: (?:field larger than|1 columns)",
        ),
        ("superni/splits/test_tasks.txt", b"\xff", r"test_tasks\.txt:1: not UTF-8"),
        (
            "superni/tasks/task1_sums.json",
            b"{}",
            r"task1_sums\.json: Definition: this key is missing",
        ),
        (
            "superni/tasks/task1_sums.json",
            b'{"Definition": "D", "Instances": [{"input": "3", "output": 4}]}',
            r"task1_sums\.json: Instances\[0\]\.output",
        ),
        ("superni/tasks/task1_sums.json", b'{"Definition": [], "Instances": []}', "Definition"),
    ],
)
def test_a_damaged_file_is_named_with_line_or_key(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    load = _benchmarks(tmp_path)[name.partition("/")[0]]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TrainerError, match=message) as refused:
        load()
    assert Path(name).name in str(refused.value)


def test_no_damage_ends_in_another_error(tmp_path: Path) -> None:
    suites = _benchmarks(tmp_path)
    files = [path for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    choose = random.Random(0)
    refused = 0
    for _ in range(250):
        file = choose.choice(files)
        whole = file.read_bytes()
        damaged = bytearray(whole)
        for _ in range(choose.randrange(1, 4)):
            place = choose.randrange(len(damaged))
            change = choose.randrange(3)
            if change == 0:
                damaged[place] = choose.randrange(256)
            elif change == 1:
                del damaged[place : place + choose.randrange(1, 20)]
            else:
                damaged[place:place] = choose.choice([b"null", b"[", b'"', b"\x00", b"\n", b"7"])
            damaged = damaged or bytearray(b" ")
        file.write_bytes(damaged)
        with suppress(TrainerError):
            suites[file.relative_to(tmp_path).parts[0]]()
            refused -= 1
        refused += 1
        file.write_bytes(whole)
    assert 40 < refused < 250


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
