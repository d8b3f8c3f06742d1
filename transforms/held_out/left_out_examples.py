"""The own examples that are left out of tasks, as a file in the work directory.

Rendering reads it. It is apart from the search, so that prompts do not depend on the search's code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

import orjson

from tfrecords_schema import filesystem
from transforms.stages.output import FileNote
from transforms.types import Task

TASK_TEXTS = "task_texts"
# The two kinds of own examples, as `Task` names them.
OWN, WRONG = "exemplars", "negative_exemplars"
_FILE = "left_out_examples.json"

# {task: {kind: numbers of examples}}.
LeftOut = dict[str, dict[str, list[int]]]


def write_left_out(directory: str, left_out: LeftOut) -> FileNote:
    """Write which examples are left out into a work directory."""
    data = orjson.dumps(left_out, option=orjson.OPT_SORT_KEYS)
    filesystem.write_bytes(filesystem.join(directory, _FILE), data)
    return FileNote(_FILE, sha256(data).hexdigest(), "work")


def without_left_out(directory: str, tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks of the job in a work directory without the examples that are left out."""
    path = filesystem.join(directory, _FILE)
    if not filesystem.exists(path):
        return [*tasks]
    left_out = orjson.loads(filesystem.read_bytes(path))
    return [_without(task, left_out.get(task.name, {})) for task in tasks]


def _without(task: Task, left_out: Mapping[str, Sequence[int]]) -> Task:
    if not left_out:
        return task
    own, wrong = (
        tuple(e for number, e in enumerate(examples) if number not in left_out.get(kind, ()))
        for kind, examples in ((OWN, task.exemplars), (WRONG, task.negative_exemplars))
    )
    return replace(task, exemplars=own, negative_exemplars=wrong)
