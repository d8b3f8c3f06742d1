"""The printed account adds up, in one unit at a time, with numbers computed by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

RECIPE = """\
name: r
sources:
  s: {format: jsonl, path: s.jsonl, collection: c, task: t, family: closed_book_qa,
      fields: {question: q, answer: a}}
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """Write ten rows: seven records, two that one of them has already, one without an answer."""
    rows = [{"q": f"What is hidden behind door number {n}?", "a": f"prize {n}"} for n in range(7)]
    rows[0]["a"] = "gold " * 200
    rows += [rows[3], rows[3], {"q": "What is hidden behind no door?", "a": ""}]
    (tmp_path / "s.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    path = tmp_path / "r.yaml"
    path.write_text(RECIPE)
    return path


READ = [("records read", 10), ("empty field", -1), ("exact duplicate", -2), ("records kept", 7)]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        # The answer of 1,000 bytes does not fit; each other record is used once.
        (
            [],
            [
                *(("records drawn", 7), ("examples drawn", 7), ("target too long", -1)),
                *(("examples written", 6), ("in train", 6)),
            ],
        ),
        # Two records for validation are used once, the other five make eight examples.
        (
            [
                *(
                    "mixture.examples=8",
                    "mixture.max_epochs=4",
                    "validation={fraction: 1, maximum: 2}",
                ),
                "limits.max_target_tokens=2000",
            ],
            [
                *(("records drawn", 7), ("repeated or inverted", 3), ("examples drawn", 10)),
                *(("examples written", 10), ("in train", 8), ("in validation", 2)),
            ],
        ),
        (
            ["mixture.examples=4", "limits.max_target_tokens=2000"],
            [
                *(("not sampled", -3), ("records drawn", 4), ("examples drawn", 4)),
                *(("examples written", 4), ("in train", 4)),
            ],
        ),
    ],
)
def test_every_total_is_the_sum_of_the_lines_before_it(
    flanbeam: Any,
    recipe: Path,
    tmp_path: Path,
    settings: list[str],
    expected: list[tuple[str, int]],
) -> None:
    options = [word for setting in settings for word in ("--set", setting)]
    argv = ["build", recipe, "--out", tmp_path / "out", *options]
    document = flanbeam(*argv, "--json").document
    account = document["account"]
    assert [(line["name"], line["count"]) for line in account] == [*READ, *expected]
    units = {line["name"]: line["unit"] for line in account}
    assert units["exact duplicate"] == units["records drawn"] == "records"
    assert {units[name] for name, _ in expected if "examples" in name or "in " in name} == {
        "examples"
    }
    printed = [" ".join(line.split()) for line in flanbeam(*argv).out.splitlines()]
    shown = [f"{name} {count}" for name, count in [*READ, *expected]]
    assert printed[: len(shown)] == shown
