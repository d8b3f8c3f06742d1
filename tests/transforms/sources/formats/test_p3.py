"""P3 rows: options that the prompt does not show stay separate."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.formats.p3 import P3
from transforms.types import Task

SOURCE = P3(format="p3")
ReadTexts = Callable[..., list[Any]]


def _row(inputs: str, targets: str, choices: object = None) -> str:
    row = {"inputs_pretokenized": inputs, "targets_pretokenized": targets}
    return json.dumps(row if choices is None else {**row, "answer_choices": choices})


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (_row(" Why? ", "\nSo "), {"input": "Why?", "answer": "So"}),
        (_row("Good film?", "Yes", ["No", "Yes"]), {"options": ["No", "Yes"]}),
        (_row("Do you know? Yes/No", "No", ["Yes", "No"]), {"options": None}),
        (_row("Do you know?", "no", ["yes", "no"]), {"options": ["yes", "no"]}),
        (_row("Good film?", "Perhaps", ["No", "Yes"]), {"options": None}),
        (_row("Good film?", "Yes", []), {"options": None}),
    ],
)
def test_rows(read_texts: ReadTexts, row: str, fields: dict[str, Any]) -> None:
    (found,) = read_texts(SOURCE, row, "f.jsonl")
    assert {key: found.get(key) for key in fields} == fields


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (_row("", "x"), "empty_field"),
        (_row("x", ""), "empty_field"),
        (_row("x", "y", "y|||z"), "wrong_type"),
        (_row("x", "y", [1]), "wrong_type"),
    ],
)
def test_unfit_rows(read_texts: ReadTexts, row: str, reason: str) -> None:
    ((found, _),) = read_texts(SOURCE, row, "f.jsonl")
    assert found == reason


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("train.jsonl", "some_source"),
        ("adversarial_qa_generate/train.jsonl", "adversarial_qa_generate"),
        ("p3/rte_must_be_true/train-00000.jsonl.gz", "rte_must_be_true"),
    ],
)
def test_directories_name_tasks(read_file: Callable[..., list[Any]], name: str, task: str) -> None:
    found = read_file(SOURCE, _row("x", "y"), name)[0]
    assert isinstance(found, Task)
    assert (found.name, found.family, found.collection) == (task, "prompted", "p3")
