"""What is compared: all fields or those the recipe names, each switch on its own."""

import pytest

from transforms.settings import Deduplicate
from transforms.texts.comparison import exact_parts, folded_fields, task_salt
from transforms.types import FieldValue, Task

FIELDS: dict[str, FieldValue] = {"question": "Is it?", "answer": "No.", "options": ["Yes", "No"]}


def test_all_fields_by_name_unless_the_recipe_names_some() -> None:
    names = [name for name, _ in folded_fields(FIELDS, Deduplicate())]
    assert names == ["answer", "options", "question"]
    only = Deduplicate(fields=["question", "input"])
    assert folded_fields(FIELDS, only) == [("question", "is it?")]
    assert [name for name, _ in folded_fields({"turns": ["a"]}, only)] == ["turns"]


@pytest.mark.parametrize(
    ("switch", "first", "second"),
    [
        ("ignore_case", "Is it", "is it"),
        ("ignore_punctuation", "is it", "is, it?"),
        ("ignore_width", "is it", "ｉｓ it"),
        ("ignore_space", "is it", "is \t it"),
    ],
)
def test_each_switch_on_its_own(switch: str, first: str, second: str) -> None:
    for ignored in (True, False):
        settings = Deduplicate.model_validate({switch: ignored})
        parts = [exact_parts({"question": text}, settings) for text in (first, second)]
        assert (parts[0] == parts[1]) is ignored


def test_minhash_reads_folded_texts_and_programs_as_they_are() -> None:
    fields: dict[str, FieldValue] = {"code": "X = A", "options": ["b", "A"], "turns": ["Q", "R"]}
    assert folded_fields(fields, Deduplicate()) == [
        ("code", "X = A"),
        ("options", "a\nb"),
        ("turns", "q\nr"),
    ]


def test_tasks_are_parted_by_scope_and_definition() -> None:
    def salt(name: str, instruction: str, settings: Deduplicate) -> int:
        task = Task(
            name=name,
            source="s",
            collection="c",
            family="instruction_input",
            fields={"instruction": instruction},
        )
        return task_salt(task, settings)

    plain, by_task = Deduplicate(), Deduplicate(scope="task")
    assert salt("a", "Do it.", plain) == salt("b", "do it", plain) != salt("a", "Else.", plain)
    assert salt("a", "Do it.", by_task) != salt("b", "Do it.", by_task)
    inputs = Deduplicate(fields=["input"])
    assert salt("a", "Do it.", inputs) == salt("b", "Something else.", inputs)
