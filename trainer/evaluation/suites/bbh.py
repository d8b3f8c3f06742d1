"""Load BIG-Bench Hard (Suzgun et al. 2022): 27 tasks, each with three exemplars.

Chain of thought uses the published prompts as they are. Direct prompting uses the same exemplars
without their rationales, as in the paper. Files: `bbh/<task>.json` and `cot-prompts/<task>.txt`.
"""

import re
from pathlib import Path

from pydantic import Field

from tfrecords_schema.answers import parse_answer
from trainer.errors import TrainerError
from trainer.evaluation.suites.documents import Checked, parse, read_text
from trainer.evaluation.suites.question import Question, files

_OPTION = re.compile(r"^(?:\([A-Z]\)|- )", re.MULTILINE)
_STEP_BY_STEP = "Let's think step by step."


class _Example(Checked):
    input: str
    target: str | bool | int | float


class _Task(Checked):
    examples: list[_Example] = Field(min_length=1)


def bbh(directory: Path, chain_of_thought: bool) -> list[Question]:
    """Return the questions of all tasks.

    Raises:
        TrainerError: a file is missing or damaged.
    """
    questions = []
    for path in files(directory / "bbh", "*.json", "BIG-Bench Hard"):
        preamble, shots = _prompt(directory / "cot-prompts" / f"{path.stem}.txt")
        if not chain_of_thought:
            shots = [_without_rationale(shot, directory, path.stem) for shot in shots]
        ending = f" {_STEP_BY_STEP}" if chain_of_thought else ""
        examples = parse(_Task, path.read_bytes(), str(path)).examples
        answers = len({str(example.target) for example in examples})
        questions += [
            Question(
                task=f"bbh_{path.stem}",
                prompt=f"Q: {example.input}\nA:{ending}",
                targets=(str(example.target),),
                preamble=f"{preamble}\n\n",
                shots=tuple(f"{shot}\n\n" for shot in shots),
                parses_answer=chain_of_thought,
                choices=_choices(example.input, answers),
            )
            for example in examples
        ]
    return questions


def _choices(question: str, answers: int) -> int:
    """Count the options that a question lists, or the answers of a task with only two."""
    _, _, listed = question.partition("Options:")
    return len(_OPTION.findall(listed)) or (answers if answers == 2 else 0)


def _prompt(path: Path) -> tuple[str, list[str]]:
    """Read the task's description and its exemplars: `Q: …\nA: Let's think step by step. …`."""
    if not path.is_file():
        raise TrainerError(f"{path} does not exist: add the cot-prompts of BIG-Bench Hard")
    text = read_text(path)
    _, dashes, prompt = text.partition("\n-----\n")  # the canary comes first
    preamble, *shots = re.split(r"\n\n(?=Q: )", (prompt if dashes else text).strip())
    return preamble, shots


def _without_rationale(shot: str, directory: Path, task: str) -> str:
    question, _, rationale = shot.partition(f"\nA: {_STEP_BY_STEP}")
    answer = parse_answer(rationale)
    if answer is None:
        raise TrainerError(
            f"{directory / 'cot-prompts' / task}.txt: the exemplar {question[:40]!r} has no final "
            "answer: fetch the file again"
        )
    return f"{question}\nA: {answer}"
