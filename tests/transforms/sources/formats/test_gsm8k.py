"""GSM8K: reasoning without calculator notes, and the final answer."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from transforms.sources.formats.gsm8k import Gsm8k

SOURCE = Gsm8k(format="gsm8k")


@pytest.mark.parametrize(
    ("answer", "rationale", "final"),
    [
        (
            "48/2 = <<48/2=24>>24 clips.\nSo 48+24 = <<48+24=72>>72.\n#### 72",
            "48/2 = 24 clips.\nSo 48+24 = 72.",
            "72",
        ),
        ("It is $<<1000*2=2000>>2,000.\n#### 2,000", "It is $2,000.", "2,000"),
        ("No. #### in a line.\n#### 1", "No. #### in a line.", "1"),
        ("1 < 2 and 3 > 2, <<>> so\n#### 5", "1 < 2 and 3 > 2,  so", "5"),
    ],
)
def test_rows(
    read_texts: Callable[..., list[Any]], answer: str, rationale: str, final: str
) -> None:
    row = json.dumps({"question": "How many?", "answer": answer})
    assert read_texts(SOURCE, row, "train.jsonl") == [
        {"question": "How many?", "rationale": rationale, "answer": final}
    ]


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"question": "q", "answer": "no mark"},
        {"question": "q", "answer": "#### 7"},
        {"question": "q", "answer": "so\n####"},
        {"answer": "so\n#### 7"},
    ],
)
def test_unfit_rows(read_texts: Callable[..., list[Any]], row: dict[str, Any]) -> None:
    ((reason, _),) = read_texts(SOURCE, json.dumps(row), "train.jsonl")
    assert reason == "empty_field"
