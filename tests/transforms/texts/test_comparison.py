"""What is compared: all fields or those the recipe names, each switch on its own."""

import pytest

from transforms.settings import Deduplicate
from transforms.texts.comparison import exact_parts, folded_fields, holds_code, task_salt
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


@pytest.mark.parametrize(
    ("text", "is_code"),
    [
        ("for i in x:\n    print(i)", True),
        ("A list,\n  apples, pears", False),
        ("x = 1\nX = 2\nprint(x)", True),
        ("x = A\ny = a\nx, y = y, x\nz[0].n += 1\nreturn z", True),
        ("What does it print?\nx = 1\nX = x\nprint(X)", True),
        ("while n:\n  a = n\n  b = a\n  c = b\n  n = c", True),
        ("int a = 1;\nint b = a;", True),
        ("Solve it.\nWe know that x = 2.\nIt is easy.", False),
        ("x == 1\ny => 2", False),
        ("Roses are red,\nif you ask me;\nfor they are.", False),
        ("Janet has 3 eggs.\nHow many are left (in all)?", False),
        ("x = 1", False),
    ],
)
def test_programs_are_told_from_other_texts(text: str, is_code: bool) -> None:
    assert holds_code(text) is is_code


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x = A\nX = a\nprint(x)", "x = a\nX = A\nprint(x)"),
        ("while n:\n  a = n\n  b = a\n  n = 0", "while n:\n  a = n\n  b = a\nn = 0"),
        ('s = "It is."\nt = s', 's = "It is"\nt = s'),
    ],
    ids=["case", "indentation", "punctuation"],
)
def test_programs_in_any_field_are_compared_as_they_are(first: str, second: str) -> None:
    keys = [exact_parts({"output": text}, Deduplicate()) for text in (first, second)]
    assert keys[0] != keys[1]
