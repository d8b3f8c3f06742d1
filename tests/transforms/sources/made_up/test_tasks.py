"""Made-up tasks: their splits, their words and their records."""

import pytest

from transforms.sources.made_up.operations import OPERATIONS, Items
from transforms.sources.made_up.records import records_of, worded
from transforms.sources.made_up.tasks import MadeUpTask, Step, is_held_out, made_up_tasks

ALL = tuple(OPERATIONS)
TASK = MadeUpTask("letters", (Step("replace", ("p", "t")), Step("reverse")))


def test_there_are_more_than_twenty_thousand_tasks() -> None:
    tasks = made_up_tasks(0, "held_in", 20_480, ALL, 3)
    assert len({task.name for task in tasks}) == 20_480


def test_a_smaller_number_of_tasks_is_a_part_of_a_larger_one() -> None:
    assert made_up_tasks(0, "held_in", 50, ALL, 3) == made_up_tasks(0, "held_in", 80, ALL, 3)[:50]


def test_held_out_parameters_are_in_no_training_task() -> None:
    seen = {
        (step.name, place, value)
        for task in made_up_tasks(0, "held_in", 5000, ALL, 3)
        for step in task.steps
        for place, value in enumerate(step.parameters)
    }
    for task in made_up_tasks(0, "held_out_parameters", 200, ALL, 3):
        values = {(s.name, n, v) for s in task.steps for n, v in enumerate(s.parameters)}
        assert values - seen
        assert any(is_held_out(*value) for value in values)


def test_held_out_compositions_are_in_no_training_task() -> None:
    orders = {
        tuple(step.name for step in task.steps)
        for task in made_up_tasks(0, "held_in", 5000, ALL, 3)
    }
    held_out = made_up_tasks(0, "held_out_compositions", 200, ALL, 3)
    assert not orders & {tuple(step.name for step in task.steps) for task in held_out}


def test_too_many_tasks_are_refused() -> None:
    with pytest.raises(ValueError, match="only 2 such tasks in held_in, not 3: lower `tasks`"):
        made_up_tasks(0, "held_in", 3, ("reverse",), 1)


def test_composition_and_its_inverse() -> None:
    swap = MadeUpTask(
        "numbers", (Step("exchange", (1, 2)), Step("add", (10,)), Step("rotate", (1,)))
    )
    given: Items = (1, 5, 2)
    assert swap.apply(given) == (15, 11, 12)
    assert swap.undo((15, 11, 12)) == given
    assert swap.name == "numbers_exchange_1_2_add_10_rotate_1"
    assert not TASK.is_invertible
    with pytest.raises(ValueError, match="replace cannot be inverted"):
        TASK.undo(("a",))


def test_words() -> None:
    def first(items: tuple[str, ...]) -> str:
        return items[0]

    assert worded(TASK, first) == "Replace every p with t, then reverse the order."
    rotate = MadeUpTask("numbers", (Step("rotate", (2,)),))
    assert worded(rotate, first) == "Move the first two to the end."


def test_records_are_right_and_differ() -> None:
    records = list(records_of(TASK, 0, "train", 40))
    assert len({str(record["input"]) for record in records}) == 40
    for record in records:
        letters = str(record["input"]).split()
        assert str(record["answer"]) == " ".join(reversed([{"p": "t"}.get(x, x) for x in letters]))
        options = list(record["options"])
        assert record["answer"] in options
        assert len(set(options)) == len(options) == 4


def test_test_inputs_are_not_those_of_training() -> None:
    train = {str(record["input"]) for record in records_of(TASK, 0, "train", 300)}
    test = {str(record["input"]) for record in records_of(TASK, 0, "test", 100)}
    assert len(test) == 100
    assert not train & test


def test_yes_and_no_are_balanced() -> None:
    task = MadeUpTask("letters", (Step("contains", ("k",)),))
    answers = [record["answer"] for record in records_of(task, 0, "train", 200)]
    assert 70 <= answers.count("yes") <= 130
