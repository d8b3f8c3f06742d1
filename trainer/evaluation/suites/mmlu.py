"""Load MMLU (Hendrycks et al. 2021): 57 subjects, four options, the most likely letter answers.

The prompt is the authors' (github.com/hendrycks/test). Files: `test/<subject>_test.csv` and
`dev/<subject>_dev.csv` with columns question, four choices, answer (a letter, or an index from 0),
with or without a header.
"""

import csv
from pathlib import Path

from trainer.errors import TrainerError
from trainer.evaluation.suites.question import Question, files

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


def _asked(row: list[str]) -> str:
    choices = "".join(f"\n{letter}. {text}" for letter, text in zip(LETTERS, row[1:5], strict=True))
    return f"{row[0]}{choices}\nAnswer:"


def _answer(row: list[str]) -> int:
    return LETTERS.index(row[5]) if row[5] in LETTERS else int(row[5])


def _read(path: Path) -> list[list[str]]:
    if not path.is_file():
        raise TrainerError(f"{path} does not exist: add MMLU's dev files")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    if rows and rows[0][-1] == "answer":
        del rows[0]
    for number, row in enumerate(rows, start=1):
        if len(row) != 6 or (row[5] not in LETTERS and row[5] not in ("0", "1", "2", "3")):
            raise TrainerError(
                f"{path}: question {number}: the columns must be question, four choices, answer"
            )
    return rows
