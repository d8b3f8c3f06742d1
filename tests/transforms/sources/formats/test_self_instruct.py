"""Self-Instruct, Unnatural Instructions and Dolly: instructions with and without an input."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transforms.sources.formats.alpaca import Alpaca
from transforms.types import Record

SEEDS = Alpaca(format="self_instruct", collection="c")
DOLLY = Alpaca(format="dolly", collection="c")


@pytest.mark.parametrize(
    ("source", "row", "expected"),
    [
        (
            SEEDS,
            {
                "id": "seed_task_0",
                "name": "animals",
                "instruction": "Name the animal.",
                "instances": [
                    {"input": "It barks.", "output": "dog"},
                    {"input": "", "output": "cat"},
                ],
                "is_classification": False,
            },
            [
                ("s", {"instruction": "Name the animal.", "input": "It barks.", "output": "dog"}),
                ("s_no_input", {"instruction": "Name the animal.", "output": "cat"}),
            ],
        ),
        (
            SEEDS,
            {
                "instruction": "Say if the tone is friendly.",
                "instances": [
                    {
                        "instruction_with_input": "…",
                        "input": "Welcome!",
                        "constraints": "Answer 'yes' or 'no'.",
                        "output": "yes",
                    },
                    {"input": "Go away!", "constraints": "None.", "output": "no"},
                ],
            },
            [
                (
                    "s",
                    {
                        "instruction": "Say if the tone is friendly. Answer 'yes' or 'no'.",
                        "input": "Welcome!",
                        "output": "yes",
                    },
                ),
                (
                    "s",
                    {
                        "instruction": "Say if the tone is friendly.",
                        "input": "Go away!",
                        "output": "no",
                    },
                ),
            ],
        ),
        (SEEDS, {"instruction": "Do.", "instances": []}, [("s", "empty_field")]),
        (SEEDS, {"instruction": "Do.", "instances": "x"}, [("s", "wrong_type")]),
        (
            SEEDS,
            {"instruction": "Do.", "instances": [{"input": "x", "output": ""}]},
            [("s", "empty_field")],
        ),
        (
            DOLLY,
            {
                "instruction": "Where is Bern?",
                "context": "Bern is in Switzerland.",
                "response": "In Switzerland.",
                "category": "closed_qa",
            },
            [
                (
                    "s",
                    {
                        "instruction": "Where is Bern?",
                        "input": "Bern is in Switzerland.",
                        "output": "In Switzerland.",
                    },
                )
            ],
        ),
        (
            DOLLY,
            {"instruction": "Name a fruit.", "context": "", "response": "Pear.", "category": "qa"},
            [("s_no_input", {"instruction": "Name a fruit.", "output": "Pear."})],
        ),
    ],
)
def test_rows(
    read_file: Callable[..., list[Any]], source: Any, row: dict[str, Any], expected: list[Any]
) -> None:
    elements = read_file(
        source.model_copy(update={"task": "s"}), json.dumps(row) + "\n", "rows.jsonl"
    )
    found = [
        (e.task, dict(e.fields) if isinstance(e, Record) else e.reason)
        for e in elements
        if hasattr(e, "task")
    ]
    assert found == expected


def test_the_published_seeds(flanbeam_data: Path, count_elements: Callable[..., Any]) -> None:
    path = str(flanbeam_data / "wild" / "self_instruct" / "seed_tasks.jsonl")
    assert count_elements(SEEDS.model_copy(update={"path": path})) == {"tasks": 2, "kept": 175}
