"""MBPP in both schemas, and HumanEval."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.formats.program import HumanEval, Mbpp

ReadTexts = Callable[..., list[Any]]
_MBPP = {
    "task_id": 2,
    "code": "def f():\r\n  return 1\r\n",
    "test_list": ["assert f() == 1", "assert f"],
}
_EVAL = {
    "task_id": "HumanEval/0",
    "prompt": 'def f(x):\n    """Add one."""\n',
    "canonical_solution": "    return x + 1\n",
    "entry_point": "f",
    "test": "def check(f):\n    assert f(1) == 2\n",
}


@pytest.mark.parametrize("key", ["text", "prompt"])
def test_mbpp(read_texts: ReadTexts, key: str) -> None:
    row = {**_MBPP, key: "Return one."}
    assert read_texts(Mbpp(format="mbpp"), json.dumps([row]), "mbpp.json") == [
        {
            "question": "Return one.",
            "tests": ["assert f() == 1", "assert f"],
            "code": "def f():\n  return 1",
        }
    ]


def test_humaneval(read_texts: ReadTexts) -> None:
    (fields,) = read_texts(HumanEval(format="humaneval"), json.dumps(_EVAL), "f.jsonl.gz")
    assert fields["question"] == 'def f(x):\n    """Add one."""'
    assert fields["code"] == 'def f(x):\n    """Add one."""\n    return x + 1'
    assert fields["function"] == "f"


@pytest.mark.parametrize(
    ("source", "row", "reason"),
    [
        (Mbpp(format="mbpp"), _MBPP, "empty_field"),
        (Mbpp(format="mbpp"), {**_MBPP, "text": "x", "code": None}, "empty_field"),
        (Mbpp(format="mbpp"), {**_MBPP, "text": "x", "test_list": []}, "empty_field"),
        (Mbpp(format="mbpp"), {**_MBPP, "text": "x", "test_list": [{}]}, "wrong_type"),
        (HumanEval(format="humaneval"), {**_EVAL, "canonical_solution": " "}, "empty_field"),
        (HumanEval(format="humaneval"), {**_EVAL, "prompt": ""}, "empty_field"),
    ],
)
def test_unfit_rows(
    read_texts: ReadTexts, source: Mbpp | HumanEval, row: dict[str, Any], reason: str
) -> None:
    ((found, _),) = read_texts(source, json.dumps(row), "f.jsonl")
    assert found == reason
