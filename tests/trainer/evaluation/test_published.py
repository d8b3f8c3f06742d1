"""The paper's sets, from rows in the layout of their published files, written by hand."""

import json
from pathlib import Path

import pytest

from tests.real_data import real_data
from trainer.errors import TrainerError
from trainer.evaluation.results import Answer
from trainer.evaluation.scores import last_number, numeric_match
from trainer.evaluation.suites.published import PUBLISHED
from trainer.evaluation.suites.question import Question

CHOICES = {
    "id": "q1",
    "question": {
        "stem": "Which is a gas?",
        "choices": [{"text": "iron", "label": "A"}, {"text": "helium", "label": "B"}],
    },
    "answerKey": "B",
}
FILES = {
    "boolq/val.jsonl": {"question": "is ice cold", "passage": "Ice is cold.", "label": True},
    "arc/ARC-Easy-Test.jsonl": CHOICES,
    "arc/ARC-Challenge-Test.jsonl": CHOICES,
    "ai2_science/Middle-NDMC-Test.jsonl": CHOICES,
    "anli/R1/test.jsonl": {"uid": "u", "context": "A.", "hypothesis": "B.", "label": "n"},
    "anli/R2/test.jsonl": {"uid": "u", "context": "A.", "hypothesis": "B.", "label": "e"},
    "anli/R3/test.jsonl": {"uid": "u", "context": "A.", "hypothesis": "B.", "label": "c"},
    "rte/val.jsonl": {"premise": "A.", "hypothesis": "B.", "label": "not_entailment", "idx": 0},
    "gsm8k/test.jsonl": {"question": "How many?", "answer": "<<1000+1=1001>>\n#### 1,001"},
    "strategyqa/dev.json": [{"qid": "1", "question": "Do fish fly?", "answer": False}],
    "svamp/SVAMP.json": [{"ID": "c", "Body": "Ann has 3", "Question": "Is it?", "Answer": 3.0}],
    "commonsenseqa/dev_rand_split.jsonl": CHOICES,
}
ASDIV = """<Machine-Reading-Corpus-File><ProblemSet>
<Problem ID="1"><Body>Two and one.</Body><Question>How many?</Question>
<Answer>3 (cats)</Answer></Problem>
<Problem ID="2"><Body>Two.</Body><Question>Ratio?</Question>
<Answer>2:1</Answer></Problem>
</ProblemSet></Machine-Reading-Corpus-File>"""
EXPECTED = {
    "boolq": ("yes", ("yes", "no")),
    "arc_easy": ("helium", ("iron", "helium")),
    "arc_challenge": ("helium", ("iron", "helium")),
    "ai2_science": ("helium", ("iron", "helium")),
    "anli_r1": ("it is not possible to tell", ("yes", "it is not possible to tell", "no")),
    "anli_r2": ("yes", ("yes", "it is not possible to tell", "no")),
    "anli_r3": ("no", ("yes", "it is not possible to tell", "no")),
    "rte": ("no", ("yes", "no")),
    "gsm8k": ("1,001", ()),
    "gsm8k_cot": ("1,001", ()),
    "strategyqa": ("no", ("yes", "no")),
    "strategyqa_cot": ("no", ()),
    "svamp": ("3.0", ()),
    "svamp_cot": ("3.0", ()),
    "asdiv": ("3", ()),
    "asdiv_cot": ("3", ()),
    "commonsenseqa": ("helium", ("iron", "helium")),
    "commonsenseqa_cot": ("(B)", ()),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    (tmp_path / "asdiv").mkdir()
    (tmp_path / "asdiv" / "ASDiv.xml").write_text(ASDIV)
    return tmp_path


def test_every_suite_is_expected() -> None:
    assert set(EXPECTED) == set(PUBLISHED)


@pytest.mark.parametrize("suite", EXPECTED)
def test_suite(suite: str, data: Path) -> None:
    (question,) = PUBLISHED[suite](data)
    assert (question.targets[0], question.options) == EXPECTED[suite]
    assert question.task == suite.removesuffix("_cot")
    assert question.prompt.endswith("step by step.") == suite.endswith("_cot")
    assert question.parses_answer == suite.endswith("_cot")


def test_prompts(data: Path) -> None:
    (boolq,) = PUBLISHED["boolq"](data)
    assert boolq.prompt == "Ice is cold.\n\nQuestion: is ice cold?\nYes or no?\nAnswer:"
    (svamp,) = PUBLISHED["svamp"](data)
    assert svamp.prompt == "Q: Ann has 3. Is it?\nA:"
    (choice,) = PUBLISHED["commonsenseqa_cot"](data)
    assert choice.prompt.startswith("Q: Which is a gas?\n(A) iron\n(B) helium\nA: ")


def test_a_missing_or_damaged_file_is_named(data: Path) -> None:
    (data / "gsm8k" / "test.jsonl").write_text('{"question": "q", "answer": "no mark"}')
    with pytest.raises(TrainerError, match=r"gsm8k/test.jsonl:1: the answer has no ####"):
        list(PUBLISHED["gsm8k"](data))
    (data / "rte" / "val.jsonl").unlink()
    with pytest.raises(TrainerError, match=r"rte/val.jsonl does not exist"):
        list(PUBLISHED["rte"](data))
    (data / "asdiv" / "ASDiv.xml").write_text("<a>")
    with pytest.raises(TrainerError, match=r"ASDiv.xml: not XML"):
        list(PUBLISHED["asdiv"](data))


@pytest.mark.parametrize(
    ("prediction", "target", "is_equal"),
    [
        ("1,000", "1000", True),
        ("1000.0", "1,000", True),
        ("They pay $18.00.", "18", True),
        ("18 apples", "81", False),
        ("first 5, then 7", "7", True),
        ("-3", "3", False),
        ("3-5", "5", True),
        (".5 of it", "0.5", True),
        ("no number", "3", False),
        ("1,5", "5", True),
        ("12,345,678", "12345678", True),
    ],
)
def test_numbers_are_compared_as_numbers(prediction: str, target: str, is_equal: bool) -> None:
    assert numeric_match(prediction, [target]) == is_equal


def test_number_decides_exact_match() -> None:
    question = Question(task="t", prompt="", targets=("1000",), is_number=True)
    answer = Answer(
        question=question,
        shots=0,
        generated="",
        prediction="1,000 dollars",
        log_likelihood=0.0,
        target_tokens=1,
    )
    assert answer.scores["exact_match"] == 1.0
    assert last_number("") is None


# Published numbers of questions; of ASDiv's 2,305 most have one number as their answer.
REAL = {
    "gsm8k": ("gsm8k", 1319, 1319),
    "svamp": ("wild/svamp", 1000, 1000),
    "strategyqa": ("classics/strategyqa", 229, 229),
    "commonsenseqa": ("classics/commonsenseqa", 1221, 1221),
    "asdiv": ("wild/asdiv", 2000, 2305),
}


@pytest.mark.parametrize("suite", REAL)
def test_published_files(suite: str, tmp_path: Path) -> None:
    folder, least, most = REAL[suite]
    (tmp_path / suite).symlink_to(real_data().resolve() / folder)
    for name in (suite, f"{suite}_cot"):
        assert least <= len(list(PUBLISHED[name](tmp_path))) <= most
