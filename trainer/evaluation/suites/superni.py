"""Load Super-Natural Instructions (Wang et al. 2022): the 119 test tasks, scored by ROUGE-L.

Prompts have the definition and two positive examples in the wording of Tk-Instruct. As in the
paper, each task has its first 100 instances. Files: `tasks/<task>.json`, `splits/test_tasks.txt`
(or `splits/default/test_tasks.txt`).
"""

import json
from pathlib import Path

from trainer.errors import TrainerError
from trainer.evaluation.suites.question import Question

_INSTANCES = 100
_POSITIVE_EXAMPLES = 2


def superni(directory: Path) -> list[Question]:
    """Return the questions of the test tasks whose files exist."""
    places = [directory / "splits" / name for name in ("test_tasks.txt", "default/test_tasks.txt")]
    lists = [path for path in places if path.is_file()]
    if not lists:
        raise TrainerError(f"{places[0]} does not exist: give Super-NI's directory (--data)")
    names = lists[0].read_text().split()
    paths = [directory / "tasks" / f"{name}.json" for name in names]
    present = [path for path in paths if path.is_file()]
    if not present:
        raise TrainerError(
            f"{directory / 'tasks'} has none of the {len(names)} test tasks: add their files"
        )
    return [question for path in present for question in _questions(path)]


def _questions(path: Path) -> list[Question]:
    task = json.loads(path.read_text(encoding="utf-8"))
    definition = task["Definition"]
    definition = definition if isinstance(definition, str) else definition[0]
    shots = [
        f" Positive Example {number} -\nInput: {example['input'].strip()}\n"
        f" Output: {example['output'].strip()}\n\n"
        for number, example in enumerate(task["Positive Examples"][:_POSITIVE_EXAMPLES], start=1)
    ]
    return [
        Question(
            task=path.stem,
            prompt=f"Now complete the following example -\nInput: {instance['input'].strip()}\n"
            "Output: ",
            targets=tuple(instance["output"]),
            preamble=f"Definition: {definition.strip()}\n\n",
            shots=tuple(shots),
        )
        for instance in task["Instances"][:_INSTANCES]
        if instance["output"]
    ]
