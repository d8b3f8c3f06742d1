"""Load the paper's held-in and chain-of-thought sets from their published files.

Held-in (Longpre et al. 2023): BoolQ, ARC, AI2 science, ANLI, RTE: options are ranked. Chain of
thought: GSM8K, StrategyQA, SVAMP, ASDiv, CommonsenseQA: answered directly, or, in the suite
NAME_cot, after "Let's think step by step". Neither has exemplars. The wording is ours.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from pydantic import Field, RootModel

from trainer.errors import TrainerError
from trainer.evaluation.suites.documents import Checked, Document, parse
from trainer.evaluation.suites.question import Question

STEP_BY_STEP = "Let's think step by step."
_FINAL = "####"


class _BoolQ(Checked):
    """BoolQ's own dev.jsonl says `answer`, SuperGLUE's val.jsonl `label`."""

    question: str
    passage: str
    answer: bool | None = None
    label: bool | None = None


class _Choice(Checked):
    label: str
    text: str


class _Stem(Checked):
    stem: str
    choices: list[_Choice] = Field(min_length=2)


class _MultipleChoice(Checked):
    question: _Stem
    answerKey: str  # noqa: N815  the files' name


class _Anli(Checked):
    context: str
    hypothesis: str
    label: Literal["e", "n", "c"]


class _Rte(Checked):
    premise: str
    hypothesis: str
    label: Literal["entailment", "not_entailment"]


class _Gsm8k(Checked):
    question: str
    answer: str


class _StrategyQa(Checked):
    question: str
    answer: bool


class _Svamp(Checked):
    Body: str
    Question: str
    Answer: float | int | str


class _StrategyQaFile(RootModel[list[_StrategyQa]]):
    """All of dev.json."""


class _SvampFile(RootModel[list[_Svamp]]):
    """All of SVAMP.json."""


def boolq(path: Path) -> Iterator[Question]:
    """Yield BoolQ's questions."""
    for where, row in _lines(_BoolQ, path):
        answer = row.answer if row.answer is not None else row.label
        if answer is None:
            raise TrainerError(f"{where}: neither answer nor label: take a split with answers")
        yield Question(
            task="boolq",
            prompt=f"{row.passage}\n\nQuestion: {row.question}?\nYes or no?\nAnswer:",
            targets=("yes" if answer else "no",),
            options=("yes", "no"),
        )


def multiple_choice(path: Path, task: str, chain_of_thought: bool = False) -> Iterator[Question]:
    """Yield the questions of ARC, AI2 science or CommonsenseQA, whose files are alike."""
    for where, row in _lines(_MultipleChoice, path):
        options = tuple(choice.text for choice in row.question.choices)
        right = [c.text for c in row.question.choices if c.label == row.answerKey]
        if not right:
            raise TrainerError(f"{where}: answerKey {row.answerKey!r} is none of the choices")
        listed = "".join(f"\n({c.label}) {c.text}" for c in row.question.choices)
        if chain_of_thought:
            prompt = f"Q: {row.question.stem}{listed}\nA: {STEP_BY_STEP}"
            targets = (f"({row.answerKey})", right[0], f"({row.answerKey}) {right[0]}")
            yield Question(
                task=task,
                prompt=prompt,
                targets=targets,
                parses_answer=True,
                choices=len(options),
            )
        else:
            prompt = f"Question: {row.question.stem}{listed}\nAnswer:"
            yield Question(task=task, prompt=prompt, targets=(right[0],), options=options)


def anli(path: Path, task: str) -> Iterator[Question]:
    """Yield the questions of one round of ANLI."""
    words = {"e": "yes", "n": "it is not possible to tell", "c": "no"}
    for _, row in _lines(_Anli, path):
        yield Question(
            task=task,
            prompt=f"{row.context}\n\nDoes it follow that {row.hypothesis}\nAnswer:",
            targets=(words[row.label],),
            options=tuple(words.values()),
        )


def rte(path: Path) -> Iterator[Question]:
    """Yield RTE's questions."""
    for _, row in _lines(_Rte, path):
        yield Question(
            task="rte",
            prompt=f"{row.premise}\n\nDoes it follow that {row.hypothesis}\nYes or no?\nAnswer:",
            targets=("yes" if row.label == "entailment" else "no",),
            options=("yes", "no"),
        )


def gsm8k(path: Path, chain_of_thought: bool = False) -> Iterator[Question]:
    """Yield GSM8K's questions; the number after #### is the answer."""
    for where, row in _lines(_Gsm8k, path):
        _, mark, answer = row.answer.rpartition(_FINAL)
        if not mark:
            raise TrainerError(f"{where}: the answer has no {_FINAL}: fetch the file again")
        yield _worded("gsm8k", row.question, answer.strip(), chain_of_thought, is_number=True)


def svamp(path: Path, chain_of_thought: bool = False) -> Iterator[Question]:
    """Yield SVAMP's questions."""
    for row in parse(_SvampFile, _bytes(path), str(path)).root:
        body = row.Body.strip()
        ending = "" if body.endswith((".", "?", "!", ",")) else "."
        asked = f"{body}{ending} {row.Question.strip()}"
        yield _worded("svamp", asked, f"{row.Answer}", chain_of_thought, is_number=True)


def asdiv(path: Path, chain_of_thought: bool = False) -> Iterator[Question]:
    """Yield ASDiv's questions whose answer is one number with a unit: "9 (apples)"."""
    try:
        problems = ElementTree.fromstring(_bytes(path)).iter("Problem")
    except ElementTree.ParseError as error:
        raise TrainerError(f"{path}: not XML: {error}: fetch the file again") from error
    for problem in problems:
        body, asked, answer = (
            problem.findtext(k, "").strip() for k in ("Body", "Question", "Answer")
        )
        number = answer.partition("(")[0].strip()
        try:
            float(number.replace(",", ""))
        except ValueError:
            continue
        if ";" not in answer:
            yield _worded("asdiv", f"{body} {asked}", number, chain_of_thought, is_number=True)


def strategyqa(path: Path, chain_of_thought: bool = False) -> Iterator[Question]:
    """Yield StrategyQA's questions."""
    for row in parse(_StrategyQaFile, _bytes(path), str(path)).root:
        answer = "yes" if row.answer else "no"
        if chain_of_thought:
            yield _worded("strategyqa", f"{row.question} Yes or no?", answer, True, choices=2)
        else:
            yield Question(
                task="strategyqa",
                prompt=f"Q: {row.question} Yes or no?\nA:",
                targets=(answer,),
                options=("yes", "no"),
            )


def _worded(
    task: str,
    question: str,
    answer: str,
    chain_of_thought: bool,
    *,
    is_number: bool = False,
    choices: int = 0,
) -> Question:
    return Question(
        task=task,
        prompt=f"Q: {question}\nA:{f' {STEP_BY_STEP}' if chain_of_thought else ''}",
        targets=(answer,),
        parses_answer=chain_of_thought,
        is_number=is_number,
        choices=choices,
    )


def _lines(kind: type[Document], path: Path) -> Iterator[tuple[str, Document]]:
    """Yield (place, object) of each line of a JSON Lines file."""
    for number, line in enumerate(_bytes(path).splitlines(), start=1):
        if line.strip():
            where = f"{path}:{number}"
            yield where, parse(kind, line, where)


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise TrainerError(f"{path} does not exist: put the published file there (--data)")
    return path.read_bytes()


def _first(directory: Path, *names: str) -> Path:
    """Return the first of these files that is there; the first one if none is."""
    return next((p for name in names if (p := directory / name).is_file()), directory / names[0])


Loader = Callable[[Path], Iterator[Question]]


def _both(name: str, load: Callable[[Path, bool], Iterator[Question]]) -> dict[str, Loader]:
    return {
        name: lambda data: load(data / name, False),
        f"{name}_cot": lambda data: load(data / name, True),
    }


# Suite: from the data directory to its questions.
PUBLISHED: dict[str, Loader] = {
    "boolq": lambda data: boolq(_first(data / "boolq", "dev.jsonl", "val.jsonl")),
    "arc_easy": lambda data: multiple_choice(data / "arc" / "ARC-Easy-Test.jsonl", "arc_easy"),
    "arc_challenge": lambda data: multiple_choice(
        data / "arc" / "ARC-Challenge-Test.jsonl", "arc_challenge"
    ),
    "ai2_science": lambda data: multiple_choice(
        _first(data / "ai2_science", "Middle-NDMC-Test.jsonl", "test.jsonl"), "ai2_science"
    ),
    "anli_r1": lambda data: anli(data / "anli" / "R1" / "test.jsonl", "anli_r1"),
    "anli_r2": lambda data: anli(data / "anli" / "R2" / "test.jsonl", "anli_r2"),
    "anli_r3": lambda data: anli(data / "anli" / "R3" / "test.jsonl", "anli_r3"),
    "rte": lambda data: rte(_first(data / "rte", "val.jsonl", "dev.jsonl")),
    **_both("gsm8k", lambda folder, cot: gsm8k(folder / "test.jsonl", cot)),
    **_both("strategyqa", lambda folder, cot: strategyqa(folder / "dev.json", cot)),
    **_both("svamp", lambda folder, cot: svamp(folder / "SVAMP.json", cot)),
    **_both("asdiv", lambda folder, cot: asdiv(folder / "ASDiv.xml", cot)),
    **_both(
        "commonsenseqa",
        lambda folder, cot: multiple_choice(folder / "dev_rand_split.jsonl", "commonsenseqa", cot),
    ),
}
