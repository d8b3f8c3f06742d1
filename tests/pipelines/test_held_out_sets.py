"""Held-out sets need nothing but what they ask; each of their rows is accounted for."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.checks.verify import verify
from tfrecords_schema.manifest import HELD_OUT
from tfrecords_schema.snapshot import open_snapshot

QUESTIONS = [
    "Which harbor lies nearest to the striped lighthouse on the coast?",
    "Who painted the old mill by the river in that cold winter?",
    "How many windows has the tower behind the market place?",
]
RECIPE = """\
name: held
sources:
  mine:
    {format: jsonl, path: train.jsonl, collection: m, task: t, family: closed_book_qa,
     fields: {question: q, answer: a}}
held_out:
  mine_too: HELD
"""


def _write(directory: Path, held: str, rows: str, name: str) -> Path:
    train = [{"q": q, "a": f"answer {n}"} for n, q in enumerate([*QUESTIONS, "What is left here?"])]
    (directory / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in train))
    (directory / name).write_text(rows)
    recipe = directory / "recipe.yaml"
    recipe.write_text(RECIPE.replace("HELD", held))
    return recipe


JSON_LINES = "".join(json.dumps({"q": question, "a": None}) + "\n" for question in QUESTIONS)
TABLE = "q,one,two,a\n" + "".join(f"{question},so,not so,1\n" for question in QUESTIONS)


@pytest.mark.parametrize(
    ("held", "rows", "name"),
    [
        # No answer, no label, no collection, no task, no family.
        ("{format: jsonl, path: held.jsonl, fields: {question: q, answer: a}}", JSON_LINES, ""),
        ("{format: jsonl, path: held.jsonl, fields: {anything: q}}", JSON_LINES, ""),
        ("{format: jsonl, path: held.jsonl, fields: {question: q, answer: gone}}", JSON_LINES, ""),
        # Positions as text, a label that is none of the options, a column that is not there.
        (
            "{format: csv, path: held.csv, family: multiple_choice_qa,"
            " fields: {question: q, options: {keys: [one, two]}, answer: a}}",
            TABLE,
            "held.csv",
        ),
        (
            "{format: csv, path: held.csv, family: multiple_choice_qa,"
            " fields: {question: q, options: {keys: [one, two]}, answer: a}}",
            TABLE.replace(",1\n", ",neither\n"),
            "held.csv",
        ),
        ("{format: csv, path: held.csv, fields: {question: q, answer: gone}}", TABLE, "held.csv"),
    ],
)
def test_items_need_only_what_they_ask(
    flanbeam: Any, tmp_path: Path, held: str, rows: str, name: str
) -> None:
    recipe = _write(tmp_path, held, rows, name or "held.jsonl")
    outcome = flanbeam("build", recipe, "--out", tmp_path / "out")
    assert outcome.status == 0, outcome.err
    snapshot = open_snapshot(outcome.last_line)
    entries = {e.stage: e for e in snapshot.manifest.ledger if e.counts_items}
    if ", one, two" in rows or "options" in held:
        # Options that the records do not have are not needed: the questions are long.
        assert entries["index"].kept == 3
    assert (entries[HELD_OUT].entered, entries[HELD_OUT].kept) == (3, 3)
    dropped = [e for e in snapshot.manifest.ledger if e.stage == "decontaminate"]
    assert [e.rejected for e in dropped] == [{"held_out_overlap": 3}]
    assert not verify(outcome.last_line).problems
    assert "| mine_too | 3 | 3 |" in (Path(outcome.last_line) / "README.md").read_text()


def test_rows_that_cannot_be_searched_are_counted_and_stop_a_build(
    flanbeam: Any, tmp_path: Path
) -> None:
    rows = JSON_LINES + '{"q": "Yes", "a": "no"}\n{"q": 7.5e300, "a": null}\n{"a": "x"}\nnot json\n'
    held = "{format: jsonl, path: held.jsonl, fields: {question: q, answer: a}}"
    recipe = _write(tmp_path, held, rows, "held.jsonl")
    outcome = flanbeam("build", recipe, "--out", tmp_path / "out")
    assert outcome.status == 3
    message = " ".join(outcome.err.split())
    assert "held_out.mine_too: 4 of 7 items cannot be searched" in message
    assert "too_little_text 2" in message
    assert "held.jsonl:6" in message
    assert "max_unsearchable" in message
    settings = ["--set", "decontaminate.max_unsearchable=0.6"]
    outcome = flanbeam("build", recipe, "--out", tmp_path / "out", *settings)
    assert outcome.status == 0, outcome.err
    manifest = open_snapshot(outcome.last_line).manifest
    entries = {e.stage: e for e in manifest.ledger if e.counts_items}
    assert entries[HELD_OUT].rejected == {"empty_field": 1, "invalid_json": 1}
    assert entries["index"].rejected == {"too_little_text": 2}
    assert not verify(outcome.last_line).problems
    card = (Path(outcome.last_line) / "README.md").read_text()
    assert "| mine_too | 7 | 3 | empty field 1; invalid json 1; too little text 2 |" in card


def test_brackets_of_an_item_are_compared_in_a_build(flanbeam: Any, tmp_path: Path) -> None:
    asked = "Complete the rest of the sequence of brackets. Input: "
    lines = [f"{asked}{brackets}" for brackets in ("[ [ ( )", "[ { ( )", "[ [ ( ) ]")]
    held = "{format: jsonl, path: held.jsonl, fields: {question: q}}"
    recipe = _write(tmp_path, held, json.dumps({"q": lines[0]}), "held.jsonl")
    rows = [{"q": line, "a": "] ]"} for line in lines]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    outcome = flanbeam("build", recipe, "--out", tmp_path / "out")
    assert outcome.status == 0, outcome.err
    dropped = [
        e for e in open_snapshot(outcome.last_line).manifest.ledger if e.stage == "decontaminate"
    ]
    assert [e.rejected for e in dropped] == [{"held_out_overlap": 1}]
