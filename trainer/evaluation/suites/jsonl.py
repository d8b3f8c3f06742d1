"""Load questions from JSON lines with `input`, `target` and, for ranking, `options`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from trainer.errors import TrainerError
from trainer.evaluation.suites.documents import Checked, parse
from trainer.evaluation.suites.question import Question


class _Line(Checked):
    input: str
    target: str | Annotated[list[str], Field(min_length=1)]
    options: list[str] | None = None
    task: str | None = None
    chain_of_thought: bool = False


def jsonl(path: Path) -> list[Question]:
    """Read the questions of a file: `{"input": …, "target": … or […], "options": […], "task": …}`.

    Raises:
        TrainerError: the file is missing or empty, or a line is not such an object.
    """
    if not path.is_file():
        raise TrainerError(f"{path} does not exist: give a file with JSON lines")
    questions = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                questions.append(_question(line, path, number))
    if not questions:
        raise TrainerError(f"{path} has no question: add lines with input and target")
    return questions


def _question(line: bytes, path: Path, number: int) -> Question:
    where = f"{path}:{number}"
    row = parse(_Line, line, where)
    targets = (row.target,) if isinstance(row.target, str) else tuple(row.target)
    options = tuple(row.options or ())
    if options and not set(targets) & set(options):
        raise TrainerError(f"{where}: no target is among the options: add it to options")
    return Question(
        task=path.stem if row.task is None else row.task,
        prompt=row.input,
        targets=targets,
        options=options,
        parses_answer=row.chain_of_thought,
    )
