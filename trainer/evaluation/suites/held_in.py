"""Load held-in questions: examples of the snapshot's tasks that the model did not train on."""

from tfrecords_schema.snapshot import Snapshot
from trainer.batches.held_in import HeldIn
from trainer.evaluation.suites.question import Question


def held_in_questions(snapshot: Snapshot, held: HeldIn) -> list[Question]:
    """Return the held-in examples as the snapshot has them, few-shot exemplars included.

    A question keeps its options if the target is one of them. Else its answer is generated.
    """
    reader = snapshot.reader(held.split)
    questions = []
    for index in held.examples.tolist():
        row = reader.row(index)
        target, options = str(row["targets_pretokenized"]), [str(o) for o in row["options"]]  # type: ignore[union-attr]
        questions.append(
            Question(
                task=str(row["_task_name"]),
                prompt=str(row["inputs_pretokenized"]),
                targets=(target,),
                options=tuple(options) if target in options else (),
            )
        )
    return questions
