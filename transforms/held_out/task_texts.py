"""The stage that searches what all records of a task share: its definition and its own examples.

Prompts show these beside records, which the scan searches one by one. Own examples that contain a
held-out item are left out of the task. A definition cannot be left out, so that it is reported.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tfrecords_schema.snapshot import CONTAMINATION
from transforms.held_out.indexing import HELD_OUT_INDEX, open_finder
from transforms.held_out.left_out_examples import OWN, TASK_TEXTS, WRONG, LeftOut, write_left_out
from transforms.held_out.match_rows import match_rows
from transforms.records.rejections import write_lines
from transforms.stable_random import stable_id
from transforms.stages.output import Output
from transforms.stages.stage import ONCE, Stage
from transforms.stages.work import Work
from transforms.types import FieldValue, Record, Task

_TEXTS_AT_ONCE = 1_000


@dataclass(frozen=True)
class TaskTextNotes:
    """Texts of tasks in which a held-out item was found, as {evaluation set: {task: texts}}."""

    definitions: dict[str, Counter[str]] = field(default_factory=dict)
    own_examples: dict[str, Counter[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Text:
    """The fields of one example of a task, or those that its records share (`kind` is empty)."""

    task: Task
    kind: str
    number: int
    fields: Mapping[str, FieldValue]

    def as_record(self) -> Record:
        """Return what is searched; the names of its fields say where they are."""
        place = f"{self.kind}[{self.number}]." if self.kind else ""
        return Record(
            id=stable_id(TASK_TEXTS, self.task.name, place),
            source=self.task.source,
            collection=self.task.collection,
            task=self.task.name,
            license="",
            fields={f"{place}{name}": value for name, value in self.fields.items()},
        )


def _texts_of(tasks: Sequence[Task]) -> Iterator[_Text]:
    for task in tasks:
        # An inversion has the texts of the task that it inverts.
        if task.inverts:
            continue
        if task.fields:
            yield _Text(task, "", 0, task.fields)
        for kind, examples in ((OWN, task.exemplars), (WRONG, task.negative_exemplars)):
            for number, fields in enumerate(examples):
                yield _Text(task, kind, number, fields)


def search_task_texts(work: Work) -> Output:
    """Search the definitions and own examples of all tasks; note the examples to leave out."""
    finder, notes = open_finder(work), TaskTextNotes()
    rows: list[bytes] = []
    left_out: LeftOut = {}
    texts = _texts_of(work.job.tasks) if finder else iter(())
    while finder and (batch := list(islice(texts, _TEXTS_AT_ONCE))):
        records = [text.as_record() for text in batch]
        for text, record, matches in zip(batch, records, finder.find(records), strict=True):
            if not matches:
                continue
            rows += match_rows(record, matches, finder)
            table = notes.own_examples if text.kind else notes.definitions
            item = finder.name(matches[0].item)
            table.setdefault(item.set, Counter())[text.task.name] += 1
            if text.kind:
                left_out.setdefault(text.task.name, {}).setdefault(text.kind, []).append(
                    text.number
                )
    written = write_lines(work.job.staging, f"{CONTAMINATION}/{TASK_TEXTS}.jsonl", rows)
    is_dropped = work.job.settings.decontaminate.mode == "drop"
    return Output(
        notes=notes,
        reports=[written] if written else [],
        files=[write_left_out(work.directory, left_out)] if left_out and is_dropped else [],
    )


SEARCH_TASK_TEXTS = Stage(
    name=TASK_TEXTS,
    run=search_task_texts,
    items=ONCE,
    reads=(HELD_OUT_INDEX,),
    yields=TASK_TEXTS,
    settings=("sources", "decontaminate.mode"),
    notes=TaskTextNotes,
)
