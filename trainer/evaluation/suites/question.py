"""Define the question type that all benchmarks share, and fit it to a length."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from trainer.errors import TrainerError


@dataclass(frozen=True, kw_only=True)
class Question:
    """A prompt with its right answers.

    With `options`, the answer is the most likely option (rank classification). Without, it is
    generated. `shots` are exemplars before the prompt; those that do not fit are dropped, the last
    one first.
    """

    task: str
    prompt: str
    targets: tuple[str, ...]
    options: tuple[str, ...] = ()
    preamble: str = ""  # before the exemplars; never dropped
    shots: tuple[str, ...] = ()
    parses_answer: bool = False  # the prediction is a chain of thought
    is_number: bool = False  # answers are compared as numbers
    choices: int = 0  # possible answers, if a generated answer is one of a few

    def text(self, shots: int) -> str:
        """Return the input with the first `shots` exemplars."""
        return "".join([self.preamble, *self.shots[:shots], self.prompt])


class Fitted(NamedTuple):
    """The token ids of an input without EOS, and what of it was left out."""

    ids: list[int]
    shots: int  # exemplars that fit
    is_cut: bool  # the question itself does not fit


def fit(question: Question, encode: Callable[[str], list[int]], max_input_tokens: int) -> Fitted:
    """Fit a question into so many tokens.

    An input that is too long without exemplars is cut at its beginning, because the question is at
    its end.
    """
    for shots in range(len(question.shots), -1, -1):
        ids = encode(question.text(shots))
        if len(ids) <= max_input_tokens:
            return Fitted(ids, shots, False)
    return Fitted(ids[-max_input_tokens:], 0, True)


def limited(questions: Sequence[Question], limit: int | None) -> Iterator[Question]:
    """Yield the first `limit` questions of each task; all if it is None."""
    counts: dict[str, int] = {}
    for question in questions:
        counts[question.task] = counts.get(question.task, 0) + 1
        if limit is None or counts[question.task] <= limit:
            yield question


def files(directory: Path, pattern: str, what: str) -> list[Path]:
    """List the files of a benchmark in order.

    Raises:
        TrainerError: there are no files.
    """
    paths = sorted(directory.glob(pattern))
    if not paths:
        raise TrainerError(f"{directory} has no {pattern}: give the directory of {what} (--data)")
    return paths
