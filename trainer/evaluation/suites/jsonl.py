"""Load questions from JSON lines with `input`, `target` and, for ranking, `options`."""

import json
from pathlib import Path
from typing import Any

from trainer.errors import TrainerError
from trainer.evaluation.suites.question import Question


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
    try:
        row: dict[str, Any] = json.loads(line)
        prompt, target, options = row["input"], row["target"], row.get("options") or []
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainerError(
            f'{where}: not an object with "input" and "target" ({error!r}): correct the line'
        ) from error
    targets = [target] if isinstance(target, str) else target
    texts = isinstance(prompt, str) and isinstance(targets, list) and isinstance(options, list)
    if not texts or not targets or not all(isinstance(t, str) for t in [*targets, *options]):
        raise TrainerError(
            f"{where}: input must be a text, target a text or a list of texts, options a list"
        )
    if options and not set(targets) & set(options):
        raise TrainerError(f"{where}: no target is among the options: add it to options")
    return Question(
        task=str(row.get("task", path.stem)),
        prompt=prompt,
        targets=tuple(targets),
        options=tuple(options),
        parses_answer=bool(row.get("chain_of_thought", False)),
    )
