"""Alpaca rows: with input, without, and with a conversation before them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.formats.alpaca import Alpaca
from transforms.sources.source import Element
from transforms.types import Record, Task

ReadFile = Callable[..., list[Element]]
SOURCE = Alpaca(format="alpaca", collection="c", languages=["en"])


def _read(read_file: ReadFile, *rows: dict[str, Any], source: Alpaca = SOURCE) -> list[Any]:
    return read_file(source, json.dumps(rows), "alpaca.json")


def test_forms_are_tasks(read_file: ReadFile) -> None:
    elements = _read(
        read_file,
        {"instruction": "Sum up.", "input": "Long.", "output": "Short.", "id": 7},
        {"instruction": "Greet.", "input": "", "output": "Hello!"},
        {"instruction": "Bye.", "output": "Bye!"},
        {"instruction": "And?", "input": "", "output": "So.", "history": [["Hi", "Hello"]]},
        {"instruction": "Who?", "input": "Now", "output": "I.", "system": "Be curt."},
    )
    tasks = [element for element in elements if isinstance(element, Task)]
    assert [(task.name, task.family, task.languages) for task in tasks] == [
        ("some_source", "instruction_input", ("en",)),
        ("some_source_no_input", "instruction_only", ("en",)),
        ("some_source_chat", "chat", ("en",)),
    ]
    records = [element for element in elements if isinstance(element, Record)]
    assert [(record.task.removeprefix("some_source"), record.fields) for record in records] == [
        ("", {"instruction": "Sum up.", "input": "Long.", "output": "Short."}),
        ("_no_input", {"instruction": "Greet.", "output": "Hello!"}),
        ("_no_input", {"instruction": "Bye.", "output": "Bye!"}),
        ("_chat", {"history": ["User: Hi", "Assistant: Hello"], "input": "And?", "output": "So."}),
        ("_chat", {"history": ["System: Be curt."], "input": "Who?\nNow", "output": "I."}),
    ]


def test_a_context_and_a_question_under_input(read_file: ReadFile) -> None:
    columns = {"instruction": "input", "context": "knowledge"}
    source = Alpaca(format="alpaca", collection="c", languages=["en"], columns=columns)
    row = {"input": "Who?", "knowledge": "Ann sings.", "history": ["Hi", "Hello"], "output": "She."}
    (record,) = [e for e in _read(read_file, row, source=source) if isinstance(e, Record)]
    assert record.fields == {
        "history": ["System: Ann sings.", "User: Hi", "Assistant: Hello"],
        "input": "Who?",
        "output": "She.",
    }


def test_a_history_that_the_user_ends(read_file: ReadFile) -> None:
    row = {"history": ["Hello", "Who?"], "output": "She."}
    (record,) = [e for e in _read(read_file, row) if isinstance(e, Record)]
    assert record.fields == {"history": ["Assistant: Hello"], "input": "Who?", "output": "She."}
    row = {"history": "They met in Oslo.", "instruction": "Where?", "output": "Oslo."}
    (record,) = [e for e in _read(read_file, row) if isinstance(e, Record)]
    assert record.fields == {"instruction": "They met in Oslo.\nWhere?", "output": "Oslo."}


def test_values_that_are_no_texts(read_file: ReadFile) -> None:
    elements = _read(
        read_file,
        {"instruction": "Double it.", "input": 21, "output": 42},
        {"instruction": "Is it so?", "input": False, "output": True},
        {"instruction": "Add up.", "input": [1, 2.5], "output": {"sum": "3½"}},
        {"instruction": "Go on.", "input": [], "output": "  x = 1\n  y = 2"},
    )
    records = [element.fields for element in elements if isinstance(element, Record)]
    assert records == [
        {"instruction": "Double it.", "input": "21", "output": "42"},
        {"instruction": "Is it so?", "input": "false", "output": "true"},
        {"instruction": "Add up.", "input": "[1, 2.5]", "output": '{"sum": "3½"}'},
        {"instruction": "Go on.", "output": "  x = 1\n  y = 2"},
    ]


def test_the_task_key_names_the_task(read_file: ReadFile) -> None:
    source = Alpaca(format="alpaca", collection="c", task="mine")
    row = {"instruction": "Greet.", "output": "Hello!"}
    names = [e.name for e in _read(read_file, row, source=source) if isinstance(e, Task)]
    assert names == ["mine", "mine_no_input"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "empty_field"),
        ({"instruction": "Greet."}, "empty_field"),
        ({"output": "Hello!"}, "empty_field"),
        ({"instruction": "Greet.", "output": []}, "empty_field"),
        ({"instruction": "Go on.", "output": "So.", "history": [["Hi"]]}, "wrong_type"),
        ({"instruction": "Go on.", "output": "So.", "history": {"a": 1}}, "wrong_type"),
        ({"instruction": "", "output": "So.", "history": [["Hi", "Hello"]]}, "empty_field"),
        ({"instruction": "Go on.", "output": "", "system": "s"}, "empty_field"),
    ],
)
def test_unfit_rows(read_file: ReadFile, row: dict[str, Any], reason: str) -> None:
    (found,) = [e for e in _read(read_file, row) if not isinstance(e, Task)]
    assert not isinstance(found, Record)
    assert found.reason == reason
    assert found.detail.startswith("alpaca.json: item 1: ")


@pytest.mark.parametrize(
    "given",
    [
        "<noinput>",
        "<no input>",
        "None",
        "none.",
        "N/A",
        "null",
        "nan",
        "NaN",
        "No input",
        " (none) ",
        "-",
        "—",
        "Not applicable",
        "not applicable.",
        "No input needed.",
        "No input required",
        "No input is provided.",
        "None provided",
        "[Not required]",
    ],
)
def test_an_input_that_says_that_there_is_none(given: str, read_file: ReadFile) -> None:
    elements = _read(
        read_file,
        {"instruction": "Name a color.", "input": given, "output": "None"},
        {"instruction": "And?", "input": given, "output": "So.", "history": [["Hi", "Hello"]]},
    )
    records = [element for element in elements if isinstance(element, Record)]
    # The same words are an answer like any other.
    assert [record.fields for record in records] == [
        {"instruction": "Name a color.", "output": "None"},
        {"history": ["User: Hi", "Assistant: Hello"], "input": "And?", "output": "So."},
    ]


@pytest.mark.parametrize(
    "given",
    [
        "-5",
        "*",
        "0",
        "No",
        "--",
        "Nobody understands me.",
        "No input file was found.",
        "None of it",
    ],
)
def test_inputs_that_only_look_like_none(given: str, read_file: ReadFile) -> None:
    elements = _read(read_file, {"instruction": "What is it?", "input": given, "output": "So."})
    (record,) = [element for element in elements if isinstance(element, Record)]
    assert record.fields["input"] == given


@pytest.mark.parametrize(
    "given", ["None of them came.", "nano", "Na", "0", "null, 1", "false", "Empty"]
)
def test_an_input_that_is_one(given: str, read_file: ReadFile) -> None:
    elements = _read(read_file, {"instruction": "Go on.", "input": given, "output": "So."})
    assert [e.fields["input"] for e in elements if isinstance(e, Record)] == [given]
