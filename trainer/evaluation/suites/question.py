"""One question of an evaluation, whatever the benchmark it comes from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer.errors import TrainerError


@dataclass(frozen=True, kw_only=True)
class Question:
    """A prompt with its right answers.

    With `options` the answer is the likeliest of them (rank classification), without it is
    generated. `shots` are exemplars that go before the prompt while they fit, the last dropped
    first.
    """

    task: str
    prompt: str
    targets: tuple[str, ...]
    options: tuple[str, ...] = ()
    preamble: str = ""  # before the exemplars; stays
    shots: tuple[str, ...] = ()
    parses_answer: bool = False  # the prediction is a chain of thought
    choices: int = 0  # answers to guess among, where one of a few is to be generated

    def text(self, shots: int) -> str:
        """The input with the first `shots` exemplars."""
        return "".join([self.preamble, *self.shots[:shots], self.prompt])


def fit(
    question: Question, encode: Callable[[str], list[int]], max_input_tokens: int
) -> tuple[list[int], int]:
    """Token ids of the input, EOS not included, with as many exemplars as fit; and how many.

    What is too long without any exemplar is cut at its beginning: the question stands at the end.
    """
    for shots in range(len(question.shots), -1, -1):
        ids = encode(question.text(shots))
        if len(ids) <= max_input_tokens:
            return ids, shots
    return ids[-max_input_tokens:], 0


def limited(questions: Sequence[Question], limit: int | None) -> Iterator[Question]:
    """The first `limit` questions of each task."""
    counts: dict[str, int] = {}
    for question in questions:
        counts[question.task] = counts.get(question.task, 0) + 1
        if limit is None or counts[question.task] <= limit:
            yield question


def files(directory: Path, pattern: str, what: str) -> list[Path]:
    """The files of a benchmark in order.

    Raises:
        TrainerError: there are none.
    """
    found = sorted(directory.glob(pattern))
    if not found:
        raise TrainerError(f"{directory} holds no {pattern}: give the directory of {what} (--data)")
    return found
