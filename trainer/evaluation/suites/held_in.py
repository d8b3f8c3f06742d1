"""Load held-in questions: examples of the snapshot's tasks that the model did not train on."""

from collections.abc import Iterable, Sequence

from tfrecords_schema import features
from tfrecords_schema.enumeration import names_like
from tfrecords_schema.manifest import TRAIN
from tfrecords_schema.snapshot import Snapshot
from trainer.batches.held_in import HeldIn
from trainer.evaluation.suites.question import Question


def held_in_questions(snapshot: Snapshot, held: HeldIn) -> list[Question]:
    """Return the held-in examples as the snapshot has them, few-shot exemplars included.

    The options of a question are ranked, as text or, where its prompt enumerates them, by name.
    If the target is neither, the answer is generated.
    """
    return _questions(snapshot, held.split, held.examples.tolist())


def snapshot_questions(snapshot: Snapshot) -> list[Question]:
    """Return all examples of a snapshot that was built to measure on: its split `train`."""
    count = snapshot.manifest.splits[TRAIN].rows
    return _questions(snapshot, TRAIN, range(count))


def _questions(snapshot: Snapshot, split: str, examples: Iterable[int]) -> list[Question]:
    reader = snapshot.reader(split)
    questions = []
    for index in examples:
        row = reader.row(index)
        target = str(row[features.TARGETS_TEXT])
        options = [str(option) for option in row[features.OPTIONS]]  # type: ignore[union-attr]
        questions.append(
            Question(
                task=str(row[features.TASK_NAME]),
                prompt=str(row[features.INPUTS_TEXT]),
                targets=(target,),
                options=answers(target, options, int(row[features.ANSWER_INDEX])),  # type: ignore[arg-type]
            )
        )
    return questions


def answers(target: str, options: Sequence[str], index: int) -> tuple[str, ...]:
    """Return every possible answer in the form of the target; none if its form is free.

    >>> answers("cold", ["warm", "cold"], 1)
    ('warm', 'cold')
    >>> answers("(b)", ["warm", "cold"], 1)
    ('(a)', '(b)')
    """
    if 0 <= index < len(options) and options[index] != target:
        named = names_like(target, index, len(options))
        if named:
            return named
    return tuple(options) if target in options else ()
