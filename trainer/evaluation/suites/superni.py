"""Load Super-Natural Instructions (Wang et al. 2022): the 119 test tasks, scored by ROUGE-L.

Prompts have the definition and two positive examples in the wording of Tk-Instruct. As in the
paper, each task has its first 100 instances. Files: `tasks/<task>.json`, `splits/test_tasks.txt`
(or `splits/default/test_tasks.txt`).
"""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from trainer.errors import TrainerError
from trainer.evaluation.suites.documents import Checked, parse, read_text
from trainer.evaluation.suites.question import Question

Texts = str | Annotated[list[str], Field(min_length=1)]


class _Positive(Checked):
    input: str
    output: str


class _Instance(Checked):
    input: str
    output: str | list[str]


class _Task(Checked):
    definition: Texts = Field(alias="Definition")
    positive: list[_Positive] = Field(default=[], alias="Positive Examples")
    instances: list[_Instance] = Field(alias="Instances")


_INSTANCES = 100
_POSITIVE_EXAMPLES = 2


def superni(directory: Path) -> list[Question]:
    """Return the questions of the test tasks whose files exist.

    Raises:
        TrainerError: a file is missing or damaged.
    """
    places = [directory / "splits" / name for name in ("test_tasks.txt", "default/test_tasks.txt")]
    lists = [path for path in places if path.is_file()]
    if not lists:
        raise TrainerError(f"{places[0]} does not exist: give Super-NI's directory (--data)")
    names = read_text(lists[0]).split()
    paths = [directory / "tasks" / f"{name}.json" for name in names]
    present = [path for path in paths if path.is_file()]
    if not present:
        raise TrainerError(
            f"{directory / 'tasks'} has none of the {len(names)} test tasks: add their files"
        )
    return [question for path in present for question in _questions(path)]


def _questions(path: Path) -> list[Question]:
    task = parse(_Task, path.read_bytes(), str(path))
    definition = task.definition if isinstance(task.definition, str) else task.definition[0]
    shots = [
        f" Positive Example {number} -\nInput: {example.input.strip()}\n"
        f" Output: {example.output.strip()}\n\n"
        for number, example in enumerate(task.positive[:_POSITIVE_EXAMPLES], start=1)
    ]
    return [
        Question(
            task=path.stem,
            prompt=f"Now complete the following example -\nInput: {instance.input.strip()}\n"
            "Output: ",
            targets=_targets(instance.output),
            preamble=f"Definition: {definition.strip()}\n\n",
            shots=tuple(shots),
        )
        for instance in task.instances[:_INSTANCES]
        if instance.output
    ]


def _targets(output: str | list[str]) -> tuple[str, ...]:
    """Return the right answers; a text is one of them, not its letters."""
    return (output,) if isinstance(output, str) else tuple(output)
