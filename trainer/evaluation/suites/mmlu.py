"""Load MMLU (Hendrycks et al. 2021): 57 subjects, four options, the most likely letter answers.

The prompt is the authors' (github.com/hendrycks/test). Files: `test/<subject>_test.csv` and
`dev/<subject>_dev.csv` with columns question, four choices, answer (a letter, or an index from 0),
with or without a header.
"""

import csv
import io
from pathlib import Path

from trainer.errors import TrainerError
from trainer.evaluation.suites.documents import read_text
from trainer.evaluation.suites.published import STEP_BY_STEP
from trainer.evaluation.suites.question import Question, files

_COLUMNS = 6
LETTERS = ("A", "B", "C", "D")


def mmlu(directory: Path, num_shots: int) -> list[Question]:
    """Return all test questions, each with its subject's first `num_shots` dev questions."""
    questions = []
    for path in files(directory / "test", "*_test.csv", "MMLU"):
        subject = path.name.removesuffix("_test.csv")
        preamble = (
            "The following are multiple choice questions (with answers) about "
            f"{subject.replace('_', ' ')}.\n\n"
        )
        shots = []
        if num_shots:
            rows = _read(directory / "dev" / f"{subject}_dev.csv")[:num_shots]
            shots = [f"{_asked(row)} {LETTERS[_answer(row)]}\n\n" for row in rows]
        questions += [
            Question(
                task=f"mmlu_{subject}",
                prompt=_asked(row),
                targets=(LETTERS[_answer(row)],),
                options=LETTERS,
                preamble=preamble,
                shots=tuple(shots),
            )
            for row in _read(path)
        ]
    return questions


def mmlu_cot(directory: Path) -> list[Question]:
    """Return all test questions, to be answered by a letter after a chain of thought.

    There are no exemplars: the files have no rationales.
    """
    questions = []
    for path in files(directory / "test", "*_test.csv", "MMLU"):
        subject = path.name.removesuffix("_test.csv")
        for row in _read(path):
            letter, text = LETTERS[_answer(row)], row[1 + _answer(row)]
            choices = zip(LETTERS, row[1:5], strict=True)
            listed = "".join(f"\n({name}) {choice}" for name, choice in choices)
            questions.append(
                Question(
                    task=f"mmlu_{subject}",
                    prompt=f"Q: {row[0]}{listed}\nA: {STEP_BY_STEP}",
                    targets=(f"({letter})", text, f"({letter}) {text}"),
                    parses_answer=True,
                    choices=len(LETTERS),
                )
            )
    return questions


def _asked(row: list[str]) -> str:
    choices = "".join(f"\n{letter}. {text}" for letter, text in zip(LETTERS, row[1:5], strict=True))
    return f"{row[0]}{choices}\nAnswer:"


def _answer(row: list[str]) -> int:
    return LETTERS.index(row[5]) if row[5] in LETTERS else int(row[5])


def _read(path: Path) -> list[list[str]]:
    """Read the questions of a file, without its header.

    Raises:
        TrainerError: the file is missing, empty or damaged.
    """
    if not path.is_file():
        raise TrainerError(f"{path} does not exist: add MMLU's dev files")
    reader = csv.reader(io.StringIO(read_text(path), newline=""))
    rows = []
    try:
        for row in reader:
            if row and not (reader.line_num == 1 and row[-1] == "answer"):
                _check(row, f"{path}:{reader.line_num}")
                rows.append(row)
    except csv.Error as error:
        raise TrainerError(f"{path}:{reader.line_num}: {error}: correct the line") from error
    if not rows:
        raise TrainerError(f"{path} has no question: fetch it again")
    return rows


def _check(row: list[str], where: str) -> None:
    if len(row) != _COLUMNS:
        raise TrainerError(
            f"{where}: {len(row)} columns: the columns must be question, four choices, answer"
        )
    if row[5] not in (*LETTERS, "0", "1", "2", "3"):
        raise TrainerError(f"{where}: answer is {row[5]!r}: it must be A to D, or 0 to 3")
