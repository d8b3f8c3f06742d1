"""Files of a suite's results: their directory, and what is written there.

Suites that are read from a path may have several results in one place: `jsonl=a` and `jsonl=b`.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from tfrecords_schema import filesystem
from trainer.evaluation.paired import PREDICTIONS
from trainer.evaluation.results import Answer, SuiteResult, to_markdown

_RESULTS = "results.json"
_DIGITS = 8


def directory_of(name: str, asked: Sequence[str], out: str) -> str:
    """Return the name of a suite's directory below `out`.

    `mmlu` → "mmlu", and `jsonl=a/t.jsonl` → "jsonl". Where that has the results of another path, or
    more than one path is asked: `jsonl=a/t.jsonl` → "jsonl-t-" and eight digits of the path's
    digest.

    Args:
        name: the suite.
        asked: all suites of the evaluation.
        out: directory or URL that may have earlier results.
    """
    kind, _, path = name.partition("=")
    if not path:
        return kind
    place = str(Path(path).absolute()) if filesystem.is_local(path) else path.rstrip("/")
    digest = sha256(place.encode()).hexdigest()[:_DIGITS]
    own = f"{kind}-{Path(path).stem}-{digest}"
    if _suite_in(filesystem.join(out, own)) is not None:
        return own
    earlier = _suite_in(filesystem.join(out, kind))
    is_alone = sum(other.partition("=")[0] == kind for other in asked) == 1
    return kind if earlier == name or (earlier is None and is_alone) else own


def _suite_in(directory: str) -> str | None:
    """Return the suite whose results a directory has; None if it has none."""
    document = _read(filesystem.join(directory, _RESULTS))
    return None if document is None else str(json.loads(document).get("suite"))


def _read(path: str) -> bytes | None:
    return filesystem.read_bytes(path) if filesystem.exists(path) else None


def has_other_questions(directory: str, answers: Sequence[Answer]) -> bool:
    """Return whether a directory has predictions for other questions than these answers."""
    data = _read(filesystem.join(directory, PREDICTIONS))
    if data is None:
        return False
    rows = [json.loads(line) for line in data.decode().split("\n") if line]
    asked = sorted(_key(_prediction(answer)) for answer in answers)
    return sorted(map(_key, rows)) != asked


def _key(row: dict[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    return str(row.get("task")), str(row.get("input")), tuple(row.get("targets", ()))


def write(directory: Path, result: SuiteResult, answers: Sequence[Answer]) -> None:
    """Write results.json, results.md and predictions.jsonl of a suite."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / _RESULTS).write_text(json.dumps(result.document, indent=2) + "\n")
    (directory / "results.md").write_text(to_markdown(result))
    lines = [json.dumps(_prediction(answer), ensure_ascii=False) for answer in answers]
    (directory / PREDICTIONS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _prediction(answer: Answer) -> dict[str, Any]:
    return {
        "task": answer.question.task,
        "input": answer.question.prompt,
        "targets": list(answer.question.targets),
        "prediction": answer.prediction,
        "generated": answer.generated,
        "shots": answer.shots,
        "is_cut": answer.is_cut,
        "log_likelihood": answer.log_likelihood,
        "target_tokens": answer.target_tokens,
        "scores": answer.scores,
    }
