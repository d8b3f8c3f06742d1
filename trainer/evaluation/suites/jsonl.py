"""Load questions from JSON lines with `input`, `target` and, for ranking, `options`."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from trainer.errors import TrainerError
from trainer.evaluation.suites.documents import Checked, parse
from trainer.evaluation.suites.question import Question

_LIKENESS = 0.75  # so that "option" and "Options" are like "options", and "task_id" unlike "task"
_MOST_KEYS = 5


class _Line(Checked):
    model_config = ConfigDict(extra="allow")

    input: str
    target: str | Annotated[list[str], Field(min_length=1)]
    options: list[str] | None = None
    task: str | None = None
    chain_of_thought: bool = False


def jsonl(path: Path) -> tuple[list[Question], str]:
    """Read the questions of a file: `{"input": …, "target": … or […], "options": […], "task": …}`.

    Returns:
        the questions, and a note of the keys that were not read, empty if there are none.

    Raises:
        TrainerError: the file is missing or empty, a line is not such an object, or a key is like
            one that the line lacks.
    """
    if not path.is_file():
        said = "is a directory" if path.is_dir() else "does not exist"
        raise TrainerError(f"{path} {said}: give a file with JSON lines")
    questions = []
    unread: dict[str, None] = {}
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                where = f"{path}:{number}"
                row = parse(_Line, line, where)
                unread |= dict.fromkeys(_unread(row, where))
                questions.append(_question(row, path, where))
    if not questions:
        raise TrainerError(f"{path} has no question: add lines with input and target")
    return questions, _note(unread)


def _unread(row: _Line, where: str) -> Iterable[str]:
    """Return the keys of a line that mean nothing here; refuse those that are mistyped."""
    absent = sorted(set(_Line.model_fields) - row.model_fields_set)
    extra = row.model_extra or {}
    for key in extra:
        if near := get_close_matches(key.lower(), absent, n=1, cutoff=_LIKENESS):
            raise TrainerError(
                f"{where}: {key}: unknown key; did you mean {near[0]!r}? Rename it, or leave it out"
            )
    return extra


def _note(unread: Iterable[str]) -> str:
    names = sorted(unread)
    if not names:
        return ""
    more = [f"{len(names) - _MOST_KEYS} more"] if len(names) > _MOST_KEYS else []
    return f"keys that are not read: {', '.join(names[:_MOST_KEYS] + more)}"


def _question(row: _Line, path: Path, where: str) -> Question:
    targets = (row.target,) if isinstance(row.target, str) else tuple(row.target)
    options = tuple(row.options or ())
    if len(options) == 1 or len(set(options)) < len(options):
        raise TrainerError(f"{where}: options: give two or more, which differ")
    if options and not set(targets) & set(options):
        raise TrainerError(f"{where}: no target is among the options: add it to options")
    return Question(
        task=path.stem if row.task is None else row.task,
        prompt=row.input,
        targets=targets,
        options=options,
        parses_answer=row.chain_of_thought,
    )
