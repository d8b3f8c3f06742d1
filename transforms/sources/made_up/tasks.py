"""Draw made-up tasks: compositions of one to three operations, in three splits.

A composition is held out by the names of its operations in their order, a parameter by the
operation and its value. Training tasks have neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Literal

from transforms.sources.made_up.operations import (
    ALPHABETS,
    OPERATIONS,
    Item,
    Items,
    Kind,
    Operation,
)
from transforms.stable_random import Draws, stable_hash

Split = Literal["held_in", "held_out_parameters", "held_out_compositions"]
_STAGE = "made_up"
# Of the values of a parameter, and of the orders of operations, one in so many is held out.
_HELD_OUT_VALUES = 6
_HELD_OUT_ORDERS = 4
# Parameters with fewer values are in training as a whole.
_LEAST_VALUES = 20
# Nearly every draw is a new task; the limit says that no task is left.
_MOST_DRAWS_WITHOUT_A_TASK = 10_000


@dataclass(frozen=True)
class Step:
    """An operation with its parameters."""

    name: str
    parameters: Items = ()

    @property
    def operation(self) -> Operation:
        """Return the operation."""
        return OPERATIONS[self.name]


@dataclass(frozen=True)
class MadeUpTask:
    """A composition of operations on sequences of one kind."""

    kind: Kind
    steps: tuple[Step, ...]

    @cached_property
    def name(self) -> str:
        """Return its name: "letters_replace_p_t_reverse"."""
        parts = [self.kind, *(p for step in self.steps for p in (step.name, *step.parameters))]
        return "_".join(map(str, parts))

    @property
    def is_invertible(self) -> bool:
        """Return whether each output has one input."""
        return all(step.operation.undo for step in self.steps)

    @property
    def options(self) -> tuple[str, ...]:
        """Return all answers, where there are few."""
        return self.steps[-1].operation.options

    def apply(self, items: Items) -> Items:
        """Return the output for an input."""
        for step in self.steps:
            items = step.operation.apply(items, *step.parameters)
        return items

    def undo(self, items: Items) -> Items:
        """Return the input of an output.

        Raises:
          ValueError: the task cannot be inverted.
        """
        for step in reversed(self.steps):
            if step.operation.undo is None:
                raise ValueError(f"{step.name} cannot be inverted")
            items = step.operation.undo(items, *step.parameters)
        return items


@lru_cache(maxsize=8)
def made_up_tasks(
    seed: int, split: Split, number: int, names: tuple[str, ...], most_operations: int
) -> tuple[MadeUpTask, ...]:
    """Return the first `number` tasks of a split; a smaller number is a part of a larger one.

    Raises:
      ValueError: there are not so many.
    """
    tasks = tuple(islice(_tasks(seed, split, names, most_operations), number))
    if len(tasks) < number:
        raise ValueError(
            f"there are only {len(tasks):,} such tasks in {split}, not {number:,}: "
            "lower `tasks`, or allow more `operations`"
        )
    return tasks


def _tasks(
    seed: int, split: Split, names: tuple[str, ...], most_operations: int
) -> Iterator[MadeUpTask]:
    seen: set[MadeUpTask] = set()
    draws = Draws(_STAGE, seed, split, *names, most_operations)
    failures = 0
    while failures < _MOST_DRAWS_WITHOUT_A_TASK:
        task = _draw(draws, names, most_operations)
        if task is None or task in seen or split_of(task) != split:
            failures += 1
            continue
        failures = 0
        seen.add(task)
        yield task


def split_of(task: MadeUpTask) -> Split | None:
    """Return the split that a task belongs to; None if both its parts are held out."""
    names = [step.name for step in task.steps]
    new_order = len(names) > 1 and stable_hash(_STAGE, *names) % _HELD_OUT_ORDERS == 0
    new_value = any(
        is_held_out(step.name, place, value)
        for step in task.steps
        for place, value in enumerate(step.parameters)
    )
    if new_order:
        return None if new_value else "held_out_compositions"
    return "held_out_parameters" if new_value else "held_in"


def is_held_out(name: str, place: int, value: Item) -> bool:
    """Return whether training has no task with this value of a parameter."""
    domain = OPERATIONS[name].parameters[place]
    if domain != "item" and len(domain) < _LEAST_VALUES:
        return False
    return stable_hash(_STAGE, name, place, value) % _HELD_OUT_VALUES == 0


def _draw(draws: Draws, names: tuple[str, ...], most: int) -> MadeUpTask | None:
    """Draw a composition; None if it is one that nobody would ask for."""
    kind: Kind = draws.choice(("letters", "numbers"))
    drawn = [draws.choice(names) for _ in range(1 + draws.below(most))]
    operations = [OPERATIONS[name] for name in drawn]
    if (
        len(set(drawn)) < len(drawn)
        or any(kind not in operation.kinds for operation in operations)
        or any(operation.is_final for operation in operations[:-1])
    ):
        return None
    steps = []
    for operation in operations:
        domains = [ALPHABETS[kind] if d == "item" else d for d in operation.parameters]
        values = tuple(draws.choice(domain) for domain in domains)
        if len(set(values)) < len(values):
            return None
        steps.append(Step(operation.name, values))
    return MadeUpTask(kind, tuple(steps))
