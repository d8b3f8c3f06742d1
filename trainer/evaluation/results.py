"""Summarize an evaluation: scores of each task and of all tasks, with 95% intervals."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from trainer.evaluation.scores import (
    Estimate,
    Mean,
    estimate,
    exact_match,
    numeric_match,
    percent,
    rouge_l,
    token_f1,
)
from trainer.evaluation.suites.question import Question


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one question."""

    question: Question
    shots: int  # exemplars that fit
    generated: str
    prediction: str  # the text to compare: the final answer of a chain of thought
    log_likelihood: float  # of the first target, in nats
    target_tokens: int
    is_cut: bool = False  # its input did not fit, and lost its beginning

    @property
    def scores(self) -> dict[str, float]:
        """Return the scores of the prediction by name."""
        if self.question.options:
            return {"accuracy": float(self.prediction in self.question.targets)}
        targets = self.question.targets
        match = numeric_match if self.question.is_number else exact_match
        return {
            "exact_match": match(self.prediction, targets),
            "f1": token_f1(self.prediction, targets),
            "rouge_l": rouge_l(self.prediction, targets),
        }


@dataclass(frozen=True, kw_only=True)
class TaskResult:
    """The results of one task. `loss` is teacher-forced, in nats per target token.

    `bits` is the same in bits: small models differ in it long before they differ in accuracy.
    """

    task: str
    questions: int
    mean_shots: float
    chance: float | None  # of guessing; None if there is nothing to choose from
    loss: float
    bits: float
    scores: dict[str, Estimate | Mean]


@dataclass(frozen=True, kw_only=True)
class SuiteResult:
    """The results of a suite. `mean_over_tasks` gives each task the same weight."""

    suite: str
    note: str
    checkpoint: str
    tasks: list[TaskResult]
    all_questions: TaskResult
    mean_over_tasks: dict[str, Estimate | Mean]
    cut_inputs: int = 0  # questions whose input lost its beginning

    @property
    def document(self) -> dict[str, Any]:
        """Return the result as JSON."""
        return asdict(self)


def summarize(suite: str, note: str, checkpoint: str, answers: Sequence[Answer]) -> SuiteResult:
    """Compute the results of a suite from its answers."""
    tasks: dict[str, list[Answer]] = {}
    for answer in answers:
        tasks.setdefault(answer.question.task, []).append(answer)
    grouped: dict[str, list[list[float]]] = {}
    results = []
    for task in sorted(tasks):
        results.append(_task_result(task, tasks[task], values := _values(tasks[task])))
        for name, of_task in values.items():
            grouped.setdefault(name, []).append(of_task)
    means = {name: estimate(name, *groups) for name, groups in grouped.items()}
    whole = _task_result("all questions", answers, _values(answers))
    of_tasks = (one for task in [*results, whole] for one in task.scores.values())
    cut = sum(answer.is_cut for answer in answers)
    return SuiteResult(
        suite=suite,
        note=note + _cut_note(cut, len(answers)) + _interval_note([*means.values(), *of_tasks]),
        checkpoint=checkpoint,
        tasks=results,
        all_questions=whole,
        mean_over_tasks=means,
        cut_inputs=cut,
    )


def _interval_note(scores: Iterable[Estimate | Mean]) -> str:
    """Say why scores have no interval; empty if all have one."""
    reasons = sorted({score.why for score in scores if isinstance(score, Mean)})
    return f"; no interval where {' or '.join(reasons)}" if reasons else ""


def _cut_note(cut: int, questions: int) -> str:
    if not cut:
        return ""
    return (
        f"; {cut:,} of {questions:,} inputs are longer than input_length and lost their beginning"
    )


def to_markdown(result: SuiteResult) -> str:
    """Format a Markdown table: percent, with the interval in brackets."""
    names = sorted(result.all_questions.scores)
    head = ["task", "questions", "shots", *names, "chance", "bits"]
    lines = [
        f"# {result.suite}",
        "",
        f"Checkpoint `{result.checkpoint}`; {result.note}. Brackets: 95% intervals, Wilson's for "
        "proportions, bootstrap for others. Bits are per target token.",
        "",
        f"| {' | '.join(head)} |",
        f"|---|{'---:|' * (len(head) - 1)}",
    ]
    lines += [_row(task, names) for task in [*result.tasks, result.all_questions]]
    means = [percent(result.mean_over_tasks.get(name)) for name in names]
    lines.append(f"| mean over tasks | {len(result.tasks)} | | {' | '.join(means)} | | |")
    return "\n".join(lines) + "\n"


def _values(answers: Sequence[Answer]) -> dict[str, list[float]]:
    """Collect the scores of all answers by name."""
    values: dict[str, list[float]] = {}
    for answer in answers:
        for name, value in answer.scores.items():
            values.setdefault(name, []).append(value)
    return values


def _task_result(
    task: str, answers: Sequence[Answer], values: dict[str, list[float]]
) -> TaskResult:
    nats = -sum(answer.log_likelihood for answer in answers)
    loss = nats / max(sum(answer.target_tokens for answer in answers), 1)
    return TaskResult(
        task=task,
        questions=len(answers),
        mean_shots=fmean(answer.shots for answer in answers),
        chance=_mean_chance([answer.question for answer in answers]),
        loss=loss,
        bits=loss / math.log(2),
        scores={name: estimate(name, of_name) for name, of_name in values.items()},
    )


def _mean_chance(questions: Sequence[Question]) -> float | None:
    """Return the accuracy of guessing: over the ranked questions, as the accuracy is.

    Where none is ranked, it is that of exact match, over all questions.
    """
    ranked = [question for question in questions if question.options]
    chances = [_chance(question) for question in ranked or questions]
    return fmean(chances) if any(chances) else None


def _chance(question: Question) -> float:
    """Return the probability that a guess is right; 0 if any text may be the answer."""
    if question.options:
        right = sum(option in question.targets for option in question.options)
        return right / len(question.options)
    return 1 / question.choices if question.choices else 0.0


def _row(result: TaskResult, names: list[str]) -> str:
    cells = [percent(result.scores.get(name)) for name in names]
    chance = "" if result.chance is None else f"{100 * result.chance:.1f}"
    shown = [result.task, str(result.questions), f"{result.mean_shots:.1f}", *cells, chance]
    return f"| {' | '.join(shown)} | {result.bits:.3f} |"
